#!/bin/sh
# Starts a PostgreSQL server of its own on a socket in a temporary folder, runs a test with
# AISLE_TEST_POSTGRES set to its connection string, and takes everything down again.
#   run.sh TEST…        exit 77 where no server is installed
set -eu

bin=
for candidate in /usr/lib/postgresql/*/bin; do
    if [ -x "$candidate/initdb" ]; then
        bin=$candidate
    fi
done
if [ -z "$bin" ]; then
    echo "no PostgreSQL server under /usr/lib/postgresql: script/bootstrap --test installs it" >&2
    exit 77
fi

# The server refuses to run as root; Debian's package has made the user postgres.
if [ "$(id -u)" -eq 0 ]; then
    owner=postgres
    as_owner() { runuser -u postgres -- "$@"; }
else
    owner=$(id -un)
    as_owner() { "$@"; }
fi

# Short, since a socket's path may have 107 bytes; open to the server's user and to the test.
folder=$(mktemp -d /tmp/aisle-pg-XXXXXX)
started=
finish() {
    if [ -n "$started" ]; then
        as_owner "$bin/pg_ctl" -D "$folder/db" -m immediate -w stop >/dev/null 2>&1 || :
    fi
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
chown "$owner" "$folder"
chmod 755 "$folder"

# Where the server's user may be.
here=$(pwd)
cd "$folder"
as_owner "$bin/initdb" -D "$folder/db" -U shop -A trust -E UTF8 --locale=C -N >"$folder/initdb.log" 2>&1 || {
    cat "$folder/initdb.log" >&2
    exit 1
}
as_owner "$bin/pg_ctl" -D "$folder/db" -l "$folder/db/server.log" -w -t 60 \
    -o "-c listen_addresses='' -c unix_socket_directories='$folder' -c fsync=off" start \
    >/dev/null || {
    cat "$folder/db/server.log" >&2
    exit 1
}
started=yes
cd "$here"

AISLE_TEST_POSTGRES="host=$folder user=shop dbname=postgres" "$@"

#!/bin/sh
# run.sh AISLE CASE: runs CASE/cmd in an empty folder with the small shop in it, and compares what
# it printed (seconds and paths of the run made equal) and its exit code. With UPDATE=1 the
# expectations are written instead.
set -eu
aisle=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
case=${2%/}
shop=$(dirname "$(dirname "$case")")/data
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$shop"/* "$work"
mkdir "$work/bin"
ln -s "$aisle" "$work/bin/aisle"
cd "$work"
set +e
PATH="$work/bin:$PATH" sh -u "$case/cmd" >stdout 2>stderr </dev/null
echo $? >exit
set -e
for stream in stdout stderr; do
    sed -e 's/[0-9]*\.[0-9][0-9] s$/S s/' -e '/^seconds: /s/ [0-9.]*[0-9]/ S/g' "$stream" >"$stream.seen"
done
mv exit exit.seen
status=0
for part in stdout stderr exit; do
    if [ "${UPDATE:-}" = 1 ]; then
        cp "$part.seen" "$case/$part"
    elif ! diff -u "$case/$part" "$part.seen"; then
        status=1
    fi
done
exit $status

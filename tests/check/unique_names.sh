#!/bin/sh
# unique_names.sh ROOT: no two sources in src/ and include/ have the same file name.
set -eu
cd "$1"

list=$(find src include -name '*.[ch]')
[ -n "$list" ] || { echo "unique_names: no sources under $1"; exit 1; }
twice=$(echo "$list" | sed 's|.*/||' | LC_ALL=C sort | uniq -d)
if [ -n "$twice" ]; then
    for name in $twice; do
        echo "$name stands in more than one folder: $(echo "$list" | grep "/$name\$" | tr '\n' ' ')"
    done
    exit 1
fi
echo "$(echo "$list" | wc -l) file names, each once"

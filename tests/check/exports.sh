#!/bin/sh
# exports.sh ROOT LIBRARY…: shared libraries export aisle_* and nothing else, and libaisle itself
# needs no DuckDB, so that serving links without it.
set -eu
shift
[ $# -gt 0 ] || { echo "exports: no library given"; exit 1; }

bad=0
for library in "$@"; do
    # Sanitizers put names of their own beside ours.
    exported=$(nm -D --defined-only "$library" | awk '{ print $NF }' | grep -v '^__\(odr_\)\{0,1\}asan' || true)
    others=$(echo "$exported" | grep -v '^aisle_[a-z0-9_]*$' | tr '\n' ' ' || true)
    if [ -z "$exported" ]; then
        echo "$library exports nothing"
        bad=1
    elif [ -n "$others" ]; then
        echo "$library exports what is not aisle_*: $others"
        bad=1
    else
        echo "${library##*/}: $(echo "$exported" | wc -l) names, all aisle_*"
    fi
    case ${library##*/} in
    libaisle.so*)
        if readelf -d "$library" | grep -q 'NEEDED.*duckdb'; then
            echo "$library needs DuckDB: what reads with it belongs in the reader's library"
            bad=1
        fi
        ;;
    esac
done
exit $bad

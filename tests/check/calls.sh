#!/bin/sh
# calls.sh ROOT FOLDER…: what each folder of src/ needs of others by its symbols, against stages.txt:
# an include may be had by way of another header, a symbol may not. The objects lie in the folders
# (Meson's TARGET.p). The public functions, aisle_*, are everybody's.
set -eu
root=$1
shift
stages=$(cd "$(dirname "$0")" && pwd)/stages.txt
[ $# -gt 0 ] || { echo "calls: no folder of objects given"; exit 1; }
cd "$root"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
find src -name '*.c' -o -name '*.cc' | LC_ALL=C sort >"$scratch/sources"
find src -name '*.h' | LC_ALL=C sort >"$scratch/headers"
find "$@" -name '*.o' -exec nm -P -A {} + >"$scratch/symbols"

# Lines "FOLDER OTHER symbol UNIT": what a unit of a folder needs of another.
awk '
    of_sources {
        split($0, part, "/")
        object = $0 ".o"
        gsub(/\//, "_", object)
        folder[object] = part[2]
        name[object] = $0
        sub(/^src_/, "", object)
        folder[object] = part[2]
        name[object] = $0 == "" ? object : $0
        next
    }
    {
        object = $1
        sub(/:$/, "", object)
        sub(/.*\//, "", object)
    }
    !(object in folder) { next }
    $3 ~ /^[TDBRCVWi]$/ { of[$2] = folder[object] }
    $3 == "U" && $2 !~ /^aisle_/ {
        by[++n] = object
        symbol[n] = $2
    }
    END {
        for (i = 1; i <= n; i++) {
            other = of[symbol[i]]
            if (other != "" && other != "base" && other != folder[by[i]])
                print folder[by[i]], other, symbol[i], name[by[i]]
        }
    }' of_sources=1 "$scratch/sources" of_sources=0 "$scratch/symbols" | sort -u >"$scratch/needs"

# shellcheck disable=SC2046 # file names of this tree have no spaces
awk '
    FILENAME == stages {
        if ($1 == "#") next
        for (i = 2; i <= NF; i++) may[$1, $i] = 1
        next
    }
    FILENAME == needs {
        n++
        from[n] = $1
        to[n] = $2
        symbol[n] = $3
        unit[n] = $4
        wanted[$3] = 1
        next
    }
    {
        header = FILENAME
        sub(/^src\//, "", header)
        line = $0
        while (match(line, /[A-Za-z_][A-Za-z_0-9]*[ ]*[(\[;]/)) {
            word = substr(line, RSTART, RLENGTH - 1)
            sub(/ +$/, "", word)
            if ((word in wanted) && !(word in declared)) declared[word] = header
            line = substr(line, RSTART + RLENGTH)
        }
    }
    END {
        for (i = 1; i <= n; i++) {
            if ((from[i], to[i]) in may || (from[i], declared[symbol[i]]) in may) continue
            printf "%s: src/%s/ may not need %s of src/%s/ (%s)\n", unit[i], from[i], symbol[i], to[i],
                declared[symbol[i]]
            bad = 1
        }
        if (bad) exit 1
        printf "%d needs of other folders are as the table allows\n", n
    }' stages="$stages" needs="$scratch/needs" "$stages" "$scratch/needs" $(cat "$scratch/headers")

#!/bin/sh
# include_graph.sh ROOT: what each folder of src/ includes, against stages.txt.
set -eu
root=$1
stages=$(cd "$(dirname "$0")" && pwd)/stages.txt
cd "$root"

# Headers of others, and the only folder that may include them.
owners='
duckdb.h      data
LightGBM/     ranker
boost/        experiment
microhttpd.h  serve
'

list=$(find src include -name '*.[ch]' -o -name '*.cc' | LC_ALL=C sort)
[ -n "$list" ] || { echo "include_graph: no sources under $root"; exit 1; }

# shellcheck disable=SC2086 # file names of this tree have no spaces
awk -v allowed="$(cat "$stages")" -v owners="$owners" '
    function wrong(why) {
        printf "%s:%d: %s: %s\n", FILENAME, FNR, name, why
        bad++
    }
    function exists(path,    line, found) {
        found = (getline line < path) >= 0
        close(path)
        return found
    }
    BEGIN {
        n = split(allowed, rows, "\n")
        for (i = 1; i <= n; i++) {
            m = split(rows[i], field, " ")
            if (m == 0 || field[1] == "#") continue
            known[field[1]] = 1
            may[field[1], field[1]] = 1
            if (field[1] != "cli") may[field[1], "base"] = 1
            for (j = 2; j <= m; j++) may[field[1], field[j]] = 1
        }
        n = split(owners, rows, "\n")
        for (i = 1; i <= n; i++)
            if (split(rows[i], field, " ") == 2) owner[field[1]] = field[2]
    }
    FNR == 1 {
        depth = split(FILENAME, part, "/")
        folder = part[1] == "src" ? part[2] : "include"
        name = FILENAME
        if (folder != "include" && depth < 3) wrong("stands in no folder of src/")
        else if (folder != "include" && !(folder in known)) wrong("src/" folder "/ is not in the table")
    }
    /^[ \t]*#[ \t]*include[ \t]*["<]/ {
        match($0, /["<][^">]*[">]/)
        quoted = substr($0, RSTART, 1) == "\""
        name = substr($0, RSTART + 1, RLENGTH - 2)
        top = name
        sub(/\/.*/, "", top)
        if (top == "aisle") {
            if (!exists("include/" name)) wrong("no such public header")
        } else if (folder == "include") {
            if (quoted || (top in known)) wrong("a public header includes only public headers and the C library")
        } else if (quoted) {
            if (index(name, "/") == 0 || !exists("src/" name))
                wrong("write the path from src/ on, as in \"base/fail.h\"")
            else if (!((folder, top) in may) && !((folder, name) in may))
                wrong("src/" folder "/ may not include src/" top "/")
        } else if (name ~ /\// && (top in known)) {
            wrong("headers of this tree stand in quotes")
        }
        for (header in owner)
            if (index(name, header) == 1 && folder != owner[header])
                wrong("only src/" owner[header] "/ may include it")
        includes++
    }
    END {
        if (bad) exit 1
        printf "%d includes are as the table allows\n", includes
    }' $list

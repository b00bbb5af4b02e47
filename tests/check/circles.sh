#!/bin/sh
# circles.sh ROOT FOLDER…: no circles. No header includes itself by way of others; and of the compile
# units, whose objects lie in the folders (Meson's TARGET.p), none needs by its symbols one that needs
# it, by way of however many others. What only assertions need counts in builds that have them.
set -eu
root=$1
shift
[ $# -gt 0 ] || { echo "circles: no folder of objects given"; exit 1; }
cd "$root"

# FROM TO, and why FROM may need TO although TO needs it. One that is not needed any more is refused.
exceptions='
mix.c          retriever_table.c  a retriever of retrievers: it finds them by name in the table that it is a row of
cmd_help.c     command_table.c    help is a command, and lists all commands
completions.c  command_table.c    the same, as a completion that help prints
man.c          command_table.c    the same, as a page that help prints
'

# Lines "FROM TO what" in, a circle a line out, until no more is found. A unit that needs none that
# are left, or that none of them needs, is on no circle.
find_circles='
    function drop(unit) {
        left[unit] = 0
        n_left--
        changed = 1
    }
    function walk(    unit, i, text) {
        for (i = 1; i <= n_units; i++) if (left[units[i]]) { unit = units[i]; break }
        for (; !(unit in passed); unit = after) {
            passed[unit] = 1
            for (i = 1; i <= n; i++)
                if (!gone[i] && from[i] == unit && left[to[i]]) { after = to[i]; break }
            edge[unit] = i
        }
        for (; passed[unit] == 1; unit = to[edge[unit]]) {
            passed[unit] = 2
            text = text (text ? "; " : "") unit " needs " what[edge[unit]] to[edge[unit]]
            gone[edge[unit]] = 1
        }
        for (unit in passed) delete passed[unit]
        print "circle: " text
    }
    {
        n++
        from[n] = $1
        to[n] = $2
        what[n] = NF > 2 ? $3 " of " : ""
        for (i = 1; i <= 2; i++) if (!($i in left)) { left[$i] = 1; units[++n_units] = $i }
    }
    END {
        n_left = n_units
        while (n_left > 0) {
            changed = 0
            for (unit in left) needs[unit] = needed[unit] = 0
            for (i = 1; i <= n; i++)
                if (!gone[i] && left[from[i]] && left[to[i]]) { needs[from[i]]++; needed[to[i]]++ }
            for (i = 1; i <= n_units; i++) {
                unit = units[i]
                if (left[unit] && (!needs[unit] || !needed[unit])) drop(unit)
            }
            if (n_left > 0 && !changed) walk()
        }
    }'

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# ---- Headers
headers=$(find src include -name '*.h' | LC_ALL=C sort)
# shellcheck disable=SC2086 # file names of this tree have no spaces
awk '
    /^[ \t]*#[ \t]*include[ \t]*["<]/ {
        match($0, /["<][^">]*[">]/)
        name = substr($0, RSTART + 1, RLENGTH - 2)
        self = FILENAME
        sub(/^(src|include)\//, "", self)
        print self, name, ""
    }' /dev/null $headers >"$scratch/includes"
awk "$find_circles" "$scratch/includes" >"$scratch/circles"

# ---- Compile units. Meson calls an object after its source, with / as _, from src/ or the root on.
find src -name '*.c' -o -name '*.cc' | LC_ALL=C sort >"$scratch/sources"
find "$@" -name '*.o' -exec nm -P -A {} + >"$scratch/symbols"
awk -v exceptions="$exceptions" -v units_file="$scratch/units" '
    function wrong(text) {
        print text >"/dev/stderr"
        bad = 1
    }
    BEGIN {
        n_rows = split(exceptions, row, "\n")
        for (i = 1; i <= n_rows; i++)
            if (split(row[i], field, " ") > 2) may[field[1], field[2]] = 1
    }
    of_sources {
        name = $0
        sub(/.*\//, "", name)
        object = $0 ".o"
        gsub(/\//, "_", object)
        source[object] = name
        sub(/^src_/, "", object)
        source[object] = name
        path[++n_units] = $0
        next
    }
    {
        object = $1
        sub(/:$/, "", object)
        sub(/.*\//, "", object)
    }
    !(object in source) { next }
    {
        unit = source[object]
        seen[unit] = 1
        if ($3 ~ /^[TDBRCVWi]$/) of[$2] = unit
        else if ($3 == "U") {
            by[++n_needs] = unit
            symbol[n_needs] = $2
        }
    }
    END {
        for (i = 1; i <= n_units; i++) {
            name = path[i]
            sub(/.*\//, "", name)
            if (!(name in seen)) wrong("circles: no object of " path[i])
        }
        for (i = 1; i <= n_needs; i++) {
            a = by[i]
            b = of[symbol[i]]
            if (b == "" || a == b || ((a, b) in known)) continue
            known[a, b] = 1
            if ((a, b) in may) continue
            print a, b, symbol[i]
            n_edges++
        }
        for (i = 1; i <= n_rows; i++)
            if (split(row[i], field, " ") > 2 && (field[1] in seen) && !((field[1], field[2]) in known))
                wrong("circles: " field[1] " does not need " field[2] ": no exception any more")
        print n_units + 0, n_edges + 0 >units_file
        exit bad
    }' of_sources=1 "$scratch/sources" of_sources=0 "$scratch/symbols" >"$scratch/edges"
awk "$find_circles" "$scratch/edges" >>"$scratch/circles"

if [ -s "$scratch/circles" ]; then
    cat "$scratch/circles"
    exit 1
fi
read -r units edges <"$scratch/units"
[ "$units" -gt 0 ] || { echo "circles: no sources under $root"; exit 1; }
echo "$(wc -l <"$scratch/includes") includes of headers, $edges needs of $units compile units: no circle"

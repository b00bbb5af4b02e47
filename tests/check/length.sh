#!/bin/sh
# length.sh ROOT: of all functions in src/, 90 % have up to 40 lines and none more than 150, from
# the line of the name to the closing brace; no file has more than 800 lines.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"

bad=0
folders=
for folder in src include tests bench; do
    [ -d "$folder" ] && folders="$folders $folder"
done
# shellcheck disable=SC2086 # a list of folders
long=$(find $folders -name '*.[ch]' -exec wc -l {} \; | awk '$1 > 800 { print $2 ": " $1 " lines, more than 800" }')
if [ -n "$long" ]; then
    echo "$long"
    bad=1
fi

# clang-format keeps a definition's first line and its closing brace at the left margin, and
# everything between them away from it, but for the opening brace.
find src -name '*.[ch]' | LC_ALL=C sort | while read -r file; do
    awk -v directives=1 -f "$here/strip.awk" "$file" | awk -v file="$file" '
        /^[A-Za-z_]/ && !inside { head = ""; start = NR }
        !inside { head = head " " $0 }
        /^}/ {
            if (inside) print NR - start + 1, file ":" start
            inside = 0
            head = ""
        }
        !inside && /[;]$/ { head = "" }
        !inside && /{$/ {
            if (head ~ /\) *{$/ && head !~ /=/ && head !~ /^ *(typedef|struct [a-z_0-9]* *{|enum|union|extern)/)
                inside = 1
            else
                head = ""
        }'
done | awk -v bad="$bad" '
    { count++; if ($1 <= 40) short++; if ($1 > longest) longest = $1 }
    $1 > 40 { over[++n] = $0 }
    $1 > 150 { print $2 ": a function of " $1 " lines, more than 150"; bad = 1 }
    END {
        if (count == 0) { print "length: no function found"; exit 1 }
        printf "%d functions, %.1f %% of up to 40 lines, the longest has %d\n", count, 100 * short / count, longest
        if (short < 0.9 * count) {
            print "less than 90 % have up to 40 lines; longer ones (lines, place):"
            for (i = 1; i <= n; i++) print "  " over[i]
            bad = 1
        }
        exit bad
    }'

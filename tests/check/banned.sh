#!/bin/sh
# banned.sh ROOT: functions that nobody may call, and those that a library may not.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"

list=$(find src include -name '*.[ch]' | LC_ALL=C sort)
[ -n "$list" ] || { echo "banned: no sources under $1"; exit 1; }

for file in $list; do
    awk -f "$here/strip.awk" "$file" | awk -v file="$file" '
        function ban(names, why,    n, i) {
            n = split(names, name, " ")
            for (i = 1; i <= n; i++) reason[name[i]] = why
        }
        BEGIN {
            ban("strcpy strcat sprintf vsprintf gets", "writes past the end: use snprintf or text_add")
            ban("atoi atol atoll atof", "cannot tell a number from nonsense: use text_parse_i64 or strtod")
            ban("strtok", "has a state that all threads share")
            if (file !~ /^src\/cli\//) {
                ban("printf vprintf puts putchar perror", "a library does not print")
                ban("exit _exit _Exit quick_exit abort", "a library does not end the program")
                ban("signal sigaction raise", "signals are the program'\''s")
                stream["stdout"] = stream["stderr"] = stream["stdin"] = 1
            }
        }
        {
            rest = $0
            while (match(rest, /[A-Za-z_][A-Za-z_0-9]*/)) {
                word = substr(rest, RSTART, RLENGTH)
                rest = substr(rest, RSTART + RLENGTH)
                if ((word in reason) && rest ~ /^[ \t]*\(/) {
                    printf "%s:%d: %s %s\n", file, NR, word, reason[word]
                    bad = 1
                } else if (word in stream) {
                    printf "%s:%d: %s belongs to the program, not to a library\n", file, NR, word
                    bad = 1
                }
            }
        }
        END { exit bad }' || failed=1
done
[ -z "${failed:-}" ] && echo "no banned function"
[ -z "${failed:-}" ]

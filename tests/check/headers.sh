#!/bin/sh
# headers.sh ROOT: each public header compiles alone, as C11 and as C++11, without a warning.
set -eu
cd "$1"

bad=0
count=0
for header in include/aisle/*.h; do
    [ -e "$header" ] || { echo "headers: none in include/aisle/"; exit 1; }
    line="#include \"${header#include/}\""
    flags="-Wall -Wextra -pedantic -Werror -fsyntax-only -Iinclude"
    # shellcheck disable=SC2086 # a list of flags
    {
        echo "$line" | ${CC:-cc} -x c -std=c11 $flags - || { echo "$header: not C11"; bad=1; }
        echo "$line" | ${CXX:-c++} -x c++ -std=c++11 $flags - || { echo "$header: not C++11"; bad=1; }
    }
    count=$((count + 1))
done
[ $bad -eq 0 ] && echo "$count headers compile alone"
exit $bad

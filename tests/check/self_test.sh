#!/bin/sh
# self_test.sh: each check accepts a small good tree and refuses the same tree with one fault, by
# the message that is meant for it. A check that cannot fail checks nothing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cc=${CC:-cc}
failed=0
count=0

write() {
    mkdir -p "$tree/$(dirname "$1")"
    cat >"$tree/$1"
}

good_tree() {
    rm -rf "$tree/src" "$tree/include" "$tree/tests"
    write include/aisle/good.h <<'END'
#ifndef AISLE_GOOD_H
#define AISLE_GOOD_H
int aisle_good(int x);
#endif
END
    write src/base/mem.h <<'END'
int mem_size(int x);
END
    write src/data/reader.c <<'END'
#include <duckdb.h>
#include "aisle/good.h"
#include "base/mem.h"
/* printf("in a comment"), strcpy(too) */
static const char *text = "exit(1); /* not a comment";
int mem_size(int x)
{
    return x + (text != 0); // exit(1)
}
END
    write src/cli/main.c <<'END'
#include <stdio.h>
#include "aisle/good.h"
int main(void)
{
    printf("%d\n", aisle_good('"'));
    return 0;
}
END
}

# accepts CHECK ARGUMENT…: the check passes.
accepts() {
    count=$((count + 1))
    check=$1
    shift
    if ! "$here/$check" "$tree" "$@" >"$tree/output" 2>&1; then
        failed=$((failed + 1))
        echo "$check refuses a good tree:"
        cat "$tree/output"
    fi
}

# refuses MESSAGE CHECK ARGUMENT…: the check fails and says MESSAGE.
refuses() {
    count=$((count + 1))
    message=$1
    check=$2
    shift 2
    if "$here/$check" "$tree" "$@" >"$tree/output" 2>&1; then
        failed=$((failed + 1))
        echo "$check accepts what it should refuse with: $message"
    elif ! grep -qF -- "$message" "$tree/output"; then
        failed=$((failed + 1))
        echo "$check should say '$message', but says:"
        cat "$tree/output"
    fi
    good_tree
}

function_of() {
    echo "int $1(void)"
    echo "{"
    yes '    mem_size(1);' | head -n "$(($2 - 4))"
    echo "    return 0;"
    echo "}"
}

good_tree
for check in include_graph headers length banned unique_names; do
    accepts $check.sh
done

# ---- include_graph
echo '#include "data/reader.h"' >>"$tree/src/base/mem.h" && : >"$tree/src/data/reader.h"
refuses "src/base/mem.h:2: data/reader.h: src/base/ may not include src/data/" include_graph.sh
echo '#include "base/mem.h"' >>"$tree/src/cli/main.c"
refuses "src/cli/ may not include src/base/" include_graph.sh
echo '# include <LightGBM/c_api.h>' >>"$tree/src/data/reader.c"
refuses "only src/ranker/ may include it" include_graph.sh
echo '#include <duckdb.h>' >>"$tree/src/cli/main.c"
refuses "only src/data/ may include it" include_graph.sh
echo '#include <microhttpd.h>' >>"$tree/src/cli/main.c"
refuses "only src/serve/ may include it" include_graph.sh
echo '#include "mem.h"' >>"$tree/src/base/mem.h"
refuses "write the path from src/ on" include_graph.sh
echo '#include <base/mem.h>' >>"$tree/src/data/reader.c"
refuses "headers of this tree stand in quotes" include_graph.sh
echo '#include "aisle/none.h"' >>"$tree/src/data/reader.c"
refuses "no such public header" include_graph.sh
echo '#include "base/mem.h"' >>"$tree/include/aisle/good.h"
refuses "a public header includes only public headers" include_graph.sh
echo 'int x;' | write src/extra/new.c
refuses "src/extra/ is not in the table" include_graph.sh
echo 'int x;' | write src/loose.c
refuses "stands in no folder of src/" include_graph.sh
echo '#include "candidates/als.h"' | write src/features/pair.c
: | write src/candidates/als.h
refuses "src/features/ may not include src/candidates/" include_graph.sh
rm -rf "$tree/src" && mkdir "$tree/src" && rm -rf "$tree/include/aisle" && mkdir -p "$tree/include/aisle"
refuses "no sources" include_graph.sh

# ---- headers
echo 'size_t aisle_size(void);' >>"$tree/include/aisle/good.h"
refuses "include/aisle/good.h: not C11" headers.sh
echo 'int aisle_new(int class);' >>"$tree/include/aisle/good.h"
refuses "include/aisle/good.h: not C++11" headers.sh
echo 'typedef struct aisle_none {} aisle_none;' >>"$tree/include/aisle/good.h"
refuses "include/aisle/good.h: not C11" headers.sh

# ---- length
function_of long_one 151 >>"$tree/src/data/reader.c"
refuses "src/data/reader.c:10: a function of 151 lines" length.sh
function_of over_forty 41 >>"$tree/src/data/reader.c"
refuses "less than 90 % have up to 40 lines" length.sh
function_of at_forty 40 >>"$tree/src/data/reader.c"
accepts length.sh
good_tree
yes '/* a comment */' | head -n 801 >"$tree/src/data/many.h"
refuses "src/data/many.h: 801 lines" length.sh
rm -f "$tree"/src/*/*.c
refuses "no function found" length.sh

# ---- banned
for name in strcpy strcat sprintf vsprintf gets atoi atol atof strtok; do
    echo "int f(void) { return $name (1); }" >>"$tree/src/cli/main.c"
    refuses "src/cli/main.c:8: $name" banned.sh
done
for name in printf exit abort signal; do
    echo "int f(void) { /* a */ $name(1); }" >>"$tree/src/data/reader.c"
    refuses "src/data/reader.c:10: $name" banned.sh
done
echo 'void f(void) { fputs("x", stderr); }' >>"$tree/src/base/mem.h"
refuses "stderr belongs to the program" banned.sh

# ---- unique_names
: >"$tree/src/base/reader.c"
refuses "reader.c stands in more than one folder" unique_names.sh

# ---- circles
# unit FILE FUNCTION CALLED…: a source in src/ and its object, whose function calls these.
unit() {
    file=$1
    function=$2
    shift 2
    {
        echo "int $function(int x);"
        for called in "$@"; do echo "int $called(int x);"; done
        echo "int $function(int x) { return x$(printf ' + %s(x)' "$@" | sed 's/ + (x)//'); }"
    } | write "src/$file"
    "$cc" -c -o "$tree/objects/$(echo "$file" | tr / _).o" "$tree/src/$file"
}
units() {
    rm -rf "$tree/src" "$tree/objects"
    mkdir -p "$tree/objects"
    unit base/low.c low
    unit data/high.c high low
    unit data/higher.c higher high low
}
units
accepts circles.sh "$tree/objects"
units && unit base/low.c low high
refuses "circle: low.c needs high of high.c; high.c needs low of low.c" circles.sh "$tree/objects"
units && unit base/low.c low higher && unit data/higher.c higher high
refuses "higher.c needs high of high.c" circles.sh "$tree/objects"
units && unit data/mix.c mix find && unit data/retriever_table.c find mix
accepts circles.sh "$tree/objects"
units && unit data/mix.c mix low
refuses "mix.c does not need retriever_table.c: no exception any more" circles.sh "$tree/objects"
units && rm "$tree/objects/data_high.c.o"
refuses "no object of src/data/high.c" circles.sh "$tree/objects"
units && echo '#include "data/b.h"' | write src/data/a.h && echo '#include "data/a.h"' | write src/data/b.h
refuses "circle: data/a.h needs data/b.h; data/b.h needs data/a.h" circles.sh "$tree/objects"
refuses "no folder of objects given" circles.sh

# ---- calls
calls_tree() {
    units
    for name in low high higher; do
        echo "int $name(int x);" >"$tree/$name.h"
    done
    mkdir -p "$tree/src/model" "$tree/src/catalogue"
    mv "$tree/low.h" "$tree/src/base/low.h"
    mv "$tree/high.h" "$tree/src/data/high.h"
    mv "$tree/higher.h" "$tree/src/data/id_table.h"
}
calls_tree && unit history/seen.c seen low high higher
accepts calls.sh "$tree/objects"
calls_tree && unit ranker/train.c train low
accepts calls.sh "$tree/objects"
calls_tree && unit ranker/train.c train low high
refuses "src/ranker/train.c: src/ranker/ may not need high of src/data/ (data/high.h)" calls.sh "$tree/objects"
calls_tree && unit catalogue/sold.c sold higher
accepts calls.sh "$tree/objects"
calls_tree && unit catalogue/sold.c sold higher high
refuses "src/catalogue/ may not need high of src/data/" calls.sh "$tree/objects"
refuses "no folder of objects given" calls.sh

# ---- exports
library() {
    "$cc" -shared -fPIC -x c -o "$tree/$1" -
}
echo 'int aisle_good(int x) { return x; }' | library libaisle.so
accepts exports.sh "$tree/libaisle.so"
echo 'int aisle_good(int x) { return x; } int train(int x) { return x; }' | library libaisle.so
refuses "exports what is not aisle_*: train" exports.sh "$tree/libaisle.so"
echo 'static int x; int *aisle(void) { return &x; }' | library libaisle.so
refuses "exports what is not aisle_*: aisle" exports.sh "$tree/libaisle.so"
echo 'extern int x;' | library libaisle.so
refuses "exports nothing" exports.sh "$tree/libaisle.so"
echo 'int duckdb_open(void) { return 0; }' | library libduckdb.so
echo 'int duckdb_open(void); int aisle_good(int x) { return x + duckdb_open(); }' >"$tree/needs.c"
"$cc" -shared -fPIC -o "$tree/libaisle.so" "$tree/needs.c" -Wl,--no-as-needed "$tree/libduckdb.so"
refuses "needs DuckDB" exports.sh "$tree/libaisle.so"
refuses "no library given" exports.sh

# ---- user_program: a library whose own train can be seen calls the user's instead
sources=$(dirname "$(dirname "$here")")
{
    echo '#include "aisle/dataset.h"'
    echo 'int train(int x); int train(int x) { return x; }'
    echo 'aisle_status aisle_config_new(aisle_config **out, aisle_error *err)'
    echo '{ (void)err; *out = 0; return AISLE_OK; }'
    echo 'void aisle_config_free(aisle_config *c) { (void)c; }'
    echo 'void aisle_dataset_free(aisle_dataset *d) { (void)d; }'
    echo 'aisle_status aisle_dataset_build(aisle_dataset **out, const aisle_receipts *r,'
    echo '    const aisle_attributes *p, const aisle_attributes *h, const aisle_config *c, aisle_error *err)'
    echo '{ (void)r; (void)p; (void)h; (void)c; (void)err; *out = 0; return AISLE_OK; }'
    echo 'void aisle_dataset_summarise(aisle_dataset_summary *out, const aisle_dataset *d)'
    echo '{ (void)d; out->households = 2 + 0 * train(1); out->items = 3; out->lines = 4; }'
} >"$tree/leaky.c"
user_program() {
    "$cc" "$@" -I "$sources/include" -fPIC -shared -O0 -o "$tree/libleaky.so" "$tree/leaky.c"
    "$cc" -I "$sources/include" -o "$tree/user" "$here/user_program.c" "$tree/libleaky.so"
    count=$((count + 1))
    "$tree/user" 2>"$tree/output"
}
if user_program || ! grep -q "called the program's functions 1 times" "$tree/output"; then
    failed=$((failed + 1))
    echo "user_program accepts a library that exports train"
fi
if ! user_program -fvisibility=hidden; then
    failed=$((failed + 1))
    echo "user_program refuses a library that hides its own names:"
    cat "$tree/output"
fi

echo "$count cases, $failed wrong"
[ "$failed" -eq 0 ]

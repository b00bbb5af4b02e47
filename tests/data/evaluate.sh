#!/bin/sh
# evaluate.sh AISLE ROOT CATALOGUE [new-only]: evaluates on the real data, and has all of it
# recomputed from the lists by tests/peers/recompute.py.
set -eu
aisle=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
root=$2
catalogue=$3
new_only=${4:+--new-only}
data=$root/data/complete-journey
peers=$root/deps/peers
if [ ! -f "$data/transactions.parquet" ] || [ ! -f "$peers/python" ]; then
    echo "no data, or no packages to recompute with: script/data, script/bootstrap --test"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$aisle" evaluate "$root/examples/complete-journey.yaml" --quiet --catalogue "$catalogue" $new_only \
    --set evaluate.bootstrap=100 --json "$work/e.json" --lists "$work/lists.parquet" >"$work/table"
PYTHONPATH=$peers "$(cat "$peers/python")" "$root/tests/peers/recompute.py" "$data" "$work/lists.parquet" "$work/e.json" \
    --catalogue "$catalogue" $new_only

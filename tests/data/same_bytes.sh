#!/bin/sh
# same_bytes.sh AISLE ROOT: on the real data, 1, 2 and 8 threads and lines in another order give
# the same lists and the same model file.
set -eu
aisle=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
root=$2
data=$root/data/complete-journey
[ -f "$data/transactions.parquet" ] || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
small="--set ranker.trees=30 --set evaluate.bootstrap=0"
permuted="data.receipts.sql=select * from '$data/transactions.parquet' order by hash(basket_id, product_id)"
for threads in 1 2 8; do
    "$aisle" evaluate "$root/examples/complete-journey.yaml" --quiet --threads $threads $small \
        --lists $threads.csv >table
    "$aisle" fit "$root/examples/complete-journey.yaml" --quiet --threads $threads $small \
        --out $threads.model >note
done
"$aisle" fit "$root/examples/complete-journey.yaml" --quiet $small --set data.receipts.path=null \
    --set "$permuted" --out permuted.model >note
"$aisle" evaluate "$root/examples/complete-journey.yaml" --quiet $small \
    --set data.receipts.path=null --set "$permuted" --lists permuted.csv >table
for other in 2 8 permuted; do
    cmp 1.csv $other.csv
    cmp 1.model $other.model
done

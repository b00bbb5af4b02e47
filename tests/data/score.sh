#!/bin/sh
# score.sh AISLE ROOT: the lists of an evaluation of the real data, scored by `aisle score`, by
# RecTools and by ranx.
set -eu
aisle=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
root=$2
data=$root/data/complete-journey
if [ ! -f "$data/transactions.parquet" ] || [ ! -f "$root/deps/peers/python" ] ||
    [ ! -f "$root/deps/score/python" ]; then
    echo "no data, or no packages to compare with: script/data, script/bootstrap --ci"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$aisle" evaluate "$root/examples/complete-journey.yaml" --quiet --set evaluate.bootstrap=0 \
    --set evaluate.k=[5,10] --set "evaluate.models=[popular, own_decay, als, tifu_knn, blend]" \
    --lists "$work/lists.parquet" --json "$work/evaluate.json" >/dev/null
PYTHONPATH=$root/deps/peers "$(cat "$root/deps/peers/python")" "$root/tests/peers/pairs.py" "$data" "$work"
"$aisle" score --lists "$work/lists.parquet" --truth "$work/truth.csv" --before "$work/before.csv" --k 5,10 \
    --metrics precision,precision_r,recall,map,map_full,map_div_k,ndcg,ndcg_full,mrr,hit_rate,novelty,popularity,serendipity,coverage \
    --set evaluate.bootstrap=0 --json "$work/score.json" >/dev/null
PYTHONPATH=$root/deps/score "$(cat "$root/deps/score/python")" -W ignore "$root/tests/peers/score.py" \
    "$work/lists.parquet" "$work/truth.csv" "$work/before.csv" "$work/score.json"

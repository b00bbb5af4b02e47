#!/bin/sh
# run.sh MAKE_REPORT AISLE SHOP: opens the pages of the evaluation that was made up, and one of the
# program.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
aisle=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$1" "$work/made.html"
"$1" "$work/bare.html" bare
# The program itself, on the small shop of the golden tests.
cp "$3"/* "$work"
(cd "$work" && "$aisle" evaluate shop.yaml --quiet --folds 2 --ablate --set ranker.calibrated=true \
    --set candidates.als.quota=0 --report shop.html >/dev/null)
python3 "$here/open_page.py" "$work/made.html" "$work/bare.html" "$work/shop.html"

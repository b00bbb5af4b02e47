#!/bin/sh
# run.sh MAKE_REPORT AISLE SHOP: opens the pages of the evaluation that was made up, and those of
# the program.
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
(
    cd "$work"
    "$aisle" abtest design --baseline .03 --mde 20% --daily 2000 --report design.html
    "$aisle" abtest analyze --control 500/14000 --treatment "a=580/14000" \
        --treatment "b <x>=520/13900" --looks 5 --look 3 --report analysis.html
    "$aisle" abtest simulate shop.yaml --category "milk 0" --repetitions 50 --weeks 2 --quiet \
        --report simulation.html
) >/dev/null
python3 "$here/open_page.py" "$work"/*.html

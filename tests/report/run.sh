#!/bin/sh
# run.sh MAKE_REPORT: opens the pages of the evaluation that was made up.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$1" "$work/made.html"
"$1" "$work/bare.html" bare
python3 "$here/open_page.py" "$work/made.html" "$work/bare.html"

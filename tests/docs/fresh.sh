#!/bin/sh
# fresh.sh PROGRAM TOPIC PAGE: whether the page is what `aisle help TOPIC` prints.
set -eu
if ! "$1" help "$2" | diff -u "$3" - >&2; then
    echo "docs/${3##*/} is stale: aisle help $2 > docs/${3##*/}" >&2
    exit 1
fi

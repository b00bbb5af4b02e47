#!/bin/sh
# pages.sh AISLE ROOT: man pages and completions are there for every command, without a complaint of
# mandoc, bash, zsh or fish, as far as they are installed; bash completes what it should.
set -eu
aisle=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$2/script/pages" "$aisle" "$work"
pages=$(ls "$work/man/man1" | wc -l)
commands=$("$aisle" help commands | wc -l)
[ "$pages" -eq $((commands + 1)) ] || { echo "$pages pages of $commands commands" >&2; exit 1; }
if command -v mandoc >/dev/null; then
    # A generated page has no date.
    mandoc -T lint -W warning "$work"/man/man?/* >"$work/lint" || true
    if grep -v 'missing date' "$work/lint" >&2; then exit 1; fi
fi
bash -n "$work/bash-completion/completions/aisle"
if command -v zsh >/dev/null; then zsh -n "$work/zsh/site-functions/_aisle"; fi
if command -v fish >/dev/null; then fish --no-execute "$work/fish/vendor_completions.d/aisle.fish"; fi

# expect WORDS… -- COMPLETIONS…: what bash offers for the last word.
cat >"$work/expect" <<'END'
source "$1/bash-completion/completions/aisle"
failed=0
expect() {
    COMP_WORDS=()
    while [ "$1" != -- ]; do
        COMP_WORDS+=("$1")
        shift
    done
    shift
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _aisle
    if [ "${COMPREPLY[*]}" != "$*" ]; then
        echo "${COMP_WORDS[*]}: offered '${COMPREPLY[*]}', expected '$*'" >&2
        failed=1
    fi
}
cd "$1"
touch shop.yaml
expect aisle ev -- evaluate
expect aisle sim -- similar similar-users
expect aisle tune cand -- candidates
expect aisle evaluate sho -- shop.yaml
expect aisle evaluate shop.yaml --fo -- --folds
expect aisle evaluate shop.yaml --folds '' --
expect aisle tune candidates shop.yaml --mo -- --most
expect aisle tune shop.yaml --tr -- --trials
expect aisle score --tr -- --truth
expect aisle score --truth sho -- shop.yaml
exit $failed
END
bash "$work/expect" "$work"

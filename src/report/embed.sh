#!/bin/sh
# embed.sh OUT NAME FILE [NAME FILE]…: assembler source that holds the bytes of each file from
# embedded_NAME to embedded_NAME_end.
set -eu
out=$1
shift
{
    echo '    .section .rodata'
    while [ $# -gt 0 ]; do
        cat <<END
    .global embedded_$1, embedded_$1_end
    .hidden embedded_$1, embedded_$1_end
embedded_$1:
    .incbin "$2"
embedded_$1_end:
END
        shift 2
    done
    echo '    .section .note.GNU-stack,"",%progbits'
} >"$out"

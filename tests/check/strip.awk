# C source without comments and without what stands in strings and character literals, line for
# line. With directives=1, lines of the preprocessor are left empty, too.
function stripped(line,    out, c, two, end) {
    out = ""
    while (line != "") {
        if (in_comment) {
            if ((end = index(line, "*/")) == 0) return out
            line = substr(line, end + 2)
            in_comment = 0
            continue
        }
        if (!match(line, /["'\/]/)) return out line
        out = out substr(line, 1, RSTART - 1)
        line = substr(line, RSTART)
        c = substr(line, 1, 1)
        two = substr(line, 1, 2)
        if (two == "/*") {
            in_comment = 1
            out = out " "
            line = substr(line, 3)
        } else if (two == "//") {
            return out
        } else if (c == "/") {
            out = out c
            line = substr(line, 2)
        } else {
            if (c == "\"") match(line, /^"(\\.|[^"\\])*"?/)
            else match(line, /^'(\\.|[^'\\])*'?/)
            out = out c c
            line = substr(line, RLENGTH + 1)
        }
    }
    return out
}
FNR == 1 { in_comment = directive = 0 }
{
    text = stripped($0)
    if (directives && (directive || text ~ /^[ \t]*#/)) {
        directive = text ~ /\\$/
        text = ""
    }
    print text
}

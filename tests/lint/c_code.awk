# SPDX-License-Identifier: GPL-3.0-or-later
# Prints C files as FILE:LINE:CODE with comments removed. With -v texts=no string literals become "" and characters ' '.
function flush() {
    if (line ~ /[^ \t]/)
        print FILENAME ":" FNR ":" line
}
FNR == 1 { in_comment = 0 }
{
    line = ""
    rest = $0
    while (rest != "") {
        if (in_comment) {
            end = index(rest, "*/")
            if (!end) { rest = ""; break }
            rest = substr(rest, end + 2)
            in_comment = 0
            line = line " "
        } else if (match(rest, /^"([^"\\]|\\.)*"/)) {
            line = line (texts == "no" ? "\"\"" : substr(rest, 1, RLENGTH))
            rest = substr(rest, RLENGTH + 1)
        } else if (match(rest, /^'([^'\\]|\\.)+'/)) {
            line = line (texts == "no" ? "' '" : substr(rest, 1, RLENGTH))
            rest = substr(rest, RLENGTH + 1)
        } else if (substr(rest, 1, 2) == "/*") {
            in_comment = 1
            rest = substr(rest, 3)
        } else if (substr(rest, 1, 2) == "//") {
            rest = ""
        } else {
            line = line substr(rest, 1, 1)
            rest = substr(rest, 2)
        }
    }
    flush()
}

# SPDX-License-Identifier: GPL-3.0-or-later
# Reads the headers of src/service and writes a C call for every function that takes who acts (struct actor *) and
# answers an enum status. Its arguments are the emptiest there are, or ARG_<type> and TEXT_<name> of role_arguments.h.
# usage: awk -v mode=calls|names -v arguments=role_arguments.h -v symbols=FILE -f role_calls.awk HEADER...
# mode names: one line a function that takes an actor, whatever it answers, for tests/lint/roles.sh.
# symbols: a file with one line a function that is built ("name"); what is only declared yet is left out. "": all of them.
BEGIN {
    while (symbols != "" && (getline line < symbols) > 0) built[line] = 1
    while (arguments != "" && (getline line < arguments) > 0)
        if (match(line, /^#define (ARG|TEXT)_[a-z_0-9]+/)) known[substr(line, 9, RLENGTH - 8)] = 1
    if (mode == "calls") print "/* Made by role_calls.awk. */"
}
FILENAME ~ /(_private|\/act)\.h$/ { next } # what service functions use among themselves
FNR == 1 {
    text = ""
    is_comment = 0
    include = FILENAME
    sub(/^.*src\/service\//, "service/", include)
    if (mode == "calls") includes[include] = 1
}
{
    line = $0
    if (is_comment) {
        if (line !~ /\*\//) next
        sub(/^.*\*\//, "", line)
        is_comment = 0
    }
    gsub(/\/\*([^*]|\*[^\/])*\*\//, "", line)
    if (line ~ /\/\*/) {
        sub(/\/\*.*$/, "", line)
        is_comment = 1
    }
    if (line ~ /^#/ || line ~ /^[ \t]+\{.*\}$/ || line ~ /\\$/) { text = ""; next }
    text = text " " line
    if (line ~ /^}/) { text = ""; next }
    if (line !~ /;[ \t]*$/) next
    take(text)
    text = ""
}
function argument(word, count, n, parts, type, name, at) {
    gsub(/[ \t]+/, " ", word)
    sub(/^ /, "", word)
    sub(/ $/, "", word)
    at = match(word, /[a-z_0-9]+(\[[^]]*\])?$/)
    name = substr(word, at)
    type = substr(word, 1, at - 1)
    sub(/ $/, "", type)
    if (name ~ /\[/) {
        at = substr(name, index(name, "["))
        return "(" type at "){0}"
    }
    if (type == "struct actor *" || type == "const struct actor *") return "actor"
    if (type == "struct error *") return "err"
    if (type == "struct uid") return "UID_NONE"
    if (type == "const char *") return ("TEXT_" name) in known ? "TEXT_" name : "\"x\""
    if (type == "const char *const *") return "(const char *const[]){\"x\", NULL}"
    if (type ~ /^(size_t|int|bool|unsigned|int32_t|int64_t|uint32_t|uint64_t)$/) return "0"
    if (type ~ /^enum [a-z_]+$/) return "(" type ")1"
    if (type ~ /^struct [a-z_]+$/) return "(" type "){0}"
    if (type ~ /^(const )?struct [a-z_]+ \*$/) {
        split(type, parts, " ")
        n = parts[1] == "const" ? parts[3] : parts[2]
        if (("ARG_" n) in known) return "ARG_" n
        if (type ~ /^const/ && name == "second") return "NULL"
        return "&(struct " n "){0}"
    }
    if (type ~ /^struct [a-z_]+ \*\*$/) { sub(/ \*\*$/, " *", type); return "&(" type "){NULL}" }
    if (type ~ /^(enum [a-z_]+|bool|size_t|int|unsigned|int64_t) \*$/) { sub(/ \*$/, "", type); return "&(" type "){0}" }
    if (type == "char **") return "&(char *){NULL}"
    return "NULL /* " type " */"
}
function take(text, name, list, count, i, words, call) {
    if (text !~ /\(/ || text !~ /struct actor \*[a-z_]+[,)]/) return
    sub(/MUST_USE/, "", text)
    name = substr(text, 1, index(text, "(") - 1)
    list = substr(text, index(text, "(") + 1)
    sub(/\)[^)]*;[ \t]*$/, "", list)
    is_status = name ~ /enum status/
    gsub(/^.*[ *]/, "", name)
    if (mode == "names") { print name; return }
    count = split(list, words, ",")
    if (!is_status || words[1] ~ /const struct actor/ || (symbols != "" && !(name in built))) return
    call = ""
    for (i = 1; i <= count; i++) call = call (i > 1 ? ", " : "") argument(words[i])
    calls[++total] = name
    body[total] = call
}
END {
    if (mode != "calls") exit
    for (name in includes) print "#include \"" name "\"" | "LC_ALL=C sort"
    close("LC_ALL=C sort")
    print "#include \"service/role_arguments.h\""
    print "#include \"service/role_calls.h\"\n"
    for (i = 1; i <= total; i++)
        printf "static enum status call_%s(struct actor *actor, struct error *err)\n{\n    return %s(%s);\n}\n\n", calls[i], calls[i], body[i]
    print "const struct role_call ROLE_CALLS[] = {"
    for (i = 1; i <= total; i++) printf "    {\"%s\", call_%s},\n", calls[i], calls[i]
    print "    {NULL, NULL},\n};"
}

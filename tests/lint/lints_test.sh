#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Shows that each lint of this folder accepts good sources and refuses each fault it is there for.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 2
tree=$(mktemp -d) || exit 2
trap 'rm -rf "$tree"' EXIT
wrong=0

plant() { # path, text
    mkdir -p "$tree/${1%/*}"
    printf '%s\n' "$2" > "$tree/$1"
}

# A small tree without a fault.
reset() {
    rm -rf "$tree/src" "$tree/ui" "$tree/tests" "$tree/docs"
    plant src/base/text.c '#include "base/text.h"'
    plant src/base/text.h '/* SPDX */
/* Text. Not more. */'
    plant src/store/store.c '#include <sqlite3.h>
#include "base/text.h"'
    plant ui/screens/screen_home.c '#include "screens/screen_home.h"
#include "shell/loop.h"
static const char *title = N_("Today in the clinic");'
    plant ui/screens/screen_home.h ''
    plant tests/unit/test_text.c 'int main(void) { return 0; }'
    plant docs/architecture.md '## Files'
    (cd "$tree" && sh "$here/docs.sh" update "$tree")
}

expect() { # lint, exit code, pattern in its output, what this shows
    out=$(sh "$here/$1" "$tree" 2>&1)
    code=$?
    if [ "$code" != "$2" ] || { [ -n "$3" ] && ! printf '%s\n' "$out" | grep -q -e "$3"; }; then
        echo "lints_test.sh:1: $1: $4: exit $code, said: $out"
        wrong=1
    fi
}

good() { # lint, path, text
    reset
    plant "$2" "$3"
    expect "$1" 0 '' "must accept $3"
}

bad() { # lint, path, text, place and word of the message
    reset
    plant "$2" "$3"
    expect "$1" 1 "$4" "must refuse $3"
}

reset
for lint in layers banned strings docs; do
    expect "$lint.sh" 0 '' 'a tree without a fault'
done
rm -rf "$tree/src" "$tree/ui" "$tree/tests"
for lint in layers banned strings docs; do
    expect "$lint.sh" 2 '' 'an empty tree is no success'
done

bad layers.sh src/base/a.c '#include "model/order.h"' '^src/base/a.c:1: base may not include model'
bad layers.sh src/model/a.c '
#include "store/store.h"' '^src/model/a.c:2: '
bad layers.sh src/service/a.c '#include "screens/screen_home.h"' 'service may not include screens'
bad layers.sh ui/screens/a.c '#include "store/store.h"' 'screens may not include store'
bad layers.sh ui/screens/a.c '#include "screens/screen_home.h"' 'screens never include each other'
bad layers.sh ui/screens/a.c '#include <curses.h>' 'belongs to term'
bad layers.sh src/service/a.c '# include <sqlite3.h>' 'belongs to store'
bad layers.sh src/crypt/a.c '#include <cjson/cJSON.h>' 'belongs to base'
bad layers.sh src/service/a.c '#include "sync/push.h"' 'service may not include sync'
bad layers.sh src/base/a.c '#include "text.h"' 'write the folder'
bad layers.sh src/util/a.c 'int x;' 'not in the table'
bad layers.sh src/base/deep/a.c 'int x;' 'directly'
good layers.sh src/service/a.c '#include "sync/agent_client.h"'
good layers.sh src/crypt/a.c '#include <sodium.h>
#include "crypt/key.h"
#include <config.h>'
good layers.sh ui/main.c '#include "cli/cli.h"
#include "shell/shell.h"'

for call in sprintf strcpy strcat strncpy strtok gmtime localtime atoi system popen; do
    bad banned.sh src/base/a.c "void f(void) { (void)$call (x); }" "^src/base/a.c:1: $call: "
done
bad banned.sh tests/unit/a.c 'void f(void) { /* wait */ usleep(10); }' '^tests/unit/a.c:1: usleep'
good banned.sh src/base/a.c 'void f(void) { snprintf(x); my_system(x); p->system(x); s.popen(x); /* strcpy(x) */ g("atoi(1)"); }'
good banned.sh src/base/a.c '/* system(1)
 strcpy(2) */ int f; // gmtime(3)'
good banned.sh src/host/a.c 'void f(void) { nanosleep(x, y); }'

bad strings.sh src/base/a.c 'x = error_set(err, STATUS_IO, "broken");' '^src/base/a.c:1: .*without _()'
bad strings.sh src/base/a.c 'x = error_set_field(err, STATUS_IO, "name",
    "The name is missing.");' '^src/base/a.c:2: '
bad strings.sh src/store/a.c 'x = error_prefix(err, s, "file %s", f);' 'without _()'
bad strings.sh ui/kit/a.c 'f("Press any key");' 'words without'
bad strings.sh src/service/a.c 'static const char *t[] = {"Not now"};' 'words without'
bad strings.sh ui/kit/a.c 'draw_text(c, 1, 1, "Save");' 'a drawn word'
good strings.sh ui/kit/a.c 'f(_("Press any key")); g(ngettext("%d old dose", "%d old doses", n));
h(_("It is a long "
    "text of two lines"), N_("One more"));'
good strings.sh src/base/a.c 'x = error_set(err, STATUS_IO, "%s: %d", a, b); y = error_set_field(err, s, "birth_date", _("No"));'
good strings.sh src/service/a.c 'log_write(LOG_INFO, "site opened by %s", id); fatal("no such row");'
good strings.sh ui/kit/a.c 'draw_text(c, 1, 1, "%"); f("to be or not"); /* not shown */ /* "Press any key" */'
good strings.sh src/store/a.c 'static const char *q = "select it from there";'

bad docs.sh src/base/new.c 'int x;' 'src/base/new.c'
bad docs.sh src/new/new.c 'int x;' 'src/new/new.c'
reset
rm "$tree/src/base/text.c"
expect docs.sh 1 '^docs/architecture.md:[0-9]*: there is no src/base/text.c' 'a file that is gone'
rm -r "$tree/src/store"
expect docs.sh 1 'there is nothing in src/store' 'a folder that is gone'
reset
grep -q '^- `text.c`, `text.h`: Text$' "$tree/docs/architecture.md" || { echo 'lints_test.sh:1: docs.sh: no sentence'; wrong=1; }
# listed.sh
reset
plant src/base/sources.am 'base_sources = src/base/text.c src/base/text.h'
plant src/store/sources.am 'store_sources = src/store/store.c'
plant ui/screens/sources.am 'screens_sources = ui/screens/screen_home.c ui/screens/screen_home.h'
plant tests/unit/sources.am 'unit_tests_SOURCES = tests/unit/test_text.c'
plant data/sources.am 'embedded_files ='
expect listed.sh 0 '' 'all files named'
plant tests/unit/test_forgotten.c ''
expect listed.sh 1 '^tests/unit/test_forgotten.c:1: no sources.am names it' 'a test that no list names'
plant tests/unit/sources.am 'unit_tests_SOURCES = tests/unit/test_text.c
unit_tests_SOURCES = tests/unit/test_forgotten.c'
expect listed.sh 1 '^tests/unit/sources.am:1: unit_tests_SOURCES is set twice' 'a list that begins twice'

reset
plant src/service/access_words.c '    {"order.add", N_("added an order"), false},'
plant src/service/orders.c 'struct act act = ACT(actor, PERMISSION_ORDER_WRITE,
    "order.add", "user_medications", patient);'
expect audit_words.sh 0 '' 'an act with its words'
plant src/service/orders.c 'struct act act = ACT(actor, PERMISSION_ORDER_WRITE,
    "order.undo", "user_medications", patient);'
expect audit_words.sh 1 'order.undo has no words' 'an act without words'
plant src/service/orders.c ''
expect audit_words.sh 1 'no act was found' 'a lint that reads nothing'

reset
plant tests/service/test_doses.c 'Test(doses, stand_on_one_MAR)'
plant tests/service/edges.tsv 'case	tests	open
merged	doses/stand_on_one_MAR'
expect edges.sh 0 '' 'a test with capitals in its name'
plant tests/service/edges.tsv 'case	tests	open
merged	doses/stand_on_one_mar'
expect edges.sh 1 '^tests/service/edges.tsv:2: there is no test doses/stand_on_one_mar' 'a test that is not there'

exit "$wrong"

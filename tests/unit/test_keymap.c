/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Key names, the keymap and keys.conf. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/buffer.h"
#include "shell/keymap.h"
#include "shell/screen.h"
#include "shell/shell_actions.h"
#include "support/demo_screens.h"
#include "term/key.h"

#define ROW(name, keys)                             \
    {                                               \
        name, keys, 0, NULL, "Help.", NULL, 0, NULL \
    }

static const struct action TABLE[] = {
    ROW("record", "F6, Ctrl-D"),
    ROW("add", "a, F5, Ctrl-N"),
    ROW("quiet", ""),
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

Test(key, reads_what_it_writes)
{
    static const char *const NAMES[] = {
        "Up",  "PgDn",  "Enter",  "Esc",    "Tab",       "Shift-Tab", "F1",
        "F12", "F24",   "Ctrl-A", "Ctrl-Z", "a",         "?",         ":",
        "/",   "Space", "Comma",  "=",      "Backspace", "Del",       "\xC3\xA9"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        char buf[KEY_NAME_MAX];
        uint32_t key = key_parse(NAMES[i]);
        cr_expect_neq(key, (uint32_t)UI_KEY_NONE, "%s", NAMES[i]);
        cr_expect_str_eq(key_format(key, buf), NAMES[i]);
    }
    static const char *const BAD[] = {"",        "F0", "F25",     "F1x",  "Ctrl-", "Ctrl-1",
                                      "Ctrl-ab", "ab", "Hyper-x", "\xFF", "\x01"};
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        cr_expect_eq(key_parse(BAD[i]), (uint32_t)UI_KEY_NONE, "%s", BAD[i]);
    }
    cr_expect_eq(key_parse("CTRL-s"), UI_KEY_CTRL('s'));
    cr_expect_eq(key_parse("A"), (uint32_t)'a');
    cr_expect_eq(key_parse("Equals"), (uint32_t)'=');
    cr_expect_eq(key_parse("comma"), (uint32_t)',');
    cr_expect_eq(key_parse("Hash"), (uint32_t)'#');
}

static struct keymap map_of(const struct action *table)
{
    struct keymap km;
    struct error err = ERROR_INIT;
    keymap_init(&km);
    cr_assert_eq(keymap_add(&km, table, &err), STATUS_OK, "%s", error_text(&err));
    return km;
}

Test(keymap, finds_a_row_by_its_key)
{
    struct keymap km = map_of(TABLE);
    char buf[64];
    cr_assert_eq(keymap_check(&km, NULL), STATUS_OK);
    cr_expect_eq(keymap_find(&km, TABLE, UI_KEY_F1 + 5), &TABLE[0]);
    cr_expect_eq(keymap_find(&km, TABLE, 'A'), &TABLE[1]);
    cr_expect_null(keymap_find(&km, TABLE, 'b'));
    cr_expect_str_eq(keymap_keys(&km, "add", buf, sizeof buf), "a, F5, Ctrl-N");
    cr_expect_str_eq(keymap_first_key(&km, "record", buf, sizeof buf), "F6");
    cr_expect_str_eq(keymap_keys(&km, "quiet", buf, sizeof buf), "");
    keymap_release(&km);
}

Test(keymap, refuses_tables_that_contradict)
{
    static const struct {
        const char *what;
        struct action rows[3];
        const char *says;
    } CASES[] = {
        {"one key, two names",
         {ROW("one", "Ctrl-D"), ROW("two", "F5, Ctrl-D")},
         "both \"one\" and \"two\""},
        {"upper and lower case", {ROW("one", "a"), ROW("two", "A")}, "both \"one\" and \"two\""},
        {"one name, two keys", {ROW("one", "a"), ROW("one", "b")}, "in one table and"},
        {"a key of lists", {ROW("one", "PgDn"), ROW(NULL, NULL)}, "lists and fields need it"},
        {"a key of fields", {ROW("one", "Ctrl-U"), ROW(NULL, NULL)}, "lists and fields need it"},
        {"sent as Enter", {ROW("one", "Ctrl-M"), ROW(NULL, NULL)}, "lists and fields need it"},
        {"only function keys", {ROW("one", "F5, F6"), ROW(NULL, NULL)}, "Add a Ctrl key"},
        {"no key", {ROW("one", "F99"), ROW(NULL, NULL)}, "does not exist"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct keymap km;
        struct error err = ERROR_INIT;
        keymap_init(&km);
        enum status status = keymap_add(&km, CASES[i].rows, &err);
        status = status == STATUS_OK ? keymap_check(&km, &err) : status;
        cr_expect_eq(status, STATUS_INVALID, "%s", CASES[i].what);
        cr_expect_not_null(strstr(err.message, CASES[i].says), "%s: %s", CASES[i].what,
                           err.message);
        keymap_release(&km);
    }
}

Test(keymap, takes_other_keys_from_a_file)
{
    struct keymap km = map_of(TABLE);
    struct error err = ERROR_INIT;
    char buf[64];
    const char *text = "# mine\n\n  record = Ctrl-E , F7\r\nadd=\nquiet = Comma, Hash\n";
    cr_assert_eq(keymap_load(&km, "keys.conf", text, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_str_eq(keymap_keys(&km, "record", buf, sizeof buf), "Ctrl-E, F7");
    cr_expect_str_eq(keymap_keys(&km, "add", buf, sizeof buf), "");
    cr_expect_str_eq(keymap_keys(&km, "quiet", buf, sizeof buf), "Comma, #");
    cr_expect_null(keymap_find(&km, TABLE, UI_KEY_F1 + 5));
    cr_expect_eq(keymap_find(&km, TABLE, UI_KEY_CTRL('e')), &TABLE[0]);
    keymap_release(&km);
}

Test(keymap, keeps_its_keys_when_a_line_is_bad)
{
    static const struct {
        const char *text, *says;
    } CASES[] = {
        {"record = F7, Ctrl-E\nrecord F7\n", "keys.conf, line 2: \"=\" is missing"},
        {"recordd = F7\n", "keys.conf, line 1: There is no action \"recordd\""},
        {"\n\nrecord = F77\n", "keys.conf, line 3: \"F77\" is no key"},
        {"record = F7\n", "Add a Ctrl key"},
        {"record = Up, Ctrl-E\n", "lists and fields need it"},
        {"record = a\n", "would mean both"},
        {"record = a, b, c, d, e, f, g, h\n", "is no key"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct keymap km = map_of(TABLE);
        struct error err = ERROR_INIT;
        char buf[64];
        cr_expect_eq(keymap_load(&km, "keys.conf", CASES[i].text, &err), STATUS_INVALID, "%s",
                     CASES[i].text);
        cr_expect_not_null(strstr(err.message, CASES[i].says), "%s: %s", CASES[i].text,
                           err.message);
        cr_expect_not_null(strstr(err.message, "keys.conf"), "%s", err.message);
        cr_expect_str_eq(keymap_keys(&km, "record", buf, sizeof buf), "F6, Ctrl-D");
        keymap_release(&km);
    }
    struct keymap km = map_of(TABLE);
    char long_line[2000];
    memset(long_line, 'x', sizeof long_line - 1);
    long_line[sizeof long_line - 1] = 0;
    cr_expect_eq(keymap_load(&km, "keys.conf", long_line, NULL), STATUS_INVALID);
    keymap_release(&km);
}

Test(action, writes_its_page)
{
    struct buffer page = BUFFER_INIT;
    action_write_markdown(&page, DEMO_SCREENS, DEMO_ACTIONS);
    cr_expect_not_null(
        strstr(page.bytes, "| F1, ?, Ctrl-G | `help` | Show the keys of this screen. |"), "%s",
        page.bytes);
    cr_expect_not_null(strstr(page.bytes, "## People"));
    cr_expect_not_null(strstr(page.bytes, "| - | `theme` |"));
    buffer_release(&page);
}

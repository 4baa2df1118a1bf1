/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Typing into a field: clusters, limits, paste, passwords, a scan taken back. */
#include <criterion/criterion.h>
#include <string.h>

#include "kit/field.h"

static unsigned key(struct field *f, uint32_t k)
{
    return field_handle(f, &(struct event){.kind = EVENT_KEY, .key = k});
}

static unsigned type(struct field *f, uint32_t c)
{
    return field_handle(f, &(struct event){.kind = EVENT_TEXT, .key = c});
}

static unsigned paste(struct field *f, const char *text)
{
    return field_handle(
        f, &(struct event){.kind = EVENT_PASTE, .text = text, .len_bytes = strlen(text)});
}

Test(field, edits_by_clusters)
{
    struct field f;
    field_init(&f, 64, 0);
    type(&f, 'R');
    type(&f, 'e');
    type(&f, 0x301); /* joins the e */
    type(&f, 'n');
    cr_expect_str_eq(field_text(&f), "Re\xCC\x81n");
    key(&f, UI_KEY_LEFT);
    key(&f, UI_KEY_LEFT); /* over the whole cluster */
    type(&f, 'x');
    cr_expect_str_eq(field_text(&f), "Rxe\xCC\x81n");
    key(&f, UI_KEY_DELETE);
    cr_expect_str_eq(field_text(&f), "Rxn");
    key(&f, UI_KEY_BACKSPACE);
    cr_expect_str_eq(field_text(&f), "Rn");
    key(&f, UI_KEY_END);
    type(&f, 0x5C71);
    cr_expect_str_eq(field_text(&f), "Rn\xE5\xB1\xB1");
    key(&f, UI_KEY_BACKSPACE);
    key(&f, UI_KEY_HOME);
    cr_expect_eq(key(&f, UI_KEY_BACKSPACE), (unsigned)STALE_NOTHING);
    cr_expect_eq(key(&f, UI_KEY_LEFT), (unsigned)STALE_NOTHING);
    cr_expect_eq(key(&f, UI_KEY_ENTER), (unsigned)EVENT_UNHANDLED);
    field_release(&f);
}

Test(field, deletes_words_and_all)
{
    struct field f;
    field_init(&f, 64, 0);
    field_set_text(&f, "one two  three");
    key(&f, UI_KEY_CTRL('w'));
    cr_expect_str_eq(field_text(&f), "one two  ");
    key(&f, UI_KEY_CTRL('w'));
    cr_expect_str_eq(field_text(&f), "one ");
    cr_expect(key(&f, UI_KEY_CTRL('u')) & TEXT_CHANGED);
    cr_expect_str_eq(field_text(&f), "");
    cr_expect_eq(key(&f, UI_KEY_CTRL('u')), (unsigned)STALE_NOTHING);
    field_release(&f);
}

Test(field, cleans_and_cuts_what_is_pasted)
{
    struct field f;
    field_init(&f, 10, 0);
    cr_expect(paste(&f, "a\033[2Jb") & TEXT_CHANGED);
    cr_expect_null(strchr(field_text(&f), '\033'));
    field_clear(&f);
    paste(&f, "1234567890123");
    cr_expect_str_eq(field_text(&f), "1234567890");
    cr_expect_eq(type(&f, 'x'), (unsigned)STALE_NOTHING);
    field_set_text(&f, "123456789");
    cr_expect_eq(type(&f, 0x5C71), (unsigned)STALE_NOTHING,
                 "three bytes do not fit, and no part of them");
    cr_expect_str_eq(field_text(&f), "123456789");
    key(&f, UI_KEY_HOME);
    paste(&f, "ab");
    cr_expect_str_eq(field_text(&f), "a123456789", "what was there stays");
    field_release(&f);
}

Test(field, takes_digits_only)
{
    struct field f;
    field_init(&f, 4, FIELD_DIGITS | FIELD_PASSWORD);
    paste(&f, "4a7-1 1 9");
    cr_expect_str_eq(field_text(&f), "4711");
    field_release(&f);
}

Test(field, takes_back_a_burst)
{
    struct field f;
    field_init(&f, 64, 0);
    field_set_text(&f, "Oka");
    key(&f, UI_KEY_LEFT);
    const char *code = "0109876";
    for (int i = 0; code[i]; i++) {
        field_handle(&f, &(struct event){
                             .kind = EVENT_TEXT, .key = (uint32_t)code[i], .starts_burst = i == 0});
    }
    cr_expect_str_eq(field_text(&f), "Ok0109876a");
    cr_expect(field_handle(&f, &(struct event){.kind = EVENT_RETRACT}) & TEXT_CHANGED);
    cr_expect_str_eq(field_text(&f), "Oka");
    type(&f, 'x');
    cr_expect_str_eq(field_text(&f), "Okxa", "the cursor is back too");
    cr_expect_eq(field_handle(&f, &(struct event){.kind = EVENT_RETRACT}), (unsigned)STALE_NOTHING,
                 "only once");
    field_release(&f);
}

Test(field, leaves_no_copy_of_a_password)
{
    struct field f;
    field_init(&f, 32, FIELD_PASSWORD);
    const char *word = "correct horse";
    for (int i = 0; word[i]; i++) {
        field_handle(&f, &(struct event){
                             .kind = EVENT_TEXT, .key = (uint32_t)word[i], .starts_burst = true});
    }
    cr_expect_str_eq(field_text(&f), word);
    field_clear(&f);
    for (size_t i = 0; i < f.max_bytes; i++) {
        cr_assert_eq(f.bytes[i], 0, "byte %zu is still there", i);
    }
    cr_assert_eq(f.before_burst[0], 0, "the copy for a scan is still there");
    field_release(&f);
}

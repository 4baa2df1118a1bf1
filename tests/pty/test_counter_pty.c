/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A day at the counter with the real program: one prescription is ordered, screened, verified, filled, labelled, handed over in
 * part, owed, completed, asked for too early; a bag goes back to stock; a lot is recalled. Pictures are compared as words
 * without dates, because the day is the day on which the test runs. */
#include <criterion/criterion.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "pty/demo_site.h"
#include "service/demo.h"
#include "service/products.h"
#include "support/counter.h"

enum { WIDTH = 78, GOLDEN_MAX = 1 << 16 };

static struct demo_site *demo;
static struct pty *line;
static int keys; /* pressed since the count was set back; a scan is one */

/* ---- words of the picture ---- */

static const struct {
    const char *pattern, *word;
} MASKS[] = {
    {"[0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4}", "DATE"},
    {"[0-9]{4}-[0-9]{2}-[0-9]{2}", "DATE"},
    {"[0-9]{2}:[0-9]{2}", "TIME"},
    {"F [0-9]+ y", "F AGE"},
    {"CrCl [0-9]+", "CrCl N"},
    {"[0-9]+\\.[0-9] kg", "WEIGHT"},
    {"Rx [0-9]+", "Rx N"},
};

static char *masked(char *text, const char *pattern, const char *word)
{
    struct buffer out = BUFFER_INIT;
    regmatch_t at;
    regex_t regex;
    cr_assert_eq(regcomp(&regex, pattern, REG_EXTENDED), 0, "%s", pattern);
    const char *rest = text;
    while (regexec(&regex, rest, 1, &at, 0) == 0) {
        buffer_append_format(&out, "%.*s%s", (int)at.rm_so, rest, word);
        rest += at.rm_eo;
    }
    buffer_append_text(&out, rest);
    regfree(&regex);
    mem_free(text);
    return buffer_take(&out);
}

/* All rows but the status bar as one line of words, broken anew. */
static char *words_of(struct pty *p)
{
    struct buffer all = BUFFER_INIT, out = BUFFER_INIT;
    for (int row = 1; row < emulator_rows(p->screen); row++) {
        char *text = emulator_row(p->screen, row);
        buffer_append_format(&all, "%s ", text);
        mem_free(text);
    }
    char *text = masked(buffer_take(&all), " +", " "); /* first, so that a date is one although a row ends in it */
    for (size_t i = 0; i < sizeof MASKS / sizeof *MASKS; i++) {
        text = masked(text, MASKS[i].pattern, MASKS[i].word);
    }
    size_t width = 0;
    for (const char *word = text + strspn(text, " "); *word != '\0';) {
        size_t len = strcspn(word, " ");
        bool is_next = width == 0 || width + 1 + len > WIDTH;
        buffer_append_format(&out, "%s%.*s", width == 0 ? "" : is_next ? "\n" : " ", (int)len, word);
        width = is_next ? len : width + 1 + len;
        word += len;
        word += strspn(word, " ");
    }
    buffer_append_byte(&out, '\n');
    mem_free(text);
    return buffer_take(&out);
}

static void golden(const char *name)
{
    struct error err = ERROR_INIT;
    struct buffer wanted = BUFFER_INIT;
    char *picture = words_of(line), *path = mem_format("%s/tests/pty/goldens/counter_day.%s.txt", PC_SRCDIR, name);
    const char *update = getenv("UPDATE_GOLDENS");
    if (update != NULL && update[0] != '\0') {
        FILE *file = fopen(path, "w");
        cr_assert(file != NULL && fputs(picture, file) >= 0 && fclose(file) == 0, "%s", path);
    }
    cr_assert_eq(buffer_read_file(&wanted, path, GOLDEN_MAX, &err), STATUS_OK, "%s: no golden. The words are:\n%s", path, picture);
    cr_assert_str_eq(picture, wanted.bytes, "%s differs. The words are:\n%s", path, picture);
    buffer_release(&wanted);
    mem_free(path);
    mem_free(picture);
}

/* ---- hands ---- */

static void press(const char *key)
{
    keys++;
    pty_press(line, key);
}

static void type(const char *text)
{
    keys += (int)strlen(text);
    demo_site_type(line, text);
}

static void scan(const char *code)
{
    char *bytes = mem_format("%s\r", code);
    keys++;
    pty_send(line, bytes, strlen(bytes));
    mem_free(bytes);
}

static void see(const char *text)
{
    pty_expect(line, text);
}

static void begin_as(enum role role)
{
    line = demo_site_start(demo, NULL, 0, 0, NULL);
    demo_site_sign_in(line, role);
}

static void end(void)
{
    pty_press(line, "Ctrl-Q");
    cr_assert_eq(pty_wait_end(line), 0);
    pty_free(line);
    line = NULL;
}

/* The tab that is shown, with its brackets: "[Counter 4]"; "" none. */
static char *shown_tab(void)
{
    enum { TABS_ROW = 3 };
    char *row = emulator_row(line->screen, TABS_ROW);
    const char *from = strchr(row, '['), *to = from != NULL ? strchr(from, ']') : NULL;
    char *tab = to != NULL ? mem_copy_bytes(from, (size_t)(to - from) + 1) : mem_copy_text("");
    mem_free(row);
    return tab;
}

enum { FIRST_ROW = 4 }; /* of a list on Home */

static int row_with(const char *text)
{
    for (int row = FIRST_ROW; row < emulator_rows(line->screen); row++) {
        char *words = emulator_row(line->screen, row);
        bool is_it = strstr(words, text) != NULL;
        mem_free(words);
        if (is_it) {
            return row;
        }
    }
    cr_assert_fail("no row has \"%s\"", text);
    return FIRST_ROW;
}

static void show_list(const char *tab)
{
    for (int i = 0; i < 20 && !emulator_shows(line->screen, tab); i++) {
        char *before = shown_tab();
        cr_assert_str_not_empty(before, "no list is shown");
        press("Tab");
        pty_expect_gone(line, before);
        mem_free(before);
    }
    see(tab);
}

/* ---- the clinic before the day ---- */

static void teach(struct actor *pharmacist, const char *code, const char *drug)
{
    struct scan scanned;
    struct error err = ERROR_INIT;
    cr_assert_eq(product_read_scan(pharmacist->site, code, strlen(code), &scanned, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(product_learn(pharmacist, &scanned, drug, "test", &err), STATUS_OK, "%s", error_text(&err));
}

static void start(void)
{
    struct demo_user users[DEMO_USERS];
    struct actor *pharmacist = NULL;
    struct error err = ERROR_INIT;
    demo = demo_site_new();
    demo_users(DEMO_SITE_SEED, users);
    struct actor *admin = demo_site_look(demo);
    for (int i = 0; i < DEMO_USERS; i++) {
        if (users[i].role == ROLE_PHARMACIST) {
            cr_assert_eq(session_sign_in(admin->site, users[i].login, users[i].password, &pharmacist, &err), STATUS_OK, "%s", error_text(&err));
        }
    }
    teach(pharmacist, COUNTER_METFORMIN, "ibuprofen 400 mg tab"); /* the code's lot is M100 */
    teach(pharmacist, COUNTER_OXYCODONE, "oxycodone 5 mg tab");
    session_sign_out(pharmacist, SESSION_END_SIGNED_OUT);
    demo_site_look_away(admin);
}

static void stop(void)
{
    demo_site_free(demo);
}

TestSuite(counter_pty, .init = start, .fini = stop);

static int64_t number_of(const char *sql)
{
    struct actor *actor = demo_site_look(demo);
    int64_t value = demo_site_count(actor, sql);
    demo_site_look_away(actor);
    return value;
}

/* ---- the day ---- */

/* Ordered in spite of a finding, with a reason that travels. */
static void order_it(void)
{
    begin_as(ROLE_PRESCRIBER);
    demo_site_open_chart(line);
    press("F5");
    see("New medication");
    type("ibuprofen 400 mg tab 1 tab tid #30 r1");
    see("MAJOR warfarin 5 mg tab x ibuprofen"); /* how many more there are depends on the kidneys of that day */
    press("F10");
    see("Do not add");
    see("warfarin 5 mg tab x ibuprofen");
    press("Right");
    press("Right");
    press("Enter");
    see("Why it is given");
    press("Right");
    pty_expect_gone(line, "choose a reason");
    press("F10");
    see("Saved here.");
    end();
}

static void verify_it(void)
{
    show_list("[To verify 1");
    press("Enter");
    see("ibuprofen 400 mg tab (unverified)");
    press("F10");
    see("verified. Saved here.");
}

/* From Home to the screen of its next fill. */
static void open_fill(const char *number, const char *until)
{
    type(number);
    see("OKAFOR, Grace Adaeze");
    press("Enter");
    see(until);
}

static void fill_it(const char *quantity)
{
    see("Scan the pack.");
    scan(COUNTER_METFORMIN);
    see("lot M100");
    if (quantity != NULL) {
        press("Down"); /* from the step to what is in the bag */
        press("Ctrl-U");
        type(quantity);
    }
    press("F10");
    see("Take 1 tablet by mouth 3 times a day");
}

/* The final check, and the window. */
static void hand_it_over(const char *until)
{
    press("Esc");
    see("to check");
    press("F10");
    see("hand over");
    press("Down");
    type("Okafor");
    press("Down");
    type("004182");
    press("Down");
    press("Right");
    press("F10");
    see(until);
}

Test(counter_pty, a_day_at_the_counter)
{
    order_it();
    int64_t rx = number_of("SELECT CAST(prescription_number AS INTEGER) FROM user_medications WHERE drug_text LIKE 'ibuprofen%'");
    char *number = mem_format("%lld", (long long)rx), *label = mem_format("RX%lld", (long long)rx);
    begin_as(ROLE_PHARMACIST);
    keys = 0;
    verify_it();
    scan(label);
    see("to be filled");
    see("30 tab ordered; refills left");
    press("F10");
    see("Scan the pack.");
    scan(COUNTER_OXYCODONE);
    see("WRONG DRUG");
    fill_it("20");
    golden("label");
    cr_expect_leq(keys, 40, "%d keys from a new prescription to its label", keys);
    hand_it_over("OWED TO YOU");
    golden("owed_slip");
    press("Esc");
    see("put the rest in the queue");
    press("F10"); /* the offer of the rest */
    see("OWED: 10 tab");
    press("F10");
    fill_it(NULL);
    hand_it_over("counselling accepted and given");
    press("Esc");
    see("Find or scan");

    open_fill(number, "TOO EARLY");
    press("F10");
    see("the next one is due from");
    golden("early");
    press("Esc");
    see("Find or scan");
    cr_expect_eq(number_of("SELECT refills_remaining FROM user_medications WHERE drug_text LIKE 'ibuprofen%'"), 1, "the parts spent one fill, the early one none");

    show_list("[Counter");
    int row = row_with(" ready ");
    for (int i = FIRST_ROW; i < row; i++) {
        press("Down");
    }
    press("Enter"); /* the bag that nobody collected yet */
    see("hand over");
    press("Right");
    see("back to stock");
    press("Down");
    press("Right");
    press("F10");
    see("returned to stock. Saved here.");
    press("Esc");
    see("Find or scan");
    cr_expect_eq(number_of("SELECT count(*) FROM fills WHERE state = 'returned'"), 1);

    press("'");
    see("No lot is recalled");
    press("F5");
    see("Recall a lot");
    type("M100");
    press("Down");
    press("Down");
    type("label mix-up, says the maker");
    press("F10");
    see("Lot M100 is recalled");
    press("Enter");
    see("Who has lot M100: 2 bags");
    golden("lot");
    end();
    mem_free(label);
    mem_free(number);
}

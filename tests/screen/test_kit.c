/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every widget on one screen, at every size, with long words and foreign names. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "kit/bar.h"
#include "kit/dialog.h"
#include "kit/form.h"
#include "kit/mark.h"
#include "kit/pager.h"
#include "kit/picker.h"
#include "kit/table.h"
#include "support/screen_harness.h"

/* ---- a screen that shows what its argument says ---- */

enum { PAGE_MARKS, PAGE_PAGER, PAGE_FORM, PAGE_TABS };

struct gallery {
    int page;
    struct pager pager;
    struct form form;
    int tab;
    struct area area;
};

static const char LONG_TEXT[] =
    "Take one tablet in the morning with food.\n\n"
    "A word that is longer than any row of a narrow window is cut where the row ends: "
    "Donaudampfschifffahrtselektrizit\xC3\xA4tenhauptbetriebswerkbauunterbeamtengesellschaft, and "
    "goes on "
    "behind.\n"
    "\xE5\x8C\xBB\xE5\xB8\xAB\xE3\x81\xAE\xE6\x8C\x87\xE7\xA4\xBA\xE3\x81\xA9\xE3\x81\x8A\xE3\x82"
    "\x8A"
    "\xE3\x81\xAB\xE3\x80\x81\xE9\xA3\x9F\xE5\xBE\x8C\xE3\x81\xAB\xE6\xB0\xB4\xE3\x81\xA7\xE3\x81"
    "\x8A"
    "\xE9\xA3\xB2\xE3\x81\xBF\xE3\x81\x8F\xE3\x81\xA0\xE3\x81\x95\xE3\x81\x84\xE3\x80\x82\n"
    "Last line.\n";

static const char *const TABS[] = {"Medications", "Doses",   "Allergies", "Problems", "Reconcile",
                                   "Adherence",   "Metrics", "Profile",   "Access"};

static enum status gallery_open(struct shell *sh, const void *argument, void **out_state,
                                struct error *err)
{
    static const char *const ROUTES[] = {"by mouth", "under the tongue", "into a vein"};
    (void)sh;
    (void)err;
    struct gallery *g = mem_alloc(sizeof *g);
    g->page = *(const int *)argument;
    pager_init(&g->pager, LONG_TEXT);
    form_init(&g->form);
    char *names[] = {"one",   "two",   "three", "four", "five",   "six",
                     "seven", "eight", "nine",  "ten",  "eleven", "twelve"};
    for (int i = 0; i < 12; i++) {
        form_add_text(&g->form, names[i],
                      i == 3 ? "A label that is much longer than the others" : names[i], 60,
                      i % 2 ? 0 : 10, 0);
    }
    form_add_choice(&g->form, "route", "Route", ROUTES, 3);
    *out_state = g;
    return STATUS_OK;
}

static void gallery_close(void *state)
{
    struct gallery *g = state;
    pager_release(&g->pager);
    form_release(&g->form);
    mem_free(g);
}

static void gallery_layout(void *state, struct area body)
{
    struct gallery *g = state;
    g->area = area_part(body, 1, 1, body.rows - 2, body.cols - 2);
    pager_layout(&g->pager, g->area.rows, g->area.cols);
    form_layout(&g->form, 8, g->area.cols); /* lower than its fields: it has to scroll */
}

static void gallery_draw(void *state, struct area body)
{
    struct gallery *g = state;
    (void)body;
    switch (g->page) {
    case PAGE_MARKS:
        for (int m = 1; m < MARK_COUNT; m++) {
            mark_draw(g->area, m - 1, 0, (enum mark)m);
            mark_draw_symbol(g->area, m - 1, 40, (enum mark)m);
        }
        break;
    case PAGE_PAGER:
        pager_draw(&g->pager, g->area);
        break;
    case PAGE_FORM:
        form_draw(&g->form, area_rows(g->area, 0, 8));
        draw_text(g->area, 8, 0, STYLE_DIM, "below the form");
        break;
    default:
        tabs_draw(area_rows(g->area, 0, 1), TABS, 9, g->tab);
        tabs_draw(area_part(g->area, 1, 0, 1, 40), TABS, 9, g->tab);
    }
}

static unsigned gallery_key(struct shell *sh, void *state, const struct event *event)
{
    struct gallery *g = state;
    (void)sh;
    if (g->page == PAGE_FORM) {
        return form_handle(&g->form, event);
    }
    if (g->page == PAGE_TABS && event->kind == EVENT_KEY && event->key == UI_KEY_RIGHT) {
        g->tab = (g->tab + 1) % 9;
        return STALE_CELLS;
    }
    return pager_handle(&g->pager, event);
}

static bool gallery_text_focus(const void *state)
{
    const struct gallery *g = state;
    return g->page == PAGE_FORM && form_has_text_focus(&g->form);
}

static const struct screen_ops GALLERY = {
    .name = "gallery",
    .title = "Gallery",
    .open = gallery_open,
    .layout = gallery_layout,
    .draw = gallery_draw,
    .key = gallery_key,
    .close = gallery_close,
    .text_focus = gallery_text_focus,
};

static const struct screen_ops *const SCREENS[] = {&GALLERY, NULL};

static struct harness *start(int page, int rows, int cols)
{
    struct shell_options options = {.screens = SCREENS};
    struct harness *h = harness_new(&(struct harness_options){.rows = rows, .cols = cols},
                                    &options);
    harness_open(h, &GALLERY, &page);
    return h;
}

Test(kit, looks_right_at_every_size)
{
    static const struct {
        int page;
        const char *name;
    } PAGES[] = {
        {PAGE_MARKS, "marks"}, {PAGE_PAGER, "pager"}, {PAGE_FORM, "form"}, {PAGE_TABS, "tabs"}};
    static const struct {
        int rows, cols;
    } SIZES[] = {{24, 80}, {43, 132}, {12, 40}, {11, 39}};
    for (size_t i = 0; i < sizeof PAGES / sizeof PAGES[0]; i++) {
        struct harness *h = start(PAGES[i].page, 24, 80);
        for (size_t s = 0; s < sizeof SIZES / sizeof SIZES[0]; s++) {
            harness_resize(h, SIZES[s].rows, SIZES[s].cols);
            harness_golden(h, "gallery", PAGES[i].name);
        }
        harness_free(h);
    }
}

Test(mark, has_a_sign_of_ascii_for_each)
{
    for (int m = 1; m < MARK_COUNT; m++) {
        const char *ascii = mark_symbol((enum mark)m, true);
        cr_expect(*ascii, "mark %d", m);
        for (const char *p = ascii; *p; p++) {
            cr_expect(*p > 0x20 && *p < 0x7F, "mark %d", m);
        }
        cr_expect(*mark_word((enum mark)m), "mark %d has no word", m);
    }
}

Test(form, walks_scrolls_and_turns_choices)
{
    struct harness *h = start(PAGE_FORM, 24, 80);
    for (int i = 0; i < 9; i++) {
        harness_press(h, i % 2 ? "Enter" : "Tab");
    }
    harness_expect(h, "> ten");
    harness_expect_not(h, "one  ");
    harness_expect(h, "below the form");
    harness_press(h, "Down");
    harness_press(h, "Down");
    harness_press(h, "Down");
    harness_expect(h, "> Route");
    harness_press(h, "Right");
    harness_expect(h, "< under the tongue >");
    harness_press(h, "Space");
    harness_press(h, "Space");
    harness_expect(h, "< by mouth >");
    harness_press(h, "Left");
    harness_expect(h, "< into a vein >");
    harness_press(h, "Tab"); /* round to the first */
    harness_expect(h, "> one");
    harness_press(h, "Shift-Tab");
    harness_press(h, "Up");
    harness_expect(h, "> twelve");
    harness_free(h);
}

Test(field, keeps_the_cursor_in_sight)
{
    struct harness *h = start(PAGE_FORM, 24, 80);
    harness_type(h, "abcdefghijklmnop"); /* the field has ten cells */
    int row, col;
    emulator_cursor(h->screen, &row, &col);
    harness_expect(h, "mnop");
    harness_expect_not(h, "abcd");
    harness_press(h, "Home");
    harness_expect(h, "abcdefghi");
    for (int i = 0; i < 12; i++) {
        harness_press(h, "Right");
    }
    harness_expect(h, "m");
    harness_press(h, "Ctrl-U");
    harness_type(h, "\xE5\xB1\xB1\xE7\x94\xB0\xE5\xB1\xB1\xE7\x94\xB0\xE5\xB1\xB1\xE7\x94\xB0");
    harness_golden(h, "gallery", "wide_field");
    harness_free(h);
}

Test(tabs, scroll_to_the_current_one)
{
    struct harness *h = start(PAGE_TABS, 24, 80);
    for (int i = 0; i < 8; i++) {
        harness_press(h, "Right");
    }
    harness_golden(h, "gallery", "last_tab");
    harness_free(h);
}

Test(pager, walks)
{
    struct harness *h = start(PAGE_PAGER, 24, 80);
    harness_resize(h, 24, 80);
    harness_press(h, "End");
    harness_press(h, "Up");
    harness_press(h, "PgUp");
    harness_expect(h, "Take one tablet");
    harness_free(h);
}

/* ---- questions and choices ---- */

static int answered;

static unsigned note_answer(struct shell *sh, void *state, int answer)
{
    (void)sh;
    (void)state;
    answered = answer;
    return STALE_CELLS;
}

Test(dialog, puts_long_answers_below_each_other)
{
    struct harness *h = start(PAGE_MARKS, 24, 80);
    shell_ask(
        h->shell,
        &(struct shell_question){
            .title = "!! CONTRAINDICATED   OKAFOR, Grace Adaeze  F 67 y  MRN 004182",
            .text =
                "amoxicillin 500 mg and allergy: penicillin (anaphylaxis 2019, verified).\nSame "
                "class: "
                "cross-reaction expected. Source: label; knowledge 2026.11. Consider azithromycin.",
            .answers = {"Do not add this drug to the chart",
                        "Choose another drug from the same list",
                        "Override, with a reason and a second person"},
            .title_style = STYLE_CONTRAINDICATED,
            .answered = note_answer,
        });
    harness_advance(h, 10);
    harness_golden(h, "gallery", "dialog");
    harness_resize(h, 12, 40);
    harness_golden(h, "gallery", "dialog");
    answered = -1;
    harness_press(h, "Down");
    harness_press(h, "Down");
    harness_expect(h, "> Override");
    harness_press(h, "Enter");
    cr_assert_eq(answered, 2);
    harness_free(h);
}

static const char *const DRUGS[] = {"predniSONE", "prednisoLONE", "hydrALAZINE", "hydrOXYzine",
                                    "metFORMIN"};

struct drugs {
    int rows[5];
    int count;
};

static int filter_drugs(void *context, const char *text)
{
    struct drugs *d = context;
    d->count = 0;
    for (int i = 0; i < 5; i++) {
        if (strstr(DRUGS[i], text)) {
            d->rows[d->count++] = i;
        }
    }
    return d->count;
}

static void draw_drug(const void *context, int row, struct area line, bool is_selected)
{
    const struct drugs *d = context;
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    draw_text(line, 0, 2, STYLE_TEXT, DRUGS[d->rows[row]]);
}

Test(picker, filters_while_typed)
{
    struct harness *h = start(PAGE_MARKS, 24, 80);
    struct drugs drugs = {{0}, 0};
    struct picker_source source = {
        {&drugs, NULL, draw_drug, "No drug has this name. Delete a letter."}, filter_drugs, &drugs};
    shell_pick(h->shell, "Choose a drug", "Drug:", &source, note_answer);
    harness_advance(h, 10);
    harness_golden(h, "gallery", "picker");
    harness_type(h, "hydr");
    harness_press(h, "Down");
    harness_expect(h, "> hydrOXYzine");
    harness_type(h, "zzz");
    harness_expect(h, "No drug has this name");
    answered = -7;
    harness_press(h, "Enter");
    cr_assert_eq(answered, -7, "nothing to choose");
    harness_press(h, "Ctrl-W");
    harness_type(h, "met");
    harness_press(h, "Enter");
    cr_assert_eq(answered, 0);
    cr_assert_eq(drugs.rows[answered], 4);
    shell_pick(h->shell, "Choose a drug", "Drug:", &source, note_answer);
    harness_advance(h, 10);
    harness_press(h, "Esc");
    cr_assert_eq(answered, -1);
    harness_free(h);
}

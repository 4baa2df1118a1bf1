/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screens/patient_form.h"

#include <langinfo.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "kit/picker.h"

enum { BESIDE_ROWS = 6 };

enum status patient_form_open(struct patient_form *f, struct shell *sh, struct uid patient, struct error *err)
{
    *f = (struct patient_form){.ws = shell_app(sh), .patient = patient};
    form_init(&f->form);
    return uid_is_none(patient) ? STATUS_OK : chart_open(f->ws->actor, patient, 1, 1, &f->chart, err);
}

enum status patient_form_open_person(struct patient_form *f, struct shell *sh, struct uid patient, struct error *err)
{
    struct workstation *ws = shell_app(sh);
    if (actor_may(ws->actor, PERMISSION_CLINICAL_READ)) {
        return patient_form_open(f, sh, patient, err);
    }
    *f = (struct patient_form){.ws = ws, .patient = patient};
    form_init(&f->form);
    return STATUS_OK;
}

void patient_form_ready(struct patient_form *f, const char *draft_name)
{
    form_mark_clean(&f->form);
    form_draft_begin(&f->draft, f->ws, draft_name, f->patient, &f->form);
    f->has_draft = true;
}

void patient_form_close(struct patient_form *f)
{
    if (f->has_draft) {
        form_draft_end(&f->draft);
    }
    form_release(&f->form);
    chart_free(f->chart);
}

void patient_form_layout(void *state, struct area body)
{
    struct patient_form *f = state;
    int head = f->chart != NULL ? BANNER_ROWS : 0;
    f->banner = area_rows(body, 0, head);
    f->heading = area_rows(body, head, 1);
    f->body = area_part(body, head + 2, 1, body.rows - head - 2, body.cols - 2);
    form_layout(&f->form, f->body.rows, f->body.cols);
}

/* ---- a row of the chart ---- */

/* A draft for a new one, and one for the correction of each. */
static void ready_row(struct patient_form *f, const char *kind, struct uid row)
{
    char name[64], id[UID_TEXT_MAX];
    if (uid_is_none(row)) {
        (void)snprintf(name, sizeof name, "%s.add", kind); /* fits */
    } else {
        (void)snprintf(name, sizeof name, "%s.correct:%s", kind, uid_format(row, id)); /* fits */
    }
    patient_form_ready(f, name);
}

enum status row_form_open(struct shell *sh, const struct row_kind *kind, const struct row_argument *what, void **out_state,
                          struct error *err)
{
    struct patient_form *f = mem_alloc(kind->state_bytes);
    enum status status = patient_form_open(f, sh, what->patient, err);
    f->kind = kind;
    struct uid row = what->row;
    f->is_new = uid_is_none(row);
    if (status == STATUS_OK && !f->is_new) {
        status = kind->read(f, what->patient, &row, err);
    }
    if (status != STATUS_OK) {
        row_form_close(f);
        return status;
    }
    kind->make(f);
    if (!f->is_new) {
        kind->fill(f);
    }
    ready_row(f, kind->name, row);
    kind->echo(f);
    *out_state = f;
    return STATUS_OK;
}

void row_form_resume(struct shell *sh, const struct screen_ops *screen, struct uid patient, const char *detail)
{
    struct row_argument what = {patient, UID_NONE};
    if (detail[0] == '\0' || uid_parse(detail, &what.row, NULL) == STATUS_OK) {
        shell_open_or_say(sh, screen, &what);
    }
}

void row_form_close(void *state)
{
    struct patient_form *f = state;
    patient_form_close(f);
    f->kind->release(f);
    mem_free(f);
}

void row_form_draw(void *state, struct area body)
{
    struct patient_form *f = state;
    patient_form_draw(f, body, f->is_new ? _(f->kind->title_new) : _(f->kind->title_correct));
}

unsigned row_form_key(struct shell *sh, void *state, const struct event *event)
{
    unsigned stale = patient_form_key(sh, state, event);
    ((struct patient_form *)state)->kind->echo(state);
    return stale;
}

/* ---- the form on the screen ---- */

static bool focus_is(const struct form *form, const char *name)
{
    return form->focus < form->len && strcmp(form->items[form->focus].name, name) == 0;
}

/* What could be meant, below the form; the list that can be chosen from is one key away. */
static void draw_suggestions(const struct patient_form *f)
{
    int top = form_height(&f->form) + 1, rows = f->body.rows - top;
    if (f->suggest_for == NULL || !focus_is(&f->form, f->suggest_for) || f->suggestion_count == 0 || rows < 2) {
        return;
    }
    draw_text(f->body, top, 2, STYLE_DIM, _("F4 chooses from:"));
    for (int i = 0; i < f->suggestion_count && i < BESIDE_ROWS && i + 1 < rows; i++) {
        draw_text(f->body, top + 1 + i, 4, STYLE_DIM, f->suggestions[i]);
    }
}

void patient_form_draw(struct patient_form *f, struct area body, const char *title)
{
    (void)body;
    if (f->chart != NULL) {
        banner_draw(f->banner, f->chart, site_today(f->ws->site), f->ws->site->zone);
    }
    draw_text(f->heading, 0, 1, STYLE_HEADING, title);
    form_draft_draw(&f->draft, f->heading);
    draw_suggestions(f);
    form_draw(&f->form, f->body);
}

static void look_up(struct patient_form *f)
{
    if (f->suggest_for != NULL && f->suggest != NULL) {
        f->suggestion_count = f->suggest(f->ws->site, form_text(&f->form, f->suggest_for), f->suggestions, SUGGESTIONS_MAX);
    }
}

unsigned patient_form_key(struct shell *sh, void *state, const struct event *event)
{
    struct patient_form *f = state;
    (void)sh;
    unsigned stale = form_handle(&f->form, event);
    if (stale & TEXT_CHANGED && f->suggest_for != NULL && focus_is(&f->form, f->suggest_for)) {
        look_up(f);
    }
    return stale;
}

bool patient_form_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct patient_form *)state)->form);
}

bool patient_form_unsaved(const void *state)
{
    return form_is_changed(&((const struct patient_form *)state)->form);
}

unsigned patient_form_run_back(struct shell *sh, void *state)
{
    struct patient_form *f = state;
    return form_draft_back(&f->draft, sh, form_is_changed(&f->form));
}

unsigned patient_form_run_discard(struct shell *sh, void *state)
{
    (void)sh;
    form_draft_discard(&((struct patient_form *)state)->draft);
    return STALE_CELLS;
}

/* ---- find ---- */

bool patient_form_can_find(const void *state)
{
    const struct patient_form *f = state;
    return f->suggest_for != NULL && focus_is(&f->form, f->suggest_for);
}

static int filter(void *context, const char *text)
{
    struct patient_form *f = context;
    const char *typed = text[0] != '\0' ? text : form_text(&f->form, f->suggest_for);
    f->suggestion_count = f->suggest(f->ws->site, typed, f->suggestions, SUGGESTIONS_MAX);
    return f->suggestion_count;
}

static void draw_suggestion(const void *context, int row, struct area line, bool is_selected)
{
    const struct patient_form *f = context;
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    draw_text(line, 0, 2, STYLE_TEXT, f->suggestions[row]);
}

static unsigned picked(struct shell *sh, void *state, int row)
{
    struct patient_form *f = state;
    (void)sh;
    if (row >= 0 && row < f->suggestion_count) {
        form_set_text(&f->form, f->suggest_for, f->suggestions[row]);
        look_up(f);
    }
    return STALE_CELLS;
}

unsigned patient_form_run_find(struct shell *sh, void *state)
{
    struct patient_form *f = state;
    struct picker_source source = {{f, NULL, draw_suggestion, _("No name begins with that. What is typed can be saved as text.")},
                                   filter, f};
    shell_pick(sh, _("Find"), N_("Name"), &source, picked);
    return STALE_CELLS;
}

/* ---- dates ---- */

static bool month_stands_first(void)
{
    return strncmp(nl_langinfo(D_FMT), "%m", 2) == 0;
}

void patient_form_echo_date(struct patient_form *f, const char *name, bool with_age)
{
    char shown[DATE_TEXT_MAX], age[DATE_TEXT_MAX], note[2 * DATE_TEXT_MAX + 16];
    struct date date, today = site_today(f->ws->site);
    bool is_ambiguous = false;
    const char *text = form_text(&f->form, name);
    if (text[0] == '\0' || date_parse_human(text, today, month_stands_first(), &date, &is_ambiguous, NULL) != STATUS_OK) {
        form_set_note(&f->form, name, STYLE_DIM, "");
        return;
    }
    bool has_age = with_age && date_compare(date, today) <= 0;
    (void)snprintf(note, sizeof note, "%s %s%s%s", is_ambiguous ? "?" : "=", date_format_human(date, shown), has_age ? ", " : "",
                   has_age ? date_format_age(date, today, age) : ""); /* fits */
    form_set_note(&f->form, name, is_ambiguous ? STYLE_WARNING : STYLE_DIM, note);
}

enum status patient_form_date(struct patient_form *f, const char *name, struct date *out, struct error *err)
{
    char shown[DATE_TEXT_MAX];
    struct date date = {0}, other = {0}, today = site_today(f->ws->site);
    struct error why = ERROR_INIT;
    bool is_ambiguous = false, unused = false;
    char *text = mem_copy_text(form_text(&f->form, name));
    if (text[0] == '\0') {
        mem_free(text);
        *out = date;
        return STATUS_OK;
    }
    enum status status = date_parse_human(text, today, month_stands_first(), &date, &is_ambiguous, &why);
    if (status != STATUS_OK) {
        mem_free(text);
        return error_set_field(err, STATUS_INVALID, name, "%s", error_text(&why));
    }
    if (is_ambiguous) {
        form_set_text(&f->form, name, date_format_human(date, shown));
        patient_form_echo_date(f, name, true);
        bool has_other = date_parse_human(text, today, !month_stands_first(), &other, &unused, NULL) == STATUS_OK &&
                         date_compare(other, date) != 0;
        char also[DATE_TEXT_MAX] = "";
        (void)date_format_human(other, also);
        status = has_other ? error_set_field(err, STATUS_INVALID, name,
                                             _("\"%s\" was read as %s; it could be %s. If it is right save again, else type the month "
                                               "in letters."),
                                             text, shown, also)
                           : error_set_field(err, STATUS_INVALID, name, _("\"%s\" was read as %s. If it is right save again."), text, shown);
        mem_free(text);
        return status;
    }
    mem_free(text);
    *out = date;
    return STATUS_OK;
}

/* ---- answers ---- */

void patient_form_refuse(struct patient_form *f, struct shell *sh, const struct error *err)
{
    if (!form_show_error(&f->form, err)) {
        shell_fail(sh, err);
    }
}

void patient_form_saved(struct patient_form *f, struct shell *sh, const char *what)
{
    char *name = f->chart != NULL ? patient_display_name(&f->chart->patient) : NULL;
    form_draft_saved(&f->draft);
    shell_close(sh, 1);
    if (name != NULL) {
        shell_say(sh, MESSAGE_GOOD, _("%s: %s. Saved here."), name, what);
    } else {
        shell_say(sh, MESSAGE_GOOD, _("%s. Saved here."), what);
    }
    mem_free(name);
}

static unsigned stale_answered(struct shell *sh, void *state, int answer)
{
    (void)sh;
    (void)state;
    (void)answer;
    return STALE_CELLS;
}

void patient_form_show_stale(struct shell *sh, const char *difference)
{
    char *text = mem_format("%s\n\n%s", difference, _("Nothing of yours was saved. What you typed is still in the form: look at it again, then save it "
                                                      "on top of theirs or leave."));
    shell_ask(sh, &(struct shell_question){.title = _("Changed by somebody else meanwhile"),
                                           .text = text,
                                           .answers = {_("Look at the form again")},
                                           .title_style = STYLE_MAJOR,
                                           .answered = stale_answered});
    mem_free(text);
}

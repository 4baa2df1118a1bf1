/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A problem of the list: new, or a correction or a change of status. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/patient_form.h"
#include "service/history.h"
#include "service/problems.h"

struct problem_screen {
    struct patient_form base; /* first: patient_form.h */
    struct condition row;     /* that is corrected; no id: a new one */
    const char *severities[CONDITION_SEVERITY_COUNT];
};

enum { TEXT_BYTES = 200, NOTE_BYTES = 500 };

static void echo(void *state)
{
    struct problem_screen *s = state;
    const char *typed = form_text(&s->base.form, "name"), *title = "";
    const struct condition condition = {.name = (char *)(uintptr_t)typed, /* only read */
                                        .code = (char *)(uintptr_t)form_text(&s->base.form, "code")};
    char note[FORM_NOTE_MAX] = "";
    bool is_known = typed[0] != '\0' && condition_is_checked(s->base.ws->site, &condition, &title);
    if (typed[0] != '\0') {
        (void)snprintf(note, sizeof note, "%s%s", is_known && title[0] != '\0' ? "= " : "",
                       !is_known          ? _("NOT CHECKED")
                       : title[0] != '\0' ? title
                                          : _("a code; no rule concerns it")); /* cut is fine */
    }
    form_set_note(&s->base.form, "name", is_known ? STYLE_DIM : STYLE_WARNING, note);
    patient_form_echo_date(&s->base, "diagnosed", false);
    patient_form_echo_date(&s->base, "abated", false);
}

static void fill(void *state)
{
    struct problem_screen *s = state;
    char day[DATE_TEXT_MAX];
    const struct condition *c = &s->row;
    form_set_text(&s->base.form, "name", c->name);
    form_set_text(&s->base.form, "code", c->code);
    form_set_choice(&s->base.form, "status", (int)c->status - 1);
    form_set_choice(&s->base.form, "severity", (int)c->severity);
    form_set_text(&s->base.form, "diagnosed", date_format_human(c->diagnosed, day));
    form_set_text(&s->base.form, "abated", date_format_human(c->abated, day));
    form_set_text(&s->base.form, "note", c->notes);
}

static void make_form(void *state)
{
    struct problem_screen *s = state;
    struct form *f = &s->base.form;
    const struct enum_list *statuses = enum_list(ENUM_CONDITION_STATUS), *severities = enum_list(ENUM_CONDITION_SEVERITY);
    s->severities[0] = N_("not said");
    for (int i = 1; i <= severities->count; i++) {
        s->severities[i] = severities->labels[i];
    }
    form_add_text(f, "name", N_("Problem"), TEXT_BYTES, 32, 0);
    form_set_hint(f, "name", N_("name, ICD-10 or SNOMED CT code"));
    form_add_text(f, "code", N_("Code"), 30, 14, 0);
    form_set_hint(f, "code", N_("I50.9; empty: none"));
    form_add_choice(f, "status", N_("Status"), statuses->labels + 1, statuses->count);
    form_add_choice(f, "severity", N_("Severity"), s->severities, severities->count + 1);
    form_add_text(f, "diagnosed", N_("Since"), 30, 14, 0);
    form_set_hint(f, "diagnosed", N_("2019, mar 2019 or a day"));
    form_add_text(f, "abated", N_("Ended"), 30, 14, 0);
    form_add_text(f, "note", N_("Note"), NOTE_BYTES, 40, 0);
    s->base.suggest_for = "name";
    s->base.suggest = condition_suggest;
}

static enum status read_row(void *state, struct uid patient, struct uid *row, struct error *err)
{
    struct problem_screen *s = state;
    enum status status = condition_in_force(s->base.ws->actor, patient, *row, &s->row, err);
    *row = s->row.id;
    return status;
}

static void release_row(void *state)
{
    condition_release(&((struct problem_screen *)state)->row);
}

static const struct row_kind KIND = {
    .name = "problem",
    .title_new = N_("New problem"),
    .title_correct = N_("Correct this problem"),
    .state_bytes = sizeof(struct problem_screen),
    .read = read_row,
    .make = make_form,
    .fill = fill,
    .echo = echo,
    .release = release_row,
};

static enum status problem_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    return row_form_open(sh, &KIND, argument, out_state, err);
}

/* The texts are borrowed from the form. */
static enum status read_form(struct problem_screen *s, struct condition *out, struct error *err)
{
    const struct form *f = &s->base.form;
    *out = (struct condition){
        .patient = s->base.chart->patient.id,
        .name = (char *)(uintptr_t)form_text(f, "name"),  /* only read */
        .code = (char *)(uintptr_t)form_text(f, "code"),  /* as above */
        .notes = (char *)(uintptr_t)form_text(f, "note"), /* as above */
        .status = (enum condition_status)(form_choice(f, "status") + 1),
        .severity = (enum condition_severity)form_choice(f, "severity"),
        .supersedes = s->row.id,
        .original = s->row.original,
    };
    if (s->row.code != NULL && strcmp(out->code, s->row.code) == 0) {
        out->code_system = s->row.code_system;
    }
    enum status status = patient_form_date(&s->base, "diagnosed", &out->diagnosed, err);
    return status == STATUS_OK ? patient_form_date(&s->base, "abated", &out->abated, err) : status;
}

/* Somebody corrected the row meanwhile: theirs is shown, and the form stands on it. */
static void meet_theirs(struct shell *sh, struct problem_screen *s)
{
    struct condition theirs;
    struct error err = ERROR_INIT;
    struct buffer text = BUFFER_INIT;
    if (condition_in_force(s->base.ws->actor, s->row.patient, s->row.id, &theirs, &err) != STATUS_OK) {
        shell_fail(sh, &err);
        return;
    }
    condition_describe(&text, &s->row, &theirs);
    char *words = mem_format("%s: %s", theirs.recorded_by, text.bytes != NULL ? text.bytes : "");
    patient_form_show_stale(sh, words);
    mem_free(words);
    buffer_release(&text);
    condition_release(&s->row);
    s->row = theirs; /* the strings go over */
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct problem_screen *s = state;
    struct error err = ERROR_INIT;
    struct condition condition;
    bool is_new = s->base.is_new;
    form_clear_errors(&s->base.form);
    enum status status = read_form(s, &condition, &err);
    if (status == STATUS_OK) {
        status = is_new ? condition_add(s->base.ws->actor, &condition, &err) : condition_correct(s->base.ws->actor, &condition, &err);
    }
    if (status == STATUS_STALE) {
        meet_theirs(sh, s);
    } else if (status != STATUS_OK) {
        patient_form_refuse(&s->base, sh, &err);
    } else {
        char *what = mem_format(is_new ? _("%s added to the problems") : _("%s corrected"), condition.name);
        patient_form_saved(&s->base, sh, what);
        mem_free(what);
    }
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_CONDITION_WRITE, N_("save"), N_("Save this problem."), run_save, ACTION_IN_BAR, NULL},
    PATIENT_FORM_FIND_ROW,
    PATIENT_FORM_ROWS,
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

static void resume(struct shell *sh, struct uid patient, const char *detail)
{
    row_form_resume(sh, &SCREEN_PROBLEM, patient, detail);
}

const struct draft_form DRAFT_PROBLEM = {"problem.add", N_("New problem"), resume};
const struct draft_form DRAFT_PROBLEM_CORRECT = {"problem.correct", N_("Correction of a problem"), resume};

const struct screen_ops SCREEN_PROBLEM = {
    .name = "problem",
    .title = N_("Problem"),
    .open = problem_open,
    .layout = patient_form_layout,
    .draw = row_form_draw,
    .key = row_form_key,
    .close = row_form_close,
    .actions = ACTIONS,
    .text_focus = patient_form_text_focus,
    .unsaved = patient_form_unsaved,
};

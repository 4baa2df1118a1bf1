/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An allergy, an intolerance, a side effect, or a substance that is tolerated: new, or a correction of a row. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/patient_form.h"
#include "service/allergies.h"
#include "service/history.h"

struct allergy_screen {
    struct patient_form base; /* first: patient_form.h */
    struct allergy row;       /* that is corrected; no id: a new one */
    const char *severities[REACTION_SEVERITY_COUNT], *certainties[2];
};

enum { TEXT_BYTES = 200, NOTE_BYTES = 500 };

static void echo(void *state)
{
    struct allergy_screen *s = state;
    const char *typed = form_text(&s->base.form, "allergen");
    bool is_known = false;
    const char *kind = allergen_kind_text(s->base.ws->site, typed, &is_known);
    form_set_note(&s->base.form, "allergen", is_known ? STYLE_DIM : STYLE_WARNING, typed[0] == '\0' ? "" : is_known ? kind : _("NOT CHECKED"));
    patient_form_echo_date(&s->base, "onset", false);
}

/* What the fields say is put into them; the draft's text may come on top. */
static void fill(void *state)
{
    struct allergy_screen *s = state;
    char day[DATE_TEXT_MAX];
    const struct allergy *a = &s->row;
    form_set_text(&s->base.form, "allergen", a->allergen_name);
    form_set_choice(&s->base.form, "kind", (int)a->kind - 1);
    form_set_choice(&s->base.form, "state", (int)a->state - 1);
    form_set_text(&s->base.form, "reaction", a->reaction);
    form_set_choice(&s->base.form, "severity", (int)a->severity);
    form_set_choice(&s->base.form, "verified", a->is_verified);
    form_set_text(&s->base.form, "onset", date_format_human(a->onset, day));
    form_set_text(&s->base.form, "note", a->note);
}

static void make_form(void *state)
{
    struct allergy_screen *s = state;
    struct form *f = &s->base.form;
    const struct enum_list *kinds = enum_list(ENUM_ALLERGY_KIND), *states = enum_list(ENUM_ALLERGY_STATE),
                           *severities = enum_list(ENUM_REACTION_SEVERITY);
    s->severities[0] = N_("not known");
    for (int i = 1; i <= severities->count; i++) {
        s->severities[i] = severities->labels[i];
    }
    form_add_text(f, "allergen", N_("Substance"), TEXT_BYTES, 28, 0);
    form_set_hint(f, "allergen", N_("drug, class or group; F4 finds it"));
    form_add_choice(f, "kind", N_("Kind"), kinds->labels + 1, kinds->count);
    form_add_text(f, "reaction", N_("Reaction"), TEXT_BYTES, 28, 0);
    form_set_hint(f, "reaction", N_("rash, anaphylaxis, nausea"));
    form_add_choice(f, "severity", N_("Severity"), s->severities, severities->count + 1);
    form_add_check(f, "verified", N_("Confirmed by a clinician"));
    form_add_text(f, "onset", N_("Since"), 30, 14, 0);
    form_set_hint(f, "onset", N_("2019, mar 2019 or a day; empty: not known"));
    form_add_text(f, "note", N_("Note"), NOTE_BYTES, 40, 0);
    if (!s->base.is_new) {
        form_add_choice(f, "state", N_("State"), states->labels + 1, states->count);
    }
    s->base.suggest_for = "allergen";
    s->base.suggest = allergen_suggest;
}

static enum status read_row(void *state, struct uid patient, struct uid *row, struct error *err)
{
    struct allergy_screen *s = state;
    enum status status = allergy_in_force(s->base.ws->actor, patient, *row, &s->row, err);
    *row = s->row.id;
    return status;
}

static void release_row(void *state)
{
    allergy_release(&((struct allergy_screen *)state)->row);
}

static const struct row_kind KIND = {
    .name = "allergy",
    .title_new = N_("New allergy or intolerance"),
    .title_correct = N_("Correct this row"),
    .state_bytes = sizeof(struct allergy_screen),
    .read = read_row,
    .make = make_form,
    .fill = fill,
    .echo = echo,
    .release = release_row,
};

static enum status allergy_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    return row_form_open(sh, &KIND, argument, out_state, err);
}

/* The texts are borrowed from the form. */
static enum status read_form(struct allergy_screen *s, struct allergy *out, struct error *err)
{
    const struct form *f = &s->base.form;
    *out = (struct allergy){
        .patient = s->base.chart->patient.id,
        .allergen_name = (char *)(uintptr_t)form_text(f, "allergen"), /* only read */
        .reaction = (char *)(uintptr_t)form_text(f, "reaction"),      /* as above */
        .note = (char *)(uintptr_t)form_text(f, "note"),              /* as above */
        .kind = (enum allergy_kind)(form_choice(f, "kind") + 1),
        .severity = (enum reaction_severity)form_choice(f, "severity"),
        .is_verified = form_choice(f, "verified") != 0,
        .state = ALLERGY_STATE_ACTIVE,
        .supersedes = s->row.id,
    };
    if (!s->base.is_new) {
        out->state = (enum allergy_state)(form_choice(f, "state") + 1);
        out->code_system = s->row.code_system;
        out->code = s->row.code;
        out->original = s->row.original;
        out->type = s->row.type;
    }
    return patient_form_date(&s->base, "onset", &out->onset, err);
}

/* Somebody corrected the row meanwhile: theirs is shown, and the form stands on it. */
static void meet_theirs(struct shell *sh, struct allergy_screen *s)
{
    struct allergy theirs;
    struct error err = ERROR_INIT;
    struct buffer text = BUFFER_INIT;
    if (allergy_in_force(s->base.ws->actor, s->row.patient, s->row.id, &theirs, &err) != STATUS_OK) {
        shell_fail(sh, &err);
        return;
    }
    allergy_describe(&text, &s->row, &theirs);
    char *words = mem_format("%s: %s", theirs.recorded_by, text.bytes != NULL ? text.bytes : "");
    patient_form_show_stale(sh, words);
    mem_free(words);
    buffer_release(&text);
    allergy_release(&s->row);
    s->row = theirs; /* the strings go over */
}

static void save(struct shell *sh, struct allergy_screen *s)
{
    struct error err = ERROR_INIT;
    struct allergy allergy;
    bool is_new = s->base.is_new;
    form_clear_errors(&s->base.form);
    enum status status = read_form(s, &allergy, &err);
    if (status == STATUS_OK) {
        status = is_new ? allergy_add(s->base.ws->actor, &allergy, &err) : allergy_correct(s->base.ws->actor, &allergy, &err);
    }
    if (status == STATUS_STALE) {
        meet_theirs(sh, s);
    } else if (status != STATUS_OK) {
        patient_form_refuse(&s->base, sh, &err);
    } else {
        char *what = mem_format(is_new ? _("%s added to the allergies") : _("%s corrected"), allergy.allergen_name);
        patient_form_saved(&s->base, sh, what);
        mem_free(what);
    }
}

static unsigned unknown_answered(struct shell *sh, void *state, int answer)
{
    if (answer == 1) {
        save(sh, state);
    }
    return STALE_CELLS;
}

/* A text that nothing is checked against is asked about: most are slips of the keyboard. */
static unsigned run_save(struct shell *sh, void *state)
{
    struct allergy_screen *s = state;
    const char *typed = form_text(&s->base.form, "allergen");
    bool is_known = false;
    (void)allergen_kind_text(s->base.ws->site, typed, &is_known);
    bool is_same = !s->base.is_new && strcmp(typed, s->row.allergen_name) == 0;
    if (typed[0] == '\0' || is_known || is_same) {
        save(sh, s);
        return STALE_CELLS;
    }
    char *text = mem_format(_("\"%s\" is not known here. It would be kept and shown, and NOT CHECKED against any drug."), typed);
    shell_ask(sh, &(struct shell_question){.title = _("Not known"),
                                           .text = text,
                                           .answers = {_("Look again"), _("Save it unchecked")},
                                           .title_style = STYLE_WARNING,
                                           .answered = unknown_answered});
    mem_free(text);
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_ALLERGY_WRITE, N_("save"), N_("Save this row."), run_save, ACTION_IN_BAR, NULL},
    PATIENT_FORM_FIND_ROW,
    PATIENT_FORM_ROWS,
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

static void resume(struct shell *sh, struct uid patient, const char *detail)
{
    row_form_resume(sh, &SCREEN_ALLERGY, patient, detail);
}

const struct draft_form DRAFT_ALLERGY = {"allergy.add", N_("New allergy"), resume};
const struct draft_form DRAFT_ALLERGY_CORRECT = {"allergy.correct", N_("Correction of an allergy"), resume};

const struct screen_ops SCREEN_ALLERGY = {
    .name = "allergy",
    .title = N_("Allergy"),
    .open = allergy_open,
    .layout = patient_form_layout,
    .draw = row_form_draw,
    .key = row_form_key,
    .close = row_form_close,
    .actions = ACTIONS,
    .text_focus = patient_form_text_focus,
    .unsaved = patient_form_unsaved,
};

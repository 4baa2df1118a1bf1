/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pregnancy, due date and breastfeeding, as asked now. */
#include "base/i18n.h"
#include "base/memory.h"
#include "screens/patient_form.h"
#include "service/metrics.h"

struct pregnancy_screen {
    struct patient_form base; /* first: patient_form.h */
    int32_t base_ver;
    const char *pregnancies[PREGNANCY_COUNT], *lactations[LACTATION_COUNT];
};

static void fill_labels(const char **out, enum enum_kind kind)
{
    const struct enum_list *list = enum_list(kind);
    out[0] = N_("not asked");
    for (int i = 1; i <= list->count; i++) {
        out[i] = list->labels[i];
    }
}

static enum status pregnancy_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct uid *patient = argument;
    struct pregnancy_screen *s = mem_alloc(sizeof *s);
    char day[DATE_TEXT_MAX];
    enum status status = patient_form_open(&s->base, sh, *patient, err);
    if (status == STATUS_OK && s->base.chart == NULL) {
        status = error_set(err, STATUS_NOT_PERMITTED, _("Your role may not see this."));
    }
    if (status != STATUS_OK) {
        patient_form_close(&s->base);
        mem_free(s);
        return status;
    }
    const struct patient *p = &s->base.chart->patient;
    struct form *f = &s->base.form;
    s->base_ver = p->ver;
    fill_labels(s->pregnancies, ENUM_PREGNANCY);
    fill_labels(s->lactations, ENUM_LACTATION);
    form_add_choice(f, "pregnancy", N_("Pregnancy"), s->pregnancies, PREGNANCY_COUNT);
    form_add_text(f, "due_date", N_("Due date"), 30, 14, 0);
    form_set_hint(f, "due_date", N_("gives the trimester; empty: not known"));
    form_add_choice(f, "lactation", N_("Breastfeeding"), s->lactations, LACTATION_COUNT);
    form_set_choice(f, "pregnancy", (int)p->pregnancy);
    form_set_choice(f, "lactation", (int)p->lactation);
    form_set_text(f, "due_date", date_format_human(p->due_date, day));
    patient_form_ready(&s->base, "pregnancy");
    *out_state = s;
    return STATUS_OK;
}

static void pregnancy_close(void *state)
{
    struct pregnancy_screen *s = state;
    patient_form_close(&s->base);
    mem_free(s);
}

static void pregnancy_draw(void *state, struct area body)
{
    struct pregnancy_screen *s = state;
    patient_form_draw(&s->base, body, _("Pregnancy and breastfeeding"));
}

static unsigned pregnancy_key(struct shell *sh, void *state, const struct event *event)
{
    unsigned stale = patient_form_key(sh, state, event);
    patient_form_echo_date(state, "due_date", false);
    return stale;
}

/* Somebody changed the person's row meanwhile: what it says now is shown, and the form stands on it. */
static void meet_theirs(struct shell *sh, struct pregnancy_screen *s)
{
    struct error err = ERROR_INIT;
    char day[DATE_TEXT_MAX];
    if (chart_refresh(s->base.ws->actor, &s->base.chart, &err) != STATUS_OK) {
        shell_fail(sh, &err);
        return;
    }
    const struct patient *p = &s->base.chart->patient;
    char *text = mem_format(_("The record says now: %s %s; %s."), enum_label(ENUM_PREGNANCY, (int)p->pregnancy),
                            date_format_human(p->due_date, day), enum_label(ENUM_LACTATION, (int)p->lactation));
    s->base_ver = p->ver;
    patient_form_show_stale(sh, text);
    mem_free(text);
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct pregnancy_screen *s = state;
    struct error err = ERROR_INIT;
    struct patient patient = s->base.chart->patient; /* borrows the strings */
    form_clear_errors(&s->base.form);
    patient.ver = s->base_ver;
    patient.pregnancy = (enum pregnancy)form_choice(&s->base.form, "pregnancy");
    patient.lactation = (enum lactation)form_choice(&s->base.form, "lactation");
    enum status status = patient_form_date(&s->base, "due_date", &patient.due_date, &err);
    if (status == STATUS_OK) {
        status = pregnancy_record(s->base.ws->actor, &patient, &err);
    }
    if (status == STATUS_STALE) {
        meet_theirs(sh, s);
    } else if (status != STATUS_OK) {
        patient_form_refuse(&s->base, sh, &err);
    } else {
        patient_form_saved(&s->base, sh, _("pregnancy and breastfeeding recorded"));
    }
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_METRIC_WRITE, N_("save"), N_("Save the answers."), run_save, ACTION_IN_BAR, NULL},
    PATIENT_FORM_ROWS,
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

static void resume(struct shell *sh, struct uid patient, const char *detail)
{
    (void)detail;
    shell_open_or_say(sh, &SCREEN_PREGNANCY, &patient);
}

const struct draft_form DRAFT_PREGNANCY = {"pregnancy", N_("Pregnancy and breastfeeding"), resume};

const struct screen_ops SCREEN_PREGNANCY = {
    .name = "pregnancy",
    .title = N_("Pregnancy"),
    .open = pregnancy_open,
    .layout = patient_form_layout,
    .draw = pregnancy_draw,
    .key = pregnancy_key,
    .close = pregnancy_close,
    .actions = ACTIONS,
    .text_focus = patient_form_text_focus,
    .unsaved = patient_form_unsaved,
};

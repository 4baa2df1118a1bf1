/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measurements of one moment: what, how much in which unit, when. What is typed is echoed in the unit that is kept; what is
 * unusual for the age is asked before it is saved. Also the correction of one measurement. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "model/measure.h"
#include "screens/patient_form.h"
#include "service/metrics.h"

/* In the order of a round: the usual ones first. */
static const struct {
    enum metric_type type;
    const char *name, *label;
} FIELDS[] = {
    {METRIC_TYPE_WEIGHT, "weight", N_("Weight")},
    {METRIC_TYPE_HEIGHT, "height", N_("Height")},
    {METRIC_TYPE_SYSTOLIC, "pressure", N_("Blood pressure")}, /* 120/80: both */
    {METRIC_TYPE_PULSE, "pulse", N_("Pulse")},
    {METRIC_TYPE_TEMPERATURE, "temperature", N_("Temperature")},
    {METRIC_TYPE_SPO2, "spo2", N_("Oxygen saturation")},
    {METRIC_TYPE_RESPIRATION, "respiration", N_("Respiratory rate")},
    {METRIC_TYPE_GLUCOSE, "glucose", N_("Glucose")},
    {METRIC_TYPE_CREATININE, "creatinine", N_("Creatinine")},
    {METRIC_TYPE_EGFR, "egfr", N_("eGFR")},
    {METRIC_TYPE_POTASSIUM, "potassium", N_("Potassium")},
    {METRIC_TYPE_INR, "inr", N_("INR")},
    {METRIC_TYPE_HBA1C, "hba1c", N_("HbA1c")},
    {METRIC_TYPE_PAIN, "pain", N_("Pain score")},
    {METRIC_TYPE_SEDATION, "sedation", N_("Sedation score")},
};
enum { FIELDS_COUNT = sizeof FIELDS / sizeof *FIELDS, METRICS_MAX = FIELDS_COUNT + 1, VALUE_BYTES = 40, NOTE_BYTES = 300 };

struct metric_screen {
    struct patient_form base; /* first: patient_form.h */
    struct metric row;        /* that is corrected; no id: new ones */
    bool is_confirmed;        /* the question was answered */
};

/* "120/80" as two; anything else as one. *out_len how many were made. */
static enum status parse_field(int field, const char *text, struct metric out[2], int *out_len, struct error *err)
{
    static const enum metric_type PRESSURE[2] = {METRIC_TYPE_SYSTOLIC, METRIC_TYPE_DIASTOLIC};
    const char *unit = NULL;
    bool is_pressure = FIELDS[field].type == METRIC_TYPE_SYSTOLIC;
    const char *slash = is_pressure ? strchr(text, '/') : NULL;
    struct error why = ERROR_INIT;
    *out_len = is_pressure ? 2 : 1;
    if (is_pressure && slash == NULL) {
        return error_set_field(err, STATUS_INVALID, FIELDS[field].name, _("Type both pressures, such as 120/80."));
    }
    for (int i = 0; i < *out_len; i++) {
        char *part = slash == NULL ? mem_copy_text(text) : i == 0 ? mem_copy_bytes(text, (size_t)(slash - text)) : mem_copy_text(slash + 1);
        out[i].type = is_pressure ? PRESSURE[i] : FIELDS[field].type;
        enum status status = measure_parse(out[i].type, part, &out[i].value, &unit, &why);
        mem_free(part);
        if (status != STATUS_OK) {
            return error_set_field(err, status, FIELDS[field].name, "%s", error_text(&why));
        }
        out[i].unit = (char *)(uintptr_t)unit; /* static, only read */
    }
    return STATUS_OK;
}

static void echo_field(struct metric_screen *s, int field)
{
    struct metric made[2];
    struct decimal low, high;
    memset(made, 0, sizeof made);
    char one[64], two[64] = "", note[FORM_NOTE_MAX];
    int len = 0;
    const char *text = form_text(&s->base.form, FIELDS[field].name);
    const struct patient *p = &s->base.chart->patient;
    int32_t age = date_is_none(p->birth_date) ? -1 : date_to_days(site_today(s->base.ws->site)) - date_to_days(p->birth_date);
    if (text[0] == '\0' || parse_field(field, text, made, &len, NULL) != STATUS_OK) {
        form_set_note(&s->base.form, FIELDS[field].name, STYLE_DIM, "");
        return;
    }
    bool is_usual = true;
    for (int i = 0; i < len; i++) {
        is_usual = is_usual && measure_check(made[i].type, made[i].value, made[i].unit, age, &low, &high) == MEASURE_PLAUSIBLE;
    }
    if (len == 2) {
        (void)snprintf(two, sizeof two, " / %s", metric_format(&made[1], one, sizeof one)); /* fits */
    }
    (void)snprintf(note, sizeof note, "= %s%s%s", metric_format(&made[0], one, sizeof one), two,
                   is_usual ? "" : _("  unusual at this age")); /* fits */
    form_set_note(&s->base.form, FIELDS[field].name, is_usual ? STYLE_DIM : STYLE_WARNING, note);
}

/* A correction has the field of its own measurement alone. */
static bool has_field(const struct metric_screen *s, int field)
{
    return s->base.is_new || FIELDS[field].type == s->row.type;
}

static void echo(void *state)
{
    struct metric_screen *s = state;
    for (int i = 0; i < FIELDS_COUNT; i++) {
        if (has_field(s, i)) {
            echo_field(s, i);
        }
    }
    patient_form_echo_date(&s->base, "day", false);
}

static int field_of(enum metric_type type)
{
    for (int i = 0; i < FIELDS_COUNT; i++) {
        if (FIELDS[i].type == type) {
            return i;
        }
    }
    return -1;
}

static void make_form(void *state)
{
    struct metric_screen *s = state;
    struct form *f = &s->base.form;
    bool is_new = s->base.is_new;
    for (int i = 0; i < FIELDS_COUNT; i++) {
        if (has_field(s, i)) {
            form_add_text(f, FIELDS[i].name, FIELDS[i].label, VALUE_BYTES, 20, 0);
            form_set_hint(f, FIELDS[i].name, FIELDS[i].type == METRIC_TYPE_SYSTOLIC ? "120/80" : measure_hint(FIELDS[i].type));
        }
    }
    form_add_text(f, "day", N_("Day"), 30, 14, 0);
    form_set_hint(f, "day", N_("empty: today"));
    form_add_text(f, "time", N_("Time"), 10, 6, 0);
    form_set_hint(f, "time", N_("14:05; empty: now"));
    form_add_text(f, "note", N_("Note"), NOTE_BYTES, 40, 0);
    if (!is_new) {
        form_add_check(f, "in_error", N_("It was no measurement of this patient"));
    }
}

static void fill(void *state)
{
    struct metric_screen *s = state;
    char value[64], day[DATE_TEXT_MAX], clock[16];
    int field = field_of(s->row.type);
    struct local_time at = zone_local(s->base.ws->site->zone, s->row.at_us);
    if (field >= 0) {
        form_set_text(&s->base.form, FIELDS[field].name, metric_format(&s->row, value, sizeof value));
    }
    form_set_text(&s->base.form, "day", date_format_human(at.date, day));
    (void)snprintf(clock, sizeof clock, "%02d:%02d", at.hour, at.minute); /* fits */
    form_set_text(&s->base.form, "time", clock);
    form_set_text(&s->base.form, "note", s->row.notes);
}

static enum status read_row(void *state, struct uid patient, struct uid *row, struct error *err)
{
    struct metric_screen *s = state;
    (void)patient;
    enum status status = metric_find(s->base.ws->actor, *row, &s->row, err);
    *row = s->row.id;
    return status == STATUS_OK && field_of(s->row.type) < 0
               ? error_set(err, STATUS_REFUSED, _("Measurements of this kind are corrected where they come from."))
               : status;
}

static void release_row(void *state)
{
    metric_release(&((struct metric_screen *)state)->row);
}

static const struct row_kind KIND = {
    .name = "metric",
    .title_new = N_("New measurements"),
    .title_correct = N_("Correct this measurement"),
    .state_bytes = sizeof(struct metric_screen),
    .read = read_row,
    .make = make_form,
    .fill = fill,
    .echo = echo,
    .release = release_row,
};

static enum status metric_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    return row_form_open(sh, &KIND, argument, out_state, err);
}

static unsigned metric_key(struct shell *sh, void *state, const struct event *event)
{
    struct metric_screen *s = state;
    unsigned stale = row_form_key(sh, state, event);
    s->is_confirmed = s->is_confirmed && !(stale & TEXT_CHANGED);
    return stale;
}

/* Day and time of the site; empty: now. */
static enum status read_time(struct metric_screen *s, int64_t *out, struct error *err)
{
    const struct site *site = s->base.ws->site;
    const char *text = form_text(&s->base.form, "time");
    struct local_time at = site_now(site);
    struct date day;
    unsigned hour = (unsigned)at.hour, minute = (unsigned)at.minute;
    char rest = 0;
    enum status status = patient_form_date(&s->base, "day", &day, err);
    if (status != STATUS_OK) {
        return status;
    }
    bool is_now = date_is_none(day) && text[0] == '\0';
    if (text[0] != '\0' && (sscanf(text, "%2u:%2u%c", &hour, &minute, &rest) != 2 || hour > 23 || minute > 59)) {
        return error_set_field(err, STATUS_INVALID, "time", _("Type the time as 14:05."));
    }
    if (text[0] == '\0' && !date_is_none(day) && date_compare(day, at.date) != 0) {
        return error_set_field(err, STATUS_INVALID, "time", _("Type the time of that day."));
    }
    *out = is_now ? clock_now_us(site->clock)
                  : zone_instant(site->zone, date_is_none(day) ? at.date : day, (int)hour, (int)minute, NULL);
    return STATUS_OK;
}

static enum status read_form(struct metric_screen *s, struct metric out[METRICS_MAX], size_t *out_len, char *originals[METRICS_MAX],
                             struct error *err)
{
    int64_t at_us = 0;
    size_t len = 0;
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < FIELDS_COUNT; i++) {
        struct metric made[2];
        int count = 0;
        memset(made, 0, sizeof made);
        bool is_there = s->base.is_new || FIELDS[i].type == s->row.type;
        const char *text = is_there ? form_text(&s->base.form, FIELDS[i].name) : "";
        if (text[0] != '\0') {
            status = parse_field(i, text, made, &count, err);
        }
        for (int k = 0; status == STATUS_OK && k < count; k++) {
            char shown[64];
            out[len] = made[k];
            /* what was typed is kept where it was converted */
            originals[len] = mem_copy_text(strcmp(text, metric_format(&made[k], shown, sizeof shown)) != 0 ? text : "");
            len++;
        }
    }
    if (status == STATUS_OK && len == 0) {
        status = error_set_field(err, STATUS_INVALID, s->base.form.items[0].name, _("Type at least one measurement."));
    }
    if (status == STATUS_OK) {
        status = read_time(s, &at_us, err);
    }
    for (size_t i = 0; i < len; i++) {
        out[i].at_us = at_us;
        out[i].recorded_via = RECORDED_VIA_WORKSTATION;
        out[i].notes = (char *)(uintptr_t)form_text(&s->base.form, "note"); /* only read */
        out[i].original = originals[i];
        out[i].supersedes = s->row.id;
        out[i].is_in_error = !s->base.is_new && form_choice(&s->base.form, "in_error") != 0;
    }
    *out_len = len;
    return status;
}

static unsigned question_answered(struct shell *sh, void *state, int answer);

static void save(struct shell *sh, struct metric_screen *s)
{
    struct metric metrics[METRICS_MAX];
    char *originals[METRICS_MAX] = {NULL};
    struct error err = ERROR_INIT;
    size_t len = 0;
    form_clear_errors(&s->base.form);
    enum status status = read_form(s, metrics, &len, originals, &err);
    char *question = status == STATUS_OK && !s->is_confirmed
                         ? metric_question(&s->base.chart->patient, metrics, len, site_today(s->base.ws->site))
                         : NULL;
    if (question != NULL) {
        shell_ask(sh, &(struct shell_question){.title = _("Is this right?"),
                                               .text = question,
                                               .answers = {_("Look again"), _("It is right: save")},
                                               .title_style = STYLE_WARNING,
                                               .answered = question_answered});
    } else if (status == STATUS_OK) {
        status = metric_record(s->base.ws->actor, &s->base.chart->patient, metrics, len, s->is_confirmed, &err);
    }
    if (status != STATUS_OK) {
        if (strcmp(err.field, "systolic") == 0 || strcmp(err.field, "diastolic") == 0) { /* one field of this form */
            (void)snprintf(err.field, sizeof err.field, "pressure"); /* fits */
        }
        patient_form_refuse(&s->base, sh, &err);
    } else if (question == NULL) {
        char *what = mem_format(ngettext("%zu measurement", "%zu measurements", (unsigned long)len), len);
        patient_form_saved(&s->base, sh, what);
        mem_free(what);
    }
    mem_free(question);
    for (size_t i = 0; i < METRICS_MAX; i++) {
        mem_free(originals[i]);
    }
}

static unsigned question_answered(struct shell *sh, void *state, int answer)
{
    struct metric_screen *s = state;
    if (answer == 1) {
        s->is_confirmed = true;
        save(sh, s);
    }
    return STALE_CELLS;
}

static unsigned run_save(struct shell *sh, void *state)
{
    save(sh, state);
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_METRIC_WRITE, N_("save"), N_("Save what was measured."), run_save, ACTION_IN_BAR, NULL},
    PATIENT_FORM_ROWS,
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

static void resume(struct shell *sh, struct uid patient, const char *detail)
{
    row_form_resume(sh, &SCREEN_METRIC, patient, detail);
}

const struct draft_form DRAFT_METRIC = {"metric.add", N_("New measurements"), resume};
const struct draft_form DRAFT_METRIC_CORRECT = {"metric.correct", N_("Correction of a measurement"), resume};

const struct screen_ops SCREEN_METRIC = {
    .name = "metric",
    .title = N_("Measurements"),
    .open = metric_open,
    .layout = patient_form_layout,
    .draw = row_form_draw,
    .key = metric_key,
    .close = row_form_close,
    .actions = ACTIONS,
    .text_focus = patient_form_text_focus,
    .unsaved = patient_form_unsaved,
};

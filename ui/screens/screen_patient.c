/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who the patient is: registering, with those who might be the same person shown first, and correcting. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/picker.h"
#include "screens/patient_form.h"
#include "service/patients.h"

struct patient_screen {
    struct patient_form base; /* first: patient_form.h */
    struct patient row;       /* that is corrected; no id: a new one */
    struct patient_match_list alike; /* while they are shown */
    const char *genders[GENDER_COUNT], *blood_types[BLOOD_TYPE_COUNT];
};

enum { NAME_BYTES = 120, ADDRESS_BYTES = 300, SHORT_BYTES = 40 };

/* In the form's order; the names match the fields of the services' refusals. */
static const struct {
    const char *name, *label, *hint;
    size_t bytes;
    int cells;
} TEXTS[] = {
    {"last_name", N_("Last name"), NULL, NAME_BYTES, 36},
    {"first_name", N_("First names"), NULL, NAME_BYTES, 36},
    {"birth_date", N_("Birth date"), N_("14 mar 1958, 1958-03-14; 1958 if no more is known"), 30, 14},
};

static const struct {
    const char *name, *label, *hint;
    size_t bytes;
    int cells;
} MORE_TEXTS[] = {
    {"mrn", N_("MRN"), N_("empty: the next free number"), SHORT_BYTES, 16},
    {"national", N_("National number"), NULL, SHORT_BYTES, 20},
    {"phone", N_("Phone"), NULL, SHORT_BYTES, 20},
    {"address", N_("Address"), NULL, ADDRESS_BYTES, 50},
    {"language", N_("Language"), N_("en, es, pt-BR"), SHORT_BYTES, 8},
    {"timezone", N_("Time zone"), N_("empty: the site's"), 64, 24},
};
enum { TEXTS_COUNT = sizeof TEXTS / sizeof *TEXTS, MORE_TEXTS_COUNT = sizeof MORE_TEXTS / sizeof *MORE_TEXTS };

static void fill_labels(const char **out, enum enum_kind kind)
{
    const struct enum_list *list = enum_list(kind);
    out[0] = N_("not asked");
    for (int i = 1; i <= list->count; i++) {
        out[i] = list->labels[i];
    }
}

static void make_form(struct patient_screen *s)
{
    struct form *f = &s->base.form;
    fill_labels(s->genders, ENUM_GENDER);
    fill_labels(s->blood_types, ENUM_BLOOD_TYPE);
    for (int i = 0; i < TEXTS_COUNT; i++) {
        form_add_text(f, TEXTS[i].name, TEXTS[i].label, TEXTS[i].bytes, TEXTS[i].cells, 0);
        form_set_hint(f, TEXTS[i].name, TEXTS[i].hint);
    }
    form_add_choice(f, "sex", N_("Sex"), s->genders, GENDER_COUNT);
    for (int i = 0; i < MORE_TEXTS_COUNT; i++) {
        form_add_text(f, MORE_TEXTS[i].name, MORE_TEXTS[i].label, MORE_TEXTS[i].bytes, MORE_TEXTS[i].cells, 0);
        form_set_hint(f, MORE_TEXTS[i].name, MORE_TEXTS[i].hint);
    }
    form_add_choice(f, "blood_type", N_("Blood type"), s->blood_types, BLOOD_TYPE_COUNT);
    form_show(f, "blood_type", actor_may(s->base.ws->actor, PERMISSION_CLINICAL_READ));
    if (!uid_is_none(s->row.id)) {
        form_add_text(f, "death_date", N_("Died"), 30, 14, 0);
        form_set_hint(f, "death_date", N_("empty: alive as far as known"));
    }
}

static void fill(struct patient_screen *s)
{
    struct form *f = &s->base.form;
    const struct patient *p = &s->row;
    char day[DATE_TEXT_MAX];
    form_set_text(f, "last_name", p->last_name);
    form_set_text(f, "first_name", p->first_name);
    form_set_text(f, "birth_date", date_format_human(p->birth_date, day));
    form_set_choice(f, "sex", (int)p->gender);
    form_set_text(f, "mrn", p->mrn);
    form_set_text(f, "national", patient_number(p, IDENTIFIER_KIND_NATIONAL));
    form_set_text(f, "phone", p->phone_number);
    form_set_text(f, "address", p->address);
    form_set_text(f, "language", p->language);
    form_set_text(f, "timezone", p->timezone);
    form_set_choice(f, "blood_type", (int)p->blood_type);
    form_set_text(f, "death_date", date_format_human(p->death_date, day));
}

static enum status patient_screen_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct uid *patient = argument;
    struct patient_screen *s = mem_alloc(sizeof *s);
    enum status status = patient_form_open_person(&s->base, sh, *patient, err);
    if (status == STATUS_OK && !uid_is_none(*patient)) {
        status = patient_open(s->base.ws->actor, *patient, &s->row, err);
    }
    if (status != STATUS_OK) {
        patient_form_close(&s->base);
        mem_free(s);
        return status;
    }
    make_form(s);
    if (!uid_is_none(s->row.id)) {
        fill(s);
    }
    patient_form_ready(&s->base, uid_is_none(s->row.id) ? "patient.add" : "patient.correct");
    patient_form_echo_date(&s->base, "birth_date", true);
    *out_state = s;
    return STATUS_OK;
}

static void patient_screen_close(void *state)
{
    struct patient_screen *s = state;
    patient_form_close(&s->base);
    patient_match_list_release(&s->alike);
    patient_release(&s->row);
    mem_free(s);
}

static void patient_screen_draw(void *state, struct area body)
{
    struct patient_screen *s = state;
    patient_form_draw(&s->base, body, uid_is_none(s->row.id) ? _("New patient") : _("Correct who this patient is"));
}

static unsigned patient_screen_key(struct shell *sh, void *state, const struct event *event)
{
    struct patient_screen *s = state;
    unsigned stale = patient_form_key(sh, state, event);
    patient_form_echo_date(&s->base, "birth_date", true);
    if (!uid_is_none(s->row.id)) {
        patient_form_echo_date(&s->base, "death_date", false);
    }
    return stale;
}

/* The texts are borrowed from the form and the row; identifiers are owned: released by the caller. */
static enum status read_form(struct patient_screen *s, struct patient *out, struct error *err)
{
    struct form *f = &s->base.form;
    *out = s->row;
    out->first_name = (char *)(uintptr_t)form_text(f, "first_name"); /* only read, as all below */
    out->last_name = (char *)(uintptr_t)form_text(f, "last_name");
    out->mrn = (char *)(uintptr_t)form_text(f, "mrn");
    out->phone_number = (char *)(uintptr_t)form_text(f, "phone");
    out->address = (char *)(uintptr_t)form_text(f, "address");
    out->language = (char *)(uintptr_t)form_text(f, "language");
    out->timezone = (char *)(uintptr_t)form_text(f, "timezone");
    out->gender = (enum gender)form_choice(f, "sex");
    out->blood_type = (enum blood_type)form_choice(f, "blood_type");
    out->identifiers = (struct identifier_list){0};
    if (form_text(f, "national")[0] != '\0') {
        identifier_list_add(&out->identifiers, IDENTIFIER_KIND_NATIONAL, "", form_text(f, "national"));
    }
    enum status status = patient_form_date(&s->base, "birth_date", &out->birth_date, err);
    if (status == STATUS_OK && !uid_is_none(s->row.id)) {
        status = patient_form_date(&s->base, "death_date", &out->death_date, err);
    }
    return status;
}

static void release_identifiers(struct patient *patient)
{
    struct patient only = {.identifiers = patient->identifiers};
    patient_release(&only);
}

/* ---- a new patient ---- */

static void register_now(struct shell *sh, struct patient_screen *s)
{
    struct error err = ERROR_INIT;
    struct patient patient;
    struct uid id = UID_NONE;
    enum status status = read_form(s, &patient, &err);
    if (status == STATUS_OK) {
        status = patient_register(s->base.ws->actor, &patient, &id, &err);
    }
    if (status != STATUS_OK) {
        patient_form_refuse(&s->base, sh, &err);
    } else {
        struct workstation *ws = s->base.ws;
        char *name = patient_display_name(&patient), *what = mem_format(_("%s registered"), name);
        patient_form_saved(&s->base, sh, what);
        shell_open_or_say(sh, actor_may(ws->actor, PERMISSION_CLINICAL_READ) ? &SCREEN_CHART : &SCREEN_PERSON, &id);
        mem_free(what);
        mem_free(name);
    }
    release_identifiers(&patient);
}

/* Two rows for each: who it is, and why it might be the same person. The last row goes on. */
static int filter_alike(void *context, const char *text)
{
    const struct patient_screen *s = context;
    (void)text;
    return 2 * (int)s->alike.len + 1;
}

static void draw_alike(const void *context, int row, struct area line, bool is_selected)
{
    const struct patient_screen *s = context;
    char day[DATE_TEXT_MAX];
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    if (row == 2 * (int)s->alike.len) {
        draw_text(line, 0, 2, STYLE_TEXT, _("None of these: register a new patient"));
        return;
    }
    const struct patient_match *m = &s->alike.items[row / 2];
    if (row % 2 == 0) {
        draw_format(line, 0, 2, STYLE_TEXT, _("%3d of 100  %s  %s  %s  MRN %s"), m->score, m->name, date_format_human(m->birth_date, day),
                    enum_label(ENUM_GENDER, (int)m->gender), m->mrn);
    } else {
        char *why = patient_match_text(m);
        draw_text(line, 0, 14, STYLE_DIM, why);
        mem_free(why);
    }
}

static unsigned alike_picked(struct shell *sh, void *state, int row)
{
    struct patient_screen *s = state;
    if (row < 0) {
        return STALE_CELLS;
    }
    if (row == 2 * (int)s->alike.len) {
        register_now(sh, s);
        return STALE_CELLS;
    }
    struct uid chosen = s->alike.items[row / 2].id; /* what was typed stays as a draft */
    bool may_see = actor_may(s->base.ws->actor, PERMISSION_CLINICAL_READ);
    shell_close(sh, 0);
    shell_open_or_say(sh, may_see ? &SCREEN_CHART : &SCREEN_PERSON, &chosen);
    return STALE_CELLS;
}

static unsigned save_new(struct shell *sh, struct patient_screen *s)
{
    struct error err = ERROR_INIT;
    struct patient patient;
    enum status status = read_form(s, &patient, &err);
    patient_match_list_release(&s->alike);
    if (status == STATUS_OK) {
        status = patient_alike(s->base.ws->actor, &patient, &s->alike, &err);
    }
    release_identifiers(&patient);
    if (status != STATUS_OK) {
        patient_form_refuse(&s->base, sh, &err);
    } else if (s->alike.len > 0) {
        struct picker_source source = {{s, NULL, draw_alike, ""}, filter_alike, s};
        shell_pick(sh, ngettext("One person here might be the same", "These people here might be the same", s->alike.len), N_("Enter takes"),
                   &source, alike_picked);
    } else {
        register_now(sh, s);
    }
    return STALE_CELLS;
}

/* ---- a correction ---- */

/* Somebody changed the row meanwhile: what they did is shown, and the form stands on it. */
static void meet_theirs(struct shell *sh, struct patient_screen *s)
{
    struct patient theirs;
    struct error err = ERROR_INIT;
    struct buffer text = BUFFER_INIT;
    if (patient_open(s->base.ws->actor, s->row.id, &theirs, &err) != STATUS_OK) {
        shell_fail(sh, &err);
        return;
    }
    patient_describe(&text, &s->row, &theirs);
    if (text.len == 0) {
        buffer_append_text(&text, _("Something else about this patient, such as the weight or the allergy status."));
    }
    patient_form_show_stale(sh, text.bytes);
    buffer_release(&text);
    patient_release(&s->row);
    s->row = theirs; /* the strings go over */
}

static unsigned save_correction(struct shell *sh, struct patient_screen *s)
{
    struct error err = ERROR_INIT;
    struct patient patient;
    enum status status = read_form(s, &patient, &err);
    if (status == STATUS_OK) {
        status = patient_correct(s->base.ws->actor, &patient, &err);
    }
    release_identifiers(&patient);
    if (status == STATUS_STALE) {
        meet_theirs(sh, s);
    } else if (status != STATUS_OK) {
        patient_form_refuse(&s->base, sh, &err);
    } else {
        patient_form_saved(&s->base, sh, _("who this is was corrected"));
    }
    return STALE_CELLS;
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct patient_screen *s = state;
    form_clear_errors(&s->base.form);
    return uid_is_none(s->row.id) ? save_new(sh, s) : save_correction(sh, s);
}

static bool is_correction(const void *state)
{
    return !uid_is_none(((const struct patient_screen *)state)->row.id);
}

static unsigned run_history(struct shell *sh, void *state)
{
    struct patient_screen *s = state;
    char *name = patient_display_name(&s->row);
    shell_open_or_say(sh, &SCREEN_HISTORY, &(struct history_argument){s->row.id, s->row.id, HISTORY_PATIENT, name});
    mem_free(name);
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_PATIENT_WRITE, N_("save"), N_("Look for the same person, then save."), run_save, ACTION_IN_BAR, NULL},
    {"history", KEYS_HISTORY, PERMISSION_PATIENT_READ, N_("history"), N_("Show who changed this, when and how."), run_history, 0,
     is_correction},
    PATIENT_FORM_ROWS,
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

static void resume(struct shell *sh, struct uid patient, const char *detail)
{
    (void)detail;
    shell_open_or_say(sh, &SCREEN_PATIENT, &patient);
}

const struct draft_form DRAFT_PATIENT = {"patient.add", N_("New patient"), resume};
const struct draft_form DRAFT_PATIENT_CORRECT = {"patient.correct", N_("Correction of who a patient is"), resume};

const struct screen_ops SCREEN_PATIENT = {
    .name = "patient",
    .title = N_("Patient"),
    .open = patient_screen_open,
    .layout = patient_form_layout,
    .draw = patient_screen_draw,
    .key = patient_screen_key,
    .close = patient_screen_close,
    .actions = ACTIONS,
    .text_focus = patient_form_text_focus,
    .unsaved = patient_form_unsaved,
};

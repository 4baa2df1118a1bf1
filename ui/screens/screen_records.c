/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The records of one person: which are joined, joining another one after both were compared, and parting them again. */
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "kit/table.h"
#include "screens/screens.h"
#include "service/patients.h"
#include "service/person_links.h"

enum { MRN_BYTES = 64, REASON_BYTES = 400, ALIKE_SHOWN = 5, FORM_ROWS = 6, LABEL_CELLS = 10, DEEDS_MAX = PERSON_RECORDS_MAX + 1 };
enum use { USE_OPEN, USE_OTHER };

struct records_screen {
    struct workstation *ws;
    struct uid patient;
    struct person_view view;
    struct patient_match_list alike; /* of the open person: the first alike_count are shown, and are not joined */
    int alike_count;
    struct join_view compared;       /* what was typed last and looked at */
    bool is_compared;
    char compared_mrn[MRN_BYTES];    /* what it was typed as: another text must be looked at anew */
    struct form form;
    char *deeds[DEEDS_MAX];          /* owned; "join another record", then a line a link */
    const char *deed_words[DEEDS_MAX];
    int deed_count;
    char *uses[2];
    const char *use_words[2];
    struct area top, bottom;
};

static const char *const KNOWN[] = {N_("no"), N_("yes, they are mistakes")};

static bool is_joining(const struct records_screen *s)
{
    return form_choice(&s->form, "deed") == 0;
}

static enum use chosen_use(const struct records_screen *s)
{
    return form_choice(&s->form, "use") == 1 ? USE_OTHER : USE_OPEN;
}

/* Only what can be answered now is asked. */
static void show_fields(struct records_screen *s)
{
    form_show(&s->form, "other", is_joining(s));
    form_show(&s->form, "use", is_joining(s) && s->is_compared);
    form_show(&s->form, "differences", is_joining(s) && s->is_compared && s->compared.differences != 0);
}

static void forget_compared(struct records_screen *s)
{
    if (s->is_compared) {
        join_view_release(&s->compared);
    }
    s->is_compared = false;
    s->compared_mrn[0] = '\0';
}

/* ---- reading ---- */

static const char *mrn_of(const struct records_screen *s, struct uid id)
{
    for (size_t i = 0; i < s->view.records.len; i++) {
        if (uid_compare(s->view.records.items[i].id, id) == 0) {
            return s->view.records.items[i].mrn;
        }
    }
    return "";
}

static void name_deeds(struct records_screen *s)
{
    for (int i = 0; i < s->deed_count; i++) {
        mem_free(s->deeds[i]);
    }
    s->deed_count = 0;
    s->deeds[s->deed_count++] = mem_copy_text(_("join another record"));
    for (size_t i = 0; i < s->view.links.len && s->deed_count < DEEDS_MAX; i++) {
        const struct patient_link *link = &s->view.links.items[i];
        s->deeds[s->deed_count++] = mem_format(_("part MRN %s from MRN %s"), mrn_of(s, link->replaced), mrn_of(s, link->kept));
    }
    for (int i = 0; i < s->deed_count; i++) {
        s->deed_words[i] = s->deeds[i];
    }
}

static void name_uses(struct records_screen *s)
{
    for (int i = 0; i < 2; i++) {
        mem_free(s->uses[i]);
        const struct person_record *r = i == USE_OPEN ? &s->compared.kept : &s->compared.replaced;
        s->uses[i] = mem_format(_("MRN %s, %s"), r->mrn, r->name);
        s->use_words[i] = s->uses[i];
    }
}

/* Whoever looks like the same person: told here, so that nobody has to search for the number. */
static enum status read_alike(struct records_screen *s, struct error *err)
{
    struct patient self;
    patient_match_list_release(&s->alike);
    if (!actor_may(s->ws->actor, PERMISSION_PATIENT_JOIN)) {
        return STATUS_OK;
    }
    enum status status = patient_open_again(s->ws->actor, s->patient, &self, err);
    if (status == STATUS_OK) {
        status = patient_alike(s->ws->actor, &self, &s->alike, err);
        patient_release(&self);
    }
    size_t kept = 0;
    for (size_t i = 0; i < s->alike.len; i++) { /* what is joined already needs no mention */
        struct patient_match match = s->alike.items[i];
        bool is_joined = mrn_of(s, match.id)[0] != '\0';
        s->alike.items[i] = s->alike.items[kept];
        s->alike.items[kept] = match;
        kept += !is_joined;
    }
    s->alike_count = kept < ALIKE_SHOWN ? (int)kept : ALIKE_SHOWN;
    return status;
}

static enum status read(struct records_screen *s, struct error *err)
{
    struct person_view fresh;
    enum status status = person_view_get(s->ws->actor, s->patient, &fresh, err);
    if (status != STATUS_OK) {
        return status;
    }
    person_view_release(&s->view);
    s->view = fresh;
    s->patient = fresh.records.items[0].id; /* another one may be in use by now */
    name_deeds(s);
    return read_alike(s, err);
}

/* ---- opening ---- */

static void records_close(void *state)
{
    struct records_screen *s = state;
    forget_compared(s);
    person_view_release(&s->view);
    patient_match_list_release(&s->alike);
    for (int i = 0; i < s->deed_count; i++) {
        mem_free(s->deeds[i]);
    }
    mem_free(s->uses[USE_OPEN]);
    mem_free(s->uses[USE_OTHER]);
    form_release(&s->form);
    mem_free(s);
}

/* The choices depend on what was read: a form made anew, with what was typed. */
static void make_form(struct records_screen *s, const char *other, const char *reason, int use, int known)
{
    form_release(&s->form);
    form_init(&s->form);
    form_add_choice(&s->form, "deed", N_("What to do"), s->deed_words, s->deed_count);
    form_add_text(&s->form, "other", N_("Other record's MRN"), MRN_BYTES, 0, 0);
    form_add_choice(&s->form, "use", N_("Use from now on"), s->use_words, s->is_compared ? 2 : 0);
    form_add_choice(&s->form, "differences", N_("Known mistakes"), KNOWN, 2);
    form_add_text(&s->form, "reason", N_("How it is known"), REASON_BYTES, 0, 0);
    form_set_hint(&s->form, "reason", N_("asked the patient, passport, insurance card ..."));
    form_set_text(&s->form, "other", other);
    form_set_text(&s->form, "reason", reason);
    form_set_choice(&s->form, "use", use);
    form_set_choice(&s->form, "differences", known);
    show_fields(s);
}

static enum status records_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct records_screen *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    s->patient = *(const struct uid *)argument;
    form_init(&s->form);
    enum status status = read(s, err);
    if (status != STATUS_OK) {
        records_close(s);
        return status;
    }
    make_form(s, "", "", 0, 0);
    form_mark_clean(&s->form);
    *out_state = s;
    return STATUS_OK;
}

/* ---- drawing ---- */

static void records_layout(void *state, struct area body)
{
    struct records_screen *s = state;
    int form_rows = FORM_ROWS < body.rows / 3 ? body.rows / 3 : FORM_ROWS;
    s->top = area_part(body, 0, 2, body.rows - form_rows, body.cols - 4);
    s->bottom = area_part(body, body.rows - form_rows, 2, form_rows, body.cols - 4);
    form_layout(&s->form, s->bottom.rows, s->bottom.cols);
}

static int draw_record(const struct records_screen *s, struct area a, int row, const struct person_record *r, bool is_in_use)
{
    char birth[DATE_TEXT_MAX];
    draw_format(a, row, 0, is_in_use ? STYLE_PATIENT : STYLE_TEXT, _("%s   %s   %s   MRN %s"), r->name,
                date_is_none(r->birth_date) ? "" : date_format_human(r->birth_date, birth), enum_label(ENUM_GENDER, (int)r->gender), r->mrn);
    char dose[64] = "";
    if (r->last_dose_us != 0) {
        struct local_time last = zone_local(s->ws->site->zone, r->last_dose_us);
        (void)snprintf(dose, sizeof dose, _(", last %02d:%02d"), last.hour, last.minute); /* fits */
    }
    if (r->has_counts) {
        draw_format(a, ++row, 2, STYLE_TEXT, _("%s   orders %d, allergies %d, problems %d, doses in 24 h %d%s"),
                    is_in_use ? _("in use") : _("joined"), r->order_count, r->allergy_count, r->problem_count, r->dose_count, dose);
    } else {
        draw_text(a, ++row, 2, STYLE_TEXT, is_in_use ? _("in use") : _("joined"));
    }
    return row + 1;
}

static int draw_links(const struct records_screen *s, struct area a, int row)
{
    for (size_t i = 0; i < s->view.links.len; i++) {
        const struct patient_link *link = &s->view.links.items[i];
        char day[DATE_TEXT_MAX];
        draw_format(a, row++, 0, STYLE_DIM, _("MRN %s joined to MRN %s on %s by %s: %s"), mrn_of(s, link->replaced), mrn_of(s, link->kept),
                    date_format_human(zone_local(s->ws->site->zone, link->at_us).date, day), link->by_name, link->reason);
    }
    return row;
}

static int draw_alike(const struct records_screen *s, struct area a, int row)
{
    if (s->alike_count == 0) {
        return row;
    }
    draw_text(a, row++, 0, STYLE_HEADING, _("Registered here and alike"));
    for (int i = 0; i < s->alike_count; i++) {
        const struct patient_match *m = &s->alike.items[i];
        char birth[DATE_TEXT_MAX];
        char *why = patient_match_text(m);
        draw_format(a, row++, 0, STYLE_TEXT, _("MRN %s   %s   %s   (%s)"), m->mrn, m->name,
                    date_is_none(m->birth_date) ? "" : date_format_human(m->birth_date, birth), why);
        mem_free(why);
    }
    return row;
}

static void draw_pair(struct area a, int row, const char *label, const char *left, const char *right)
{
    int half = (a.cols - LABEL_CELLS) / 2;
    bool is_other = strcmp(left, right) != 0;
    draw_text(a, row, 0, STYLE_DIM, label);
    draw_text(area_part(a, row, LABEL_CELLS, 1, half - 1), 0, 0, STYLE_TEXT, left);
    draw_text(area_part(a, row, LABEL_CELLS + half, 1, half), 0, 0, is_other ? STYLE_WARNING : STYLE_TEXT, right);
}

static void draw_compared(const struct records_screen *s, struct area a, int row)
{
    const struct person_record *k = &s->compared.kept, *r = &s->compared.replaced;
    char left[DATE_TEXT_MAX], right[DATE_TEXT_MAX], holds[2][96], more[2][96];
    draw_text(a, row++, 0, STYLE_HEADING, _("Compare the two"));
    draw_pair(a, row++, _("MRN"), k->mrn, r->mrn);
    draw_pair(a, row++, _("Name"), k->name, r->name);
    draw_pair(a, row++, _("Born"), date_is_none(k->birth_date) ? "" : date_format_human(k->birth_date, left),
              date_is_none(r->birth_date) ? "" : date_format_human(r->birth_date, right));
    draw_pair(a, row++, _("Sex"), enum_label(ENUM_GENDER, (int)k->gender), enum_label(ENUM_GENDER, (int)r->gender));
    draw_pair(a, row++, _("Phone"), k->phone, r->phone);
    draw_pair(a, row++, _("Address"), k->address, r->address);
    if (k->has_counts) {
        for (int i = 0; i < 2; i++) {
            const struct person_record *one = i == 0 ? k : r;
            (void)snprintf(holds[i], sizeof holds[i], _("%d orders, %d allergies"), one->order_count, one->allergy_count); /* fits */
            (void)snprintf(more[i], sizeof more[i], _("%d problems, %d doses in 24 h"), one->problem_count, one->dose_count); /* fits */
        }
        draw_pair(a, row++, _("Holds"), holds[0], holds[1]);
        draw_pair(a, row++, "", more[0], more[1]);
    }
    if (s->compared.differences != 0) {
        char *words = person_difference_text(s->compared.differences);
        draw_format(a, row, 0, STYLE_ERROR, _("These may be two people: %s."), words);
        mem_free(words);
    }
}

static bool may_join(const struct records_screen *s)
{
    return actor_may(s->ws->actor, PERMISSION_PATIENT_JOIN);
}

static void records_draw(void *state, struct area body)
{
    struct records_screen *s = state;
    int row = 1;
    (void)body;
    draw_text(s->top, row++, 0, STYLE_HEADING, _("Records of this person"));
    if (s->is_compared) { /* nothing else is to be looked at then */
        draw_compared(s, s->top, row + 1);
    } else {
        for (size_t i = 0; i < s->view.records.len && row < s->top.rows; i++) {
            row = draw_record(s, s->top, row, &s->view.records.items[i], i == 0);
        }
        row = draw_links(s, s->top, row);
        (void)draw_alike(s, s->top, row + 1);
    }
    if (may_join(s)) {
        form_draw(&s->form, s->bottom);
    } else { /* no form for who could not save it */
        draw_wrapped(s->bottom, 1, 0, STYLE_DIM, _("Records are joined and parted by pharmacists, nurses, prescribers and the privacy officer."));
    }
}

/* ---- doing ---- */

/* Both side by side before anything is done. */
static enum status compare(struct records_screen *s, struct error *err)
{
    struct uid other;
    struct join_view fresh;
    char *typed = mem_copy_text(form_text(&s->form, "other"));
    char *reason = mem_copy_text(form_text(&s->form, "reason"));
    enum status status = typed[0] == '\0' ? error_set_field(err, STATUS_INVALID, "other", _("Type the MRN of the other record."))
                                          : patient_resolve(s->ws->actor, typed, &other, err);
    if (status == STATUS_NOT_FOUND) {
        status = error_set_field(err, status, "other", _("Nobody here has the MRN %s."), typed);
    }
    if (status == STATUS_OK) {
        status = person_join_look(s->ws->actor, s->patient, other, &fresh, err);
    }
    if (status == STATUS_OK) {
        forget_compared(s);
        s->compared = fresh;
        s->is_compared = true;
        (void)snprintf(s->compared_mrn, sizeof s->compared_mrn, "%s", typed); /* fits */
        name_uses(s);
        make_form(s, typed, reason, 0, 0);
        form_focus(&s->form, "use");
    }
    mem_free(typed);
    mem_free(reason);
    return status;
}

static enum status join(struct records_screen *s, struct error *err)
{
    bool is_other = chosen_use(s) == USE_OTHER;
    struct uid open = s->compared.kept.id, other = s->compared.replaced.id;
    unsigned accepted = form_choice(&s->form, "differences") == 1 ? s->compared.differences : 0;
    return person_join(s->ws->actor, is_other ? other : open, is_other ? open : other, form_text(&s->form, "reason"), accepted, err);
}

static enum status part(struct records_screen *s, struct error *err)
{
    struct uid link = s->view.links.items[form_choice(&s->form, "deed") - 1].id;
    return person_part(s->ws->actor, s->patient, link, form_text(&s->form, "reason"), err);
}

static unsigned refuse(struct shell *sh, struct records_screen *s, struct error *err, enum status status)
{
    err->status = status;
    if (!form_show_error(&s->form, err)) {
        shell_fail(sh, err);
    }
    return STALE_LAYOUT;
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct records_screen *s = state;
    struct error err = ERROR_INIT;
    form_clear_errors(&s->form);
    bool is_join = is_joining(s);
    if (is_join && (!s->is_compared || strcmp(s->compared_mrn, form_text(&s->form, "other")) != 0)) {
        enum status status = compare(s, &err);
        if (status != STATUS_OK) {
            return refuse(sh, s, &err, status);
        }
        shell_say(sh, MESSAGE_INFO, "%s", _("Compare the two. Say how it is known that they are one person, then save once more."));
        return STALE_LAYOUT;
    }
    enum status status = is_join ? join(s, &err) : part(s, &err);
    if (status == STATUS_OK) {
        forget_compared(s);
        status = read(s, &err);
    }
    if (status != STATUS_OK) {
        return refuse(sh, s, &err, status);
    }
    make_form(s, "", "", 0, 0);
    form_mark_clean(&s->form);
    shell_say(sh, MESSAGE_GOOD, "%s", is_join ? _("Joined: the chart is made of both records from now on. Look at its findings and double orders.")
                                              : _("Parted: each record stands by itself again."));
    return STALE_LAYOUT;
}

static unsigned records_key(struct shell *sh, void *state, const struct event *event)
{
    struct records_screen *s = state;
    if (!may_join(s)) {
        return EVENT_UNHANDLED;
    }
    unsigned stale = form_handle(&s->form, event);
    bool is_enter = event->kind == EVENT_KEY && event->key == UI_KEY_ENTER;
    if ((stale & EVENT_UNHANDLED) != 0 && is_enter) {
        return run_save(sh, s);
    }
    if (s->is_compared && strcmp(s->compared_mrn, form_text(&s->form, "other")) != 0) {
        forget_compared(s);
    }
    show_fields(s);
    return stale | ((stale & EVENT_UNHANDLED) != 0 ? 0u : STALE_LAYOUT);
}

static bool records_text_focus(const void *state)
{
    return may_join(state) && form_has_text_focus(&((const struct records_screen *)state)->form);
}

static bool records_unsaved(const void *state)
{
    return form_is_changed(&((const struct records_screen *)state)->form);
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_PATIENT_JOIN, N_("save"), N_("Compare, join or part the records."), run_save, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_RECORDS = {
    .name = "records",
    .title = N_("Records of one person"),
    .open = records_open,
    .layout = records_layout,
    .draw = records_draw,
    .key = records_key,
    .close = records_close,
    .actions = ACTIONS,
    .text_focus = records_text_focus,
    .unsaved = records_unsaved,
};

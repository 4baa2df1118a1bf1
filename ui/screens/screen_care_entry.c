/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one provider may see and do for a patient, or one insurance of a patient. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/directory_view.h"

enum { FORM_ROW = 5, NAME_BYTES = 160 };

struct care_entry {
    struct workstation *ws;
    struct care_argument what;
    char patient[NAME_BYTES], name[NAME_BYTES]; /* the provider's */
    bool is_there;              /* a relationship, or an insurance, that is changed */
    struct coverage_row before; /* owned */
    const char *types[RELATIONSHIP_TYPE_COUNT];
    struct form form;
    struct area form_area;
};

enum status directory_read_date(const struct form *form, const char *name, struct date today, struct date *out, struct error *err)
{
    const char *text = form_text(form, name);
    bool is_ambiguous = false;
    *out = (struct date){0};
    if (text[0] == '\0') {
        return STATUS_OK;
    }
    return date_parse_human(text, today, false, out, &is_ambiguous, NULL) == STATUS_OK && !is_ambiguous
               ? STATUS_OK
               : error_set_field(err, STATUS_INVALID, name, _("Type the date with the month in letters: 30 Jun 2028."));
}

static void set_date(struct form *f, const char *name, struct date date)
{
    char day[DATE_TEXT_MAX];
    form_set_text(f, name, date_is_none(date) ? "" : date_format_human(date, day));
}

/* ---- a provider's rights ---- */

static void make_relation_form(struct care_entry *s)
{
    struct form *f = &s->form;
    const struct enum_list *types = enum_list(ENUM_RELATIONSHIP_TYPE);
    for (int i = 1; i < RELATIONSHIP_TYPE_COUNT; i++) {
        s->types[i - 1] = types->labels[i];
    }
    form_add_choice(f, "type", N_("Kind"), s->types, RELATIONSHIP_TYPE_COUNT - 1);
    form_add_check(f, "may_view", N_("May see the medicines"));
    form_add_check(f, "may_prescribe", N_("May order"));
    form_add_check(f, "primary", N_("The primary one of that kind"));
    form_add_text(f, "start", N_("From"), 30, 14, 0);
    form_set_hint(f, "start", N_("today"));
    form_add_text(f, "end", N_("Until"), 30, 14, 0);
    form_set_hint(f, "end", N_("open"));
    form_add_check(f, "revoked", N_("Take all rights back"));
}

static enum status fill_relation(struct care_entry *s, struct error *err)
{
    struct provider_list providers = {0};
    struct care_relation_list list = {0};
    struct form *f = &s->form;
    enum status status = providers_find(s->ws->actor, "", &providers, err);
    for (size_t i = 0; status == STATUS_OK && i < providers.len; i++) {
        if (uid_compare(providers.items[i].id, s->what.id) == 0) {
            (void)directory_provider_name(&providers.items[i], s->name, sizeof s->name);
        }
    }
    if (status == STATUS_OK) {
        status = care_relations_get(s->ws->actor, s->what.patient, &list, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        const struct care_relation *r = &list.items[i];
        if (uid_compare(r->provider, s->what.id) == 0 && r->status == RELATIONSHIP_STATUS_ACTIVE) {
            s->is_there = true;
            form_set_choice(f, "type", (int)r->type - 1);
            form_set_choice(f, "may_view", r->may_view);
            form_set_choice(f, "may_prescribe", r->may_prescribe);
            form_set_choice(f, "primary", r->is_primary);
            set_date(f, "end", r->end);
        }
    }
    if (status == STATUS_OK && s->name[0] == '\0') {
        status = error_set(err, STATUS_NOT_FOUND, _("The directory has no such provider."));
    }
    form_show(f, "start", !s->is_there);
    form_show(f, "type", !s->is_there);
    form_show(f, "revoked", s->is_there);
    provider_list_release(&providers);
    care_relation_list_release(&list);
    return status;
}

static enum status save_relation(struct care_entry *s, struct error *err)
{
    const struct form *f = &s->form;
    struct care_relation r = {.patient = s->what.patient, .provider = s->what.id, .type = (enum relationship_type)(form_choice(f, "type") + 1),
                              .may_view = form_choice(f, "may_view") == 1, .may_prescribe = form_choice(f, "may_prescribe") == 1,
                              .is_primary = form_choice(f, "primary") == 1};
    if (s->is_there && form_choice(f, "revoked") == 1) {
        return care_relation_revoke(s->ws->actor, s->what.patient, s->what.id, err);
    }
    enum status status = directory_read_date(f, "start", site_today(s->ws->site), &r.start, err);
    if (status == STATUS_OK) {
        status = directory_read_date(f, "end", site_today(s->ws->site), &r.end, err);
    }
    return status == STATUS_OK ? care_relation_set(s->ws->actor, &r, err) : status;
}

/* ---- an insurance ---- */

static void make_coverage_form(struct care_entry *s)
{
    struct form *f = &s->form;
    form_add_text(f, "company", N_("Insurance"), 120, 40, 0);
    form_add_text(f, "plan", N_("Plan"), 80, 40, 0);
    form_add_text(f, "policy", N_("Policy number"), 60, 30, 0);
    form_add_text(f, "effective", N_("From"), 30, 14, 0);
    form_add_text(f, "expiration", N_("Until"), 30, 14, 0);
    form_set_hint(f, "expiration", N_("open"));
    form_add_check(f, "primary", N_("The one that pays first"));
    form_add_check(f, "ended", N_("It has ended"));
}

static enum status fill_coverage(struct care_entry *s, struct error *err)
{
    struct coverage_row_list list = {0};
    struct form *f = &s->form;
    if (uid_is_none(s->what.id)) {
        form_show(f, "ended", false);
        return STATUS_OK;
    }
    enum status status = coverages_get(s->ws->actor, s->what.patient, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        const struct coverage *c = &list.items[i].coverage;
        if (uid_compare(c->id, s->what.id) == 0) {
            s->is_there = true;
            s->before.ver = list.items[i].ver;
            form_set_text(f, "company", c->company != NULL ? c->company : "");
            form_set_text(f, "plan", c->plan != NULL ? c->plan : "");
            form_set_text(f, "policy", c->policy_number != NULL ? c->policy_number : "");
            set_date(f, "effective", c->effective);
            set_date(f, "expiration", c->expiration);
            form_set_choice(f, "primary", c->is_primary);
            form_set_choice(f, "ended", !c->is_active);
        }
    }
    coverage_row_list_release(&list);
    return status == STATUS_OK && !s->is_there ? error_set(err, STATUS_NOT_FOUND, _("This patient has no such insurance.")) : status;
}

/* Texts of the form are only read. */
static char *text_of(const struct care_entry *s, const char *name)
{
    return (char *)(uintptr_t)form_text(&s->form, name);
}

static enum status save_coverage(struct care_entry *s, struct error *err)
{
    struct coverage_row row = {.ver = s->before.ver,
                               .coverage = {.id = s->what.id, .patient = s->what.patient, .company = text_of(s, "company"), .plan = text_of(s, "plan"),
                                            .policy_number = text_of(s, "policy"), .is_primary = form_choice(&s->form, "primary") == 1,
                                            .is_active = !s->is_there || form_choice(&s->form, "ended") == 0}};
    enum status status = directory_read_date(&s->form, "effective", site_today(s->ws->site), &row.coverage.effective, err);
    if (status == STATUS_OK) {
        status = directory_read_date(&s->form, "expiration", site_today(s->ws->site), &row.coverage.expiration, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    return s->is_there ? coverage_change(s->ws->actor, &row, err) : coverage_add(s->ws->actor, &row.coverage, err);
}

/* ---- the screen ---- */

static void entry_close(void *state)
{
    struct care_entry *s = state;
    form_release(&s->form);
    mem_free(s);
}

static enum status entry_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct care_entry *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    s->what = *(const struct care_argument *)argument;
    (void)snprintf(s->patient, sizeof s->patient, "%s", s->what.patient_name != NULL ? s->what.patient_name : ""); /* cut is fine */
    s->what.patient_name = s->patient;
    form_init(&s->form);
    if (s->what.kind == CARE_PROVIDERS) {
        make_relation_form(s);
    } else {
        make_coverage_form(s);
    }
    enum status status = s->what.kind == CARE_PROVIDERS ? fill_relation(s, err) : fill_coverage(s, err);
    if (status != STATUS_OK) {
        entry_close(s);
        return status;
    }
    form_mark_clean(&s->form);
    *out_state = s;
    return STATUS_OK;
}

static void entry_layout(void *state, struct area body)
{
    struct care_entry *s = state;
    s->form_area = area_part(body, FORM_ROW, 1, body.rows - FORM_ROW, body.cols - 2);
    form_layout(&s->form, s->form_area.rows, s->form_area.cols);
}

static void entry_draw(void *state, struct area body)
{
    struct care_entry *s = state;
    draw_text(body, 0, 1, STYLE_PATIENT, s->patient);
    if (s->what.kind == CARE_PROVIDERS) {
        draw_text(body, 1, 1, STYLE_HEADING, s->name);
        draw_wrapped(area_part(body, 2, 1, 2, body.cols - 2), 0, 0, STYLE_DIM,
                     _("Holds for lists that are given out, and for the person of this site who has the same NPI."));
    } else {
        draw_text(body, 1, 1, STYLE_HEADING, s->is_there ? _("Insurance") : _("New insurance"));
    }
    form_draw(&s->form, s->form_area); /* last: the cursor is the focus */
}

static unsigned entry_key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return form_handle(&((struct care_entry *)state)->form, event);
}

static bool entry_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct care_entry *)state)->form);
}

static bool entry_unsaved(const void *state)
{
    return form_is_changed(&((const struct care_entry *)state)->form);
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct care_entry *s = state;
    struct error err = ERROR_INIT;
    form_clear_errors(&s->form);
    enum status status = s->what.kind == CARE_PROVIDERS ? save_relation(s, &err) : save_coverage(s, &err);
    if (status != STATUS_OK) {
        if (!form_show_error(&s->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_LAYOUT;
    }
    shell_say(sh, MESSAGE_GOOD, _("%s: %s. Saved here."), s->patient, s->what.kind == CARE_PROVIDERS ? s->name : form_text(&s->form, "company"));
    form_mark_clean(&s->form);
    shell_close(sh, 1);
    return STALE_DATA;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_PATIENT_WRITE, N_("save"), N_("Save what was typed."), run_save, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; asks before anything typed is lost."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_CARE_ENTRY = {
    .name = "care.entry",
    .title = N_("Rights of a provider, or an insurance"),
    .open = entry_open,
    .layout = entry_layout,
    .draw = entry_draw,
    .key = entry_key,
    .close = entry_close,
    .actions = ACTIONS,
    .text_focus = entry_text_focus,
    .unsaved = entry_unsaved,
};

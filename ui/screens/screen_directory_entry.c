/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One entry of the directory: a pharmacy with its hours and services, or a provider with the NPI. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/directory_view.h"

enum { HEAD_ROWS = 2, SERVICES_BYTES = 400, HOURS_BYTES = 300 };

struct entry {
    struct workstation *ws;
    enum directory_kind kind;
    struct uid id; /* UID_NONE: a new one */
    int32_t ver;
    const char *types[PHARMACY_TYPE_COUNT];
    struct form form;
    struct area form_area;
};

static bool is_new(const struct entry *s)
{
    return uid_is_none(s->id);
}

static void make_pharmacy_form(struct entry *s)
{
    struct form *f = &s->form;
    const struct enum_list *types = enum_list(ENUM_PHARMACY_TYPE);
    for (int i = 1; i < PHARMACY_TYPE_COUNT; i++) {
        s->types[i - 1] = types->labels[i];
    }
    form_add_text(f, "name", N_("Name"), 120, 40, 0);
    form_add_text(f, "chain", N_("Chain"), 80, 40, 0);
    form_add_choice(f, "type", N_("Kind"), s->types, PHARMACY_TYPE_COUNT - 1);
    form_add_text(f, "phone", N_("Phone"), 40, 20, 0);
    form_add_text(f, "address", N_("Street and number"), 120, 40, 0);
    form_add_text(f, "city", N_("City"), 80, 30, 0);
    form_add_text(f, "state", N_("State"), 40, 20, 0);
    form_add_text(f, "postal_code", N_("Postal code"), 20, 12, 0);
    form_add_text(f, "hours", N_("Hours"), HOURS_BYTES, 0, 0);
    form_set_hint(f, "hours", N_("mon-fri 08:00-18:00; sat 09:00-12:00"));
    form_add_text(f, "services", N_("Services"), SERVICES_BYTES, 0, 0);
    form_set_hint(f, "services", N_("vaccination, delivery"));
    form_add_check(f, "is_active", N_("Still there"));
    form_set_choice(f, "is_active", 1);
}

static void make_provider_form(struct entry *s)
{
    struct form *f = &s->form;
    form_add_text(f, "last_name", N_("Last name"), 80, 32, 0);
    form_add_text(f, "first_name", N_("First names"), 80, 32, 0);
    form_add_text(f, "title", N_("Title"), 40, 16, 0);
    form_add_text(f, "specialty", N_("Specialty"), 80, 32, 0);
    form_add_text(f, "npi", N_("NPI"), 10, 12, FIELD_DIGITS);
    form_set_hint(f, "npi", N_("ten digits; the last one checks the others"));
    form_add_text(f, "phone", N_("Phone"), 40, 20, 0);
    form_add_text(f, "email", N_("Mail"), 120, 40, 0);
    form_add_check(f, "is_active", N_("Still works"));
    form_set_choice(f, "is_active", 1);
}

static void put(struct form *f, const char *name, const char *text)
{
    form_set_text(f, name, text != NULL ? text : "");
}

static void show_pharmacy(struct entry *s, const struct pharmacy *p)
{
    struct form *f = &s->form;
    struct buffer hours = BUFFER_INIT;
    char *services = pharmacy_services_text(p->services);
    hours_write(&p->hours, &hours);
    s->ver = p->ver;
    put(f, "name", p->name);
    put(f, "chain", p->chain);
    form_set_choice(f, "type", p->type > 0 ? (int)p->type - 1 : 0);
    put(f, "phone", p->phone);
    put(f, "address", p->address);
    put(f, "city", p->city);
    put(f, "state", p->state);
    put(f, "postal_code", p->postal_code);
    put(f, "hours", hours.bytes);
    put(f, "services", services);
    form_set_choice(f, "is_active", p->is_active);
    mem_free(services);
    buffer_release(&hours);
}

static void show_provider(struct entry *s, const struct provider *p)
{
    struct form *f = &s->form;
    s->ver = p->ver;
    put(f, "last_name", p->last_name);
    put(f, "first_name", p->first_name);
    put(f, "title", p->title);
    put(f, "specialty", p->specialty);
    put(f, "npi", p->npi);
    put(f, "phone", p->phone);
    put(f, "email", p->email);
    form_set_choice(f, "is_active", p->is_active);
}

/* As it stands in the directory now. */
static enum status fill(struct entry *s, struct error *err)
{
    struct pharmacy_list pharmacies = {0};
    struct provider_list providers = {0};
    bool found = false;
    enum status status = s->kind == DIRECTORY_PHARMACIES ? pharmacies_find(s->ws->actor, "", &pharmacies, err)
                                                         : providers_find(s->ws->actor, "", &providers, err);
    for (size_t i = 0; status == STATUS_OK && i < pharmacies.len; i++) {
        if (uid_compare(pharmacies.items[i].id, s->id) == 0) {
            show_pharmacy(s, &pharmacies.items[i]);
            found = true;
        }
    }
    for (size_t i = 0; status == STATUS_OK && i < providers.len; i++) {
        if (uid_compare(providers.items[i].id, s->id) == 0) {
            show_provider(s, &providers.items[i]);
            found = true;
        }
    }
    pharmacy_list_release(&pharmacies);
    provider_list_release(&providers);
    return status == STATUS_OK && !found ? error_set(err, STATUS_NOT_FOUND, _("The directory has no such entry.")) : status;
}

static void entry_close(void *state)
{
    struct entry *s = state;
    form_release(&s->form);
    mem_free(s);
}

static enum status entry_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct directory_argument *what = argument;
    struct entry *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    s->kind = what->kind;
    s->id = what->id;
    form_init(&s->form);
    if (s->kind == DIRECTORY_PHARMACIES) {
        make_pharmacy_form(s);
    } else {
        make_provider_form(s);
    }
    enum status status = is_new(s) ? STATUS_OK : fill(s, err);
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
    struct entry *s = state;
    s->form_area = area_part(body, HEAD_ROWS, 1, body.rows - HEAD_ROWS, body.cols - 2);
    form_layout(&s->form, s->form_area.rows, s->form_area.cols);
}

static void entry_draw(void *state, struct area body)
{
    struct entry *s = state;
    draw_text(body, 0, 1, STYLE_HEADING,
              s->kind == DIRECTORY_PHARMACIES ? is_new(s) ? _("New pharmacy") : _("Pharmacy") : is_new(s) ? _("New provider") : _("Provider"));
    form_draw(&s->form, s->form_area); /* last: the cursor is the focus */
}

static unsigned entry_key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return form_handle(&((struct entry *)state)->form, event);
}

static bool entry_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct entry *)state)->form);
}

static bool entry_unsaved(const void *state)
{
    return form_is_changed(&((const struct entry *)state)->form);
}

/* ---- saving ---- */

/* Texts of the form are only read. */
static char *text_of(const struct entry *s, const char *name)
{
    return (char *)(uintptr_t)form_text(&s->form, name);
}

static enum status save_pharmacy(struct entry *s, struct error *err)
{
    struct pharmacy p = {.id = s->id, .ver = s->ver, .name = text_of(s, "name"), .chain = text_of(s, "chain"), .phone = text_of(s, "phone"),
                         .address = text_of(s, "address"), .city = text_of(s, "city"), .state = text_of(s, "state"),
                         .postal_code = text_of(s, "postal_code"), .type = (enum pharmacy_type)(form_choice(&s->form, "type") + 1),
                         .is_active = form_choice(&s->form, "is_active") == 1};
    enum status status = hours_parse(form_text(&s->form, "hours"), &p.hours, err);
    if (status != STATUS_OK) {
        return status;
    }
    p.services = pharmacy_services_kept(form_text(&s->form, "services"));
    status = is_new(s) ? pharmacy_add(s->ws->actor, &p, &p.id, err) : pharmacy_change(s->ws->actor, &p, err);
    mem_free(p.services);
    return status;
}

static enum status save_provider(struct entry *s, struct error *err)
{
    struct provider p = {.id = s->id, .ver = s->ver, .last_name = text_of(s, "last_name"), .first_name = text_of(s, "first_name"),
                         .title = text_of(s, "title"), .specialty = text_of(s, "specialty"), .npi = text_of(s, "npi"),
                         .phone = text_of(s, "phone"), .email = text_of(s, "email"), .is_active = form_choice(&s->form, "is_active") == 1};
    return is_new(s) ? provider_add(s->ws->actor, &p, &p.id, err) : provider_change(s->ws->actor, &p, err);
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct entry *s = state;
    struct error err = ERROR_INIT;
    form_clear_errors(&s->form);
    enum status status = s->kind == DIRECTORY_PHARMACIES ? save_pharmacy(s, &err) : save_provider(s, &err);
    if (status != STATUS_OK) {
        if (!form_show_error(&s->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_LAYOUT;
    }
    shell_say(sh, MESSAGE_GOOD, _("%s: in the directory. Saved here."), form_text(&s->form, s->kind == DIRECTORY_PHARMACIES ? "name" : "last_name"));
    form_mark_clean(&s->form);
    shell_close(sh, 1);
    return STALE_DATA;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_DIRECTORY_WRITE, N_("save"), N_("Save this entry of the directory."), run_save, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; asks before anything typed is lost."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_DIRECTORY_ENTRY = {
    .name = "directory.entry",
    .title = N_("Entry of the directory"),
    .open = entry_open,
    .layout = entry_layout,
    .draw = entry_draw,
    .key = entry_key,
    .close = entry_close,
    .actions = ACTIONS,
    .text_focus = entry_text_focus,
    .unsaved = entry_unsaved,
};

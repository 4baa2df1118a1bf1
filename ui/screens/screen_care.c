/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who cares for a patient and what each may see and do, and who pays. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "kit/picker.h"
#include "kit/table.h"
#include "screens/directory_view.h"
#include "service/patients.h"

enum { HEAD_ROWS = 4, NAME_BYTES = 160 };

struct care {
    struct workstation *ws;
    struct uid patient;
    struct patient who;
    enum care_kind kind;
    struct care_relation_list relations;
    struct coverage_row_list coverages;
    struct table tables[CARE_KINDS];
    struct area tabs_area, table_area;
    struct provider_list providers; /* to choose from */
    size_t *matching;
    int matching_count;
};

static const struct table_column RELATION_COLUMNS[] = {
    {N_("Provider"), 24, 2, 0, false},  {N_("Kind"), 13, 1, 0, false},    {N_("Medicines"), 10, 0, 0, false},
    {N_("Orders"), 12, 0, 0, false},    {N_("State"), 16, 1, 0, false},
};
static const struct table_column COVERAGE_COLUMNS[] = {
    {N_("Insurance"), 22, 2, 0, false}, {N_("Plan"), 12, 1, 100, false}, {N_("Policy number"), 16, 1, 0, false},
    {N_("From"), 12, 0, 0, false},      {N_("Until"), 12, 0, 0, false},  {N_("State"), 12, 1, 0, false},
};

/* ---- rows ---- */

static const char *relation_state(const struct care *s, const struct care_relation *r, char *buf, size_t size, enum style *style)
{
    struct date today = site_today(s->ws->site);
    char day[DATE_TEXT_MAX];
    if (r->status != RELATIONSHIP_STATUS_ACTIVE) {
        *style = STYLE_DIM;
        return enum_label(ENUM_RELATIONSHIP_STATUS, (int)r->status);
    }
    if (!date_is_none(r->end) && date_compare(r->end, today) < 0) {
        *style = STYLE_DIM;
        return _("over");
    }
    if (!date_is_none(r->start) && date_compare(r->start, today) > 0) {
        (void)snprintf(buf, size, _("from %s"), date_format_human(r->start, day)); /* cut is fine, as below */
        return buf;
    }
    if (!date_is_none(r->end)) {
        (void)snprintf(buf, size, _("until %s"), date_format_human(r->end, day));
        return buf;
    }
    return r->is_primary ? _("primary") : _("active");
}

static const char *relation_cell(const struct care *s, const struct care_relation *r, int column, char *buf, enum style *style)
{
    struct date today = site_today(s->ws->site);
    switch (column) {
    case 0:
        return r->provider_name;
    case 1:
        return enum_label(ENUM_RELATIONSHIP_TYPE, (int)r->type);
    case 2:
        return care_relation_allows(r, today, true, false) ? _("may see") : _("no");
    case 3:
        return care_relation_allows(r, today, false, true) ? _("may order") : _("no");
    default:
        return relation_state(s, r, buf, TABLE_CELL_MAX, style);
    }
}

static const char *coverage_state(const struct coverage *c, struct date today, enum style *style)
{
    *style = coverage_is_in_force(c, today) ? STYLE_TEXT : STYLE_DIM;
    if (!c->is_active) {
        return _("ended");
    }
    if (!date_is_none(c->expiration) && date_compare(c->expiration, today) < 0) {
        *style = c->is_primary ? STYLE_WARNING : STYLE_DIM;
        return c->is_primary ? _("EXPIRED") : _("expired");
    }
    if (!date_is_none(c->effective) && date_compare(c->effective, today) > 0) {
        return _("not yet");
    }
    return c->is_primary ? _("primary") : _("in force");
}

static const char *coverage_cell(const struct care *s, const struct coverage *c, int column, char *buf, enum style *style)
{
    switch (column) {
    case 0:
        return c->company;
    case 1:
        return c->plan;
    case 2:
        return c->policy_number;
    case 3:
        return date_is_none(c->effective) ? "" : date_format_human(c->effective, buf);
    case 4:
        return date_is_none(c->expiration) ? "" : date_format_human(c->expiration, buf);
    default:
        return coverage_state(c, site_today(s->ws->site), style);
    }
}

static const char *cell(const void *context, int row, int column, char *buf, enum style *style)
{
    const struct care *s = context;
    const char *text = s->kind == CARE_PROVIDERS ? relation_cell(s, &s->relations.items[row], column, buf, style)
                                                 : coverage_cell(s, &s->coverages.items[row].coverage, column, buf, style);
    return text != NULL ? text : "";
}

static struct uid row_id(const void *context, int row)
{
    const struct care *s = context;
    return s->kind == CARE_PROVIDERS ? s->relations.items[row].id : s->coverages.items[row].coverage.id;
}

static int row_count(const struct care *s)
{
    return (int)(s->kind == CARE_PROVIDERS ? s->relations.len : s->coverages.len);
}

static struct table_source source_of(const struct care *s)
{
    return (struct table_source){.context = s, .id = row_id, .cell = cell,
                                 .empty_text = s->kind == CARE_PROVIDERS
                                                   ? _("No provider is named. F5 names one; until then the roles of this site alone say who may.")
                                                   : _("No insurance is known. F5 adds one.")};
}

static void refresh(struct care *s)
{
    enum care_kind kind = s->kind;
    for (int i = 0; i < CARE_KINDS; i++) {
        s->kind = (enum care_kind)i;
        struct table_source source = source_of(s);
        table_refresh(&s->tables[i], &source, row_count(s));
    }
    s->kind = kind;
}

static enum status read(struct care *s, struct error *err)
{
    struct care_relation_list relations = {0};
    struct coverage_row_list coverages = {0};
    enum status status = care_relations_get(s->ws->actor, s->patient, &relations, err);
    if (status == STATUS_OK) {
        status = coverages_get(s->ws->actor, s->patient, &coverages, err);
    }
    if (status != STATUS_OK) {
        care_relation_list_release(&relations);
        return status;
    }
    care_relation_list_release(&s->relations);
    coverage_row_list_release(&s->coverages);
    s->relations = relations;
    s->coverages = coverages;
    refresh(s);
    return STATUS_OK;
}

/* ---- the screen ---- */

static void care_close(void *state)
{
    struct care *s = state;
    patient_release(&s->who);
    care_relation_list_release(&s->relations);
    coverage_row_list_release(&s->coverages);
    provider_list_release(&s->providers);
    mem_free(s->matching);
    mem_free(s);
}

static enum status care_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct care *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    s->patient = *(const struct uid *)argument;
    table_init(&s->tables[CARE_PROVIDERS], RELATION_COLUMNS, sizeof RELATION_COLUMNS / sizeof *RELATION_COLUMNS);
    table_init(&s->tables[CARE_INSURANCE], COVERAGE_COLUMNS, sizeof COVERAGE_COLUMNS / sizeof *COVERAGE_COLUMNS);
    enum status status = patient_open(s->ws->actor, s->patient, &s->who, err);
    if (status == STATUS_OK) {
        status = read(s, err);
    }
    if (status != STATUS_OK) {
        care_close(s);
        return status;
    }
    *out_state = s;
    return STATUS_OK;
}

static void care_layout(void *state, struct area body)
{
    struct care *s = state;
    s->tabs_area = area_part(body, 2, 0, 1, body.cols);
    s->table_area = area_rows(body, HEAD_ROWS, body.rows - HEAD_ROWS);
    for (int i = 0; i < CARE_KINDS; i++) {
        table_layout(&s->tables[i], s->table_area.rows, s->table_area.cols);
    }
}

static void care_draw(void *state, struct area body)
{
    struct care *s = state;
    struct table_source source = source_of(s);
    char birth[DATE_TEXT_MAX];
    char *name = patient_display_name(&s->who);
    char *providers = mem_format(_("Providers %d"), (int)s->relations.len), *insurance = mem_format(_("Insurance %d"), (int)s->coverages.len);
    draw_format(body, 0, 1, STYLE_PATIENT, _("%s   %s   MRN %s"), name, date_format_human(s->who.birth_date, birth), s->who.mrn);
    tabs_draw(s->tabs_area, (const char *const[]){providers, insurance}, CARE_KINDS, (int)s->kind);
    table_draw(&s->tables[s->kind], &source, s->table_area);
    mem_free(providers);
    mem_free(insurance);
    mem_free(name);
}

static unsigned care_key(struct shell *sh, void *state, const struct event *event)
{
    struct care *s = state;
    struct table_source source = source_of(s);
    (void)sh;
    return table_handle(&s->tables[s->kind], &source, event);
}

static unsigned care_event(struct shell *sh, void *state, const struct event *event)
{
    struct error err = ERROR_INIT;
    if (event->kind != EVENT_CLOSED) { /* others' changes are read when something was done here: each reading has its row */
        return EVENT_UNHANDLED;
    }
    if (event->text != NULL && strcmp(event->text, SCREEN_CARE_ENTRY.name) == 0 && event->key == 1 && read(state, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    }
    return STALE_CELLS;
}

/* ---- actions ---- */

static unsigned open_entry(struct shell *sh, const struct care *s, struct uid id)
{
    char *name = patient_display_name(&s->who);
    shell_open_or_say(sh, &SCREEN_CARE_ENTRY, &(struct care_argument){s->patient, id, s->kind, name});
    mem_free(name);
    return STALE_CELLS;
}

static bool has_row(const void *state)
{
    return row_count(state) > 0;
}

static unsigned run_open(struct shell *sh, void *state)
{
    struct care *s = state;
    int row = s->tables[s->kind].list.selected;
    return open_entry(sh, s, s->kind == CARE_PROVIDERS ? s->relations.items[row].provider : row_id(s, row));
}

static int filter(void *context, const char *text)
{
    struct care *s = context;
    char *what = text_fold(text);
    s->matching_count = 0;
    for (size_t i = 0; i < s->providers.len; i++) {
        const struct provider *p = &s->providers.items[i];
        char name[NAME_BYTES];
        char *all = mem_format("%s %s %s", directory_provider_name(p, name, sizeof name), p->specialty, p->npi), *where = text_fold(all);
        if (p->is_active && strstr(where, what) != NULL) {
            s->matching[s->matching_count++] = i;
        }
        mem_free(all);
        mem_free(where);
    }
    mem_free(what);
    return s->matching_count;
}

static void draw_provider(const void *context, int row, struct area line, bool is_selected)
{
    const struct care *s = context;
    const struct provider *p = &s->providers.items[s->matching[row]];
    char name[NAME_BYTES];
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    draw_fit(line, 0, 2, 30, STYLE_TEXT, directory_provider_name(p, name, sizeof name));
    draw_fit(line, 0, 33, 11, STYLE_DIM, p->npi != NULL ? p->npi : "");
    draw_fit(line, 0, 45, line.cols - 45, STYLE_DIM, p->specialty != NULL ? p->specialty : "");
}

static unsigned picked(struct shell *sh, void *state, int row)
{
    struct care *s = state;
    return row >= 0 && row < s->matching_count ? open_entry(sh, s, s->providers.items[s->matching[row]].id) : (unsigned)STALE_CELLS;
}

static unsigned run_add(struct shell *sh, void *state)
{
    struct care *s = state;
    struct provider_list fresh = {0};
    struct error err = ERROR_INIT;
    if (s->kind == CARE_INSURANCE) {
        return open_entry(sh, s, UID_NONE);
    }
    if (providers_find(s->ws->actor, "", &fresh, &err) != STATUS_OK) {
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    provider_list_release(&s->providers);
    s->providers = fresh;
    mem_free(s->matching);
    s->matching = mem_alloc_array(fresh.len + 1, sizeof *s->matching);
    struct picker_source source = {{s, NULL, draw_provider, _("The directory has no such provider. Home, { adds one.")}, filter, s};
    shell_pick(sh, _("Which provider?"), N_("Name or NPI"), &source, picked);
    return STALE_CELLS;
}

static unsigned run_next(struct shell *sh, void *state)
{
    struct care *s = state;
    (void)sh;
    s->kind = (enum care_kind)(((int)s->kind + 1) % CARE_KINDS);
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, 0, N_("open"), N_("Look at the chosen row, and change it."), run_open, ACTION_IN_BAR, has_row},
    {"home.next_list", "Tab", 0, N_("next list"), N_("Show the insurance, then the providers."), run_next, ACTION_IN_BAR, NULL},
    {"add", KEYS_ADD, PERMISSION_PATIENT_WRITE, N_("add"), N_("Name a provider, or add an insurance."), run_add, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_CARE = {
    .name = "care",
    .title = N_("Providers and insurance"),
    .open = care_open,
    .layout = care_layout,
    .draw = care_draw,
    .key = care_key,
    .event = care_event,
    .close = care_close,
    .actions = ACTIONS,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The directory: pharmacies with "open now", and providers. What is typed narrows the list. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "kit/field.h"
#include "kit/table.h"
#include "screens/directory_view.h"
#include "service/list_out.h"

enum { HEAD_ROWS = 3, TYPED_BYTES = 64 };

struct directory_screen {
    struct workstation *ws;
    enum directory_kind kind;
    struct field typed;
    struct pharmacy_list pharmacies;
    struct provider_list providers;
    size_t *shown; /* indexes of the list that match */
    size_t shown_count;
    struct table tables[DIRECTORY_KINDS];
    struct area tabs_area, field_area, table_area;
};

static const struct table_column PHARMACY_COLUMNS[] = {
    {N_("Pharmacy"), 24, 2, 0, false}, {N_("Now"), 18, 0, 0, false},     {N_("Phone"), 15, 0, 0, false},
    {N_("City"), 14, 1, 0, false},     {N_("Services"), 30, 3, 120, false}, {N_("Hours"), 44, 2, 160, false},
};
static const struct table_column PROVIDER_COLUMNS[] = {
    {N_("Provider"), 26, 2, 0, false}, {N_("Specialty"), 18, 1, 0, false}, {N_("NPI"), 11, 0, 0, false},
    {N_("Phone"), 15, 0, 0, false},    {N_("Mail"), 30, 1, 120, false},
};
static const char *const TITLES[DIRECTORY_KINDS] = {N_("Pharmacies"), N_("Providers")};

const char *directory_open_words(const struct site *site, const struct pharmacy *p, char buf[DIRECTORY_OPEN_MAX], enum style *style)
{
    int minutes = 0;
    struct local_time now = site_now(site);
    bool is_known = false;
    for (int day = 0; day < 7; day++) {
        is_known = is_known || p->hours.days[day].count > 0;
    }
    if (!p->is_active) {
        *style = STYLE_DIM;
        return _("given up");
    }
    if (!is_known) {
        *style = STYLE_DIM;
        return _("hours not known");
    }
    if (!pharmacy_is_open(site, p, &minutes)) {
        *style = STYLE_WARNING;
        return _("closed");
    }
    int until = (now.hour * 60 + now.minute + minutes) % (24 * 60);
    (void)snprintf(buf, DIRECTORY_OPEN_MAX, _("open until %02d:%02d"), until / 60, until % 60); /* cut is fine */
    return buf;
}

const char *directory_provider_name(const struct provider *p, char *buf, size_t size)
{
    const char *title = p->title != NULL ? p->title : "";
    (void)snprintf(buf, size, "%s, %s%s%s", p->last_name, p->first_name != NULL ? p->first_name : "", title[0] != '\0' ? ", " : "", title);
    return buf; /* cut is fine */
}

/* ---- rows ---- */

static struct uid row_id(const void *context, int row)
{
    const struct directory_screen *s = context;
    return s->kind == DIRECTORY_PHARMACIES ? s->pharmacies.items[s->shown[row]].id : s->providers.items[s->shown[row]].id;
}

static const char *pharmacy_cell(const struct directory_screen *s, const struct pharmacy *p, int column, char *buf, enum style *style)
{
    struct buffer hours = BUFFER_INIT;
    char *services;
    switch (column) {
    case 0:
        return p->name;
    case 1:
        return directory_open_words(s->ws->site, p, buf, style);
    case 2:
        return p->phone;
    case 3:
        return p->city;
    case 4:
        services = pharmacy_services_text(p->services);
        (void)snprintf(buf, TABLE_CELL_MAX, "%s", services); /* cut is fine */
        mem_free(services);
        return buf;
    default:
        hours_write(&p->hours, &hours);
        (void)snprintf(buf, TABLE_CELL_MAX, "%s", hours.bytes != NULL ? hours.bytes : ""); /* cut is fine */
        buffer_release(&hours);
        return buf;
    }
}

static const char *provider_cell(const struct provider *p, int column, char *buf, enum style *style)
{
    *style = p->is_active ? *style : STYLE_DIM;
    switch (column) {
    case 0:
        return directory_provider_name(p, buf, TABLE_CELL_MAX);
    case 1:
        return p->specialty;
    case 2:
        return p->npi;
    case 3:
        return p->phone;
    default:
        return p->email;
    }
}

static const char *cell(const void *context, int row, int column, char *buf, enum style *style)
{
    const struct directory_screen *s = context;
    const char *text = s->kind == DIRECTORY_PHARMACIES ? pharmacy_cell(s, &s->pharmacies.items[s->shown[row]], column, buf, style)
                                                       : provider_cell(&s->providers.items[s->shown[row]], column, buf, style);
    return text != NULL ? text : "";
}

static struct table_source source_of(const struct directory_screen *s)
{
    return (struct table_source){.context = s, .id = row_id, .cell = cell,
                                 .empty_text = s->kind == DIRECTORY_PHARMACIES ? _("No such pharmacy. Type less, or press F5 to add one.")
                                                                               : _("No such provider. Type less, or press F5 to add one.")};
}

static struct table *table_of(struct directory_screen *s)
{
    return &s->tables[s->kind];
}

/* Every word that is typed stands somewhere in the row: "open vaccin". */
static bool matches(struct directory_screen *s, size_t i)
{
    char buf[DIRECTORY_OPEN_MAX], name[TABLE_CELL_MAX];
    enum style style = STYLE_TEXT;
    const struct pharmacy *p = s->kind == DIRECTORY_PHARMACIES ? &s->pharmacies.items[i] : NULL;
    const struct provider *d = s->kind == DIRECTORY_PROVIDERS ? &s->providers.items[i] : NULL;
    char *services = p != NULL ? pharmacy_services_text(p->services) : NULL;
    char *all = p != NULL ? mem_format("%s %s %s %s %s %s", p->name, p->chain, p->city, p->postal_code,
                                       directory_open_words(s->ws->site, p, buf, &style), services)
                          : mem_format("%s %s %s", directory_provider_name(d, name, sizeof name), d->specialty, d->npi);
    char *where = text_fold(all), *what = text_fold(field_text(&s->typed));
    bool is_in = true;
    for (char *at = what; is_in && *at != '\0';) {
        size_t len = strcspn(at, " ");
        char *word = mem_copy_bytes(at, len);
        is_in = strstr(where, word) != NULL;
        mem_free(word);
        at += len;
        at += strspn(at, " ");
    }
    mem_free(services);
    mem_free(all);
    mem_free(where);
    mem_free(what);
    return is_in;
}

static void narrow(struct directory_screen *s)
{
    size_t len = s->kind == DIRECTORY_PHARMACIES ? s->pharmacies.len : s->providers.len;
    struct table_source source = source_of(s);
    s->shown_count = 0;
    for (size_t i = 0; i < len; i++) {
        if (matches(s, i)) {
            s->shown[s->shown_count++] = i;
        }
    }
    table_refresh(table_of(s), &source, (int)s->shown_count);
}

static enum status read(struct directory_screen *s, struct error *err)
{
    struct pharmacy_list pharmacies = {0};
    struct provider_list providers = {0};
    enum status status = pharmacies_find(s->ws->actor, "", &pharmacies, err);
    if (status == STATUS_OK) {
        status = providers_find(s->ws->actor, "", &providers, err);
    }
    if (status != STATUS_OK) {
        pharmacy_list_release(&pharmacies);
        return status;
    }
    pharmacy_list_release(&s->pharmacies);
    provider_list_release(&s->providers);
    s->pharmacies = pharmacies;
    s->providers = providers;
    mem_free(s->shown);
    s->shown = mem_alloc_array((pharmacies.len > providers.len ? pharmacies.len : providers.len) + 1, sizeof *s->shown);
    narrow(s);
    return STATUS_OK;
}

/* ---- the screen ---- */

static void directory_close(void *state)
{
    struct directory_screen *s = state;
    pharmacy_list_release(&s->pharmacies);
    provider_list_release(&s->providers);
    field_release(&s->typed);
    mem_free(s->shown);
    mem_free(s);
}

static enum status directory_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    (void)argument;
    struct directory_screen *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    field_init(&s->typed, TYPED_BYTES, 0);
    table_init(&s->tables[DIRECTORY_PHARMACIES], PHARMACY_COLUMNS, sizeof PHARMACY_COLUMNS / sizeof *PHARMACY_COLUMNS);
    table_init(&s->tables[DIRECTORY_PROVIDERS], PROVIDER_COLUMNS, sizeof PROVIDER_COLUMNS / sizeof *PROVIDER_COLUMNS);
    enum status status = read(s, err);
    if (status != STATUS_OK) {
        directory_close(s);
        return status;
    }
    *out_state = s;
    return STATUS_OK;
}

static void directory_layout(void *state, struct area body)
{
    struct directory_screen *s = state;
    int label = text_width_cells(_("Find in the directory:")) + 2;
    s->tabs_area = area_part(body, 0, 0, 1, body.cols);
    s->field_area = area_part(body, 1, label, 1, body.cols - label - 1);
    s->table_area = area_rows(body, HEAD_ROWS, body.rows - HEAD_ROWS);
    for (int i = 0; i < DIRECTORY_KINDS; i++) {
        table_layout(&s->tables[i], s->table_area.rows, s->table_area.cols);
    }
}

static void directory_draw(void *state, struct area body)
{
    struct directory_screen *s = state;
    struct table_source source = source_of(s);
    bool is_cut = (s->kind == DIRECTORY_PHARMACIES ? s->pharmacies.len : s->providers.len) == DIRECTORY_SHOWN_MAX;
    tabs_draw(s->tabs_area, (const char *const[]){_(TITLES[0]), _(TITLES[1])}, DIRECTORY_KINDS, (int)s->kind);
    draw_text(body, 1, 1, STYLE_LABEL_FOCUS, _("Find in the directory:"));
    if (is_cut) {
        draw_format(body, 2, 1, STYLE_WARNING, _("Only the first %d are shown."), DIRECTORY_SHOWN_MAX);
    }
    table_draw(table_of(s), &source, s->table_area);
    field_draw(&s->typed, s->field_area, true); /* last: the cursor is the focus */
}

static unsigned directory_key(struct shell *sh, void *state, const struct event *event)
{
    struct directory_screen *s = state;
    struct table_source source = source_of(s);
    (void)sh;
    unsigned stale = field_handle(&s->typed, event);
    if (stale & TEXT_CHANGED) {
        narrow(s);
        return STALE_CELLS;
    }
    return stale & EVENT_UNHANDLED ? table_handle(table_of(s), &source, event) : stale;
}

static unsigned directory_event(struct shell *sh, void *state, const struct event *event)
{
    struct error err = ERROR_INIT;
    if (event->kind == EVENT_CLOSED) {
        return STALE_DATA;
    }
    if (event->kind != EVENT_DATA) {
        return EVENT_UNHANDLED;
    }
    if (read(state, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    }
    return STALE_CELLS;
}

static bool always(const void *state)
{
    (void)state;
    return true;
}

static bool has_row(const void *state)
{
    return ((const struct directory_screen *)state)->shown_count > 0;
}

static unsigned run_open(struct shell *sh, void *state)
{
    struct directory_screen *s = state;
    shell_open_or_say(sh, &SCREEN_DIRECTORY_ENTRY, &(struct directory_argument){row_id(s, table_of(s)->list.selected), s->kind});
    return STALE_CELLS;
}

static unsigned run_add(struct shell *sh, void *state)
{
    shell_open_or_say(sh, &SCREEN_DIRECTORY_ENTRY, &(struct directory_argument){UID_NONE, ((struct directory_screen *)state)->kind});
    return STALE_CELLS;
}

static unsigned run_next(struct shell *sh, void *state)
{
    struct directory_screen *s = state;
    (void)sh;
    s->kind = (enum directory_kind)(((int)s->kind + 1) % DIRECTORY_KINDS);
    narrow(s);
    return STALE_CELLS;
}

static unsigned run_out(struct shell *sh, void *state)
{
    static const char *const PHARMACY_HEADS[] = {N_("Pharmacy"), N_("Now"), N_("Phone"), N_("City"), N_("Services"), N_("Hours")};
    static const char *const PROVIDER_HEADS[] = {N_("Provider"), N_("Specialty"), N_("NPI"), N_("Phone"), N_("Mail")};
    struct directory_screen *s = state;
    bool is_pharmacies = s->kind == DIRECTORY_PHARMACIES;
    int columns = is_pharmacies ? 6 : 5;
    struct list_out *out = list_out_new(is_pharmacies ? "pharmacies" : "providers", _(TITLES[s->kind]), PERMISSION_PATIENT_READ,
                                        is_pharmacies ? PHARMACY_HEADS : PROVIDER_HEADS, columns);
    for (size_t row = 0; row < s->shown_count; row++) {
        char texts[LIST_OUT_COLUMNS_MAX][TABLE_CELL_MAX];
        const char *cells[LIST_OUT_COLUMNS_MAX];
        enum style style = STYLE_TEXT;
        for (int i = 0; i < columns; i++) {
            cells[i] = cell(s, (int)row, i, texts[i], &style);
        }
        list_out_row(out, cells);
    }
    screen_print_list(sh, out);
    return STALE_CELLS;
}

static bool is_empty(const void *state)
{
    return field_text(&((const struct directory_screen *)state)->typed)[0] == '\0';
}

static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, 0, N_("open"), N_("Look at the chosen entry, and correct it."), run_open, ACTION_IN_BAR, has_row},
    {"home.next_list", "Tab", 0, N_("next list"), N_("Show providers, then pharmacies."), run_next, ACTION_IN_BAR, NULL},
    {"add", "F5, a, Ctrl-N", PERMISSION_DIRECTORY_WRITE, N_("add"), N_("Add a pharmacy or a provider."), run_add, ACTION_IN_BAR, NULL},
    {"list.out", ")", 0, N_("print list"), N_("Print the list that is shown, or save it as a CSV file."), run_out,
     ACTION_IN_BAR | ACTION_OVER_TEXT, is_empty},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_DIRECTORY = {
    .name = "directory",
    .title = N_("Directory"),
    .open = directory_open,
    .layout = directory_layout,
    .draw = directory_draw,
    .key = directory_key,
    .event = directory_event,
    .close = directory_close,
    .actions = ACTIONS,
    .text_focus = always,
};

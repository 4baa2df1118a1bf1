/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chart's tab of who saw or changed it. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/chart_tab.h"
#include "service/access.h"

enum { LIST_MAX = 500 };

struct access {
    struct audit_line_list list;
    enum access_what what;
    struct uid only; /* one person; UID_NONE: everybody */
};

static const struct table_column COLUMNS[] = {
    {N_("When"), 17, 0, 0, false}, {N_("Who"), 22, 1, 0, false},    {N_("Role"), 14, 0, 0, false},
    {N_("What"), 22, 2, 0, false}, {N_("From"), 16, 1, 110, false},
};

static struct access *of(const struct chart_view *v)
{
    return chart_tab_state(v);
}

static const struct audit_line *at(const struct chart_view *v, int row)
{
    return &of(v)->list.items[row];
}

static int count(const struct chart_view *v)
{
    return (int)of(v)->list.len;
}

static struct uid id(const struct chart_view *v, int row)
{
    return at(v, row)->id;
}

static const char *cell(const struct chart_view *v, int row, int column, char *buf, enum style *style)
{
    const struct audit_line *line = at(v, row);
    struct local_time when = zone_local(v->ws->site->zone, line->at_us);
    char day[DATE_TEXT_MAX];
    (void)style;
    switch (column) {
    case 0:
        (void)snprintf(buf, TABLE_CELL_MAX, "%s %02d:%02d", date_format_human(when.date, day), when.hour, when.minute);
        return buf;
    case 1:
        return line->actor_name[0] != '\0' ? line->actor_name : _("(not known here)");
    case 2:
        return enum_label(ENUM_ROLE, (int)line->actor_role);
    case 3:
        return access_words(line->action);
    default:
        return line->address;
    }
}

static const char *empty(const struct chart_view *v)
{
    return of(v)->what == ACCESS_ALL && uid_is_none(of(v)->only) ? _("Nobody has opened this chart on this site.")
                                                                 : _("Nothing of this kind. y and p change what is shown.");
}

static void details(const struct chart_view *v, int row, struct area a)
{
    static const char *const WHAT[] = {N_("reads and changes"), N_("reads only"), N_("changes only")};
    const struct audit_line *line = at(v, row);
    draw_format(a, 0, 1, STYLE_BAR, _("Shown: %s, %s%s"), _(WHAT[of(v)->what]), uid_is_none(of(v)->only) ? _("everybody") : line->actor_name,
                of(v)->list.is_cut ? _("; older ones are left out") : "");
    draw_format(a, 1, 1, STYLE_TEXT, _("%s  (%s)  from %s"), access_words(line->action), line->action,
                line->address[0] != '\0' ? line->address : _("not known"));
    draw_text(a, 2, 1, STYLE_DIM, _("From this site's audit trail, which is chained and cannot be changed unseen."));
}

static const struct chart_rows ROWS = {COLUMNS, sizeof COLUMNS / sizeof *COLUMNS, count, id, cell, NULL, empty, details, NULL};

static enum status read(struct chart_view *v, struct access *m, bool is_first, struct error *err)
{
    struct audit_line_list fresh = {0};
    struct uid patient = v->chart->patient.id;
    enum status status = is_first ? access_list(v->ws->actor, patient, m->what, m->only, LIST_MAX, &fresh, err)
                                  : access_refresh(v->ws->actor, patient, m->what, m->only, LIST_MAX, &fresh, err);
    if (status == STATUS_OK) {
        audit_line_list_release(&m->list);
        m->list = fresh;
    }
    return status;
}

static enum status tab_open(struct chart_view *v, void **out_state, struct error *err)
{
    struct access *m = mem_alloc(sizeof *m);
    enum status status = read(v, m, true, err);
    if (status != STATUS_OK) {
        mem_free(m);
        return status;
    }
    *out_state = m;
    return STATUS_OK;
}

static enum status tab_refresh(struct chart_view *v, void *state, struct error *err)
{
    return read(v, state, false, err);
}

static void tab_close(void *state)
{
    struct access *m = state;
    audit_line_list_release(&m->list);
    mem_free(m);
}

static bool has_row(const void *state)
{
    const struct chart_view *v = state;
    return chart_row(v) >= 0 || !uid_is_none(of(v)->only);
}

static unsigned run_what(struct shell *sh, void *state)
{
    struct access *m = of(state);
    (void)sh;
    m->what = (enum access_what)((m->what + 1) % (ACCESS_WRITES + 1));
    return STALE_DATA;
}

/* This row's person, then everybody again. */
static unsigned run_person(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    struct access *m = of(v);
    (void)sh;
    m->only = uid_is_none(m->only) ? at(v, chart_row(v))->actor : UID_NONE;
    return STALE_DATA;
}

static const struct action ACTIONS[] = {
    {"access.what", "y", 0, N_("reads/changes"), N_("Show reads and changes, reads only, or changes only."), run_what, ACTION_IN_BAR, NULL},
    {"access.person", "m", 0, N_("this person"), N_("Show only the chosen row's person, or everybody again."), run_person, ACTION_IN_BAR,
     has_row},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct chart_tab CHART_TAB_ACCESS = {
    .part = {N_("Access"), ACTIONS},
    .name = "access",
    .permission = PERMISSION_ACCESS_READ,
    .rows = &ROWS,
    .open = tab_open,
    .refresh = tab_refresh,
    .close = tab_close,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the chart share: the open chart, and what one tab is. A tab is one file that ends with one const
 * struct chart_tab, listed in screen_chart.c. Its actions get the struct chart_view as their state. The frame
 * (screen_chart.c) owns the view, the chart and the tables; a tab owns what its open() made. */
#ifndef SCREENS_CHART_TAB_H
#define SCREENS_CHART_TAB_H

#include "kit/table.h"
#include "screens/screens.h"

enum { CHART_TABS_MAX = 12, CHART_WIDE_COLS = 132 };

struct chart_tab;

struct chart_view {
    struct workstation *ws;
    struct chart *chart;          /* another one after every refresh: keep ids, never pointers into it */
    int tab;                      /* index of the one that is shown */
    void *states[CHART_TABS_MAX]; /* what a tab's open() made */
    bool is_open[CHART_TABS_MAX]; /* a tab is opened when it is first shown */
    char *errors[CHART_TABS_MAX]; /* why it could not be opened or read again; NULL: it could */
    struct table tables[CHART_TABS_MAX];
    struct uid_list waiting;      /* rows that are saved here and not at the centre */
    int finding;                  /* shown in the pane: findings first, then what could not be checked */
    struct area banner, tabs, note, body, pane, findings;
};

/* A tab whose content is rows. */
struct chart_rows {
    const struct table_column *columns;
    int column_count;
    int (*count)(const struct chart_view *v);
    struct uid (*id)(const struct chart_view *v, int row);
    const char *(*cell)(const struct chart_view *v, int row, int column, char *buf, enum style *style);
    enum mark (*mark)(const struct chart_view *v, int row);         /* NULL: rows have no signs */
    const char *(*empty)(const struct chart_view *v);               /* translated; says what to do next */
    void (*details)(const struct chart_view *v, int row, struct area a); /* of the chosen row; NULL: none */
    char *(*note)(const struct chart_view *v); /* a line over the rows, the frame frees it; NULL, and NULL from it: none */
};

struct chart_tab {
    struct screen_part part; /* title of the tab and its actions */
    const char *name;        /* "medications": goldens and words of refusals */
    unsigned permission;     /* 0: whoever may open the chart. Without it the tab is not offered */
    int fresh_min;           /* how long after an exchange with the centre it counts as fresh (FRESH_*); 0: it is the site's own */

    /* Rows: the frame does everything else. NULL: the tab has its own layout, draw and key. */
    const struct chart_rows *rows;

    /* All may be NULL. open: what the tab needs beyond the chart, audited by its service function. */
    enum status (*open)(struct chart_view *v, void **out_state, struct error *err);
    enum status (*refresh)(struct chart_view *v, void *state, struct error *err); /* v->chart is a new one */
    void (*close)(void *state);
    void (*layout)(struct chart_view *v, void *state, struct area a);
    void (*draw)(const struct chart_view *v, void *state, struct area a);
    unsigned (*key)(struct shell *sh, struct chart_view *v, void *state, const struct event *event);
    /* SCAN, TICK, CLOSED. EVENT_UNHANDLED: not for this tab. */
    unsigned (*event)(struct shell *sh, struct chart_view *v, void *state, const struct event *event);
};

extern const struct chart_tab CHART_TAB_MEDS, CHART_TAB_DOSES, CHART_TAB_ALLERGIES, CHART_TAB_PROBLEMS,
    CHART_TAB_RECONCILE, CHART_TAB_METRICS, CHART_TAB_PROFILE, CHART_TAB_ACCESS;

/* What the shown tab's open() made, the chosen row of its table (-1: none). */
void *chart_tab_state(const struct chart_view *v);
int chart_row(const struct chart_view *v);

/* Whether the row was written since this person's last sign-off. */
bool chart_is_new(const struct chart_view *v, int64_t recorded_at_us);

/* Says what was saved, for whom and where. */
void chart_say_saved(struct shell *sh, const struct chart_view *v, const char *what);

/* ---- findings (chart_findings.c) ---- */
enum mark severity_mark(enum interaction_type severity);
enum mark chart_order_mark(const struct chart *chart, struct uid order); /* the worst finding it takes part in */
int chart_finding_count(const struct chart_view *v);                      /* and what could not be checked */
void chart_findings_draw(const struct chart_view *v, struct area a);

#endif

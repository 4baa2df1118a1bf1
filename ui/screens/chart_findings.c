/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the safety engine says of the whole chart, as a pane: one finding at a time, as many as fit on a wide screen. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/chart_tab.h"
#include "screens/finding_view.h"
#include "service/screening.h"

enum { ROWS_FOR_MORE = 8 };

enum mark chart_order_mark(const struct chart *chart, struct uid order)
{
    const struct screen_result *result = chart->findings;
    for (int i = 0; result != NULL && i < result->finding_count; i++) { /* the worst come first */
        const struct screen_finding *f = &result->findings[i];
        for (int d = 0; d < f->drug_count; d++) {
            if (uid_compare(chart->screening->drug_orders[f->drugs[d]], order) == 0) {
                return severity_mark(f->severity);
            }
        }
    }
    return MARK_NONE;
}

int chart_finding_count(const struct chart_view *v)
{
    const struct screen_result *r = v->chart->findings;
    return r == NULL ? 0 : r->finding_count + r->incomplete_count;
}

static int draw_unchecked(const struct chart_view *v, int which, struct area a)
{
    return incomplete_draw(&v->chart->findings->incomplete[which], a);
}

static int draw_finding(const struct chart_view *v, int which, struct area a)
{
    return finding_draw(v->ws->site->knowledge, &v->chart->screening->input, &v->chart->findings->findings[which],
                        a.rows < ROWS_FOR_MORE ? 2 : a.rows, a);
}

static int draw_one(const struct chart_view *v, int which, struct area a)
{
    int findings = v->chart->findings->finding_count;
    return which >= findings ? draw_unchecked(v, which - findings, a) : draw_finding(v, which, a);
}

/* Somebody went past it already: beside the count, for whoever dispenses or gives. */
static void draw_accepted(const struct chart_view *v, int which, struct area bar, int col)
{
    char print[17];
    if (which >= v->chart->findings->finding_count) {
        return;
    }
    (void)snprintf(print, sizeof print, "%016llx",
                   (unsigned long long)finding_fingerprint(v->ws->site->knowledge, &v->chart->screening->input,
                                                           &v->chart->findings->findings[which])); /* fits */
    for (size_t i = 0; i < v->chart->decisions.len; i++) {
        const struct decision *made = &v->chart->decisions.items[i];
        if (strcmp(made->fingerprint, print) == 0) {
            char *text = mem_format(_("accepted (%s): %s"), enum_label(ENUM_ROLE, (int)made->role),
                                    enum_label(ENUM_OVERRIDE_REASON, (int)made->reason));
            draw_fit(bar, 0, col + 3, bar.cols - col - 4, STYLE_BAR, text);
            mem_free(text);
            return;
        }
    }
}

void chart_findings_draw(const struct chart_view *v, struct area a)
{
    const struct screen_result *r = v->chart->findings;
    int total = chart_finding_count(v);
    draw_fill(a, 0, 0, a.cols, STYLE_BAR, ' ');
    if (total == 0) {
        draw_text(a, 0, 1, STYLE_BAR, _("No finding"));
        (void)draw_wrapped(area_part(a, 1, 1, a.rows - 1, a.cols - 2), 0, 0, STYLE_TEXT, _("Everything on this chart was checked."));
        return;
    }
    int col = draw_format(a, 0, 1, STYLE_BAR, _("%d of %d   findings %d, not checked %d"), v->finding + 1, total, r->finding_count,
                          r->incomplete_count);
    draw_accepted(v, v->finding, a, col);
    int row = 1 + draw_one(v, v->finding, area_rows(a, 1, a.rows - 1));
    for (int i = v->finding + 1; a.rows >= ROWS_FOR_MORE && i < total && row + 2 < a.rows; i++) {
        row += 1 + draw_one(v, i, area_rows(a, row + 1, a.rows - row - 1));
    }
}

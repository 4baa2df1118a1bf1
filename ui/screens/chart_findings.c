/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the safety engine says of the whole chart, as a pane: one finding at a time, as many as fit on a wide screen. */
#include "base/i18n.h"
#include "base/memory.h"
#include "safety/finding_text.h"
#include "screens/chart_tab.h"
#include "service/screening.h"

enum { ROWS_FOR_MORE = 8 };

enum mark severity_mark(enum interaction_type severity)
{
    static const enum mark MARKS[INTERACTION_TYPE_COUNT] = {
        [INTERACTION_TYPE_CONTRAINDICATED] = MARK_CONTRAINDICATED,
        [INTERACTION_TYPE_MAJOR] = MARK_MAJOR,
        [INTERACTION_TYPE_MODERATE] = MARK_MODERATE,
        [INTERACTION_TYPE_MINOR] = MARK_MINOR,
    };
    return MARKS[severity];
}

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

/* "warfarin x amiodarone". Caller frees. */
static char *subject_of(const struct chart *chart, const struct screen_finding *f)
{
    const struct screen_drug *drugs = chart->screening->input.drugs;
    const char *first = f->drug_count > 0 ? drugs[f->drugs[0]].text : "";
    const char *second = f->drug_count > 1 ? drugs[f->drugs[1]].text : f->with != NULL ? f->with : "";
    return mem_format("%s%s%s", first, second[0] != '\0' ? " x " : "", second);
}

static int draw_unchecked(const struct chart_view *v, int which, struct area a)
{
    const struct screen_incomplete *item = &v->chart->findings->incomplete[which];
    char text[FINDING_TEXT_MAX];
    bool has_item = item->item != NULL && item->item[0] != '\0';
    char *words = mem_format("%s%s%s", has_item ? item->item : "", has_item ? ": " : "", incomplete_text(item, text));
    int col = draw_text(a, 0, 1, STYLE_WARNING, _("NOT CHECKED"));
    int rows = draw_wrapped(area_part(a, 0, 0, a.rows, a.cols - 1), 0, col + 1, STYLE_TEXT, words);
    mem_free(words);
    return rows;
}

static int draw_finding(const struct chart_view *v, int which, struct area a)
{
    const struct knowledge *k = v->ws->site->knowledge;
    const struct screen_input *input = &v->chart->screening->input;
    const struct screen_finding *f = &v->chart->findings->findings[which];
    char text[FINDING_TEXT_MAX];
    char *subject = subject_of(v->chart, f);
    int col = mark_draw(a, 0, 1, severity_mark(f->severity)), most = a.rows < ROWS_FOR_MORE ? 2 : a.rows;
    char *line = mem_format("%s: %s", subject, finding_effect(k, input, f, text));
    int rows = draw_wrapped(area_part(a, 0, 0, most, a.cols - 1), 0, col + 1, STYLE_TEXT, line);
    rows += draw_wrapped(area_part(a, rows, 3, a.rows - rows, a.cols - 4), 0, 0, STYLE_TEXT, finding_management(k, input, f, text));
    mem_free(line);
    mem_free(subject);
    return rows;
}

static int draw_one(const struct chart_view *v, int which, struct area a)
{
    int findings = v->chart->findings->finding_count;
    return which >= findings ? draw_unchecked(v, which - findings, a) : draw_finding(v, which, a);
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
    draw_format(a, 0, 1, STYLE_BAR, _("%d of %d   findings %d, not checked %d"), v->finding + 1, total, r->finding_count,
                r->incomplete_count);
    int row = 1 + draw_one(v, v->finding, area_rows(a, 1, a.rows - 1));
    for (int i = v->finding + 1; a.rows >= ROWS_FOR_MORE && i < total && row + 2 < a.rows; i++) {
        row += 1 + draw_one(v, i, area_rows(a, row + 1, a.rows - row - 1));
    }
}

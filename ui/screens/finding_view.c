/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screens/finding_view.h"

#include "base/i18n.h"
#include "base/memory.h"
#include "safety/finding_text.h"
#include "screens/chart_tab.h"

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

int incomplete_draw(const struct screen_incomplete *item, struct area a)
{
    char *words = incomplete_sentence(item);
    int col = draw_text(a, 0, 1, STYLE_WARNING, _("NOT CHECKED"));
    int rows = draw_wrapped(area_part(a, 0, 0, a.rows, a.cols - 1), 0, col + 1, STYLE_TEXT, words);
    mem_free(words);
    return rows;
}

int finding_draw(const struct knowledge *k, const struct screen_input *input, const struct screen_finding *f, int effect_rows,
                 struct area a)
{
    char text[FINDING_TEXT_MAX];
    char *subject = finding_subject(input, f);
    int col = mark_draw(a, 0, 1, severity_mark(f->severity));
    char *line = mem_format("%s: %s", subject, finding_effect(k, input, f, text));
    int rows = draw_wrapped(area_part(a, 0, 0, effect_rows, a.cols - 1), 0, col + 1, STYLE_TEXT, line);
    rows += draw_wrapped(area_part(a, rows, 3, a.rows - rows, a.cols - 4), 0, 0, STYLE_TEXT, finding_management(k, input, f, text));
    if (finding_is_imported(f) && rows < a.rows) { /* whose word it is; ours has its sources in the alert */
        char *source = mem_format(_("Source: %s"), finding_source(f));
        rows += draw_wrapped(area_part(a, rows, 3, a.rows - rows, a.cols - 4), 0, 0, STYLE_DIM, source);
        mem_free(source);
    }
    mem_free(line);
    mem_free(subject);
    return rows;
}

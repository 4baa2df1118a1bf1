/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a reconciliation looks: rows like a diff, the head with what is left, the pane with the chosen line in full. */
#include "base/i18n.h"
#include "base/memory.h"
#include "screens/reconcile_parts.h"

enum { ACTION_CELLS = 12, SIGN_CELLS = 2 };

/* Like a diff: = the same, ~ differs, + only at home, - only on the chart; ? resembles another line. */
static const char *sign_of(const struct reconcile_view *v, const struct reconcile_item *item)
{
    switch (reconcile_shape_of(v, item)) {
    case RECONCILE_BOTH:
        return reconcile_item_differs(item) ? "~" : "=";
    case RECONCILE_CHART_ONLY:
        return "-";
    case RECONCILE_HOME_ONLY:
        break;
    }
    return "+";
}

static enum style style_of(const struct reconcile_view *v, const struct reconcile_item *item)
{
    return item->has_weekly_trap || item->is_tenfold                         ? STYLE_MAJOR
           : reconcile_item_differs(item)                                    ? STYLE_WARNING
           : reconcile_shape_of(v, item) == RECONCILE_BOTH                   ? STYLE_TEXT
                                                                             : STYLE_HEADING;
}

/* "metformin 500 mg tab  1 tab by mouth twice daily  (+1)". Caller frees; "" for no line. */
static char *side_text(const struct reconcile_view *v, const struct reconcile_item *item, bool is_chart)
{
    const struct reconcile_line *line = reconcile_line_of(v, item, is_chart, 0);
    int more = 0;
    if (line == NULL) {
        return mem_copy_text("");
    }
    while (reconcile_line_of(v, item, is_chart, more + 1) != NULL) {
        more++;
    }
    char *text = reconcile_line_text(line);
    char *kind = mem_format("%s%s", line->kind == RECONCILE_KIND_ALLERGY ? _("allergy ") : line->kind == RECONCILE_KIND_PROBLEM ? _("problem ") : "",
                            text);
    char *whole = more > 0 ? mem_format("(%d) %s", more + 1, kind) : mem_copy_text(kind);
    mem_free(text);
    mem_free(kind);
    return whole;
}

void reconcile_draw_row(const struct reconcile_view *v, const struct reconcile_item *item, struct area line, bool is_selected)
{
    int width = (line.cols - 2 - SIGN_CELLS - 2 - ACTION_CELLS) / 2;
    char *home = side_text(v, item, false), *chart = side_text(v, item, true);
    enum style style = style_of(v, item);
    bool is_open = item->action == RECONCILE_ACTION_NONE_GIVEN;
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? ">" : " ");
    draw_text(line, 0, 2, style, sign_of(v, item));
    draw_fit(line, 0, 2 + SIGN_CELLS, width, style, home);
    draw_fit(line, 0, 3 + SIGN_CELLS + width, width, style, chart);
    draw_fit(line, 0, line.cols - ACTION_CELLS, ACTION_CELLS, is_open ? STYLE_WARNING : STYLE_GOOD,
             is_open ? (item->reopened != NULL && item->reopened[0] != '\0' ? _("OPEN AGAIN") : _("?"))
                     : enum_label(ENUM_RECONCILE_ACTION, (int)item->action));
    mem_free(home);
    mem_free(chart);
}

void reconcile_draw_head(const struct workstation *ws, const struct reconcile_view *v, struct area head)
{
    struct local_time due = zone_local(ws->site->zone, v->session.due_us);
    char day[DATE_TEXT_MAX];
    int width = (head.cols - 2 - SIGN_CELLS - 2 - ACTION_CELLS) / 2;
    bool is_open = reconcile_state_is_open(v->session.state);
    int col = draw_format(head, 0, 1, STYLE_HEADING, _("Reconcile, %s: %s"),
                          enum_label(ENUM_RECONCILE_TRANSITION, (int)v->session.transition),
                          enum_label(ENUM_RECONCILE_STATE, (int)v->session.state));
    if (is_open) {
        col = draw_format(head, 0, col + 2, v->undecided > 0 ? STYLE_WARNING : STYLE_GOOD,
                          ngettext("%d of %zu left", "%d of %zu left", (unsigned long)v->undecided), v->undecided, v->items.len);
        bool is_late = clock_now_us(ws->site->clock) > v->session.due_us;
        col = draw_format(head, 0, col + 2, is_late ? STYLE_OVERDUE : STYLE_TEXT, is_late ? _("OVERDUE since %s %02d:%02d") : _("due %s %02d:%02d"),
                          date_format_human(due.date, day), due.hour, due.minute);
    }
    if (is_open && !v->may_write) {
        draw_format(head, 0, col + 2, STYLE_WARNING, _("READ ONLY: %s"), v->holder_name != NULL ? v->holder_name : "");
    }
    draw_fill(head, 1, 0, head.cols, STYLE_BAR, ' ');
    draw_fit(head, 1, 2 + SIGN_CELLS, width, STYLE_BAR, _("Taken at home"));
    draw_fit(head, 1, 3 + SIGN_CELLS + width, width, STYLE_BAR, _("On the chart"));
    draw_fit(head, 1, head.cols - ACTION_CELLS, ACTION_CELLS, STYLE_BAR, _("Decision"));
}

/* "patient: 500 mg twice daily; last taken yesterday". Returns the next row. */
static int draw_line(const struct reconcile_view *v, const struct reconcile_line *line, struct area pane, int row)
{
    const struct reconcile_source *source = reconcile_source_of(v, line->source);
    char *text = reconcile_line_text(line);
    bool has_last = line->last_taken != NULL && line->last_taken[0] != '\0';
    bool has_state = line->status_text != NULL && line->status_text[0] != '\0' && line->kind == RECONCILE_KIND_MEDICATION;
    char *whole = mem_format("%s: %s%s%s%s%s", source != NULL ? enum_label(ENUM_HISTORY_SOURCE, (int)source->kind) : _("chart"), text,
                             has_state ? _("; the source says: ") : "", has_state ? line->status_text : "",
                             has_last ? _("; last taken ") : "", has_last ? line->last_taken : "");
    struct area a = area_part(pane, row, 1, pane.rows - row, pane.cols - 2);
    int rows = a.rows > 0 ? draw_wrapped(area_rows(a, 0, a.rows > 2 ? 2 : a.rows), 0, 0, STYLE_TEXT, whole) : 0;
    mem_free(text);
    mem_free(whole);
    return row + rows;
}

static const char *item_name(const struct reconcile_view *v, struct uid id)
{
    for (size_t i = 0; i < v->items.len; i++) {
        if (uid_compare(v->items.items[i].id, id) == 0) {
            const struct reconcile_line *line = reconcile_line_of(v, &v->items.items[i], true, 0);
            line = line != NULL ? line : reconcile_line_of(v, &v->items.items[i], false, 0);
            return line != NULL ? line->text : "";
        }
    }
    return "";
}

static void draw_item(const struct reconcile_view *v, size_t at, struct area pane)
{
    const struct reconcile_item *item = &v->items.items[at];
    const struct reconcile_line *line;
    char *differences = reconcile_differences_text(item);
    bool has_hint = !uid_is_none(item->hint);
    enum interaction_type worst = item->kind == RECONCILE_KIND_MEDICATION ? reconcile_item_severity(v, at)
                                                                           : INTERACTION_TYPE_NONE;
    int col = draw_text(pane, 0, 1, STYLE_BAR, item->tier == MATCH_TIER_ONLY && has_hint ? _("THE SAME DRUG ONCE MORE")
                                                                                              : enum_label(ENUM_MATCH_TIER, (int)item->tier));
    col = differences[0] != '\0' ? draw_format(pane, 0, col, STYLE_BAR, ": %s", differences) : col;
    col = item->has_weekly_trap ? draw_text(pane, 0, col, STYLE_BAR, _("  WEEKLY DRUG GIVEN AS DAILY")) : col;
    col = item->is_tenfold ? draw_text(pane, 0, col, STYLE_BAR, _("  TEN TIMES: unit or decimal point?")) : col;
    col = has_hint ? draw_format(pane, 0, col, STYLE_BAR, "  %s", item_name(v, item->hint)) : col;
    if (worst <= INTERACTION_TYPE_MODERATE) {
        draw_format(pane, 0, col, STYLE_BAR, "  %s", enum_label(ENUM_INTERACTION_TYPE, (int)worst));
    }
    int row = 1;
    for (int n = 0; (line = reconcile_line_of(v, item, false, n)) != NULL && row < pane.rows - 1; n++) {
        row = draw_line(v, line, pane, row);
    }
    for (int n = 0; (line = reconcile_line_of(v, item, true, n)) != NULL && row < pane.rows - 1; n++) {
        row = draw_line(v, line, pane, row);
    }
    if (item->reopened != NULL && item->reopened[0] != '\0' && row < pane.rows - 1) {
        draw_text(pane, row, 1, STYLE_WARNING, item->reopened);
    }
    mem_free(differences);
}

static void draw_last_row(const struct reconcile_view *v, struct area pane)
{
    int row = pane.rows - 1;
    if (!uid_is_none(v->rival)) {
        draw_text(pane, row, 1, STYLE_MAJOR, v->rival_text);
    } else if (v->needs_match) {
        draw_text(pane, row, 1, STYLE_WARNING, _("The chart changed since the lists were compared."));
    } else if (v->guard_count > 0 && v->undecided == 0) {
        draw_format(pane, row, 1, STYLE_WARNING, _("Before signing (%zu): %s"), v->guard_count, v->guards[0].text);
    } else if (v->session.state == RECONCILE_STATE_READY) {
        draw_text(pane, row, 1, STYLE_GOOD, _("All is decided and checked. F10 signs."));
    } else if (v->session.list_hash[0] != '\0') {
        draw_format(pane, row, 1, STYLE_DIM, _("Signed list sha256 %.16s..."), v->session.list_hash);
    }
}

void reconcile_draw_pane(const struct reconcile_view *v, int chosen, struct area pane)
{
    draw_fill(pane, 0, 0, pane.cols, STYLE_BAR, ' ');
    bool is_given_back = v->session.rejected_reason[0] != '\0' && reconcile_state_is_open(v->session.state);
    if (chosen >= 0 && chosen < (int)v->items.len) {
        draw_item(v, (size_t)chosen, area_rows(pane, 0, pane.rows - is_given_back));
    }
    if (is_given_back) { /* whatever else is to be said: nobody signs again without having read why */
        draw_format(pane, pane.rows - 2, 1, STYLE_WARNING, _("Given back: %s"), v->session.rejected_reason);
    }
    draw_last_row(v, pane);
}

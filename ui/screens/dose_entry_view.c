/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "screens/dose_entry.h"

enum { LAST_SHOWN = 4, PLAN_CELLS_LEFT = 19 };

/* The last doses of the order with their times: before an as-needed dose above all. */
static void draw_last(const struct dose_screen *d, struct area a, int row)
{
    int shown = 0;
    int col = draw_text(a, row, 0, STYLE_DIM, _("Last:"));
    for (size_t i = 0; i < d->chart->events.len && shown < LAST_SHOWN; i++) {
        const struct dose_event *event = &d->chart->events.items[i];
        if (uid_compare(event->order, d->order) != 0 || !chart_event_stands(d->chart, event)) {
            continue;
        }
        struct local_time at = zone_local(d->ws->site->zone, event->occurred_us);
        char amount[DOSE_AMOUNT_TEXT_MAX], day[DATE_TEXT_MAX];
        bool is_today = date_compare(at.date, site_today(d->ws->site)) == 0;
        col = draw_format(a, row, col + 1, STYLE_DIM, "%s%s%s%02d:%02d %s", shown > 0 ? "\u00B7 " : "",
                          is_today ? "" : date_format_human(at.date, day), is_today ? "" : " ", at.hour, at.minute,
                          dose_status_is_taken(event->status) ? dose_amount_format(event->amount, event->unit, amount)
                                                              : enum_label(ENUM_DOSE_STATUS, (int)event->status));
        int site = enum_value(ENUM_BODY_SITE, event->body_site);
        if (site != 0 && dose_status_is_taken(event->status)) { /* the next one goes elsewhere */
            col = draw_format(a, row, col, STYLE_TEXT, ", %s", enum_label(ENUM_BODY_SITE, site));
        }
        shown++;
    }
    if (shown == 0) {
        draw_text(a, row, col + 1, STYLE_DIM, _("none in the last days"));
    }
}

static void draw_head(const struct dose_screen *d)
{
    const struct order *order = dose_order(d);
    const struct dose_slot *slot = dose_slot_of(d);
    char sig[SIG_TEXT_MAX], words[SLOT_WORDS_MAX], day[DATE_TEXT_MAX], here[HERE_WORDS_MAX];
    char *drug = order_display_drug(order);
    int col = draw_text(d->head, 0, 0, STYLE_HEADING, drug);
    struct sig now;
    dose_sig(d, &now);
    if (order->sig.later_count > 0 && !order->sig.is_parallel && slot != NULL) {
        /* TRANSLATORS: of an order in steps, such as a taper: "step 2 of 4" */
        col = draw_format(d->head, 0, col + 2, STYLE_WARNING, _("step %u of %zu:"), slot->step + 1u, sig_step_count(&order->sig)) - 1;
    }
    draw_format(d->head, 0, col + 2, STYLE_TEXT, "%s%s%s", sig_format(&now, sig),
                order->indication != NULL && order->indication[0] != '\0' ? _(", for ") : "",
                order->indication != NULL ? order->indication : "");
    mem_free(drug);
    if (slot != NULL) {
        struct local_time at = zone_local(d->ws->site->zone, slot->planned_us);
        col = draw_format(d->head, 1, 0, STYLE_TEXT, _("Planned %02d:%02d %s, %s"), at.hour, at.minute,
                          date_format_human(at.date, day), at.abbreviation);
        if (here_words(d->ws, slot->planned_us, here)[0] != '\0') {
            col = draw_format(d->head, 1, col, STYLE_TEXT, _(", %s here"), here);
        }
        if (slot->is_shifted) {
            col = draw_text(d->head, 1, col + 1, STYLE_WARNING, _("(clock change)"));
        }
        if (!chart_slot_is_in_force(d->chart, slot)) {
            col = draw_text(d->head, 1, col + 1, STYLE_WARNING, _("(before the order was changed, held or stopped)"));
        }
        col = mark_draw_symbol(d->head, 1, col + 3, slot_mark(slot));
        col = draw_text(d->head, 1, col + 1, slot_style(slot), slot_plain_words(slot, clock_now_us(d->ws->clock), d->ws->site->zone, words));
    } else if (order->sig.kind == SCHEDULE_KIND_UNSTRUCTURED && order->directions[0] != '\0') {
        col = draw_fit(d->head, 1, 0, d->head.cols, STYLE_TEXT, order->directions); /* the only ones that there are */
    } else {
        col = draw_text(d->head, 1, 0, STYLE_TEXT, dose_is_prn(d) ? _("As needed: no planned time.") : _("No planned time."));
    }
    if ((d->check.lists & DRUG_LIST_WHOLE) != 0) {
        draw_text(d->head, 1, col + 2, STYLE_WARNING, order->sig.by_tube ? _("NOT FOR A FEEDING TUBE") : _("DO NOT CRUSH OR CHEW"));
    }
}

/* Somebody else has the form of this dose open: a notice, before anything is saved. */
static void draw_claim(const struct dose_screen *d, struct area line)
{
    const struct dose_slot *slot = dose_slot_of(d);
    if (dose_is_claimed(d)) {
        char *text = mem_format(_("%s has this dose open too: ask before you give it."), slot->claimed_by);
        draw_text(line, 0, 0, STYLE_WARNING, "!");
        draw_fit(line, 0, 2, line.cols - 2, STYLE_WARNING, text);
        mem_free(text);
    }
}

/* What whoever went past a finding planned for it; a contraindicated one is asked to be read when it is saved. */
static void draw_plan(const struct dose_screen *d, struct area line)
{
    for (size_t i = 0; i < d->chart->decisions.len; i++) {
        const struct decision *made = &d->chart->decisions.items[i];
        if (uid_compare(made->order, d->order) == 0 && made->plan != NULL && made->plan[0] != '\0') {
            /* TRANSLATORS: what is planned; how bad the finding is; the role of who went past it */
            char *text = mem_format(_("Plan: %s (%s finding, accepted by a %s)"), made->plan,
                                    enum_label(ENUM_INTERACTION_TYPE, (int)made->severity), enum_label(ENUM_ROLE, (int)made->role));
            draw_fit(line, 0, 1, line.cols - PLAN_CELLS_LEFT, STYLE_WARNING, text);
            mem_free(text);
            return;
        }
    }
}

/* What F10 will save, in one sentence that names the patient. */
static void draw_foot(const struct dose_screen *d)
{
    char *name = patient_display_name(&d->chart->patient), *drug = order_display_drug(dose_order(d));
    bool is_taken = dose_status_is_taken(dose_outcome(d));
    draw_format(d->foot, 2, 0, STYLE_PATIENT, _(" F10 records for %s: %s %s%s%s "), name, drug,
                is_taken ? form_text(&d->form, "amount") : "", is_taken ? " " : "",
                enum_label(ENUM_DOSE_STATUS, (int)dose_outcome(d)));
    mem_free(name);
    mem_free(drug);
}

/* "metformin 500 mg tab   √ patient  √ drug  √ dose  √ route  ! time" */
static void draw_rights(const struct dose_screen *d, struct area a)
{
    const struct dose_rights *r = &d->check.rights;
    if (r->scans == 0) {
        return;
    }
    int col = draw_format(a, 0, 0, STYLE_TEXT, _("Scanned: %s"), r->known > 0 ? r->product : _("not known here")) + 2;
    for (int right = 0; right < RIGHT_COUNT; right++) {
        bool is_pass = r->state[right] == RIGHT_PASS, is_fail = r->state[right] == RIGHT_FAIL;
        col = mark_draw_symbol(a, 0, col, is_pass ? MARK_GIVEN : is_fail ? MARK_MAJOR : MARK_DUE) + 1;
        col = draw_text(a, 0, col, is_fail ? STYLE_MAJOR : STYLE_TEXT, right_label((enum right)right)) + 2;
    }
}

void dose_view_draw(void *state, struct area body)
{
    struct dose_screen *d = state;
    (void)body;
    if (!identify_is_done(&d->who)) {
        identify_draw(&d->who, &d->chart->patient, d->banner, d->head, d->form_area);
        draw_claim(d, area_rows(d->foot, 0, 1));
        return;
    }
    banner_draw(d->banner, d->chart, site_today(d->ws->site), d->ws->site->zone);
    draw_head(d);
    if (d->ws->back_form[0] != '\0') {
        char *form = mem_format(_("  BE form %s"), d->ws->back_form);
        draw_text(d->head, 0, d->head.cols - text_width_cells(form), STYLE_WARNING, form);
        mem_free(form);
    }
    int row = 2 + (dose_is_claimed(d) ? 1 : 0);
    draw_claim(d, area_rows(d->head, 2, 1));
    if (d->check.words[0] != '\0') {
        draw_text(d->head, row, 0, STYLE_WARNING, "!");
        draw_wrapped(area_part(d->head, row, 2, d->words_rows, d->head.cols - 2), 0, 0, STYLE_WARNING, d->check.words);
    }
    draw_plan(d, area_rows(d->foot, 1, 1));
    form_draft_draw(&d->draft, area_rows(d->foot, 1, 1));
    draw_last(d, d->head, row + d->words_rows);
    draw_rights(d, area_rows(d->foot, 0, 1));
    form_draw(&d->form, d->form_area);
    draw_foot(d);
}

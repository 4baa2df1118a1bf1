/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One order as a pharmacist looks at it: old against new, weight, kidneys, findings, what was said before; and the word on
 * it. The prescriber who was asked something sees the same and answers. */
#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "kit/pager.h"
#include "screens/screens.h"
#include "service/verification.h"

enum { NOTE_BYTES = 900, NAME_BYTES = 100, FORM_ROWS = 6 };

struct verify {
    struct workstation *ws;
    struct uid order;
    struct chart *chart;
    struct verification_view view; /* borrows from the chart */
    bool is_answer;                /* a prescriber answers */
    struct pager pager;
    struct form form;
    struct area banner, text, form_area;
    int cells; /* the text was made for */
};

static const char *const OUTCOMES[] = {N_("verified"), N_("ask the prescriber"), N_("rejected")};
static const enum verification WORDS[] = {VERIFICATION_VERIFIED, VERIFICATION_CLARIFY, VERIFICATION_REJECTED};

static void make_text(struct verify *v)
{
    struct buffer text = BUFFER_INIT;
    struct document *d = document_new(&(struct document_info){0});
    verification_write(v->ws->actor, v->chart, &v->view, d);
    document_to_text(d, v->cells, 0, &text);
    pager_release(&v->pager);
    pager_init(&v->pager, text.bytes);
    buffer_release(&text);
    document_free(d);
}

static void update_fields(struct verify *v)
{
    if (v->is_answer) { /* to a question: there is nothing to choose */
        return;
    }
    bool is_verified = form_choice(&v->form, "outcome") == 0;
    form_show(&v->form, "unchecked", is_verified && v->view.proposal->result->incomplete_count > 0);
}

static void verify_close(void *state)
{
    struct verify *v = state;
    verification_view_release(&v->view);
    pager_release(&v->pager);
    form_release(&v->form);
    chart_free(v->chart);
    mem_free(v);
}

static void add_fields(struct verify *v)
{
    if (!v->is_answer) {
        form_add_choice(&v->form, "outcome", N_("This order is"), OUTCOMES, 3);
        form_add_check(&v->form, "unchecked", N_("Looked at by hand: what could not be checked"));
    }
    (void)form_add_text(&v->form, "note", v->is_answer ? N_("Answer") : N_("Note"), NOTE_BYTES, 0, 0);
    if (!v->is_answer) {
        (void)form_add_text(&v->form, "spoke_to", N_("Spoke to"), NAME_BYTES, 30, 0);
        form_set_hint(&v->form, "spoke_to", N_("whom you called, if you did"));
        form_add_check(&v->form, "read_back", N_("Read back"));
    }
}

static enum status verify_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct verify_argument *a = argument;
    struct verify *v = mem_alloc(sizeof *v);
    v->ws = shell_app(sh);
    v->order = a->order;
    v->is_answer = !actor_may(v->ws->actor, PERMISSION_ORDER_VERIFY);
    form_init(&v->form);
    pager_init(&v->pager, "");
    enum status status = chart_open(v->ws->actor, a->patient, 1, 1, &v->chart, err);
    if (status == STATUS_OK) {
        status = verification_look(v->ws->actor, v->chart, a->order, &v->view, err);
    }
    if (status != STATUS_OK) {
        verify_close(v);
        return status;
    }
    add_fields(v);
    update_fields(v);
    form_mark_clean(&v->form);
    *out_state = v;
    return STATUS_OK;
}

static void verify_layout(void *state, struct area body)
{
    struct verify *v = state;
    int form = form_height(&v->form) < FORM_ROWS ? form_height(&v->form) : FORM_ROWS;
    v->banner = area_rows(body, 0, BANNER_ROWS);
    v->text = area_part(body, BANNER_ROWS + 1, 1, body.rows - BANNER_ROWS - form - 2, body.cols - 2);
    v->form_area = area_part(body, body.rows - form, 1, form, body.cols - 2);
    if (v->cells != v->text.cols) {
        v->cells = v->text.cols;
        make_text(v);
    }
    pager_layout(&v->pager, v->text.rows, v->text.cols);
    form_layout(&v->form, v->form_area.rows, v->form_area.cols);
}

static void verify_draw(void *state, struct area body)
{
    struct verify *v = state;
    char *drug = order_display_drug(&v->view.order);
    char *heading = mem_format(_("%s (%s)"), drug, enum_label(ENUM_VERIFICATION, (int)v->view.order.verification));
    int open = verification_open_findings(v->view.proposal);
    banner_draw(v->banner, v->chart, site_today(v->ws->site), v->ws->site->zone);
    int col = draw_text(body, BANNER_ROWS, 1, STYLE_HEADING, heading);
    if (open > 0) {
        char *words = mem_format(ngettext("%d finding to decide on", "%d findings to decide on", (unsigned long)open), open);
        col = draw_text(body, BANNER_ROWS, col + 2, STYLE_MAJOR, words);
        mem_free(words);
    }
    if (v->view.proposal->result->incomplete_count > 0) { /* it stands below the edge of a small screen */
        draw_format(body, BANNER_ROWS, col + 2, STYLE_WARNING, _("NOT CHECKED: %d"), v->view.proposal->result->incomplete_count);
    }
    if (v->pager.total > v->pager.page) {
        draw_fit_right(body, v->form_area.top - body.top - 1, body.cols - 30, 29, STYLE_DIM, _("PgDn: more"));
    }
    pager_draw(&v->pager, v->text);
    form_draw(&v->form, v->form_area); /* last: the cursor is the focus */
    mem_free(heading);
    mem_free(drug);
}

static unsigned verify_key(struct shell *sh, void *state, const struct event *event)
{
    struct verify *v = state;
    (void)sh;
    unsigned stale = form_handle(&v->form, event);
    update_fields(v);
    return stale & EVENT_UNHANDLED ? pager_handle(&v->pager, event) : stale | STALE_LAYOUT;
}

/* The chart as it is now, and the order on it; what was typed stays. */
static void look_again(struct shell *sh, struct verify *v)
{
    struct error err = ERROR_INIT;
    struct verification_view fresh = {0};
    verification_view_release(&v->view); /* it borrows from the chart that goes */
    enum status status = chart_refresh(v->ws->actor, &v->chart, &err);
    if (status == STATUS_OK) {
        status = verification_look(v->ws->actor, v->chart, v->order, &fresh, &err);
    }
    if (status != STATUS_OK) {
        shell_fail(sh, &err);
        shell_close(sh, 0);
        struct error again = ERROR_INIT;
        status = verification_look(v->ws->actor, v->chart, v->order, &fresh, &again);
    }
    v->view = fresh;
    if (status == STATUS_OK) {
        make_text(v);
        update_fields(v);
    }
}

static unsigned verify_event(struct shell *sh, void *state, const struct event *event)
{
    struct verify *v = state;
    if (event->kind != EVENT_DATA) {
        return event->kind == EVENT_CLOSED ? (unsigned)STALE_CELLS : (unsigned)EVENT_UNHANDLED;
    }
    look_again(sh, v);
    return STALE_LAYOUT;
}

static bool verify_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct verify *)state)->form);
}

static bool verify_unsaved(const void *state)
{
    return form_is_changed(&((const struct verify *)state)->form);
}

/* ---- saving ---- */

static unsigned run_save(struct shell *sh, void *state);

static unsigned save(struct shell *sh, struct verify *v, const struct alert_decision *decision)
{
    struct error err = ERROR_INIT;
    const struct verification_word word = {
        .outcome = v->is_answer ? VERIFICATION_UNVERIFIED : WORDS[form_choice(&v->form, "outcome")],
        .note = form_text(&v->form, "note"),
        .spoke_to = v->is_answer ? NULL : form_text(&v->form, "spoke_to"),
        .is_read_back = !v->is_answer && form_choice(&v->form, "read_back") == 1,
        .is_unchecked_seen = !v->is_answer && form_choice(&v->form, "unchecked") == 1,
        .answers = decision != NULL ? decision->answers : NULL,
        .answer_count = decision != NULL ? decision->answer_count : 0,
        .second = decision != NULL ? decision->second : NULL,
    };
    enum status status = order_verify(v->ws->actor, v->view.proposal, &word, &err);
    if (status == STATUS_STEP_UP) {
        return step_up_ask(sh, &err, run_save);
    }
    if (status != STATUS_OK) {
        if (status == STATUS_STALE) {
            look_again(sh, v);
        }
        if (!form_show_error(&v->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_LAYOUT;
    }
    char *name = patient_display_name(&v->chart->patient), *drug = order_display_drug(&v->view.order);
    shell_say(sh, MESSAGE_GOOD, _("%s: %s: %s. Saved here."), name, drug,
              v->is_answer ? _("answered") : enum_label(ENUM_VERIFICATION, (int)word.outcome));
    mem_free(name);
    mem_free(drug);
    shell_close(sh, 1);
    return STALE_CELLS;
}

static unsigned decided(struct shell *sh, void *state, enum alert_outcome outcome, const struct alert_decision *decision)
{
    struct verify *v = state;
    if (outcome == ALERT_GO_ON) {
        return save(sh, v, decision);
    }
    form_set_choice(&v->form, "outcome", 1); /* somebody else decides */
    update_fields(v);
    form_focus(&v->form, "note");
    shell_say(sh, MESSAGE_INFO, _("Not verified. Ask the prescriber, or reject the order."));
    return STALE_LAYOUT;
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct verify *v = state;
    form_clear_errors(&v->form);
    bool is_verified = !v->is_answer && form_choice(&v->form, "outcome") == 0;
    if (is_verified && verification_open_findings(v->view.proposal) > 0) {
        const struct alert_argument argument = {v->view.proposal, v->chart, decided};
        shell_open_or_say(sh, &SCREEN_ALERT, &argument);
        return STALE_CELLS;
    }
    return save(sh, v, NULL);
}

static unsigned run_print(struct shell *sh, void *state)
{
    struct verify *v = state;
    struct error err = ERROR_INIT;
    struct document *d;
    char *drug = order_display_drug(&v->view.order);
    char *title = mem_format(_("Order to verify: %s"), drug);
    if (print_document_new(v->ws->actor, title, "PC-110", v->chart->patient.id, NULL, &d, &err) == STATUS_OK) {
        verification_write(v->ws->actor, v->chart, &v->view, d);
        screen_print_open(sh, d, &(struct print_request){.what = "order_review", .permission = PERMISSION_CLINICAL_READ,
                                                         .patient = v->chart->patient.id, .table = "user_medications",
                                                         .record = v->order, .target = PRINT_TO_DOCUMENTS, .copies = 1});
    } else {
        shell_fail(sh, &err);
    }
    mem_free(title);
    mem_free(drug);
    return STALE_CELLS;
}

static unsigned run_chart(struct shell *sh, void *state)
{
    struct uid patient = ((struct verify *)state)->chart->patient.id;
    shell_close(sh, 0);
    shell_open_or_say(sh, &SCREEN_CHART, &patient);
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, 0, N_("save"), N_("Save this word on the order."), run_save, ACTION_IN_BAR, NULL},
    {"chart.open", KEYS_CHART, PERMISSION_CLINICAL_READ, N_("chart"), N_("Leave this order and open the patient's chart."), run_chart,
     ACTION_IN_BAR, NULL},
    {"print", KEYS_PRINT, PERMISSION_CLINICAL_READ, N_("print"), N_("Print what is shown."), run_print, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; asks before anything typed is lost."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_VERIFY = {
    .name = "order.verify",
    .title = N_("Verify an order"),
    .open = verify_open,
    .layout = verify_layout,
    .draw = verify_draw,
    .key = verify_key,
    .event = verify_event,
    .close = verify_close,
    .actions = ACTIONS,
    .text_focus = verify_text_focus,
    .unsaved = verify_unsaved,
};

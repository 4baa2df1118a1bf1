/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new medication: a form, the safety engine's answer, and a decision where it interrupts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "kit/picker.h"
#include "safety/finding_text.h"
#include "safety/resolve.h"
#include "screens/form_draft.h"
#include "service/orders.h"
#include "service/screening.h"

enum { SUGGESTIONS_MAX = 20, ANSWERS_MAX = 64, ALTERNATIVES_MAX = 3, DRUG_BYTES = 200 };

struct order_screen {
    struct workstation *ws;
    struct chart *chart;
    struct form form;
    struct form_draft draft;
    const char *routes[ROUTE_COUNT]; /* [0]: whatever is usual */
    struct proposal *proposal;       /* while a question about it is open */
    struct drug_suggestion suggestions[SUGGESTIONS_MAX];
    int suggestion_count;
    struct area banner, form_area;
};

/* Directions as they are ordered; the times are the usual ones of a ward. */
static const struct {
    const char *word;
    uint8_t count;
    uint16_t times_min[4];
} FREQUENCIES[] = {
    {"daily", 1, {480}},           {"qam", 1, {480}},  {"qpm", 1, {1200}},
    {"qhs", 1, {1320}},            {"bid", 2, {480, 1200}}, {"tid", 3, {480, 840, 1200}},
    {"qid", 4, {480, 720, 960, 1200}},
};

/* "tid", "q6h", "q6h prn", "once". */
static enum status parse_frequency(const char *text, struct sig *sig, struct error *err)
{
    char word[16] = "", rest[16] = "", more[2] = "";
    int count = sscanf(text, "%15s %15s %1s", word, rest, more);
    char *end = NULL;
    long hours = word[0] == 'q' ? strtol(word + 1, &end, 10) : 0;
    bool is_prn = strcmp(word, "prn") == 0 || strcmp(rest, "prn") == 0;
    if (count < 1 || count > 2 || (count == 2 && strcmp(rest, "prn") != 0)) {
        return error_set_field(err, STATUS_INVALID, "frequency", _("Type how often: daily, bid, tid, qid, qhs, q6h, once; prn behind it."));
    }
    if (hours >= 1 && hours <= 72 && strcmp(end, "h") == 0) {
        sig->kind = is_prn ? SCHEDULE_KIND_PRN : SCHEDULE_KIND_ELAPSED;
        sig->interval_min = (uint32_t)hours * 60;
    } else if (strcmp(word, "once") == 0 && !is_prn) {
        sig->kind = SCHEDULE_KIND_ONCE;
    } else if (strcmp(word, "prn") == 0) {
        sig->kind = SCHEDULE_KIND_PRN;
    } else {
        for (size_t i = 0; i < sizeof FREQUENCIES / sizeof *FREQUENCIES; i++) {
            if (strcmp(word, FREQUENCIES[i].word) == 0) {
                sig->kind = SCHEDULE_KIND_WALL;
                sig->times_count = FREQUENCIES[i].count;
                memcpy(sig->times_min, FREQUENCIES[i].times_min, sizeof FREQUENCIES[i].times_min);
            }
        }
    }
    if (sig->kind == SCHEDULE_KIND_NONE_GIVEN) {
        return error_set_field(err, STATUS_INVALID, "frequency", _("\"%.20s\" is not understood. Use daily, bid, tid, qid, qhs, q6h or once."), text);
    }
    sig->as_needed = is_prn;
    (void)snprintf(sig->timing_word, sizeof sig->timing_word, "%s", word);
    return STATUS_OK;
}

/* "500 mg" */
static enum status parse_dose(const char *text, struct sig *sig, struct error *err)
{
    char number[DECIMAL_TEXT_MAX] = "";
    size_t digits = strspn(text, "0123456789.");
    if (digits > 0 && digits < sizeof number) {
        memcpy(number, text, digits);
        sig->unit = unit_parse(text + digits + strspn(text + digits, " "), NULL);
    }
    if (sig->unit == UNIT_NONE || decimal_parse(number, &sig->dose, NULL) != STATUS_OK) {
        return error_set_field(err, STATUS_INVALID, "dose", _("Type the dose with its unit, such as 500 mg."));
    }
    return STATUS_OK;
}

static enum status read_form(const struct order_screen *s, struct order *out, struct error *err)
{
    *out = (struct order){.patient = s->chart->patient.id, .action = ORDER_ACTION_START, .status = MEDICATION_STATUS_ACTIVE};
    out->drug_text = mem_copy_text(form_text(&s->form, "drug"));
    out->ingredients = mem_copy_text("");
    out->code_system = mem_copy_text("");
    out->code = mem_copy_text("");
    out->strength = mem_copy_text("");
    out->dosage_form = mem_copy_text("");
    out->directions = mem_copy_text("");
    out->indication = mem_copy_text(form_text(&s->form, "indication"));
    out->prescriber_name = mem_copy_text(form_text(&s->form, "prescriber"));
    out->prescription_number = mem_copy_text("");
    out->reason = mem_copy_text("");
    out->original = mem_copy_text("");
    out->source = (enum order_source)(form_choice(&s->form, "source") + ORDER_SOURCE_WRITTEN);
    enum status status = out->drug_text[0] == '\0' ? error_set_field(err, STATUS_INVALID, "drug", _("Type the drug.")) : STATUS_OK;
    if (status == STATUS_OK) {
        status = parse_dose(form_text(&s->form, "dose"), &out->sig, err);
    }
    if (status == STATUS_OK) {
        status = parse_frequency(form_text(&s->form, "frequency"), &out->sig, err);
    }
    out->sig.route = (enum route)form_choice(&s->form, "route");
    if (status == STATUS_OK) {
        status = sig_check(&out->sig, err);
    }
    return status;
}

static enum status order_screen_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct workstation *ws = shell_app(sh);
    const struct uid *patient = argument;
    struct chart *chart = NULL;
    enum status status = chart_open(ws->actor, *patient, 1, 1, &chart, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct order_screen *s = mem_alloc(sizeof *s);
    const struct enum_list *routes = enum_list(ENUM_ROUTE), *sources = enum_list(ENUM_ORDER_SOURCE);
    s->ws = ws;
    s->chart = chart;
    s->routes[0] = N_("usual for the drug");
    for (int i = 1; i <= routes->count; i++) {
        s->routes[i] = routes->labels[i];
    }
    form_init(&s->form);
    form_add_text(&s->form, "drug", N_("Drug and strength"), DRUG_BYTES, 50, 0);
    form_set_hint(&s->form, "drug", N_("F4 finds it by its first letters"));
    form_add_text(&s->form, "dose", N_("Dose"), 40, 20, 0);
    form_set_hint(&s->form, "dose", N_("500 mg"));
    form_add_choice(&s->form, "route", N_("Route"), s->routes, routes->count + 1);
    form_add_text(&s->form, "frequency", N_("How often"), 30, 20, 0);
    form_set_hint(&s->form, "frequency", N_("daily, bid, tid, qid, qhs, q6h prn, once"));
    form_add_text(&s->form, "indication", N_("For"), 120, 40, 0);
    form_add_choice(&s->form, "source", N_("Order was"), sources->labels + ORDER_SOURCE_WRITTEN, ORDER_SOURCE_PROTOCOL);
    form_add_text(&s->form, "prescriber", N_("Prescriber"), 80, 40, 0);
    if (!actor_may(ws->actor, PERMISSION_ORDER_WRITE)) { /* somebody else is responsible for it */
        form_set_choice(&s->form, "source", ORDER_SOURCE_VERBAL - ORDER_SOURCE_WRITTEN);
    }
    form_mark_clean(&s->form);
    (void)form_draft_begin(&s->draft, ws, DRAFT_ORDER.name, *patient, &s->form); /* draw() says so */
    *out_state = s;
    return STATUS_OK;
}

static void order_screen_close(void *state)
{
    struct order_screen *s = state;
    proposal_free(s->proposal);
    form_draft_end(&s->draft);
    form_release(&s->form);
    chart_free(s->chart);
    mem_free(s);
}

static void order_screen_layout(void *state, struct area body)
{
    struct order_screen *s = state;
    s->banner = area_rows(body, 0, BANNER_ROWS);
    s->form_area = area_part(body, BANNER_ROWS + 2, 1, body.rows - BANNER_ROWS - 2, body.cols - 2);
    form_layout(&s->form, s->form_area.rows, s->form_area.cols);
}

static void order_screen_draw(void *state, struct area body)
{
    struct order_screen *s = state;
    banner_draw(s->banner, s->chart, site_today(s->ws->site), s->ws->site->zone);
    draw_text(body, BANNER_ROWS, 1, STYLE_HEADING, _("New medication"));
    form_draft_draw(&s->draft, area_rows(body, BANNER_ROWS, 1));
    form_draw(&s->form, s->form_area);
}

static unsigned order_screen_key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return form_handle(&((struct order_screen *)state)->form, event);
}

static bool order_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct order_screen *)state)->form);
}

static bool order_unsaved(const void *state)
{
    return form_is_changed(&((const struct order_screen *)state)->form);
}

/* ---- the drug by its first letters ---- */

static int filter_drugs(void *context, const char *text)
{
    struct order_screen *s = context;
    s->suggestion_count = drug_suggest(s->ws->site->knowledge, text, s->suggestions, SUGGESTIONS_MAX);
    return s->suggestion_count;
}

static void draw_drug(const void *context, int row, struct area line, bool is_selected)
{
    const struct drug_suggestion *d = &((const struct order_screen *)context)->suggestions[row];
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    int col = draw_format(line, 0, 2, STYLE_TEXT, "%s  %s", d->name, d->ingredients);
    if (d->is_lookalike) {
        col = mark_draw(line, 0, col + 1, MARK_NAME_ALERT);
    }
    if (!d->is_curated) {
        draw_text(line, 0, col + 1, STYLE_WARNING, _("not checked"));
    }
}

static unsigned drug_picked(struct shell *sh, void *state, int row)
{
    struct order_screen *s = state;
    (void)sh;
    if (row >= 0 && row < s->suggestion_count) {
        form_set_text(&s->form, "drug", s->suggestions[row].name);
        form_focus(&s->form, "drug");
    }
    return STALE_CELLS;
}

static unsigned run_find_drug(struct shell *sh, void *state)
{
    struct picker_source source = {{state, NULL, draw_drug, _("No drug begins with that.")}, filter_drugs, state};
    shell_pick(sh, _("Find a drug"), N_("Drug"), &source, drug_picked);
    return STALE_CELLS;
}

/* ---- the alert ---- */

static void forget_proposal(struct order_screen *s)
{
    proposal_free(s->proposal);
    s->proposal = NULL;
}

static unsigned save(struct shell *sh, struct order_screen *s, enum override_reason reason)
{
    struct finding_answer answers[ANSWERS_MAX];
    struct error err = ERROR_INIT;
    struct uid order;
    size_t count = 0;
    for (int i = 0; i < s->proposal->result->finding_count && count < ANSWERS_MAX; i++) {
        if (finding_interrupts(&s->proposal->result->findings[i]) && !s->proposal->is_settled[i]) {
            answers[count++] = (struct finding_answer){
                .finding = i, .reason = reason, .reason_text = "", .plan = NULL};
        }
    }
    enum status status = order_save(s->ws->actor, s->proposal, answers, count, NULL, &order, &err);
    forget_proposal(s);
    if (status != STATUS_OK) {
        if (!form_show_error(&s->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_CELLS;
    }
    char *name = patient_display_name(&s->chart->patient);
    shell_say(sh, MESSAGE_GOOD, _("%s: %s added. Saved here."), name, form_text(&s->form, "drug"));
    mem_free(name);
    form_draft_saved(&s->draft);
    shell_close(sh, 1);
    return STALE_CELLS;
}

static int filter_overrides(void *context, const char *text)
{
    (void)context;
    (void)text;
    return enum_list(ENUM_OVERRIDE_REASON)->count - 1; /* "other" is the last; it would need words of its own */
}

static void draw_override(const void *context, int row, struct area line, bool is_selected)
{
    (void)context;
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    draw_text(line, 0, 2, STYLE_TEXT, enum_label(ENUM_OVERRIDE_REASON, row + 1));
}

static unsigned override_picked(struct shell *sh, void *state, int row)
{
    struct order_screen *s = state;
    if (row < 0) { /* going back is the safe way: nothing is added */
        forget_proposal(s);
        return STALE_CELLS;
    }
    return save(sh, s, (enum override_reason)(row + 1));
}

static unsigned alert_answered(struct shell *sh, void *state, int answer)
{
    struct order_screen *s = state;
    struct error err = ERROR_INIT;
    if (answer == 2) {
        struct picker_source source = {{s, NULL, draw_override, ""}, filter_overrides, s};
        shell_pick(sh, _("Why is it given in spite of this?"), N_("Reason"), &source, override_picked);
        return STALE_CELLS;
    }
    if (order_decline(s->ws->actor, s->proposal, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    }
    forget_proposal(s);
    if (answer == 1) {
        form_set_text(&s->form, "drug", "");
        form_focus(&s->form, "drug");
        return run_find_drug(sh, s);
    }
    shell_close(sh, 0);
    shell_say(sh, MESSAGE_INFO, _("Not added."));
    return STALE_CELLS;
}

/* Drugs of the same class that were screened in its place on this chart. */
static void append_alternatives(const struct order_screen *s, struct buffer *text)
{
    const struct screen_input *input = &s->proposal->screening->input;
    const struct knowledge *k = s->ws->site->knowledge;
    struct screen_alternative found[ALTERNATIVES_MAX];
    int drug = 0;
    while (drug < input->drug_count && input->drugs[drug].state != SCREEN_NEW) {
        drug++;
    }
    if (drug == input->drug_count) {
        return;
    }
    struct screen_result *scratch = mem_alloc(sizeof *scratch);
    int count = screen_alternatives(k, input, drug, scratch, found, ALTERNATIVES_MAX);
    for (int i = 0; i < count; i++) {
        buffer_append_format(text, "%s%s", i == 0 ? _(" Consider: ") : ", ", knowledge_tallman(k, found[i].substance));
    }
    mem_free(scratch);
}

static void ask_alert(struct shell *sh, struct order_screen *s)
{
    const struct screen_result *r = s->proposal->result;
    struct buffer text = BUFFER_INIT;
    char words[FINDING_TEXT_MAX];
    enum interaction_type worst = INTERACTION_TYPE_MAJOR;
    for (int i = 0; i < r->finding_count; i++) {
        const struct screen_finding *f = &r->findings[i];
        if (!finding_interrupts(f) || s->proposal->is_settled[i]) {
            continue;
        }
        worst = f->severity < worst ? f->severity : worst;
        buffer_append_format(&text, "%s%s: %s", text.len > 0 ? "  " : "", enum_label(ENUM_INTERACTION_TYPE, (int)f->severity),
                             finding_effect(s->ws->site->knowledge, &s->proposal->screening->input, f, words));
        buffer_append_format(&text, " %s", finding_management(s->ws->site->knowledge, &s->proposal->screening->input, f, words));
    }
    append_alternatives(s, &text);
    char *name = patient_display_name(&s->chart->patient);
    char *title = mem_format("%s  %s", enum_label(ENUM_INTERACTION_TYPE, (int)worst), name);
    struct shell_question question = {.title = title,
                                      .text = text.bytes,
                                      .answers = {_("Do not add"), _("Choose another drug"), _("Override, with reason...")},
                                      .title_style = worst == INTERACTION_TYPE_CONTRAINDICATED ? STYLE_CONTRAINDICATED : STYLE_MAJOR,
                                      .answered = alert_answered};
    if (s->proposal->needs_second_role || !actor_may(s->ws->actor, PERMISSION_OVERRIDE_MAJOR)) {
        question.answers[2] = NULL; /* a role that may not go on is not offered it */
    }
    shell_ask(sh, &question);
    mem_free(title);
    mem_free(name);
    buffer_release(&text);
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct order_screen *s = state;
    struct error err = ERROR_INIT;
    struct order order;
    form_clear_errors(&s->form);
    forget_proposal(s);
    enum status status = read_form(s, &order, &err);
    if (status == STATUS_OK) {
        status = order_propose(s->ws->actor, s->chart->patient.id, &order, &s->proposal, &err);
    }
    order_release(&order);
    if (status != STATUS_OK) {
        if (!form_show_error(&s->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_CELLS;
    }
    if (s->proposal->interrupting > 0) {
        ask_alert(sh, s);
        return STALE_CELLS;
    }
    return save(sh, s, OVERRIDE_REASON_NONE_GIVEN);
}

static unsigned run_back(struct shell *sh, void *state)
{
    struct order_screen *s = state;
    return form_draft_back(&s->draft, sh, order_unsaved(s));
}

static unsigned run_discard(struct shell *sh, void *state)
{
    (void)sh;
    form_draft_discard(&((struct order_screen *)state)->draft);
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"pick", "F4, Ctrl-Y", 0, N_("find drug"), N_("Find a drug by its first letters."), run_find_drug, ACTION_IN_BAR, NULL},
    {"save", KEYS_SAVE, PERMISSION_ORDER_WRITE, N_("save"), N_("Check and save."), run_save, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; asks before anything typed is lost."), run_back,
     ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    FORM_DRAFT_DISCARD_ROW(run_discard, order_unsaved),
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

static void resume_draft(struct shell *sh, struct uid patient, const char *detail)
{
    (void)detail;
    shell_open_or_say(sh, &SCREEN_ORDER, &patient);
}

const struct draft_form DRAFT_ORDER = {"order.add", N_("New medication"), resume_draft};

const struct screen_ops SCREEN_ORDER = {
    .name = "order",
    .title = N_("New medication"),
    .open = order_screen_open,
    .layout = order_screen_layout,
    .draw = order_screen_draw,
    .key = order_screen_key,
    .close = order_screen_close,
    .actions = ACTIONS,
    .text_focus = order_text_focus,
    .unsaved = order_unsaved,
};

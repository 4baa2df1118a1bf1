/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An order, new or changed: one typed line, read with every key; the same by its parts; on whose word; and below it what the
 * safety engine says of it as it stands (saving screens once more). */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "kit/picker.h"
#include "model/order_reason.h"
#include "screens/chart_tab.h"
#include "screens/finding_view.h"
#include "screens/order_form.h"
#include "service/screening.h"

enum { PANE_ROWS = 6, PANE_ROWS_SMALL = 4, FORM_ROWS_MAX = 9, FORM_ROWS_FEW = 4, BODY_ROWS_LEAST = 21, WORDS_BYTES = 200 };

static const struct {
    const char *name, *label;
} PARTS[ENTRY_PART_COUNT] = {
    [ENTRY_DRUG] = {"part.drug", N_("Drug")},           [ENTRY_DOSE] = {"part.dose", N_("Dose")},
    [ENTRY_ROUTE] = {"part.route", N_("Route")},        [ENTRY_OFTEN] = {"part.often", N_("How often")},
    [ENTRY_LONG] = {"part.long", N_("How long")},       [ENTRY_QUANTITY] = {"part.quantity", N_("Dispense")},
    [ENTRY_REFILLS] = {"part.refills", N_("Refills")},  [ENTRY_FOR] = {"part.for", N_("For")},
};

/* ---- the line and its parts ---- */

static void keep_product(char **text, const char *of_base)
{
    char *copy = mem_copy_text(of_base);
    mem_free(*text);
    *text = copy;
}

void order_form_fill(const struct order_screen *s, struct order *out)
{
    order_entry_fill(&s->entry, out);
    if (order_is_change(s) && out->strength[0] == '\0' && out->dosage_form[0] == '\0' &&
        text_equal_folded(out->drug_text, s->base.drug_text)) {
        keep_product(&out->strength, s->base.strength);
        keep_product(&out->dosage_form, s->base.dosage_form);
    }
}

static void preview(struct order_screen *s)
{
    struct order order = {0};
    proposal_free(s->preview);
    s->preview = NULL;
    s->finding = 0;
    if (!s->entry.is_drug_settled) {
        return;
    }
    order.id = s->base.id;
    order.source = ORDER_SOURCE_WRITTEN;
    order_form_fill(s, &order);
    s->preview = order_preview(s->ws->actor, s->chart, &order);
    order_release(&order);
}

static void fill_parts(struct order_screen *s)
{
    char words[ORDER_LINE_MAX + 1];
    for (int part = 0; part < ENTRY_PART_COUNT; part++) {
        order_entry_part(&s->entry, (enum entry_part)part, words, sizeof words);
        form_set_text(&s->form, PARTS[part].name, words);
    }
}

static void read_line(struct order_screen *s)
{
    order_entry_read(&s->entry, form_text(&s->form, "line"), &s->chart->patient);
    const struct order *other = order_same_need(&s->chart->orders, &s->entry.sig, s->base.id);
    mem_free(s->entry.also_for);
    s->entry.also_for = other != NULL ? order_display_drug(other) : NULL;
    preview(s);
}

/* A part was typed into: the line is made of the parts. */
static void read_parts(struct order_screen *s)
{
    struct buffer line = BUFFER_INIT;
    for (int part = 0; part < ENTRY_PART_COUNT; part++) {
        const char *words = form_text(&s->form, PARTS[part].name);
        buffer_append_format(&line, "%s%s", line.len > 0 && words[0] != '\0' ? " " : "", words);
    }
    form_set_text(&s->form, "line", line.len > 0 ? line.bytes : "");
    buffer_release(&line);
    read_line(s);
}

void order_form_set_line(struct order_screen *s, const char *text)
{
    form_set_text(&s->form, "line", text);
    form_focus(&s->form, "line");
    read_line(s);
    fill_parts(s);
}

static bool is_on_line(const struct order_screen *s)
{
    return strcmp(form_focus_name(&s->form), "line") == 0;
}

static bool is_on_part(const struct order_screen *s)
{
    return strncmp(form_focus_name(&s->form), "part.", 5) == 0;
}

static void show_fields(struct order_screen *s)
{
    for (int part = 0; part < ENTRY_PART_COUNT; part++) {
        form_show(&s->form, PARTS[part].name, s->has_parts);
    }
    relay_fields_update(&s->relay);
}

/* ---- opening ---- */

static enum status add_fields(struct order_screen *s, struct error *err)
{
    int count = 1;
    form_init(&s->form);
    form_add_text(&s->form, "line", N_("Order"), ORDER_LINE_MAX, 0, 0);
    for (int part = 0; part < ENTRY_PART_COUNT; part++) {
        form_add_text(&s->form, PARTS[part].name, PARTS[part].label, ORDER_LINE_MAX, 50, 0);
    }
    if (order_is_change(s)) {
        s->reasons[0] = N_("choose a reason");
        for (const struct order_reason *r;
             (r = order_reason_for(ORDER_ACTION_CHANGE, count - 1)) != NULL && count < ORDER_REASONS_MAX; count++) {
            s->reasons[count] = r->label;
        }
        form_add_choice(&s->form, "reason", N_("Why"), s->reasons, count);
        form_add_text(&s->form, "words", N_("In words"), WORDS_BYTES, 50, 0);
    }
    enum status status = relay_fields_add(&s->relay, s->ws, &s->form, err);
    show_fields(s);
    return status;
}

static void type_order(struct order_screen *s, const char *drug)
{
    const struct order_line_options options = {.times = &s->entry.times};
    char directions[ORDER_LINE_MAX + 1], more[40] = "";
    (void)order_line_write(&s->base.sig, &options, directions, sizeof directions); /* "" says enough */
    if (s->base.quantity > 0) {
        (void)snprintf(more, sizeof more, " #%d r%d", s->base.quantity, s->base.refills); /* fits */
    }
    char *line = mem_format("%s%s%s%s", drug, directions[0] != '\0' ? " " : "", directions, more);
    order_form_set_line(s, line);
    mem_free(line);
}

/* The order as somebody would type it; where no line says the same, the drug, and the directions are typed anew. Beside a
 * dose in mg a strength in mg would be a second amount: the product stays without being typed (order_form_fill). */
static void type_base(struct order_screen *s)
{
    char *drug = order_display_drug(&s->base);
    type_order(s, drug);
    if (order_entry_check(&s->entry, NULL) != STATUS_OK) {
        type_order(s, s->base.drug_text);
    }
    mem_free(drug);
}

static void order_screen_close(void *state)
{
    struct order_screen *s = state;
    if (s->draft.ws != NULL) {
        form_draft_end(&s->draft);
    }
    order_form_forget(s);
    proposal_free(s->preview);
    form_release(&s->form);
    relay_fields_release(&s->relay);
    order_release(&s->base);
    mem_free(s->entry.also_for);
    chart_free(s->chart);
    mem_free(s);
}

static char *draft_name(const struct order_screen *s)
{
    char id[UID_TEXT_MAX];
    return order_is_change(s) ? mem_format("%s:%s", DRAFT_ORDER_CHANGE.name, uid_format(s->base.id, id))
                              : mem_copy_text(DRAFT_ORDER.name);
}

static enum status order_screen_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct order_argument *a = argument;
    struct order_screen *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    enum status status = chart_open(s->ws->actor, a->patient, 1, 1, &s->chart, err);
    if (status == STATUS_OK && !uid_is_none(a->order)) {
        status = order_look(s->ws->actor, a->order, &s->base, err);
    }
    if (status == STATUS_OK) {
        order_entry_init(&s->entry, s->ws->site);
        status = add_fields(s, err);
    }
    if (status != STATUS_OK) {
        order_screen_close(s);
        return status;
    }
    if (order_is_change(s)) {
        type_base(s);
        form_set_text(&s->form, "prescriber", s->base.prescriber_name);
    }
    form_mark_clean(&s->form);
    char *name = draft_name(s);
    (void)form_draft_begin(&s->draft, s->ws, name, a->patient, &s->form); /* draw() says so */
    mem_free(name);
    show_fields(s);
    read_line(s);
    *out_state = s;
    return STATUS_OK;
}

/* ---- the picture ---- */

static void order_screen_layout(void *state, struct area body)
{
    struct order_screen *s = state;
    int now_rows = order_is_change(s) ? 1 : 0, first = BANNER_ROWS + 1 + now_rows;
    s->banner = area_rows(body, 0, BANNER_ROWS);
    s->head = area_rows(body, BANNER_ROWS, 1 + now_rows);
    form_layout(&s->form, body.rows, body.cols - 2);
    int wanted = form_height(&s->form);
    int pane = (wanted > FORM_ROWS_FEW ? PANE_ROWS_SMALL : PANE_ROWS) + (body.rows - BODY_ROWS_LEAST) / 3;
    int most = body.rows - first - pane - 2;
    int rows = wanted < FORM_ROWS_MAX ? wanted : FORM_ROWS_MAX;
    rows = rows < most ? rows : most;
    s->form_area = area_part(body, first, 1, rows, body.cols - 2);
    form_layout(&s->form, rows, body.cols - 2);
    s->middle = area_rows(body, first + rows, body.rows - first - rows - pane);
    s->pane = area_rows(body, body.rows - pane, pane);
}

/* What the engine says: the chosen finding in full, the others a line each; what was not checked as a warning. */
static void draw_pane(const struct order_screen *s)
{
    struct area p = s->pane;
    const struct screen_result *r = s->preview != NULL ? s->preview->result : NULL;
    draw_fill(p, 0, 0, p.cols, STYLE_BAR, ' ');
    if (r == NULL) {
        draw_text(p, 0, 1, STYLE_BAR, _("Not checked yet: the drug is not clear."));
        return;
    }
    int total = r->finding_count + r->incomplete_count;
    if (total == 0) {
        draw_text(p, 0, 1, STYLE_BAR, _("Checked on this chart as it stands: no finding."));
        return;
    }
    draw_format(p, 0, 1, STYLE_BAR, _("Checked on this chart as it stands: findings %d, not checked %d"), r->finding_count,
                r->incomplete_count);
    int row = 1;
    for (int i = 0; i < total && row < p.rows; i++) {
        int which = (s->finding + i) % total;
        struct area rest = area_rows(p, row, i == 0 ? p.rows - row : 1);
        row += which >= r->finding_count
                   ? incomplete_draw(&r->incomplete[which - r->finding_count], area_rows(rest, 0, rest.rows < 2 ? rest.rows : 2))
                   : finding_draw(s->ws->site->knowledge, &s->preview->screening->input, &r->findings[which], i == 0 ? 2 : 1,
                                  area_rows(rest, 0, i == 0 ? rest.rows - 1 : 1));
    }
}

static void draw_now(const struct order_screen *s)
{
    char words[SIG_TEXT_MAX];
    const char *directions = sig_format(&s->base.sig, words);
    char *drug = order_display_drug(&s->base);
    int col = draw_text(s->head, 1, 1, STYLE_LABEL, _("Now:"));
    draw_format(s->head, 1, col + 1, STYLE_TEXT, "%s  %s", drug, directions[0] != '\0' ? directions : s->base.directions);
    mem_free(drug);
}

static void order_screen_draw(void *state, struct area body)
{
    struct order_screen *s = state;
    (void)body;
    banner_draw(s->banner, s->chart, site_today(s->ws->site), s->ws->site->zone);
    draw_text(s->head, 0, 1, STYLE_HEADING, order_is_change(s) ? _("Change this order") : _("New medication"));
    form_draft_draw(&s->draft, area_rows(s->head, 0, 1));
    if (order_is_change(s)) {
        draw_now(s);
    }
    draw_pane(s);
    order_entry_draw_marks(&s->entry, area_rows(s->middle, 0, 1), form_field_left(&s->form) + 1, s->form.items[0].field.first);
    order_entry_draw(&s->entry, &s->chart->patient, area_rows(s->middle, 1, s->middle.rows - 2));
    relay_fields_draw_note(&s->relay, area_rows(s->middle, s->middle.rows - 1, 1));
    form_draw(&s->form, s->form_area); /* last: the cursor is the focus */
}

/* ---- keys ---- */

static unsigned pair_answered(struct shell *sh, void *state, int answer)
{
    struct order_screen *s = state;
    char line[ORDER_LINE_MAX + 1];
    (void)sh;
    if (answer == 1 && s->asked_suggestion < s->entry.suggestion_count) {
        order_entry_with_drug(&s->entry, s->entry.suggestions[s->asked_suggestion].name, line, sizeof line);
        order_form_set_line(s, line);
    }
    return STALE_LAYOUT;
}

/* Both of a look-alike pair were on the screen: the one that was meant is asked for by name. */
static unsigned take_suggestion(struct shell *sh, struct order_screen *s, int which)
{
    char line[ORDER_LINE_MAX + 1];
    const char *partner = order_entry_lookalike_of(&s->entry, which), *name = s->entry.suggestions[which].name;
    if (partner == NULL) {
        order_entry_with_drug(&s->entry, name, line, sizeof line);
        order_form_set_line(s, line);
        return STALE_LAYOUT;
    }
    char *text = mem_format(_("You chose %s. It is easily taken for %s, which was offered too. Which one is meant?"), name, partner);
    char *yes = mem_format(_("It is %s"), name);
    s->asked_suggestion = which;
    shell_ask(sh, &(struct shell_question){.title = _("Look-alike names"),
                                           .text = text,
                                           .answers = {_("Choose again"), yes},
                                           .title_style = STYLE_WARNING,
                                           .answered = pair_answered});
    mem_free(yes);
    mem_free(text);
    return STALE_CELLS;
}

/* The list of drugs below the line has Up, Down and Enter while it is there. */
static bool handle_suggestions(struct shell *sh, struct order_screen *s, const struct event *event, unsigned *out_stale)
{
    struct order_entry *e = &s->entry;
    if (!is_on_line(s) || e->suggestion_count == 0 || event->kind != EVENT_KEY) {
        return false;
    }
    if (event->key == UI_KEY_ENTER && e->selected >= 0) {
        *out_stale = take_suggestion(sh, s, e->selected);
        return true;
    }
    if (event->key == UI_KEY_UP && e->selected < 0) {
        return false;
    }
    if (event->key == UI_KEY_DOWN || event->key == UI_KEY_UP) {
        int by = event->key == UI_KEY_DOWN ? 1 : e->suggestion_count - 1;
        e->selected = (e->selected + by) % e->suggestion_count;
        *out_stale = STALE_CELLS;
        return true;
    }
    return false;
}

static unsigned order_screen_key(struct shell *sh, void *state, const struct event *event)
{
    struct order_screen *s = state;
    unsigned stale;
    if (handle_suggestions(sh, s, event, &stale)) {
        return stale;
    }
    bool on_line = is_on_line(s), on_part = is_on_part(s);
    int height = form_height(&s->form);
    stale = form_handle(&s->form, event);
    if (stale & TEXT_CHANGED && on_line) {
        read_line(s);
        fill_parts(s);
    } else if (stale & TEXT_CHANGED && on_part) {
        read_parts(s);
    }
    relay_fields_update(&s->relay);
    return form_height(&s->form) != height ? stale | STALE_LAYOUT : stale;
}

static unsigned order_screen_event(struct shell *sh, void *state, const struct event *event)
{
    struct order_screen *s = state;
    struct error err = ERROR_INIT;
    if (event->kind != EVENT_DATA) {
        return event->kind == EVENT_CLOSED ? (unsigned)STALE_CELLS : (unsigned)EVENT_UNHANDLED;
    }
    if (s->proposal != NULL) {
        return STALE_NOTHING; /* the alert shows this chart; saving looks again anyway */
    }
    proposal_free(s->preview); /* it borrows from the chart */
    s->preview = NULL;
    if (chart_refresh(s->ws->actor, &s->chart, &err) != STATUS_OK) {
        shell_fail(sh, &err); /* the picture of before stays */
    }
    read_line(s);
    return STALE_CELLS;
}

static bool order_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct order_screen *)state)->form);
}

static bool order_unsaved(const void *state)
{
    return form_is_changed(&((const struct order_screen *)state)->form);
}

/* ---- lists: drugs, usual directions, prescribers ---- */

static int filter_drugs(void *context, const char *text)
{
    struct order_screen *s = context;
    s->lists_offered = text[0] == '\0' && s->offered_count > 0;
    order_entry_suggest(&s->entry, text);
    return s->lists_offered ? s->offered_count : s->entry.suggestion_count;
}

static void draw_offered(const struct order_screen *s, int row, struct area line)
{
    const struct knowledge *k = s->ws->site->knowledge;
    char text[FINDING_TEXT_MAX];
    int col = draw_text(line, 0, 2, STYLE_GOOD, knowledge_tallman(k, s->offered[row].substance));
    draw_format(line, 0, col, STYLE_TEXT, "  %s", alternative_text(k, &s->offered[row], text));
}

static void draw_drug(const void *context, int row, struct area line, bool is_selected)
{
    const struct order_screen *s = context;
    const struct drug_suggestion *d = &s->entry.suggestions[row];
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    if (s->lists_offered) {
        draw_offered(s, row, line);
        return;
    }
    const char *partner = order_entry_lookalike_of(&s->entry, row);
    int col = draw_format(line, 0, 2, STYLE_TEXT, "%s  %s", d->name, d->ingredients);
    if (partner != NULL) {
        col = mark_draw_symbol(line, 0, col + 1, MARK_NAME_ALERT);
        col = draw_format(line, 0, col, STYLE_WARNING, _(" looks like %s"), partner);
    }
    if (!d->is_curated) {
        draw_text(line, 0, col + 1, STYLE_WARNING, _("cannot be checked"));
    }
}

static unsigned drug_picked(struct shell *sh, void *state, int row)
{
    struct order_screen *s = state;
    if (s->lists_offered && row >= 0 && row < s->offered_count) { /* the directions were the other drug's */
        char *line = mem_format("%s ", knowledge_name(s->ws->site->knowledge, s->offered[row].substance));
        order_form_set_line(s, line);
        mem_free(line);
        return STALE_LAYOUT;
    }
    if (!s->lists_offered && row >= 0 && row < s->entry.suggestion_count) {
        return take_suggestion(sh, s, row);
    }
    read_line(s); /* the list of the line again */
    return STALE_CELLS;
}

unsigned order_form_find_drug(struct shell *sh, struct order_screen *s)
{
    struct picker_source source = {{s, NULL, draw_drug, _("No drug begins with that. Type how its name begins.")}, filter_drugs, s};
    shell_pick(sh, s->offered_count > 0 ? _("Another drug: these were checked on this chart; or type how its name begins")
                                        : _("Find a drug"),
               N_("Drug"), &source, drug_picked);
    return STALE_CELLS;
}

static int filter_usual(void *context, const char *text)
{
    (void)text;
    return ((const struct order_screen *)context)->usual_count;
}

static void draw_usual(const void *context, int row, struct area line, bool is_selected)
{
    const struct order_usual *usual = &((const struct order_screen *)context)->usual[row];
    char words[SIG_TEXT_MAX], count[32];
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    draw_fit(line, 0, 2, line.cols - 12, STYLE_TEXT, sig_format(&usual->sig, words));
    (void)snprintf(count, sizeof count, ngettext("%d order", "%d orders", (unsigned long)usual->uses), usual->uses);
    draw_fit_right(line, 0, line.cols - 10, 10, STYLE_DIM, count);
}

static unsigned usual_picked(struct shell *sh, void *state, int row)
{
    struct order_screen *s = state;
    char directions[ORDER_LINE_MAX + 1], line[ORDER_LINE_MAX + 1];
    const struct order_line_options options = {.times = &s->entry.times};
    if (row < 0 || row >= s->usual_count) {
        return STALE_CELLS;
    }
    if (!order_line_write(&s->usual[row].sig, &options, directions, sizeof directions)) {
        shell_say(sh, MESSAGE_WARNING, _("These directions cannot be written as one line. Type them."));
        return STALE_CELLS;
    }
    order_entry_with_directions(&s->entry, directions, line, sizeof line);
    order_form_set_line(s, line);
    return STALE_LAYOUT;
}

static unsigned list_usual(struct shell *sh, struct order_screen *s)
{
    struct error err = ERROR_INIT;
    const char *ingredients = s->preview != NULL ? s->preview->order.ingredients : "";
    if (order_usual_list(s->ws->actor, ingredients, s->usual, &s->usual_count, &err) != STATUS_OK) {
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    char *title = mem_format(_("How %s is usually ordered here"), s->entry.drug_words);
    struct picker_source source = {{s, NULL, draw_usual, _("Nobody here has ordered this drug yet. Type the directions.")},
                                   filter_usual, s};
    shell_pick(sh, title, N_("Directions"), &source, usual_picked);
    mem_free(title);
    return STALE_CELLS;
}

static unsigned prescriber_picked(struct shell *sh, void *state, int row)
{
    (void)sh;
    relay_fields_choose(&((struct order_screen *)state)->relay, row);
    return STALE_CELLS;
}

/* What the list holds depends on where one is: prescribers, drugs, or the usual directions of the drug. */
static unsigned run_pick(struct shell *sh, void *state)
{
    struct order_screen *s = state;
    if (strcmp(form_focus_name(&s->form), "prescriber") == 0) {
        struct picker_source source = relay_fields_source(&s->relay);
        shell_pick(sh, _("Prescribers of this site"), N_("Name"), &source, prescriber_picked);
        return STALE_CELLS;
    }
    s->offered_count = 0;
    return s->entry.is_drug_settled ? list_usual(sh, s) : order_form_find_drug(sh, s);
}

/* ---- actions ---- */

static unsigned run_save(struct shell *sh, void *state)
{
    return order_form_save(sh, state);
}

static unsigned run_parts(struct shell *sh, void *state)
{
    struct order_screen *s = state;
    (void)sh;
    s->has_parts = !s->has_parts;
    fill_parts(s);
    show_fields(s);
    form_focus(&s->form, s->has_parts ? PARTS[ENTRY_DOSE].name : "line");
    return STALE_LAYOUT;
}

static unsigned run_findings(struct shell *sh, void *state)
{
    struct order_screen *s = state;
    (void)sh;
    s->finding = (s->finding + 1) % (s->preview->result->finding_count + s->preview->result->incomplete_count);
    return STALE_CELLS;
}

static bool has_findings(const void *state)
{
    const struct order_screen *s = state;
    return s->preview != NULL && s->preview->result->finding_count + s->preview->result->incomplete_count > 1;
}

static unsigned run_back(struct shell *sh, void *state)
{
    struct order_screen *s = state;
    return form_draft_back(&s->draft, sh, order_unsaved(s));
}

static unsigned run_discard(struct shell *sh, void *state)
{
    struct order_screen *s = state;
    (void)sh;
    form_draft_discard(&s->draft);
    form_focus(&s->form, "line");
    show_fields(s);
    read_line(s);
    return STALE_LAYOUT;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_ORDER_WRITE, N_("save"), N_("Check and save."), run_save, ACTION_IN_BAR, NULL},
    {"pick", "F4, Ctrl-Y", 0, N_("from list"),
     N_("Choose from a list what fits the place: drugs, the usual directions of the drug, prescribers."), run_pick, ACTION_IN_BAR,
     NULL},
    {"order.parts", "Ins", 0, N_("by fields"), N_("Show the line by its parts, to be typed one by one; again: hide them."),
     run_parts, ACTION_IN_BAR, NULL},
    {"findings", "i, F3", 0, N_("findings"), N_("Show the next finding, then what could not be checked."), run_findings,
     ACTION_IN_BAR, has_findings},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; asks before anything typed is lost."), run_back,
     ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    FORM_DRAFT_DISCARD_ROW(run_discard, order_unsaved),
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

/* ---- drafts ---- */

static void resume_draft(struct shell *sh, struct uid patient, const char *detail)
{
    struct order_argument argument = {.patient = patient};
    if (detail[0] == '\0' || uid_parse(detail, &argument.order, NULL) == STATUS_OK) {
        shell_open_or_say(sh, &SCREEN_ORDER, &argument);
    }
}

const struct draft_form DRAFT_ORDER = {"order.add", N_("New medication"), resume_draft};
const struct draft_form DRAFT_ORDER_CHANGE = {"order.change", N_("Change an order"), resume_draft};

const struct screen_ops SCREEN_ORDER = {
    .name = "order",
    .title = N_("New or changed medication"),
    .open = order_screen_open,
    .layout = order_screen_layout,
    .draw = order_screen_draw,
    .key = order_screen_key,
    .event = order_screen_event,
    .close = order_screen_close,
    .actions = ACTIONS,
    .text_focus = order_text_focus,
    .unsaved = order_unsaved,
};

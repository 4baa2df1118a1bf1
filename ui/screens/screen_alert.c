/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The alert (ui.md rule 8): what interrupts is decided finding by finding. The safe answer has the focus; going on asks for
 * a coded reason, words for "other", a plan where it is contraindicated, how long the finding may stay quiet, and a second
 * person where the role needs one. Esc, "Do not add" and "Choose another" give the form back as it was typed. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/dialog.h"
#include "kit/form.h"
#include "safety/finding_text.h"
#include "screens/chart_tab.h"
#include "screens/finding_view.h"
#include "screens/second_code.h"
#include "service/screening.h"
#include "service/site_settings.h"
#include "service/step_up.h"

enum { ALERTS_MAX = 64, ALTERNATIVES_MAX = 4, WORDS_BYTES = 200, TEXT_ROWS = 4, SOURCE_ROWS = 2, FORM_ROWS = 6, QUIET_COUNT = 3 };
enum { BUTTON_BACK, BUTTON_ANOTHER, BUTTON_GO_ON };
enum alert_stage { STAGE_LOOK, STAGE_REASON, STAGE_SECOND };

struct decided {
    enum override_reason reason; /* none given: not decided yet */
    char *words, *plan;
    int quiet; /* index of QUIET_DAYS */
};

struct alert {
    struct workstation *ws;
    struct alert_argument asked;
    int findings[ALERTS_MAX], count, at; /* indexes into the proposal's findings */
    struct decided decided[ALERTS_MAX];
    enum alert_stage stage;
    struct dialog buttons;
    struct form reason, second;
    const char *reasons[OVERRIDE_REASON_COUNT], *quiet[QUIET_COUNT];
    char *quiet_most;
    struct screen_alternative alternatives[ALTERNATIVES_MAX];
    int alternative_count;
    struct area banner, text, form_area;
};

static const int QUIET_DAYS[QUIET_COUNT] = {0, 7, 1}; /* 0: what the site sets */

static const char *const ALONE_LABELS[] = {N_("no: a second person signs in"),
                                           N_("nobody else is on duty; it is reviewed within 24 hours")};

static const struct screen_finding *finding_at(const struct alert *a)
{
    return &a->asked.proposal->result->findings[a->findings[a->at]];
}

static bool is_contraindicated(const struct alert *a, int which)
{
    return a->asked.proposal->result->findings[a->findings[which]].severity == INTERACTION_TYPE_CONTRAINDICATED;
}

static bool needs_second(const struct alert *a)
{
    return a->asked.proposal->needs_second_role;
}

/* ---- the forms ---- */

static void add_forms(struct alert *a)
{
    const struct enum_list *list = enum_list(ENUM_OVERRIDE_REASON);
    a->reasons[0] = N_("choose a reason"); /* no reason is chosen for anybody */
    for (int i = 1; i <= list->count && i < OVERRIDE_REASON_COUNT; i++) {
        a->reasons[i] = list->labels[i];
    }
    form_init(&a->reason);
    form_add_choice(&a->reason, "reason", N_("Why it is given"), a->reasons, OVERRIDE_REASON_COUNT);
    form_add_text(&a->reason, "words", N_("In words"), WORDS_BYTES, 0, 0);
    form_add_text(&a->reason, "plan", N_("Plan"), WORDS_BYTES, 0, 0);
    form_set_hint(&a->reason, "plan", N_("what is watched, when, what then"));
    int most = settings_number(&a->ws->site->settings, SETTING_QUIET_DAYS);
    a->quiet_most = mem_format(ngettext("%d day, the longest here", "%d days, the longest here", (unsigned long)most), most);
    a->quiet[0] = a->quiet_most;
    a->quiet[1] = N_("7 days");
    a->quiet[2] = N_("1 day");
    form_add_choice(&a->reason, "quiet", N_("Ask again after"), a->quiet, QUIET_COUNT);
    form_init(&a->second);
    form_add_text(&a->second, "witness", N_("Sign-in name"), 64, 30, 0);
    form_add_text(&a->second, "password", N_("Password"), 128, 30, FIELD_PASSWORD);
    second_code_add(&a->second);
    if (settings_switch(&a->ws->site->settings, SETTING_SOLO)) {
        form_add_choice(&a->second, "alone", N_("Or alone"), ALONE_LABELS, 2);
    }
}

static void keep_typed(struct alert *a)
{
    struct decided *d = &a->decided[a->at];
    mem_free(d->words);
    mem_free(d->plan);
    d->words = mem_copy_text(form_text(&a->reason, "words"));
    d->plan = mem_copy_text(form_text(&a->reason, "plan"));
    d->reason = (enum override_reason)form_choice(&a->reason, "reason");
    d->quiet = form_choice(&a->reason, "quiet");
}

static void show_typed(struct alert *a)
{
    const struct decided *d = &a->decided[a->at];
    form_clear_errors(&a->reason);
    form_set_choice(&a->reason, "reason", (int)d->reason);
    form_set_text(&a->reason, "words", d->words != NULL ? d->words : "");
    form_set_text(&a->reason, "plan", d->plan != NULL ? d->plan : "");
    form_set_choice(&a->reason, "quiet", d->quiet);
    form_focus(&a->reason, "reason");
}

/* ---- opening ---- */

static void set_buttons(struct alert *a)
{
    bool is_change = !uid_is_none(a->asked.proposal->order.id);
    a->buttons.answers[BUTTON_BACK] = is_change ? _("Do not change") : _("Do not add");
    a->buttons.answers[BUTTON_ANOTHER] = _("Choose another drug");
    a->buttons.answers[BUTTON_GO_ON] = _("Override, with reason...");
    /* a role that may not go on is not offered it */
    a->buttons.answer_count = actor_may(a->ws->actor, PERMISSION_OVERRIDE_MAJOR) ? 3 : 2;
    a->buttons.focus = BUTTON_BACK;
}

static enum status alert_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct alert *a = mem_alloc(sizeof *a);
    (void)err;
    a->ws = shell_app(sh);
    a->asked = *(const struct alert_argument *)argument;
    for (int i = 0; i < a->asked.proposal->result->finding_count && a->count < ALERTS_MAX; i++) {
        if (proposal_needs_decision(a->asked.proposal, i)) {
            a->findings[a->count++] = i;
        }
    }
    a->alternative_count = proposal_alternatives(a->ws->site->knowledge, a->asked.proposal, a->alternatives, ALTERNATIVES_MAX);
    add_forms(a);
    set_buttons(a);
    *out_state = a;
    return STATUS_OK;
}

static void alert_close(void *state)
{
    struct alert *a = state;
    for (int i = 0; i < a->count; i++) {
        mem_free(a->decided[i].words);
        mem_free(a->decided[i].plan);
    }
    form_release(&a->reason);
    form_release(&a->second);
    mem_free(a->quiet_most);
    mem_free(a);
}

/* ---- the picture ---- */

static void alert_layout(void *state, struct area body)
{
    struct alert *a = state;
    a->banner = area_rows(body, 0, BANNER_ROWS);
    a->form_area = area_part(body, body.rows - FORM_ROWS, 1, FORM_ROWS, body.cols - 2);
    a->text = area_rows(body, BANNER_ROWS, body.rows - BANNER_ROWS - FORM_ROWS);
    form_layout(&a->reason, a->form_area.rows, a->form_area.cols);
    form_layout(&a->second, a->form_area.rows, a->form_area.cols);
}

/* One a row, the best first, with the reason for its place. */
static int draw_alternatives(const struct alert *a, struct area t)
{
    const struct knowledge *k = a->ws->site->knowledge;
    int rows = 0;
    for (; rows < a->alternative_count && rows < t.rows; rows++) {
        const struct screen_alternative *other = &a->alternatives[rows];
        char text[FINDING_TEXT_MAX];
        if (rows == 0) {
            draw_text(t, 0, 1, STYLE_LABEL, _("Checked on this chart:"));
        }
        int col = draw_text(t, rows, 24, STYLE_GOOD, knowledge_tallman(k, other->substance));
        draw_format(t, rows, col, STYLE_DIM, "  %s", alternative_text(k, other, text));
    }
    return rows;
}

/* What does not interrupt and what was not checked, beside the order: as many rows as there are. */
static void draw_rest(const struct alert *a, struct area rest)
{
    const struct screen_result *r = a->asked.proposal->result;
    const struct screen_input *input = &a->asked.proposal->screening->input;
    int row = 0;
    for (int i = 0; i < r->incomplete_count && row < rest.rows; i++) {
        row += incomplete_draw(&r->incomplete[i], area_rows(rest, row, 1));
    }
    for (int i = 0; i < r->finding_count && row < rest.rows; i++) {
        const struct screen_finding *f = &r->findings[i];
        if (f->severity == INTERACTION_TYPE_MODERATE) {
            char text[FINDING_TEXT_MAX];
            char *subject = finding_subject(input, f);
            int col = mark_draw(rest, row, 1, MARK_MODERATE);
            draw_format(rest, row, col + 1, STYLE_TEXT, "%s: %s", subject,
                        finding_effect(a->ws->site->knowledge, input, f, text));
            mem_free(subject);
            row++;
        }
    }
}

static void draw_finding(const struct alert *a)
{
    const struct knowledge *k = a->ws->site->knowledge;
    const struct screen_input *input = &a->asked.proposal->screening->input;
    const struct screen_finding *f = finding_at(a);
    struct area t = a->text;
    char text[FINDING_TEXT_MAX];
    enum style bar = is_contraindicated(a, a->at) ? STYLE_CONTRAINDICATED : STYLE_MAJOR;
    char *subject = finding_subject(input, f);
    draw_fill(t, 0, 0, t.cols, bar, ' ');
    draw_format(t, 0, 1, bar, "%s %s   %s", is_contraindicated(a, a->at) ? "!!" : "!",
                enum_label(ENUM_INTERACTION_TYPE, (int)f->severity), subject);
    if (a->count > 1) {
        char *place = mem_format(_("finding %d of %d"), a->at + 1, a->count);
        draw_fit_right(t, 0, t.cols - 22, 21, bar, place);
        mem_free(place);
    }
    int row = 1;
    row += draw_wrapped(area_part(t, row, 0, TEXT_ROWS, t.cols - 1), 0, 1, STYLE_TEXT, finding_effect(k, input, f, text));
    row += draw_wrapped(area_part(t, row, 0, TEXT_ROWS, t.cols - 1), 0, 1, STYLE_HEADING, finding_management(k, input, f, text));
    bool is_wide = t.cols >= CHART_WIDE_COLS; /* on a narrow one it would be cut off: the decision keeps it */
    char *source = mem_format(_("%s; %s%s%s"), enum_label(ENUM_EVIDENCE_LEVEL, (int)f->evidence), finding_source(f),
                              is_wide ? _("; knowledge ") : "", is_wide ? knowledge_version(k) : "");
    row += draw_wrapped(area_part(t, row, 0, SOURCE_ROWS, t.cols - 1), 0, 1, STYLE_DIM, source);
    mem_free(source);
    row += draw_alternatives(a, area_rows(t, row, t.rows - row > 2 ? t.rows - row - 2 : t.rows - row));
    draw_rest(a, area_rows(t, row + 1, t.rows - row - 1));
    mem_free(subject);
}

static void draw_second(const struct alert *a)
{
    struct area t = a->text;
    int row = 2;
    draw_fill(t, 0, 0, t.cols, STYLE_CONTRAINDICATED, ' ');
    draw_text(t, 0, 1, STYLE_CONTRAINDICATED, _("A second person: a prescriber or a pharmacist signs in for these"));
    for (int i = 0; i < a->count && row < t.rows; i++) {
        if (is_contraindicated(a, i)) {
            char *subject = finding_subject(&a->asked.proposal->screening->input,
                                            &a->asked.proposal->result->findings[a->findings[i]]);
            char *words = mem_format(_("%s. %s. Plan: %s"), subject, enum_label(ENUM_OVERRIDE_REASON, (int)a->decided[i].reason),
                                     a->decided[i].plan);
            row += draw_wrapped(area_part(t, row, 1, t.rows - row, t.cols - 2), 0, 0, STYLE_TEXT, words);
            mem_free(words);
            mem_free(subject);
        }
    }
}

static void alert_draw(void *state, struct area body)
{
    struct alert *a = state;
    (void)body;
    banner_draw(a->banner, a->asked.chart, site_today(a->ws->site), a->ws->site->zone);
    switch (a->stage) {
    case STAGE_LOOK:
        draw_finding(a);
        dialog_draw_answers(&a->buttons, a->form_area, 1, 1);
        break;
    case STAGE_REASON:
        draw_finding(a);
        form_draw(&a->reason, a->form_area);
        break;
    case STAGE_SECOND:
        draw_second(a);
        form_draw(&a->second, a->form_area);
        break;
    }
}

/* ---- answers ---- */

static unsigned answer(struct shell *sh, struct alert *a, enum alert_outcome outcome, const struct alert_decision *decision)
{
    unsigned (*decided)(struct shell *, void *, enum alert_outcome, const struct alert_decision *) = a->asked.decided;
    shell_close(sh, 0); /* from here on the one that asked is on top; this state lives until the handler returns */
    return STALE_CELLS | decided(sh, shell_top_state(sh), outcome, decision);
}

static bool is_alone(const struct alert *a)
{
    return a->stage == STAGE_SECOND && settings_switch(&a->ws->site->settings, SETTING_SOLO) && form_choice(&a->second, "alone") == 1;
}

static unsigned go_on(struct shell *sh, struct alert *a, const struct witness *second)
{
    struct finding_answer answers[ALERTS_MAX];
    for (int i = 0; i < a->count; i++) {
        const struct decided *d = &a->decided[i];
        answers[i] = (struct finding_answer){.finding = a->findings[i], .reason = d->reason, .reason_text = d->words,
                                             .plan = d->plan, .is_alone = is_alone(a), .quiet_days = QUIET_DAYS[d->quiet]};
    }
    const struct alert_decision decision = {answers, (size_t)a->count, second};
    return answer(sh, a, ALERT_GO_ON, &decision);
}

static unsigned go_on_alone(struct shell *sh, void *state)
{
    return go_on(sh, state, NULL);
}

/* What is contraindicated is decided by a person who is there, not by an open screen. */
static unsigned go_on_proved(struct shell *sh, struct alert *a)
{
    struct error err = ERROR_INIT;
    for (int i = 0; i < a->count; i++) {
        if (is_contraindicated(a, i) && step_up_require(a->ws->actor, STEP_UP_ACT_US, &err) == STATUS_STEP_UP) {
            return step_up_ask(sh, &err, go_on_alone);
        }
    }
    return go_on(sh, a, NULL);
}

/* What the service will refuse is said here already, at its field. */
static bool is_answered(struct alert *a)
{
    struct error err = ERROR_INIT;
    const struct decided *d = &a->decided[a->at];
    const struct finding_answer mine = {.finding = a->findings[a->at], .reason = d->reason, .reason_text = d->words,
                                        .plan = d->plan};
    if (proposal_check_answer(a->asked.proposal, &mine, &err) == STATUS_OK) {
        return true;
    }
    (void)form_show_error(&a->reason, &err);
    return false;
}

static unsigned confirm_reason(struct shell *sh, struct alert *a)
{
    form_clear_errors(&a->reason);
    keep_typed(a);
    if (!is_answered(a)) {
        return STALE_CELLS;
    }
    if (a->at + 1 < a->count) {
        a->at++;
        a->stage = STAGE_LOOK;
        a->buttons.focus = BUTTON_BACK;
        return STALE_CELLS;
    }
    if (needs_second(a)) {
        a->stage = STAGE_SECOND;
        form_focus(&a->second, "witness");
        return STALE_CELLS;
    }
    return go_on_proved(sh, a);
}

static unsigned confirm_second(struct shell *sh, struct alert *a)
{
    struct error err = ERROR_INIT;
    struct witness witness;
    form_clear_errors(&a->second);
    if (is_alone(a)) {
        return go_on_proved(sh, a);
    }
    enum status status = witness_authenticate(a->ws->actor, form_text(&a->second, "witness"), form_text(&a->second, "password"),
                                              second_code(&a->second), PERMISSION_OVERRIDE_CONTRAINDICATED, &witness, &err);
    if (status != STATUS_OK) {
        second_code_refused(sh, &a->second, status, &err);
        return STALE_LAYOUT;
    }
    second_code_forget(&a->second);
    return go_on(sh, a, &witness);
}

static unsigned press(struct shell *sh, struct alert *a)
{
    switch (a->buttons.focus) {
    case BUTTON_ANOTHER:
        return answer(sh, a, ALERT_ANOTHER, NULL);
    case BUTTON_GO_ON:
        a->stage = STAGE_REASON;
        show_typed(a);
        return STALE_CELLS;
    default:
        return answer(sh, a, ALERT_BACK, NULL);
    }
}

static unsigned run_confirm(struct shell *sh, void *state)
{
    struct alert *a = state;
    return a->stage == STAGE_REASON ? confirm_reason(sh, a) : confirm_second(sh, a);
}

static unsigned alert_key(struct shell *sh, void *state, const struct event *event)
{
    struct alert *a = state;
    if (a->stage == STAGE_LOOK) {
        unsigned stale = dialog_handle(&a->buttons, event);
        return stale & CHOICE_MADE ? press(sh, a) : stale;
    }
    unsigned stale = form_handle(a->stage == STAGE_REASON ? &a->reason : &a->second, event);
    bool is_enter = event->kind == EVENT_KEY && event->key == UI_KEY_ENTER;
    return stale & EVENT_UNHANDLED && is_enter ? run_confirm(sh, a) : stale; /* behind the last field */
}

static unsigned alert_event(struct shell *sh, void *state, const struct event *event)
{
    (void)state;
    if (event->kind == EVENT_SCAN) {
        shell_say(sh, MESSAGE_WARNING, _("Decide on the finding first; the code was not used."));
        return STALE_CELLS;
    }
    return STALE_NOTHING;
}

static bool alert_text_focus(const void *state)
{
    const struct alert *a = state;
    return a->stage == STAGE_LOOK ? false : form_has_text_focus(a->stage == STAGE_REASON ? &a->reason : &a->second);
}

/* One step back; from the first finding to the form. */
static unsigned run_back(struct shell *sh, void *state)
{
    struct alert *a = state;
    if (a->stage == STAGE_SECOND) {
        a->stage = STAGE_REASON;
        show_typed(a);
        return STALE_CELLS;
    }
    if (a->stage == STAGE_REASON) {
        keep_typed(a);
        a->stage = STAGE_LOOK;
        a->buttons.focus = BUTTON_BACK;
        return STALE_CELLS;
    }
    if (a->at > 0) {
        a->at--;
        a->stage = STAGE_REASON;
        show_typed(a);
        return STALE_CELLS;
    }
    return answer(sh, a, ALERT_BACK, NULL);
}

static bool is_typing(const void *state)
{
    return ((const struct alert *)state)->stage != STAGE_LOOK;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, 0, N_("go on"), N_("Take this answer and go on to the next finding."), run_confirm, ACTION_IN_BAR,
     is_typing},
    {"back", KEYS_BACK, 0, N_("back"), N_("One step back; what was typed stays, nothing is added."), run_back,
     ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_ALERT = {
    .name = "alert",
    .title = N_("Findings"),
    .open = alert_open,
    .layout = alert_layout,
    .draw = alert_draw,
    .key = alert_key,
    .event = alert_event,
    .close = alert_close,
    .actions = ACTIONS,
    .text_focus = alert_text_focus,
};

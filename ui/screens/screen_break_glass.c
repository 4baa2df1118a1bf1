/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A restricted record: the rule that keeps it closed, and what it takes to open it in an emergency all the same: a reason from
 * the list, words, and the password once more. */
#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "screens/screens.h"
#include "service/emergencies.h"

enum { WORDS_BYTES = 400, FORM_ROW = 11 };

struct break_glass {
    struct workstation *ws;
    struct uid patient;
    struct emergency_prompt prompt;
    struct form form;
    const char *reasons[EMERGENCY_REASON_COUNT];
    struct area area;
};

static enum status break_glass_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct break_glass *g = mem_alloc(sizeof *g);
    g->ws = shell_app(sh);
    g->patient = *(const struct uid *)argument;
    enum status status = emergency_ask(g->ws->actor, g->patient, &g->prompt, err);
    if (status != STATUS_OK) {
        mem_free(g);
        return status;
    }
    g->reasons[0] = N_("choose a reason"); /* no reason is chosen for anybody */
    for (int i = 1; i < EMERGENCY_REASON_COUNT; i++) {
        g->reasons[i] = enum_list(ENUM_EMERGENCY_REASON)->labels[i];
    }
    form_init(&g->form);
    form_add_choice(&g->form, "reason", N_("Why"), g->reasons, EMERGENCY_REASON_COUNT);
    form_add_text(&g->form, "words", N_("In words"), WORDS_BYTES, 0, 0);
    form_mark_clean(&g->form);
    *out_state = g;
    return STATUS_OK;
}

static void break_glass_close(void *state)
{
    struct break_glass *g = state;
    emergency_prompt_release(&g->prompt);
    form_release(&g->form);
    mem_free(g);
}

static void break_glass_layout(void *state, struct area body)
{
    struct break_glass *g = state;
    g->area = area_part(body, FORM_ROW, 2, body.rows - FORM_ROW, body.cols - 4);
    form_layout(&g->form, g->area.rows, g->area.cols);
}

static void break_glass_draw(void *state, struct area body)
{
    struct break_glass *g = state;
    char birth[DATE_TEXT_MAX];
    draw_fill(body, 0, 0, body.cols, STYLE_CONTRAINDICATED, ' ');
    draw_text(body, 0, 1, STYLE_CONTRAINDICATED, _("Emergency opening of a restricted record"));
    draw_format(body, 2, 2, STYLE_PATIENT, _("%s   %s   MRN %s"), g->prompt.name, date_format_human(g->prompt.birth_date, birth),
                g->prompt.mrn);
    draw_format(body, 3, 2, STYLE_ALLERGY, _("Restricted: %s"), enum_label(ENUM_RESTRICTION_RULE, (int)g->prompt.rule));
    draw_wrapped(area_part(body, 5, 2, 5, body.cols - 4), 0, 0, STYLE_TEXT,
                 _("You are not named for this record. In an emergency it opens for you for 60 minutes, or until you leave it, to "
                   "read and to record doses. The opening is recorded before anything is shown, the privacy officer sees it at "
                   "once and reviews it within 72 hours. Your password is asked for once more."));
    form_draw(&g->form, g->area);
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct break_glass *g = state;
    struct error err = ERROR_INIT;
    struct uid patient = g->patient;
    form_clear_errors(&g->form);
    enum status status = emergency_begin(g->ws->actor, patient, (enum emergency_reason)form_choice(&g->form, "reason"),
                                         form_text(&g->form, "words"), &err);
    err.status = status;
    if (status == STATUS_STEP_UP) {
        return step_up_ask(sh, &err, run_save);
    }
    if (status != STATUS_OK && status != STATUS_EXISTS) { /* EXISTS: it was opened already, or is no longer closed */
        if (!form_show_error(&g->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_LAYOUT;
    }
    shell_say(sh, MESSAGE_WARNING, "%s", _("Open for 60 minutes: read and record doses only. The privacy officer reviews it."));
    shell_close(sh, 1);
    shell_open_or_say(sh, &SCREEN_CHART, &patient);
    return STALE_LAYOUT;
}

static unsigned break_glass_key(struct shell *sh, void *state, const struct event *event)
{
    struct break_glass *g = state;
    unsigned stale = form_handle(&g->form, event);
    bool is_enter = event->kind == EVENT_KEY && event->key == UI_KEY_ENTER;
    return stale & EVENT_UNHANDLED && is_enter ? run_save(sh, g) : stale;
}

static bool break_glass_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct break_glass *)state)->form);
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_EMERGENCY_ACCESS, N_("open in an emergency"),
     N_("Open the restricted record for an hour; it is reviewed."), run_save, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("leave it closed"), N_("Leave the record closed."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_BREAK_GLASS = {
    .name = "break_glass",
    .title = N_("Restricted record"),
    .open = break_glass_open,
    .layout = break_glass_layout,
    .draw = break_glass_draw,
    .key = break_glass_key,
    .close = break_glass_close,
    .actions = ACTIONS,
    .text_focus = break_glass_text_focus,
};

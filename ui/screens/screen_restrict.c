/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may open a patient's record, as the privacy officer decides it. */
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "screens/screens.h"
#include "service/restrictions.h"

enum { NAMES_BYTES = 400, NAMES_MAX = 40, FORM_ROW = 9 };

struct restrict_screen {
    struct workstation *ws;
    struct uid patient;
    struct privacy_view view;
    struct form form;
    const char *rules[RESTRICTION_RULE_COUNT];
    struct area area;
};

/* What is there goes into the form; what was typed is replaced. */
static enum status read(struct restrict_screen *s, struct error *err)
{
    struct privacy_view fresh;
    struct buffer names = BUFFER_INIT;
    enum status status = privacy_open(s->ws->actor, s->patient, &fresh, err);
    if (status != STATUS_OK) {
        return status;
    }
    privacy_view_release(&s->view);
    s->view = fresh;
    buffer_append_text(&names, "");
    for (size_t i = 0; i < fresh.members.len; i++) {
        buffer_append_format(&names, "%s%s", i > 0 ? " " : "", fresh.members.items[i]);
    }
    form_set_choice(&s->form, "rule", fresh.restriction.is_restricted ? (int)fresh.restriction.rule : 0);
    form_set_text(&s->form, "allow", names.bytes != NULL ? names.bytes : "");
    form_set_text(&s->form, "reason", "");
    form_show(&s->form, "reason", fresh.restriction.is_restricted);
    form_mark_clean(&s->form);
    buffer_release(&names);
    return STATUS_OK;
}

static void restrict_close(void *state)
{
    struct restrict_screen *s = state;
    privacy_view_release(&s->view);
    form_release(&s->form);
    mem_free(s);
}

static enum status restrict_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct restrict_screen *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    s->patient = *(const struct uid *)argument;
    s->rules[0] = N_("not restricted");
    for (int i = 1; i < RESTRICTION_RULE_COUNT; i++) {
        s->rules[i] = enum_list(ENUM_RESTRICTION_RULE)->labels[i];
    }
    form_init(&s->form);
    form_add_choice(&s->form, "rule", N_("Restricted"), s->rules, RESTRICTION_RULE_COUNT);
    form_add_text(&s->form, "allow", N_("May open it"), NAMES_BYTES, 0, 0);
    form_set_hint(&s->form, "allow", N_("sign-in names, blanks between them"));
    form_add_text(&s->form, "reason", N_("Why it is lifted"), NAMES_BYTES, 0, 0);
    enum status status = read(s, err);
    if (status != STATUS_OK) {
        restrict_close(s);
        return status;
    }
    *out_state = s;
    return STATUS_OK;
}

static void restrict_layout(void *state, struct area body)
{
    struct restrict_screen *s = state;
    s->area = area_part(body, FORM_ROW, 2, body.rows - FORM_ROW, body.cols - 4);
    form_layout(&s->form, s->area.rows, s->area.cols);
}

static void restrict_draw(void *state, struct area body)
{
    struct restrict_screen *s = state;
    char birth[DATE_TEXT_MAX];
    draw_text(body, 1, 2, STYLE_HEADING, _("Who may open this record"));
    draw_format(body, 3, 2, STYLE_PATIENT, _("%s   %s   MRN %s"), s->view.name, date_format_human(s->view.birth_date, birth),
                s->view.mrn);
    draw_wrapped(area_part(body, 5, 2, 3, body.cols - 4), 0, 0, STYLE_TEXT,
                 _("A restricted record opens only to the people named here; others see that it is restricted, and open it in an "
                   "emergency with a reason that you review."));
    form_draw(&s->form, s->area);
}

/* The names as a list; borrowed from `copy`, which is cut up. */
static int split(char *copy, const char *out[NAMES_MAX + 1])
{
    int count = 0;
    for (char *at = copy + strspn(copy, " ,;"); *at != '\0' && count < NAMES_MAX;) {
        size_t len = strcspn(at, " ,;");
        char *next = at + len;
        out[count++] = at;
        if (*next != '\0') {
            *next++ = '\0';
            next += strspn(next, " ,;");
        }
        at = next;
    }
    out[count] = NULL;
    return count;
}

static bool is_among(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(*names, name) == 0) {
            return true;
        }
    }
    return false;
}

static enum status save_names(struct restrict_screen *s, const char *const *names, struct error *err)
{
    enum status status = STATUS_OK;
    for (int i = 0; names[i] != NULL && status == STATUS_OK; i++) {
        status = patient_name_member(s->ws->actor, s->patient, names[i], true, err);
    }
    for (size_t i = 0; i < s->view.members.len && status == STATUS_OK; i++) {
        if (!is_among(s->view.members.items[i], names)) {
            status = patient_name_member(s->ws->actor, s->patient, s->view.members.items[i], false, err);
        }
    }
    return status;
}

static enum status save(struct restrict_screen *s, struct error *err)
{
    const char *names[NAMES_MAX + 1];
    char *copy = mem_copy_text(form_text(&s->form, "allow"));
    enum restriction_rule rule = (enum restriction_rule)form_choice(&s->form, "rule");
    const struct restriction_view *now = &s->view.restriction;
    enum status status;
    (void)split(copy, names);
    if (!now->is_restricted) {
        status = patient_restrict(s->ws->actor, s->patient, rule, names, err);
    } else if (rule == RESTRICTION_RULE_NONE_GIVEN) {
        status = patient_lift_restriction(s->ws->actor, s->patient, form_text(&s->form, "reason"), err);
    } else if (rule != now->rule) {
        status = error_set_field(err, STATUS_INVALID, "rule", _("Lift the restriction first, then restrict it for another reason."));
    } else {
        status = save_names(s, names, err);
    }
    mem_free(copy);
    return status;
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct restrict_screen *s = state;
    struct error err = ERROR_INIT;
    form_clear_errors(&s->form);
    enum status status = save(s, &err);
    err.status = status;
    if (status == STATUS_STEP_UP) {
        return step_up_ask(sh, &err, run_save);
    }
    if (status == STATUS_OK) {
        status = read(s, &err);
    }
    if (status != STATUS_OK) {
        if (!form_show_error(&s->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_LAYOUT;
    }
    shell_say(sh, MESSAGE_GOOD, "%s", s->view.restriction.is_restricted ? _("Restricted: it opens only to the people named here.")
                                                                        : _("This record is open to everybody whose role allows it."));
    return STALE_LAYOUT;
}

static unsigned restrict_key(struct shell *sh, void *state, const struct event *event)
{
    struct restrict_screen *s = state;
    unsigned stale = form_handle(&s->form, event);
    bool is_enter = event->kind == EVENT_KEY && event->key == UI_KEY_ENTER;
    return stale & EVENT_UNHANDLED && is_enter ? run_save(sh, s) : stale;
}

static bool restrict_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct restrict_screen *)state)->form);
}

static bool restrict_unsaved(const void *state)
{
    return form_is_changed(&((const struct restrict_screen *)state)->form);
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_PATIENT_RESTRICT, N_("save"), N_("Save who may open this record."), run_save, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_RESTRICT = {
    .name = "restrict",
    .title = N_("Who may open it"),
    .open = restrict_open,
    .layout = restrict_layout,
    .draw = restrict_draw,
    .key = restrict_key,
    .close = restrict_close,
    .actions = ACTIONS,
    .text_focus = restrict_text_focus,
    .unsaved = restrict_unsaved,
};

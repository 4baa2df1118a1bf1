/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One act on an account, with its reason. A password that was made here is shown once, on this screen and nowhere else. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "screens/staff_view.h"

enum { REASON_BYTES = 90, FORM_ROW = 4 };

struct staff_act_screen {
    struct workstation *ws;
    enum staff_act what;
    char *login;
    struct form form;
    char password[STAFF_PASSWORD_TEXT]; /* "" until there is one to show */
    const char *roles[ROLE_COUNT];
    struct area body, area;
};

static const struct {
    const char *title, *text, *done;
} WORDS[STAFF_ACTS] = {
    [STAFF_ADD] = {N_("A new account"), N_("The person gets a password that is shown once, here, and changes it after signing in."),
                   N_("The account is open.")},
    [STAFF_ROLE] = {N_("Another role"), N_("Sessions of this person end: the next one has the new role."), N_("The role was changed.")},
    [STAFF_CLOSE] = {N_("Close the account"), N_("Sessions end at once, on every terminal of this site."), N_("The account is closed.")},
    [STAFF_OPEN] = {N_("Open the account again"), N_("The person signs in with the password of before."), N_("The account is open.")},
    [STAFF_RESET] = {N_("A new password"), N_("The password of before is worth nothing then; sessions end."), N_("The password is new.")},
    [STAFF_UNLOCK] = {N_("Let try again"), N_("Wrong tries are forgotten. The password stays as it is."), N_("This person may try again.")},
    [STAFF_END_SESSIONS] = {N_("End the sessions"), N_("What is half-typed there is kept as a draft."), N_("The sessions were ended.")},
    [STAFF_LICENSE] = {N_("NPI and license"), N_("As they stand on the card. Leave empty what there is not."), N_("NPI and license are kept.")},
};

static void make_form(struct staff_act_screen *s)
{
    struct form *f = &s->form;
    const struct enum_list *roles = enum_list(ENUM_ROLE);
    for (int i = 1; i < ROLE_COUNT; i++) {
        s->roles[i - 1] = roles->labels[i];
    }
    form_init(f);
    if (s->what == STAFF_ADD) {
        form_add_text(f, "login", N_("Sign-in name"), 64, 24, 0);
        form_add_text(f, "last_name", N_("Last name"), 80, 32, 0);
        form_add_text(f, "first_name", N_("First names"), 80, 32, 0);
    }
    if (s->what == STAFF_ADD || s->what == STAFF_ROLE) {
        form_add_choice(f, "role", N_("Role"), s->roles, ROLE_COUNT - 1);
    }
    if (s->what == STAFF_LICENSE) {
        form_add_text(f, "npi", N_("NPI"), 10, 12, FIELD_DIGITS);
        form_add_text(f, "license", N_("License number"), 64, 24, 0);
        form_add_text(f, "authority", N_("Given by"), 64, 32, 0);
        form_add_text(f, "license_expires", N_("Valid until"), 30, 14, 0);
    }
    if (s->what != STAFF_ADD) {
        form_add_text(f, "reason", N_("Reason"), REASON_BYTES, 48, 0);
        form_set_hint(f, "reason", N_("kept in the trail"));
    }
}

/* What stands there now is where a change begins. */
static enum status fill(struct staff_act_screen *s, struct error *err)
{
    struct staff now = {0};
    char day[DATE_TEXT_MAX];
    if (s->what == STAFF_ADD) {
        return STATUS_OK;
    }
    enum status status = staff_look(s->ws->actor, s->login, &now, err);
    if (status == STATUS_OK && s->what == STAFF_ROLE) {
        form_set_choice(&s->form, "role", (int)now.role - 1);
    }
    if (status == STATUS_OK && s->what == STAFF_LICENSE) {
        form_set_text(&s->form, "npi", now.license.npi);
        form_set_text(&s->form, "license", now.license.number);
        form_set_text(&s->form, "authority", now.license.authority);
        form_set_text(&s->form, "license_expires", date_format_human(now.license.expires, day));
    }
    staff_release(&now);
    return status;
}

static void act_close(void *state)
{
    struct staff_act_screen *s = state;
    mem_wipe(s->password, sizeof s->password);
    form_release(&s->form);
    mem_free(s->login);
    mem_free(s);
}

static enum status act_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct staff_act_argument *asked = argument;
    struct staff_act_screen *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    s->what = asked->what;
    s->login = mem_copy_text(asked->login != NULL ? asked->login : "");
    make_form(s);
    enum status status = actor_may(s->ws->actor, PERMISSION_STAFF_ADMIN) ? fill(s, err) : actor_refuse(s->ws->actor, err);
    if (status != STATUS_OK) {
        act_close(s);
        return status;
    }
    form_mark_clean(&s->form);
    *out_state = s;
    return STATUS_OK;
}

static void act_layout(void *state, struct area body)
{
    struct staff_act_screen *s = state;
    s->area = area_part(body, FORM_ROW, 1, body.rows - FORM_ROW, body.cols - 2);
    form_layout(&s->form, s->area.rows, s->area.cols);
}

static void act_draw(void *state, struct area body)
{
    struct staff_act_screen *s = state;
    draw_format(body, 0, 1, STYLE_HEADING, "%s%s%s", _(WORDS[s->what].title), s->login[0] != '\0' ? ": " : "", s->login);
    if (s->password[0] == '\0') {
        draw_wrapped(area_part(body, 1, 1, 2, body.cols - 2), 0, 0, STYLE_DIM, _(WORDS[s->what].text));
        form_draw(&s->form, s->area);
        return;
    }
    draw_wrapped(area_part(body, 2, 1, 2, body.cols - 2), 0, 0, STYLE_TEXT,
                 _("Give this password to the person now. It is not kept and cannot be shown again."));
    draw_text(body, 5, 4, STYLE_HEADING, s->password);
}

static unsigned act_key(struct shell *sh, void *state, const struct event *event)
{
    struct staff_act_screen *s = state;
    (void)sh;
    return s->password[0] == '\0' ? form_handle(&s->form, event) : (unsigned)EVENT_UNHANDLED;
}

static enum status read_license(struct staff_act_screen *s, struct staff_license *out, struct error *err)
{
    struct form *f = &s->form;
    bool is_ambiguous = false;
    *out = (struct staff_license){.npi = (char *)(uintptr_t)form_text(f, "npi"), /* only read, as below */
                                  .number = (char *)(uintptr_t)form_text(f, "license"),
                                  .authority = (char *)(uintptr_t)form_text(f, "authority")};
    if (form_text(f, "license_expires")[0] == '\0') {
        return STATUS_OK;
    }
    enum status status = date_parse_human(form_text(f, "license_expires"), site_today(s->ws->site), false, &out->expires, &is_ambiguous, err);
    if (status == STATUS_OK && is_ambiguous) {
        status = error_set(err, STATUS_INVALID, "%s", _("This can be read as two days. Write it as 2027-03-14."));
    }
    return status == STATUS_OK ? status : error_set_field(err, status, "license_expires", "%s", error_text(err));
}

static enum status do_it(struct staff_act_screen *s, char password[STAFF_PASSWORD_TEXT], struct error *err)
{
    struct actor *actor = s->ws->actor;
    struct form *f = &s->form;
    const struct password_cost calibrated = {0, 0};
    const char *reason = s->what != STAFF_ADD ? form_text(f, "reason") : "";
    struct staff_license license;
    int ended = 0;
    enum status status = STATUS_OK;
    switch (s->what) {
    case STAFF_ADD:
        staff_password_make(password);
        return staff_add(actor, form_text(f, "login"), form_text(f, "first_name"), form_text(f, "last_name"),
                         (enum role)(form_choice(f, "role") + 1), password, true, calibrated, err);
    case STAFF_ROLE:
        return staff_change_role(actor, s->login, (enum role)(form_choice(f, "role") + 1), reason, err);
    case STAFF_CLOSE:
        return staff_disable(actor, s->login, reason, err);
    case STAFF_OPEN:
        return staff_enable(actor, s->login, reason, err);
    case STAFF_RESET:
        staff_password_make(password);
        return staff_reset(actor, s->login, password, calibrated, reason, err);
    case STAFF_UNLOCK:
        return staff_unlock(actor, s->login, reason, err);
    case STAFF_END_SESSIONS:
        return staff_sessions_end(actor, s->login, reason, &ended, err);
    case STAFF_LICENSE:
        status = read_license(s, &license, err);
        return status == STATUS_OK ? staff_set_license(actor, s->login, &license, reason, err) : status;
    case STAFF_ACTS:
        break;
    }
    return STATUS_OK;
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct staff_act_screen *s = state;
    struct error err = ERROR_INIT;
    char password[STAFF_PASSWORD_TEXT] = "";
    enum status status = STATUS_OK;
    form_clear_errors(&s->form);
    if (s->what != STAFF_ADD && form_text(&s->form, "reason")[0] == '\0') {
        status = error_set_field(&err, STATUS_INVALID, "reason", _("Say why, in a few words; it is kept in the trail."));
    }
    if (status == STATUS_OK) {
        status = do_it(s, password, &err);
    }
    if (status != STATUS_OK) {
        mem_wipe(password, sizeof password);
        if (!form_show_error(&s->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_CELLS;
    }
    shell_say(sh, MESSAGE_GOOD, "%s", _(WORDS[s->what].done));
    memcpy(s->password, password, sizeof s->password);
    mem_wipe(password, sizeof password);
    form_mark_clean(&s->form);
    if (s->password[0] == '\0') {
        shell_close(sh, 1);
    }
    return STALE_LAYOUT;
}

static bool is_form(const void *state)
{
    return ((const struct staff_act_screen *)state)->password[0] == '\0';
}

static bool act_text_focus(const void *state)
{
    return is_form(state) && form_has_text_focus(&((const struct staff_act_screen *)state)->form);
}

static bool act_unsaved(const void *state)
{
    return is_form(state) && form_is_changed(&((const struct staff_act_screen *)state)->form);
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_STAFF_ADMIN, N_("save"), N_("Do it, with the reason."), run_save, ACTION_IN_BAR, is_form},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_STAFF_ACT = {
    .name = "staff.act",
    .title = N_("An act on an account"),
    .open = act_open,
    .layout = act_layout,
    .draw = act_draw,
    .key = act_key,
    .close = act_close,
    .actions = ACTIONS,
    .text_focus = act_text_focus,
    .unsaved = act_unsaved,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home's list of accounts, for whoever looks after them: Enter opens the person, the last row leads to all of it. */
#include "base/i18n.h"
#include "base/memory.h"
#include "screens/home_list.h"
#include "screens/staff_view.h"

static enum status read(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    return is_first ? staff_list_all(ws->actor, fresh, err) : staff_list_again(ws->actor, fresh, err);
}

static void release(void *data)
{
    staff_list_release(data);
}

static const struct staff *at(const void *data, int row)
{
    return &((const struct staff_list *)data)->items[row];
}

static int count(const void *data)
{
    return (int)((const struct staff_list *)data)->len;
}

static struct uid id(const void *data, int row)
{
    return at(data, row)->user;
}

static void draw(const struct workstation *ws, const void *data, int row, struct area line)
{
    const struct staff *one = at(data, row);
    char *name = mem_format("%s %s", one->first_name, one->last_name), words[96];
    enum style style;
    draw_fit(line, 0, 2, 16, STYLE_TEXT, one->login);
    draw_fit(line, 0, 19, 22, STYLE_TEXT, name);
    draw_fit(line, 0, 42, 16, STYLE_TEXT, enum_label(ENUM_ROLE, (int)one->role));
    const char *state = staff_state_words(one, &style);
    if (!one->is_disabled && staff_license_state(&one->license, site_today(ws->site)) >= LICENSE_EXPIRES_SOON) {
        state = staff_license_words(&one->license, site_today(ws->site), words, sizeof words, &style);
    }
    draw_fit(line, 0, 59, line.cols - 59, style, state);
    mem_free(name);
}

static const char *const HEADS[] = {N_("Sign-in name"), N_("Name"), N_("Role"), N_("Account"), N_("License"), NULL};

static void cells(const struct workstation *ws, const void *data, int row, char **out)
{
    const struct staff *one = at(data, row);
    char words[96];
    enum style style;
    out[0] = mem_copy_text(one->login);
    out[1] = mem_format("%s %s", one->first_name, one->last_name);
    out[2] = mem_copy_text(enum_label(ENUM_ROLE, (int)one->role));
    out[3] = mem_copy_text(staff_state_words(one, &style));
    out[4] = mem_copy_text(staff_license_words(&one->license, site_today(ws->site), words, sizeof words, &style));
}

static unsigned open(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    (void)ws;
    shell_open_or_say(sh, &SCREEN_STAFF_MEMBER, at(data, row)->login);
    return STALE_CELLS;
}

const struct home_list HOME_STAFF = {
    .name = "staff",
    .heads = HEADS,
    .cells = cells,
    .title = N_("Staff"),
    .empty_text = N_("Nobody has an account yet. F5 adds a person."),
    .permission = PERMISSION_STAFF_ADMIN,
    .size = sizeof(struct staff_list),
    .read = read,
    .release = release,
    .count = count,
    .id = id,
    .draw = draw,
    .open = open,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this site knows of a drug: names, strengths, with whom and with what it does not go. */
#include "base/i18n.h"
#include "base/memory.h"
#include "kit/pager.h"
#include "screens/screens.h"
#include "service/drug_info.h"

struct drug_screen {
    struct pager pager;
    char *title;
    struct area heading, body;
};

static enum status drug_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct workstation *ws = shell_app(sh);
    struct drug_info info = {0};
    enum status status = drug_info_get(ws->actor, argument, &info, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct drug_screen *s = mem_alloc(sizeof *s);
    char *text = drug_info_text(&info);
    s->title = mem_format(_("Drug information: %s"), (const char *)argument);
    pager_init(&s->pager, text);
    mem_free(text);
    drug_info_release(&info);
    *out_state = s;
    return STATUS_OK;
}

static void drug_close(void *state)
{
    struct drug_screen *s = state;
    pager_release(&s->pager);
    mem_free(s->title);
    mem_free(s);
}

static void drug_layout(void *state, struct area body)
{
    struct drug_screen *s = state;
    s->heading = area_rows(body, 0, 1);
    s->body = area_part(body, 2, 1, body.rows - 2, body.cols - 2);
    pager_layout(&s->pager, s->body.rows, s->body.cols);
}

static void drug_draw(void *state, struct area body)
{
    struct drug_screen *s = state;
    (void)body;
    draw_text(s->heading, 0, 1, STYLE_HEADING, s->title);
    pager_draw(&s->pager, s->body);
}

static unsigned drug_key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return pager_handle(&((struct drug_screen *)state)->pager, event);
}

static const struct action ACTIONS[] = {
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_DRUG = {
    .name = "drug",
    .title = N_("Drug information"),
    .open = drug_open,
    .layout = drug_layout,
    .draw = drug_draw,
    .key = drug_key,
    .close = drug_close,
    .actions = ACTIONS,
};

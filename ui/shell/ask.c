/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell_ask(): a dialog over the screen that asked. */
#include "base/i18n.h"
#include "base/memory.h"
#include "kit/dialog.h"
#include "shell/private.h"

struct ask {
    struct dialog dialog;
    shell_answer_fn answered;
    struct area place;
};

static enum status ask_open(struct shell *sh, const void *argument, void **out_state,
                            struct error *err)
{
    (void)sh;
    (void)err;
    const struct shell_question *q = argument;
    struct ask *ask = mem_alloc(sizeof *ask);
    ask->answered = q->answered;
    ask->dialog.title = mem_copy_text(q->title);
    ask->dialog.text = mem_copy_text(q->text);
    ask->dialog.title_style = q->title_style;
    for (int i = 0; i < DIALOG_ANSWERS_MAX && q->answers[i]; i++) {
        ask->dialog.answers[i] = mem_copy_text(q->answers[i]);
        ask->dialog.answer_count++;
    }
    *out_state = ask;
    return STATUS_OK;
}

static void ask_close(void *state)
{
    struct ask *ask = state;
    mem_free((char *)ask->dialog.title); /* our own copies; the dialog borrows */
    mem_free((char *)ask->dialog.text);
    for (int i = 0; i < ask->dialog.answer_count; i++) {
        mem_free((char *)ask->dialog.answers[i]);
    }
    mem_free(ask);
}

static void ask_layout(void *state, struct area body)
{
    struct ask *ask = state;
    ask->place = dialog_place(&ask->dialog, body);
}

static void ask_draw(void *state, struct area body)
{
    const struct ask *ask = state;
    draw_clear_rows(body, ask->place);
    dialog_draw(&ask->dialog, ask->place);
}

static unsigned answer(struct shell *sh, struct ask *ask)
{
    shell_close(sh, (uint32_t)ask->dialog.focus); /* from here on the one that asked is on top */
    return STALE_CELLS |
           (ask->answered ? ask->answered(sh, shell_top_state(sh), ask->dialog.focus) : 0);
}

static unsigned ask_key(struct shell *sh, void *state, const struct event *event)
{
    struct ask *ask = state;
    unsigned stale = dialog_handle(&ask->dialog, event);
    return stale & CHOICE_MADE ? answer(sh, ask) : stale;
}

static unsigned ask_event(struct shell *sh, void *state, const struct event *event)
{
    (void)state;
    if (event->kind == EVENT_SCAN) {
        shell_say(sh, MESSAGE_WARNING, _("Answer the question first; the code was not used."));
    }
    return STALE_NOTHING;
}

static unsigned run_back(struct shell *sh, void *state)
{
    struct ask *ask = state;
    ask->dialog.focus = 0;
    return answer(sh, ask);
}

static const struct action ACTIONS[] = {
    {"back", KEYS_BACK, 0, N_("back"), N_("Give the safe answer."), run_back, ACTION_UNLISTED,
     NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops ASK_SCREEN = {
    .name = "shell.ask",
    .title = N_("Question"),
    .open = ask_open,
    .layout = ask_layout,
    .draw = ask_draw,
    .key = ask_key,
    .event = ask_event,
    .close = ask_close,
    .actions = ACTIONS,
    .flags = SCREEN_OVERLAY,
};

void shell_ask(struct shell *sh, const struct shell_question *question)
{
    shell_open_or_say(sh, &ASK_SCREEN, question);
}

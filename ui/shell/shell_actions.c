/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/shell_actions.h"

#include "base/i18n.h"
#include "shell/private.h"

static unsigned run_help(struct shell *sh, void *state)
{
    (void)state;
    if (shell_top(sh) != &HELP_SCREEN) {
        shell_open_or_say(sh, &HELP_SCREEN, NULL);
    }
    return STALE_NOTHING;
}

static unsigned run_commands(struct shell *sh, void *state)
{
    (void)state;
    const struct screen_ops *top = shell_top(sh);
    if (top && !(top->flags & (SCREEN_OVERLAY | SCREEN_SECRET))) {
        shell_open_or_say(sh, &PALETTE_SCREEN, NULL);
    }
    return STALE_NOTHING;
}

static unsigned run_lock(struct shell *sh, void *state)
{
    (void)state;
    shell_lock(sh);
    return STALE_CELLS;
}

static unsigned leave(struct shell *sh, void *state, int answer)
{
    (void)state;
    if (answer == 1) {
        shell_close(sh, 0);
    }
    return STALE_CELLS;
}

static unsigned run_back(struct shell *sh, void *state)
{
    const struct screen_ops *top = shell_top(sh);
    if (!top || top->flags & SCREEN_SECRET) {
        return STALE_NOTHING; /* Esc does not open a lock */
    }
    if (sh->depth == 1) {
        char keys[64];
        shell_say(sh, MESSAGE_INFO, _("This is the first screen. %s leaves the program."),
                  keymap_first_key(&sh->keymap, "quit", keys, sizeof keys));
        return STALE_CELLS;
    }
    if (top->unsaved && top->unsaved(state)) {
        shell_ask(sh, &(struct shell_question){
                          .title = _("Not saved"),
                          .text = _("What you typed here has not been saved."),
                          .answers = {_("Stay and go on"), _("Leave and lose it")},
                          .answered = leave,
                      });
        return STALE_CELLS;
    }
    shell_close(sh, 0);
    return STALE_CELLS;
}

static unsigned quit_answered(struct shell *sh, void *state, int answer)
{
    (void)state;
    if (answer == 1) {
        shell_quit(sh);
    }
    return STALE_CELLS;
}

static unsigned run_quit(struct shell *sh, void *state)
{
    (void)state;
    for (int i = 0; i < sh->depth; i++) {
        const struct level *level = &sh->stack[i];
        if (level->ops->unsaved && level->ops->unsaved(level->state)) {
            shell_ask(sh, &(struct shell_question){
                              .title = _("Not saved"),
                              .text = _("Something that was typed has not been saved."),
                              .answers = {_("Stay and go on"), _("Leave and lose it")},
                              .answered = quit_answered,
                          });
            return STALE_CELLS;
        }
    }
    shell_quit(sh);
    return STALE_NOTHING;
}

static unsigned run_redraw(struct shell *sh, void *state)
{
    (void)state;
    term_redraw(sh->term);
    return STALE_CELLS;
}

static unsigned run_suspend(struct shell *sh, void *state)
{
    (void)state;
    term_suspend(sh->term);
    return STALE_CELLS;
}

static unsigned run_mouse(struct shell *sh, void *state)
{
    (void)state;
    shell_set_mouse(sh, !sh->mouse_is_on);
    shell_say(sh, MESSAGE_INFO, "%s",
              sh->mouse_is_on ? _("Mouse on. The terminal's own copying needs Shift now.")
                              : _("Mouse off."));
    return STALE_CELLS;
}

static unsigned run_theme(struct shell *sh, void *state)
{
    (void)state;
    int next = (int)(sh->theme - THEMES + 1) % THEME_COUNT;
    if (shell_set_theme(sh, THEMES[next].name, NULL) == STATUS_OK) {
        shell_say(sh, MESSAGE_INFO, _("Theme: %s"), _(THEMES[next].label));
    }
    return STALE_CELLS;
}

const struct action SHELL_ACTIONS[] = {
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back one level; asks before anything typed is lost."),
     run_back, ACTION_UNLISTED, NULL},
    {"commands", ":, Ctrl-P", 0, N_("commands"), N_("Find any action by its name and run it."),
     run_commands, ACTION_UNLISTED, NULL},
    {"lock", "F9, Ctrl-K", 0, N_("lock"), N_("Clear and lock this screen; what was typed is kept."),
     run_lock, 0, NULL},
    {"redraw", "Ctrl-L", 0, NULL, N_("Paint the whole screen again."), run_redraw, 0, NULL},
    {"mouse", "Ctrl-T", 0, NULL, N_("Switch the mouse on or off."), run_mouse, 0, NULL},
    {"theme", "", 0, NULL,
     N_("Take the next theme: dark, light, night, high contrast, monochrome."), run_theme, 0, NULL},
    {"suspend", "Ctrl-Z", 0, NULL, N_("Stop the program and go to the shell; fg brings it back."),
     run_suspend, 0, NULL},
    {"quit", "Ctrl-Q", 0, NULL, N_("Leave the program."), run_quit, 0, NULL},
    {"help", "F1, ?, Ctrl-G", 0, N_("help"), N_("Show the keys of this screen."), run_help,
     ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where an event goes. Typed letters are text while a field has the focus and actions otherwise;
 * pasted and scanned text never reaches an action. */
#include <assert.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "kit/field.h"
#include "shell/private.h"

static unsigned give_key(struct shell *sh, const struct event *event)
{
    struct level *level = shell_level(sh);
    if (!level || !level->ops->key) {
        return EVENT_UNHANDLED;
    }
    int index = (int)(level - sh->stack);
    unsigned stale = level->ops->key(sh, level->state, event);
    unsigned what = stale & (STALE_CELLS | STALE_DATA | STALE_LAYOUT);
    sh->stack[index].stale |= what; /* the handler may have opened another one on top */
    sh->stale |= what;
    return stale;
}

/* ---- actions ---- */

static bool is_modal(const struct level *level)
{
    return level->ops->flags & (SCREEN_OVERLAY | SCREEN_SECRET);
}

/* Tables in the order in which they are asked; a part's row stands before its screen's, a screen's row stands before a general one of the
 * same name. */
static int tables_of(struct shell *sh, const struct action *tables[4])
{
    struct level *level = shell_level(sh);
    const struct screen_part *part = shell_top_part(sh);
    int n = 0;
    if (part && part->actions) {
        tables[n++] = part->actions;
    }
    if (level && level->ops->actions) {
        tables[n++] = level->ops->actions;
    }
    if (level && !is_modal(level) && sh->options.actions) {
        tables[n++] = sh->options.actions;
    }
    tables[n++] = SHELL_ACTIONS;
    return n;
}

const struct action *shell_find_action(struct shell *sh, uint32_t key, const char *name)
{
    const struct action *tables[4];
    int n = tables_of(sh, tables);
    for (int i = 0; i < n; i++) {
        const struct action *a = name ? action_find(tables[i], name)
                                      : keymap_find(&sh->keymap, tables[i], key);
        if (a) {
            return a;
        }
    }
    return NULL;
}

bool shell_may(const struct shell *sh, const struct action *a)
{
    return !a->permission || !sh->options.may || sh->options.may(sh->options.app, a->permission);
}

static enum status check_action(struct shell *sh, const struct action *a, struct error *err)
{
    if (!shell_may(sh, a)) {
        return error_set(err, STATUS_NOT_PERMITTED, _("Your role may not do this: %s"), _(a->help));
    }
    struct level *level = shell_level(sh);
    if (a->applies && !a->applies(level ? level->state : NULL)) {
        return error_set(err, STATUS_REFUSED, _("Not possible here now: %s"), _(a->help));
    }
    return STATUS_OK;
}

static void run(struct shell *sh, const struct action *a)
{
    struct level *level = shell_level(sh);
    int index = level ? (int)(level - sh->stack) : -1;
    const struct action *general = a->run ? a : action_find(SHELL_ACTIONS, a->name);
    assert(general && "a row without a function needs a general action of its name");
    unsigned stale = general->run(sh, level ? level->state : NULL);
    unsigned what = stale & (STALE_CELLS | STALE_DATA | STALE_LAYOUT);
    if (index >= 0) {
        sh->stack[index].stale |= what;
    }
    sh->stale |= what;
}

void shell_run_found(struct shell *sh, const struct action *a)
{
    struct error err = ERROR_INIT;
    if (check_action(sh, a, &err) != STATUS_OK) {
        shell_say(sh, MESSAGE_WARNING, "%s", error_text(&err));
        return;
    }
    run(sh, a);
}

enum status shell_run_action(struct shell *sh, const char *name, struct error *err)
{
    const struct action *a = shell_find_action(sh, UI_KEY_NONE, name);
    if (!a) {
        return error_set(err, STATUS_NOT_FOUND, _("There is no action \"%.60s\" here."), name);
    }
    enum status status = check_action(sh, a, err);
    if (status == STATUS_OK) {
        run(sh, a);
        shell_sweep(sh);
    }
    return status;
}

/* ---- events ---- */

/* One word of printable ASCII, long enough: a scanner app that pastes, not a sentence from a
 * clipboard. */
static bool looks_like_code(const struct event *paste, size_t *out_len)
{
    size_t len = paste->len_bytes;
    while (len > 0 && paste->text[len - 1] == ' ') {
        len--; /* the line end behind a code */
    }
    *out_len = len;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)paste->text[i];
        if (!(c > 0x20 && c < 0x7F) && !(c >= 0x1C && c <= 0x1E)) {
            return false;
        }
    }
    return len >= INPUT_BURST_MIN && len <= INPUT_SCAN_MAX;
}

/* Marks that no typed text has: a GS1 separator or the scanner's name of the symbology. */
static bool is_surely_code(const struct event *paste, size_t len)
{
    return memchr(paste->text, 0x1D, len) || (paste->text[0] == ']' && len > 3);
}

static void dispatch_scan(struct shell *sh, const struct event *scan)
{
    if (scan->retract) {
        struct event retract = {.kind = EVENT_RETRACT};
        (void)give_key(sh, &retract); /* a screen without such a field has nothing to take back */
    }
    struct level *level = shell_level(sh);
    int index = level ? (int)(level - sh->stack) : -1;
    unsigned stale = level && level->ops->event ? level->ops->event(sh, level->state, scan)
                                                : EVENT_UNHANDLED;
    if (stale & EVENT_UNHANDLED && level && !is_modal(level) && sh->options.scan) {
        stale = sh->options.scan(sh, sh->options.app, scan);
    }
    if (!(stale & EVENT_UNHANDLED)) {
        unsigned what = stale & (STALE_CELLS | STALE_DATA | STALE_LAYOUT);
        if (index >= 0 && index < sh->depth) {
            sh->stack[index].stale |= what;
        }
        sh->stale |= what;
        return;
    }
    if (shell_has_text_focus(
            sh)) { /* nobody knows the code: then it was text, but its Enter is not pressed */
        struct event paste = {
            .kind = EVENT_PASTE, .text = scan->text, .len_bytes = scan->len_bytes};
        (void)give_key(sh, &paste);
        shell_say(sh, MESSAGE_INFO, _("That came as fast as a scan, so its Enter was not pressed. Press Enter to go on."));
    } else {
        shell_say(sh, MESSAGE_WARNING, _("This code means nothing here: %.60s"), scan->text);
    }
}

static void dispatch_paste(struct shell *sh, const struct event *paste)
{
    size_t len;
    bool is_code = looks_like_code(paste, &len);
    bool has_focus = shell_has_text_focus(sh);
    if (is_code && (!has_focus || is_surely_code(paste, len))) {
        char code[INPUT_SCAN_MAX + 1];
        memcpy(code, paste->text, len);
        code[len] = 0;
        struct event scan = {.kind = EVENT_SCAN, .text = code, .len_bytes = len};
        dispatch_scan(sh, &scan);
    } else if (has_focus) {
        (void)give_key(sh, paste);
        if (paste->was_cut) {
            shell_say(sh, MESSAGE_WARNING, _("The pasted text was too long; its end is missing."));
        }
    } else {
        shell_say(sh, MESSAGE_INFO, _("Pasted text was ignored: no field has the focus."));
    }
}

static void dispatch_mouse(struct shell *sh, const struct event *mouse)
{
    struct event moved = *mouse;
    moved.row -= sh->body_top;
    moved.col -= sh->body_left;
    (void)give_key(sh, &moved);
}

/* A sign that is a command while the field is empty. */
static bool is_over_text(struct shell *sh, const struct action *a)
{
    struct level *level = shell_level(sh);
    return a && (a->flags & ACTION_OVER_TEXT) && shell_may(sh, a) && level && a->applies && a->applies(level->state);
}

static void dispatch_key(struct shell *sh, const struct event *event)
{
    bool has_focus = shell_has_text_focus(sh);
    const struct action *a = shell_find_action(sh, event->key, NULL);
    if (has_focus && field_edits_with(event->key) && !is_over_text(sh, a)) {
        (void)give_key(sh, event);
        return;
    }
    if (a) {
        shell_run_found(sh, a);
    } else {
        (void)give_key(sh, event);
    }
}

void shell_dispatch(struct shell *sh, const struct event *event)
{
    if (event->kind == EVENT_RESIZE) {
        sh->is_small = event->row < ROWS_MIN || event->col < COLS_MIN;
        sh->stale |= STALE_LAYOUT;
        for (int i = 0; i < sh->depth; i++) {
            sh->stack[i].stale |= STALE_LAYOUT;
        }
        return;
    }
    sh->last_input_us = shell_now_us(sh);
    if (sh->is_small) {
        return; /* nobody sees what it would do */
    }
    if (sh->message_kind != MESSAGE_NONE) {
        sh->message_kind = MESSAGE_NONE;
        sh->stale |= STALE_CELLS;
    }
    switch (event->kind) {
    case EVENT_KEY:
    case EVENT_TEXT:
        dispatch_key(sh, event);
        break;
    case EVENT_PASTE:
        dispatch_paste(sh, event);
        break;
    case EVENT_SCAN:
        dispatch_scan(sh, event);
        break;
    case EVENT_MOUSE:
        dispatch_mouse(sh, event);
        break;
    case EVENT_NONE:
    case EVENT_RESIZE:
    case EVENT_RETRACT:
    case EVENT_TICK:
    case EVENT_DATA:
    case EVENT_CLOSED:
        break; /* made by the shell, never read */
    }
    shell_sweep(sh);
}

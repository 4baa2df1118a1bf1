/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/shell.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "shell/private.h"

static enum status build_keymap(struct keymap *keymap, const struct shell_options *options, struct error *err)
{
    enum status status = keymap_add(keymap, SHELL_ACTIONS, err);
    if (status == STATUS_OK) {
        status = keymap_add(keymap, options->actions, err);
    }
    for (const struct screen_ops *const *s = options->screens; status == STATUS_OK && s && *s;
         s++) {
        status = keymap_add(keymap, (*s)->actions, err);
        for (const struct screen_part *const *p = (*s)->parts; status == STATUS_OK && p && *p; p++) {
            status = keymap_add(keymap, (*p)->actions, err);
        }
    }
    return status == STATUS_OK ? keymap_check(keymap, err) : status;
}

enum status shell_check_keys(const struct shell_options *options, struct error *err)
{
    struct keymap keymap;
    keymap_init(&keymap);
    enum status status = build_keymap(&keymap, options, err);
    keymap_release(&keymap);
    return status;
}

enum status shell_new(const struct shell_options *options, struct shell **out, struct error *err)
{
    struct shell *sh = mem_alloc(sizeof *sh);
    sh->options = *options;
    sh->term = options->term;
    keymap_init(&sh->keymap);
    enum status status = build_keymap(&sh->keymap, &sh->options, err);
    if (status == STATUS_OK) {
        status = shell_set_theme(sh, options->theme ? options->theme : THEMES[0].name, err);
    }
    if (status != STATUS_OK) {
        keymap_release(&sh->keymap);
        mem_free(sh);
        return status;
    }
    sh->last_input_us = sh->last_poll_us = sh->last_tick_us = shell_now_us(sh);
    sh->is_small = term_rows(sh->term) < ROWS_MIN || term_cols(sh->term) < COLS_MIN;
    sh->stale = STALE_LAYOUT;
    if (sh->options.status) {
        sh->options.status(sh->options.app, &sh->status);
    }
    *out = sh;
    return STATUS_OK;
}

void shell_free(struct shell *sh)
{
    if (!sh) {
        return;
    }
    shell_close_all(sh);
    shell_sweep(sh);
    keymap_release(&sh->keymap);
    mem_free(sh);
}

void *shell_app(const struct shell *sh)
{
    return sh->options.app;
}

struct keymap *shell_keymap(struct shell *sh)
{
    return &sh->keymap;
}

int64_t shell_now_us(const struct shell *sh)
{
    return sh->options.now_us ? sh->options.now_us() : clock_monotonic_us();
}

/* ---- the stack ---- */

struct level *shell_level(struct shell *sh)
{
    for (int i = sh->depth - 1; i >= 0; i--) {
        if (!sh->stack[i].is_closing) {
            return &sh->stack[i];
        }
    }
    return NULL;
}

const struct screen_ops *shell_top(const struct shell *sh)
{
    const struct level *level = shell_level((struct shell *)sh); /* reads only */
    return level ? level->ops : NULL;
}

void *shell_top_state(const struct shell *sh)
{
    const struct level *level = shell_level((struct shell *)sh);
    return level ? level->state : NULL;
}

const struct screen_part *shell_top_part(const struct shell *sh)
{
    const struct level *level = shell_level((struct shell *)sh);
    return level && level->ops->part ? level->ops->part(level->state) : NULL;
}

enum status shell_open(struct shell *sh, const struct screen_ops *ops, const void *argument,
                       struct error *err)
{
    if (sh->depth == STACK_MAX) {
        return error_set(err, STATUS_LIMIT,
                         _("Too many windows are open. Close one with Esc first."));
    }
    void *state = NULL;
    enum status status = ops->open(sh, argument, &state, err);
    if (status != STATUS_OK) {
        return status;
    }
    sh->stack[sh->depth++] = (struct level){.ops = ops, .state = state, .stale = STALE_LAYOUT};
    sh->stale |= STALE_LAYOUT;
    return STATUS_OK;
}

void shell_open_or_say(struct shell *sh, const struct screen_ops *ops, const void *argument)
{
    struct error err = ERROR_INIT;
    if (shell_open(sh, ops, argument, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    }
}

void shell_close(struct shell *sh, uint32_t result)
{
    struct level *level = shell_level(sh);
    if (level) {
        level->is_closing = true;
        level->result = result;
        sh->stale |= STALE_CELLS;
    }
}

void shell_close_all(struct shell *sh)
{
    for (int i = 0; i < sh->depth; i++) {
        sh->stack[i].is_closing = true;
    }
    sh->stale |= STALE_CELLS;
}

/* Screens of the shell itself (question, palette ...) answer by their callbacks. */
static bool is_ours(const struct screen_ops *ops)
{
    return strncmp(ops->name, "shell.", 6) == 0;
}

static void take_off(struct shell *sh, int index)
{
    struct level gone = sh->stack[index];
    memmove(&sh->stack[index], &sh->stack[index + 1],
            (size_t)(sh->depth - index - 1) * sizeof gone);
    sh->depth--;
    if (index > 0) { /* an answer speaks for the one that asked */
        sh->stack[index - 1].stale |= gone.stale & (STALE_CELLS | STALE_DATA | STALE_LAYOUT);
    }
    if (gone.state == sh->work) {
        work_abandon(sh);
    }
    if (gone.ops->close) {
        gone.ops->close(gone.state);
    }
    if (gone.ops->flags & SCREEN_SECRET) {
        sh->last_input_us = shell_now_us(sh);
    }
    bool has_parent = index > 0 && !sh->stack[index - 1].is_closing;
    if (has_parent && !is_ours(gone.ops) && sh->stack[index - 1].ops->event) {
        struct level *parent = &sh->stack[index - 1];
        struct event closed = {.kind = EVENT_CLOSED, .key = gone.result, .text = gone.ops->name};
        unsigned stale = parent->ops->event(sh, parent->state, &closed);
        sh->stack[index - 1].stale |= stale & (STALE_CELLS | STALE_DATA | STALE_LAYOUT);
    }
}

void shell_sweep(struct shell *sh)
{
    for (int i = sh->depth - 1; i >= 0; i--) {
        if (i < sh->depth && sh->stack[i].is_closing) {
            take_off(sh, i);
        }
    }
    if (sh->depth == 0 && sh->end == SHELL_RUNNING) {
        sh->end = SHELL_QUIT;
    }
}

void shell_quit(struct shell *sh)
{
    sh->end = SHELL_QUIT;
}

void shell_note(struct shell *sh, unsigned stale)
{
    struct level *level = shell_level(sh);
    unsigned what = stale & (STALE_CELLS | STALE_DATA | STALE_LAYOUT);
    if (level) {
        level->stale |= what;
    }
    sh->stale |= what;
}

bool shell_has_text_focus(struct shell *sh)
{
    const struct level *level = shell_level(sh);
    return level && level->ops->text_focus && level->ops->text_focus(level->state);
}

/* ---- messages ---- */

void shell_say(struct shell *sh, enum message_kind kind, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(sh->message, sizeof sh->message, format, args);
    va_end(args);
    sh->message_kind = kind;
    sh->stale |= STALE_CELLS;
}

void shell_fail(struct shell *sh, const struct error *err)
{
    shell_say(sh, MESSAGE_ERROR, "%s", error_text(err));
}

void shell_bell(struct shell *sh)
{
    term_add_bytes(sh->term, "\a");
    sh->stale |= STALE_CELLS;
}

/* ---- the world ---- */

void shell_data_changed(struct shell *sh)
{
    for (int i = 0; i < sh->depth; i++) {
        sh->stack[i].stale |= STALE_DATA;
    }
    sh->stale |= STALE_DATA;
}

bool shell_is_locked(const struct shell *sh)
{
    const struct screen_ops *top = shell_top(sh);
    return top && top->flags & SCREEN_SECRET;
}

void shell_lock(struct shell *sh)
{
    if (!sh->options.lock || shell_is_locked(sh)) {
        return;
    }
    sh->options.lock(sh, sh->options.app);
    sh->message_kind = MESSAGE_NONE; /* it may name a patient */
    term_redraw(sh->term);           /* cleared, not covered: the terminal itself forgets */
}

void shell_set_mouse(struct shell *sh, bool on)
{
    sh->mouse_is_on = on;
    term_set_mouse(sh->term, on);
}

void shell_set_idle(struct shell *sh, int seconds)
{
    sh->options.idle_seconds = seconds;
}

enum status shell_set_theme(struct shell *sh, const char *name, struct error *err)
{
    const struct theme *theme = theme_find(name);
    if (!theme) {
        return error_set_field(
            err, STATUS_INVALID, "theme",
            _("There is no theme \"%.40s\". Use dark, light, night, contrast or mono."), name);
    }
    sh->theme = theme;
    term_set_styles(sh->term, theme->specs, theme->has_color);
    sh->stale |= STALE_CELLS;
    return STATUS_OK;
}

const char *shell_theme(const struct shell *sh)
{
    return sh->theme->name;
}

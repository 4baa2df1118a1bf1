/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shell: one loop, a stack of screens, actions by key or by name, one frame for all keys that
 * wait. Screens call it from their handlers and never wait for anything: questions, choices and
 * long work are opened here and answered later by a callback. A `state` is the private struct of a
 * screen; the shell never looks into it. */
#ifndef SHELL_SHELL_H
#define SHELL_SHELL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "kit/bar.h"
#include "kit/list.h"
#include "kit/mark.h"
#include "shell/action.h"
#include "shell/keymap.h"
#include "shell/screen.h"
#include "term/term.h"

enum shell_end { SHELL_RUNNING, SHELL_QUIT, SHELL_TERMINATED, SHELL_HUNG_UP };

/* Texts of the status bar; translated, without control characters. */
struct shell_status {
    char left[96], middle[96], right[96];
    enum mark middle_mark;   /* its sign in front of the middle; MARK_NONE */
    enum style middle_style; /* STYLE_TEXT: as the bar; STYLE_OFFLINE ... */
};

struct shell_options {
    struct term *term;
    void *app; /* the program's services; screens get it from shell_app() */
    const struct screen_ops *const *screens; /* all of them, NULL ends: for keys, help and docs */
    const struct action *actions; /* the program's own, everywhere but in overlays; NULL: none */
    bool (*may)(void *app, unsigned permission); /* NULL: everything is permitted */
    bool (*poll)(struct shell *sh,
                 void *app); /* each 250 ms: has the data changed? Must be cheap. NULL */
    void (*lock)(struct shell *sh,
                 void *app); /* idle, or F9: open a SCREEN_SECRET. NULL: no lock */
    void (*status)(
        void *app,
        struct shell_status *status); /* each second and frame; no queries. NULL: no bar */
    unsigned (*scan)(struct shell *sh, void *app,
                     const struct event *scan); /* what the screen did not want. NULL */
    void (*stop)(struct shell *sh, void *app,
                 enum shell_end end); /* before screens close: save drafts. NULL */
    int64_t (*now_us)(void);                                /* NULL: clock_monotonic_us() */
    int idle_seconds;                                       /* 0: never locks by itself */
    const char *theme;                                      /* NULL: dark */
};

/* Whether every key means one thing on all screens: what shell_new() asks, for a test that needs no terminal. */
enum status shell_check_keys(const struct shell_options *options, struct error *err) MUST_USE;

/* STATUS_INVALID when the tables contradict each other. The options are copied; what they point to
 * stays with the caller. */
enum status shell_new(const struct shell_options *options, struct shell **out,
                      struct error *err) MUST_USE;
void shell_free(struct shell *sh); /* closes all screens */
void *shell_app(const struct shell *sh);
struct keymap *shell_keymap(struct shell *sh); /* for keymap_load() */

/* The loop until the last screen is closed or something ends the program. */
enum shell_end shell_run(struct shell *sh);

/* One half turn each, without waiting: tests drive the same code as the loop does. */
void shell_process(struct shell *sh); /* reads, dispatches, closes, timers, a slice of work */
void shell_paint(struct shell *sh);   /* one frame, if anything is stale */

/* ---- screens ---- */
enum status shell_open(struct shell *sh, const struct screen_ops *ops, const void *argument,
                       struct error *err) MUST_USE;
void shell_open_or_say(struct shell *sh, const struct screen_ops *ops,
                       const void *argument); /* a failure is shown */
/* Closes the top screen after the handler returns; the one below gets EVENT_CLOSED (text: name,
 * key: result). To put another one in its place, close first and then open. */
void shell_close(struct shell *sh, uint32_t result);
void shell_close_all(struct shell *sh); /* signing out; open the next one right after */
void shell_quit(struct shell *sh);
const struct screen_ops *shell_top(const struct shell *sh); /* NULL when there is none */
void *shell_top_state(const struct shell *sh);
const struct screen_part *shell_top_part(const struct shell *sh); /* NULL: it is in one piece */

/* ---- actions ---- */
/* As if its key had been pressed: the top screen's, the program's, the shell's. STATUS_NOT_FOUND,
 * STATUS_NOT_PERMITTED, STATUS_REFUSED (does not apply now). */
enum status shell_run_action(struct shell *sh, const char *name, struct error *err) MUST_USE;
bool shell_may(const struct shell *sh, const struct action *a);

/* ---- talking to the person ---- */
void shell_say(struct shell *sh, enum message_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void shell_fail(struct shell *sh, const struct error *err); /* error_text() as a message */
void shell_bell(struct shell *sh);

/* A question. answers[0] is the safe one: focused, and given by Esc. Texts are copied. `answered`
 * gets the state of the screen that asked, and returns STALE_*. */
typedef unsigned (*shell_answer_fn)(struct shell *sh, void *state, int answer);
struct shell_question {
    const char *title, *text; /* translated */
    const char *answers[5];   /* translated, NULL after the last */
    enum style title_style;   /* STYLE_TEXT: plain bar; STYLE_CONTRAINDICATED ... */
    shell_answer_fn answered;
};
void shell_ask(struct shell *sh, const struct shell_question *question);

/* A choice from a list that letters filter. `source` is copied; its contexts have to live until
 * `picked` was called (row -1: Esc) . */
struct picker_source;
typedef unsigned (*shell_pick_fn)(struct shell *sh, void *state, int row);
void shell_pick(struct shell *sh, const char *title, const char *label,
                const struct picker_source *source, shell_pick_fn picked);

/* ---- long work ---- */
/* `step` does a little (at most ~20 ms) and returns true while there is more; it runs between keys.
 * Progress is painted at most twice a second; Esc asks it to end: `done` hears of it. One at a
 * time; STATUS_BUSY otherwise. When all screens are closed meanwhile (signing out) `done` gets no
 * state and was_cancelled. */
struct shell_progress {
    int64_t done, total; /* total 0: not known */
    const char *what;    /* translated; static or owned by the context; NULL */
};
struct shell_work {
    const char *title; /* translated; borrowed until done */
    void *context;
    bool (*step)(void *context, struct shell_progress *progress);
    unsigned (*done)(struct shell *sh, void *state, void *context, bool was_cancelled);
};
enum status shell_work(struct shell *sh, const struct shell_work *work, struct error *err) MUST_USE;

/* ---- state of the world ---- */
void shell_data_changed(struct shell *sh); /* every screen reads again before it is seen */
void shell_lock(struct shell *sh);
bool shell_is_locked(const struct shell *sh);
void shell_set_idle(struct shell *sh, int seconds); /* until the lock; 0: never */
void shell_set_mouse(struct shell *sh, bool on);
enum status shell_set_theme(struct shell *sh, const char *name, struct error *err) MUST_USE;
const char *shell_theme(const struct shell *sh);

#endif

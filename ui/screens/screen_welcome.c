/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first start on a computer: there is no site yet. Three ways to one, and nothing that cannot be left again. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "kit/list.h"
#include "screens/errand.h"
#include "screens/first_run.h"

enum { LIST_ROW = 6, ROWS_EACH = 2 };

static const struct {
    const char *label, *help;
} WAYS[] = {
    {N_("Try the demo clinic"), N_("Invented people, orders and doses, to try everything on. It touches nothing real.")},
    {N_("Set up a clinic on this computer"), N_("Works without a network. You become its administrator.")},
    {N_("Join a centre"), N_("This computer becomes one of several: you need the enrolment file and its code.")},
};
enum { WAY_DEMO, WAY_ALONE, WAY_JOIN, WAYS_COUNT };

struct welcome {
    struct workstation *ws;
    struct list list;
    struct errand errand;
    struct shell_progress progress;
    char *folder;       /* of the demo */
    bool was_there;     /* before we began: never removed */
    struct area list_area;
};

static void draw_way(const void *context, int row, struct area line, bool is_selected)
{
    (void)context;
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    draw_text(line, 0, 2, is_selected ? STYLE_HEADING : STYLE_TEXT, _(WAYS[row].label));
}

static struct list_source source_of(const struct welcome *s)
{
    return (struct list_source){s, NULL, draw_way, ""};
}

static enum status welcome_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    (void)argument;
    (void)err;
    struct welcome *s = mem_alloc(sizeof *s);
    struct list_source source = source_of(s);
    s->ws = shell_app(sh);
    s->errand.output_fd = s->errand.error_fd = -1;
    list_init(&s->list);
    list_refresh(&s->list, &source, WAYS_COUNT);
    *out_state = s;
    return STATUS_OK;
}

static void welcome_close(void *state)
{
    struct welcome *s = state;
    bool is_half_made = s->errand.pid != 0 && !s->was_there; /* the program ends in the middle: the line was lost */
    errand_release(&s->errand);
    if (is_half_made) {
        first_run_remove(s->folder);
    }
    mem_free(s->folder);
    mem_free(s);
}

static void welcome_layout(void *state, struct area body)
{
    struct welcome *s = state;
    s->list_area = area_part(body, LIST_ROW, 2, WAYS_COUNT, body.cols - 4);
    list_layout(&s->list, WAYS_COUNT);
}

static void welcome_draw(void *state, struct area body)
{
    struct welcome *s = state;
    struct list_source source = source_of(s);
    draw_text(body, 1, 2, STYLE_HEADING, _("Welcome to PrescripCare"));
    draw_wrapped(area_part(body, 3, 2, 2, body.cols - 4), 0, 0, STYLE_TEXT,
                 _("There is no clinic on this computer yet. How do you want to begin?"));
    list_draw(&s->list, &source, s->list_area);
    draw_wrapped(area_part(body, LIST_ROW + WAYS_COUNT + 1, 4, 3, body.cols - 6), 0, 0, STYLE_DIM, _(WAYS[s->list.selected].help));
    char *where = mem_format(_("A clinic of your own will be kept in %s"), s->ws->site_folder);
    draw_wrapped(area_part(body, body.rows - 3, 2, 3, body.cols - 4), 0, 0, STYLE_DIM, where);
    mem_free(where);
}

static unsigned welcome_key(struct shell *sh, void *state, const struct event *event)
{
    struct welcome *s = state;
    struct list_source source = source_of(s);
    (void)sh;
    return list_handle(&s->list, &source, event);
}

/* ---- the demo ---- */

/* Beside where a real site would be. */
static char *demo_folder(const struct workstation *ws)
{
    const char *slash = strrchr(ws->site_folder, '/');
    return slash != NULL ? mem_format("%.*s/demo", (int)(slash - ws->site_folder), ws->site_folder) : mem_copy_text("demo");
}

static bool demo_step(void *context, struct shell_progress *progress)
{
    struct welcome *s = context;
    bool is_running = errand_step(&s->errand);
    progress->done = (clock_monotonic_us() - s->errand.started_us) / US_PER_SECOND;
    progress->total = 0;
    progress->what = _("Inventing people, orders and 90 days of doses (seconds):");
    return is_running;
}

/* "Sign in as" with what the demo printed. Caller frees; NULL: it cannot be read. */
static char *notice_of(const struct errand *e)
{
    struct json_document *doc = NULL;
    struct buffer text = BUFFER_INIT;
    if (e->output.bytes == NULL || json_parse(e->output.bytes, e->output.len, &JSON_LIMITS_DEFAULT, 1, &doc, NULL) != STATUS_OK) {
        return NULL;
    }
    buffer_append_text(&text, _("This is a demo clinic: everybody in it is invented. Sign in as"));
    for (const struct json *user = json_first(json_get(json_root(doc), "users")); user != NULL; user = json_next(user)) {
        const char *role = json_get_string(user, "role");
        buffer_append_format(&text, "\n  %-8s %-24s %s", json_get_string(user, "name"), json_get_string(user, "password"),
                             enum_label(ENUM_ROLE, enum_value(ENUM_ROLE, role)));
    }
    json_free(doc);
    return buffer_take(&text);
}

static unsigned demo_done(struct shell *sh, void *state, void *context, bool was_cancelled)
{
    struct welcome *s = context;
    if (state == NULL) { /* the program ends: closing the screen has killed it */
        return 0;
    }
    errand_kill(&s->errand);
    if (was_cancelled || s->errand.code != 0) {
        if (!s->was_there) {
            first_run_remove(s->folder);
        }
        char *words = errand_last_words(&s->errand);
        shell_say(sh, was_cancelled ? MESSAGE_INFO : MESSAGE_WARNING, "%s", was_cancelled ? _("Stopped. Nothing was kept.") : words);
        mem_free(words);
        errand_release(&s->errand);
        return STALE_CELLS;
    }
    char *notice = notice_of(&s->errand);
    first_run_enter(sh, s->ws, s->folder, notice);
    mem_free(notice);
    return STALE_LAYOUT;
}

static unsigned start_demo(struct shell *sh, struct welcome *s)
{
    struct error err = ERROR_INIT;
    struct stat there;
    mem_free(s->folder);
    s->folder = demo_folder(s->ws);
    s->was_there = stat(s->folder, &there) == 0;
    const char *const words[] = {"demo", "--no-open", "--json", "--dir", s->folder, NULL};
    const char *const secrets[ERRAND_SECRETS] = {NULL, NULL};
    const struct shell_work work = {.title = _("The demo clinic"), .context = s, .step = demo_step, .done = demo_done};
    errand_release(&s->errand);
    enum status status = errand_start(&s->errand, s->ws->run_command, words, secrets, &err);
    if (status == STATUS_OK) {
        status = shell_work(sh, &work, &err);
    }
    if (status != STATUS_OK) {
        shell_fail(sh, &err);
    }
    return STALE_CELLS;
}

static unsigned run_open(struct shell *sh, void *state)
{
    struct welcome *s = state;
    bool is_join = s->list.selected == WAY_JOIN;
    if (s->list.selected == WAY_DEMO) {
        return start_demo(sh, s);
    }
    shell_open_or_say(sh, &SCREEN_SETUP, &is_join);
    return STALE_CELLS;
}

/* Nothing is there that a lock would cover; leaving is quitting. */
static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, 0, N_("begin"), N_("Begin in the chosen way."), run_open, ACTION_IN_BAR, NULL},
    {"quit", "Ctrl-Q", 0, N_("leave"), N_("Leave the program."), NULL, ACTION_IN_BAR, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_WELCOME = {
    .name = "welcome",
    .title = N_("Welcome"),
    .open = welcome_open,
    .layout = welcome_layout,
    .draw = welcome_draw,
    .key = welcome_key,
    .close = welcome_close,
    .actions = ACTIONS,
};

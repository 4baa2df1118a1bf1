/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A clinic on this computer, step by step: who and where, the recovery key that is written down and proved, and with a centre
 * the enrolment and the first exchange. Each step is a sub-command in a process of its own (errand.h); what is done stays
 * done, so that the next try goes on from there. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"
#include "kit/form.h"
#include "kit/picker.h"
#include "screens/errand.h"
#include "screens/first_run.h"
#include "service/recovery_mark.h"

enum { FORM_ROW = 4, PASSWORD_BYTES = 256 };
enum setup_stage { STAGE_WHO, STAGE_KEY, STAGE_CENTRE };

struct setup {
    struct workstation *ws;
    struct shell *sh;
    bool is_join, was_there;
    enum setup_stage stage;
    struct form form;     /* of the stage */
    struct errand errand;
    const char *doing;    /* what the errand does, translated */
    char *admin, *password, *recovery;
    char **zones;         /* all; those that match are first */
    size_t zone_count;
    size_t *matches;
    size_t match_count;
    bool is_exchanging;   /* the errand is the first exchange */
    struct area area;
};

static void wipe(char **text)
{
    if (*text != NULL) {
        mem_wipe(*text, strlen(*text));
        mem_free(*text);
        *text = NULL;
    }
}

/* ---- the forms ---- */

static void make_form(struct setup *s)
{
    struct form *f = &s->form;
    form_init(f);
    switch (s->stage) {
    case STAGE_WHO: {
        char *zone = first_run_own_zone();
        form_add_text(f, "name", N_("Name of the clinic"), 80, 30, 0);
        form_set_hint(f, "name", N_("as on labels and lists"));
        form_add_text(f, "zone", N_("Time zone"), 64, 30, 0);
        form_set_hint(f, "zone", N_("America/New_York; F4 for a list"));
        form_set_text(f, "zone", zone);
        form_add_text(f, "last_name", N_("Your last name"), 80, 32, 0);
        form_add_text(f, "first_name", N_("Your first names"), 80, 32, 0);
        form_add_text(f, "admin", N_("Your sign-in name"), 64, 24, 0);
        form_add_text(f, "password", N_("Password"), PASSWORD_BYTES, 32, FIELD_PASSWORD);
        form_add_text(f, "again", N_("The same again"), PASSWORD_BYTES, 32, FIELD_PASSWORD);
        mem_free(zone);
        break;
    }
    case STAGE_KEY:
        form_add_text(f, "tail", N_("The last four signs"), 8, 8, 0);
        break;
    case STAGE_CENTRE:
        form_add_text(f, "file", N_("Enrolment file"), 512, 56, 0);
        form_add_text(f, "code", N_("Its code"), 128, 40, 0);
        break;
    }
}

static void enter_stage(struct setup *s, enum setup_stage stage)
{
    form_release(&s->form);
    s->stage = stage;
    make_form(s);
    form_layout(&s->form, s->area.rows, s->area.cols);
}

static enum status setup_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct setup *s = mem_alloc(sizeof *s);
    struct stat there;
    (void)err;
    s->ws = shell_app(sh);
    s->sh = sh;
    s->is_join = argument != NULL && *(const bool *)argument;
    s->errand.output_fd = s->errand.error_fd = -1;
    s->was_there = stat(s->ws->site_folder, &there) == 0;
    s->zones = first_run_zones(&s->zone_count);
    s->matches = mem_alloc_array(s->zone_count + 1, sizeof *s->matches);
    make_form(s);
    *out_state = s;
    return STATUS_OK;
}

static void setup_close(void *state)
{
    struct setup *s = state;
    bool is_half_made = s->errand.pid != 0 && s->stage == STAGE_WHO && !s->was_there; /* the line was lost in the middle */
    errand_release(&s->errand);
    if (is_half_made) {
        first_run_remove(s->ws->site_folder);
    }
    form_release(&s->form);
    wipe(&s->password);
    wipe(&s->recovery);
    for (size_t i = 0; i < s->zone_count; i++) {
        mem_free(s->zones[i]);
    }
    mem_free(s->zones);
    mem_free(s->matches);
    mem_free(s->admin);
    mem_free(s);
}

static void setup_layout(void *state, struct area body)
{
    struct setup *s = state;
    int row = s->stage == STAGE_KEY ? FORM_ROW + 5 : FORM_ROW;
    s->area = area_part(body, row, 1, body.rows - row, body.cols - 2);
    form_layout(&s->form, s->area.rows, s->area.cols);
}

static void setup_draw(void *state, struct area body)
{
    static const char *const TITLES[] = {
        [STAGE_WHO] = N_("A clinic on this computer"), [STAGE_KEY] = N_("The recovery key"), [STAGE_CENTRE] = N_("Joining a centre")};
    static const char *const TEXTS[] = {
        [STAGE_WHO] = N_("The password has at least 15 signs; a few words that belong together only for you are best."),
        [STAGE_KEY] = N_("Write this down now and lock it away. Without it a lost computer means lost records. It is not shown again."),
        [STAGE_CENTRE] = N_("The clinic is made. The administrator of the centre gave you a file (/media/usb/ward2.enrol) and, apart from it, a code.")};
    struct setup *s = state;
    draw_text(body, 0, 1, STYLE_HEADING, _(TITLES[s->stage]));
    draw_wrapped(area_part(body, 1, 1, 2, body.cols - 2), 0, 0, STYLE_DIM, _(TEXTS[s->stage]));
    if (s->stage == STAGE_KEY) {
        draw_wrapped(area_part(body, FORM_ROW, 4, 3, body.cols - 8), 0, 0, STYLE_HEADING, s->recovery);
    }
    form_draw(&s->form, s->area);
}

static unsigned setup_key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return form_handle(&((struct setup *)state)->form, event);
}

/* ---- the errands ---- */

static bool step(void *context, struct shell_progress *progress)
{
    struct setup *s = context;
    bool is_running = errand_step(&s->errand);
    progress->done = (clock_monotonic_us() - s->errand.started_us) / US_PER_SECOND;
    progress->what = s->doing;
    return is_running;
}

static unsigned site_made(struct shell *sh, void *state, void *context, bool was_cancelled);
static unsigned centre_joined(struct shell *sh, void *state, void *context, bool was_cancelled);

static void send(struct setup *s, const char *doing, const char *const *words, const char *first, const char *second,
                 unsigned (*done)(struct shell *, void *, void *, bool))
{
    struct error err = ERROR_INIT;
    const char *const secrets[ERRAND_SECRETS] = {first, second};
    const struct shell_work work = {.title = _("One moment"), .context = s, .step = step, .done = done};
    s->doing = doing;
    errand_release(&s->errand);
    enum status status = errand_start(&s->errand, s->ws->run_command, words, secrets, &err);
    if (status == STATUS_OK) {
        status = shell_work(s->sh, &work, &err);
    }
    if (status != STATUS_OK) {
        shell_fail(s->sh, &err);
    }
}

static void finish(struct setup *s)
{
    first_run_enter(s->sh, s->ws, s->ws->site_folder, _("The clinic is ready. Sign in as its administrator; colleagues get accounts on "
                                                        "the list \"Staff\"."));
}

/* False: it failed, and the person was told. */
static bool is_done(struct setup *s, bool was_cancelled, const char *stopped)
{
    errand_kill(&s->errand);
    if (!was_cancelled && s->errand.code == 0) {
        return true;
    }
    char *words = errand_last_words(&s->errand);
    shell_say(s->sh, was_cancelled ? MESSAGE_INFO : MESSAGE_WARNING, "%s", was_cancelled ? stopped : words);
    mem_free(words);
    return false;
}

static unsigned site_made(struct shell *sh, void *state, void *context, bool was_cancelled)
{
    struct setup *s = context;
    struct json_document *doc = NULL;
    (void)sh;
    if (state == NULL) { /* the program ends: closing the screen has killed it */
        return 0;
    }
    if (!is_done(s, was_cancelled, _("Stopped. Nothing was made."))) {
        if (!s->was_there) {
            first_run_remove(s->ws->site_folder);
        }
        return STALE_CELLS;
    }
    if (s->errand.output.bytes != NULL &&
        json_parse(s->errand.output.bytes, s->errand.output.len, &JSON_LIMITS_DEFAULT, 1, &doc, NULL) == STATUS_OK) {
        const char *key = json_get_string(json_root(doc), "recovery_key");
        s->recovery = mem_copy_text(key != NULL ? key : "");
    }
    json_free(doc);
    errand_release(&s->errand);
    enter_stage(s, STAGE_KEY);
    return STALE_LAYOUT;
}

static unsigned make_site(struct setup *s)
{
    struct form *f = &s->form;
    struct error err = ERROR_INIT;
    struct zone *zone = NULL;
    enum status status = STATUS_OK;
    if (form_text(f, "name")[0] == '\0') {
        status = error_set_field(&err, STATUS_INVALID, "name", _("Type the clinic's name."));
    } else if (zone_open(form_text(f, "zone"), &zone, NULL) != STATUS_OK) {
        status = error_set_field(&err, STATUS_INVALID, "zone", _("This time zone does not exist. F4 shows those that do."));
    } else if (form_text(f, "last_name")[0] == '\0') {
        status = error_set_field(&err, STATUS_INVALID, "last_name", _("Type your last name."));
    } else if (form_text(f, "admin")[0] == '\0') {
        status = error_set_field(&err, STATUS_INVALID, "admin", _("Type the name that you will sign in with."));
    } else if (form_text(f, "password")[0] == '\0') {
        status = error_set_field(&err, STATUS_INVALID, "password", _("Type a password of at least 15 signs."));
    } else if (strcmp(form_text(f, "password"), form_text(f, "again")) != 0) {
        status = error_set_field(&err, STATUS_INVALID, "again", _("The two passwords differ. Type them again."));
    }
    zone_free(zone);
    if (status != STATUS_OK) {
        (void)form_show_error(f, &err); /* each of them is a field here */
        return STALE_CELLS;
    }
    wipe(&s->password);
    mem_free(s->admin);
    s->password = mem_copy_text(form_text(f, "password"));
    s->admin = mem_copy_text(form_text(f, "admin"));
    const char *const words[] = {"init",         "--json",       "--dir",        s->ws->site_folder,
                                 "--name",       form_text(f, "name"), "--zone", form_text(f, "zone"),
                                 "--admin",      s->admin,       "--last-name",  form_text(f, "last_name"),
                                 "--first-name", form_text(f, "first_name"), "--password-file", "@0", "--key-to-prove", NULL};
    send(s, _("Making the clinic (seconds):"), words, s->password, NULL, site_made);
    return STALE_CELLS;
}

static unsigned check_key(struct setup *s)
{
    if (!recovery_tail_fits(s->recovery, form_text(&s->form, "tail"))) {
        struct error err = ERROR_INIT;
        (void)error_set_field(&err, STATUS_INVALID, "tail", _("These are not the last four signs of the key. Compare what you wrote down."));
        (void)form_show_error(&s->form, &err); /* it is this field */
        return STALE_CELLS;
    }
    recovery_mark_clear(s->ws->site_folder);
    wipe(&s->recovery);
    if (!s->is_join) {
        finish(s);
        return STALE_LAYOUT;
    }
    enter_stage(s, STAGE_CENTRE);
    return STALE_LAYOUT;
}

static void exchange(struct setup *s)
{
    const char *const words[] = {"sync", "--once", "--site", s->ws->site_folder, "--user", s->admin, "--password-file", "@0", NULL};
    s->is_exchanging = true;
    send(s, _("Fetching the records of the centre (seconds):"), words, s->password, NULL, centre_joined);
}

/* Joined; then the first exchange. Stopping that one loses nothing: the agent goes on with it after signing in. */
static unsigned centre_joined(struct shell *sh, void *state, void *context, bool was_cancelled)
{
    struct setup *s = context;
    (void)sh;
    if (state == NULL) {
        return 0;
    }
    if (s->is_exchanging) {
        (void)is_done(s, was_cancelled, _("Stopped. It goes on from here by itself after you have signed in."));
        finish(s);
        return STALE_LAYOUT;
    }
    if (is_done(s, was_cancelled, _("Stopped. The centre has heard nothing of it, or will say so when you try again."))) {
        exchange(s);
    }
    return STALE_CELLS;
}

static unsigned join(struct setup *s)
{
    struct form *f = &s->form;
    struct error err = ERROR_INIT;
    struct stat there;
    if (stat(form_text(f, "file"), &there) != 0 || !S_ISREG(there.st_mode)) {
        (void)error_set_field(&err, STATUS_INVALID, "file", _("There is no such file. Type where the enrolment file lies."));
    } else if (form_text(f, "code")[0] == '\0') {
        (void)error_set_field(&err, STATUS_INVALID, "code", _("Type the code that was given to you apart from the file."));
    } else {
        const char *const words[] = {"join",   form_text(f, "file"), "--json",          "--site", s->ws->site_folder,
                                     "--user", s->admin,             "--password-file", "@0",     "--code-file",
                                     "@1",     NULL};
        send(s, _("Asking the centre (seconds):"), words, s->password, form_text(f, "code"), centre_joined);
        return STALE_CELLS;
    }
    (void)form_show_error(f, &err); /* each of them is a field here */
    return STALE_CELLS;
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct setup *s = state;
    (void)sh;
    form_clear_errors(&s->form);
    return s->stage == STAGE_WHO ? make_site(s) : s->stage == STAGE_KEY ? check_key(s) : join(s);
}

/* ---- the list of zones ---- */

static int filter_zones(void *context, const char *text)
{
    struct setup *s = context;
    char *what = text_fold(text);
    s->match_count = 0;
    for (size_t i = 0; i < s->zone_count; i++) {
        char *zone = text_fold(s->zones[i]);
        if (strstr(zone, what) != NULL) {
            s->matches[s->match_count++] = i;
        }
        mem_free(zone);
    }
    mem_free(what);
    return (int)s->match_count;
}

static void draw_zone(const void *context, int row, struct area line, bool is_selected)
{
    const struct setup *s = context;
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    draw_text(line, 0, 2, STYLE_TEXT, s->zones[s->matches[row]]);
}

static unsigned zone_picked(struct shell *sh, void *state, int row)
{
    struct setup *s = state;
    (void)sh;
    if (row >= 0 && (size_t)row < s->match_count) {
        form_set_text(&s->form, "zone", s->zones[s->matches[row]]);
    }
    return STALE_CELLS;
}

static bool is_who(const void *state)
{
    return ((const struct setup *)state)->stage == STAGE_WHO;
}

static unsigned run_pick(struct shell *sh, void *state)
{
    struct picker_source source = {{state, NULL, draw_zone, _("No zone is called so. Type less, such as the name of a large city.")},
                                   filter_zones, state};
    shell_pick(sh, _("Time zone"), N_("Find"), &source, zone_picked);
    return STALE_CELLS;
}

/* The clinic is made: leaving goes to its door, and joining can be done later. Before, it goes back to the choice. */
static unsigned left(struct shell *sh, void *state, int answer)
{
    struct setup *s = state;
    (void)sh;
    if (answer == 1) {
        finish(s);
    }
    return STALE_LAYOUT;
}

static unsigned run_back(struct shell *sh, void *state)
{
    struct setup *s = state;
    if (s->stage == STAGE_WHO) {
        shell_close(sh, 0);
        return STALE_LAYOUT;
    }
    shell_ask(sh, &(struct shell_question){
                      .title = _("The clinic is made"),
                      .text = s->stage == STAGE_KEY ? _("The recovery key is not shown again. Did you write it down? Until its last signs were typed, administrators are told that nobody has it.")
                                                    : _("Join the centre later? The clinic works alone until then: prescripcare join FILE."),
                      .answers = {_("Stay"), s->stage == STAGE_KEY ? _("I wrote it down") : _("Later")},
                      .answered = left});
    return STALE_CELLS;
}

static bool setup_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct setup *)state)->form);
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, 0, N_("go on"), N_("Go on with what was typed."), run_save, ACTION_IN_BAR, NULL},
    {"pick", "F4, Ctrl-Y", 0, N_("from list"), N_("Choose what the field asks for from a list."), run_pick, ACTION_IN_BAR, is_who},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), run_back, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_SETUP = {
    .name = "setup",
    .title = N_("Setting up"),
    .open = setup_open,
    .layout = setup_layout,
    .draw = setup_draw,
    .key = setup_key,
    .close = setup_close,
    .actions = ACTIONS,
    .text_focus = setup_text_focus,
};

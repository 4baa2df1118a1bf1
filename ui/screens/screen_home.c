/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What needs doing now, and the field that finds a patient. The session ends when this screen closes. */
#include <stdio.h>
#include <string.h>

#include "base/disk_reserve.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "kit/field.h"
#include "screens/home_list.h"
#include "screens/staff_view.h"
#include "service/fills_list.h"
#include "service/incidents.h"
#include "service/knowledge_site.h"
#include "service/patients.h"
#include "service/recovery_mark.h"

enum { HITS_MAX = 50, HEAD_ROWS = 3, POSITION_CELLS = 13 };

/* One a line, so that two people add theirs without meeting. */
static const struct home_list *const LISTS[] = {
    &HOME_DUE,
    &HOME_EFFECTS,
    &HOME_DOUBLES,
    &HOME_WASTE,
    &HOME_MISSED,
    &HOME_TASKS,
    &HOME_VERIFY,
    &HOME_ASKED,
    &HOME_FILLS,
    &HOME_OWED,
    &HOME_UNCLAIMED,
    &HOME_REFILLS,
    &HOME_PICKUPS,
    &HOME_RECALLS,
    &HOME_SIGN,
    &HOME_SOLO,
    &HOME_REVIEWS,
    &HOME_STAFF,
    &HOME_DRAFTS,
    &HOME_NEWS,
    &HOME_KNOWLEDGE,
    &HOME_RECONCILE,
};
enum { LISTS_COUNT = sizeof LISTS / sizeof *LISTS };

struct home {
    struct workstation *ws;
    struct field typed;
    struct find_session *find;
    struct patient_hit_list hits;
    struct list hit_list;
    void *data[LISTS_COUNT];          /* NULL: not allowed, or it could not be read */
    char *errors[LISTS_COUNT];        /* why; NULL: it could */
    struct list lists[LISTS_COUNT];
    int shown;                        /* which list */
    int64_t now_us;                   /* when the lists were read */
    struct area field_area, tabs_area, list_area;
};

static bool is_finding(const struct home *h)
{
    return field_text(&h->typed)[0] != '\0';
}

/* ---- the two lists ---- */

static struct uid hit_id(const void *context, int row)
{
    return ((const struct home *)context)->hits.items[row].id;
}

static void draw_marker(struct area line, bool is_selected)
{
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
}

static void draw_hit(const void *context, int row, struct area line, bool is_selected)
{
    const struct home *h = context;
    const struct patient_hit *hit = &h->hits.items[row];
    char age[DATE_TEXT_MAX], birth[DATE_TEXT_MAX];
    draw_marker(line, is_selected);
    int col = draw_fit(line, 0, 2, 30, STYLE_TEXT, hit->name);
    col = draw_fit(line, 0, col + 1, 12, STYLE_TEXT, date_format_human(hit->birth_date, birth));
    col = draw_fit(line, 0, col + 1, 8, STYLE_DIM, date_format_age(hit->birth_date, site_today(h->ws->site), age));
    col = draw_fit(line, 0, col + 1, 10, STYLE_TEXT, hit->mrn);
    if (hit->has_name_alike) {
        mark_draw(line, 0, col + 1, MARK_NAME_ALERT);
    } else if (hit->match == '~') {
        mark_draw(line, 0, col + 1, MARK_SOUNDS_LIKE);
    }
}

static void draw_row(const void *context, int row, struct area line, bool is_selected)
{
    const struct home *h = context;
    draw_marker(line, is_selected);
    LISTS[h->shown]->draw(h->ws, h->data[h->shown], row, line);
}

static struct uid row_id(const void *context, int row)
{
    const struct home *h = context;
    return LISTS[h->shown]->id(h->data[h->shown], row);
}

static struct list_source source_of(const struct home *h)
{
    if (is_finding(h)) {
        return (struct list_source){h, hit_id, draw_hit, _("Nobody matches. Try fewer letters, a birth date or the MRN.")};
    }
    return (struct list_source){h, row_id, draw_row,
                                h->errors[h->shown] != NULL ? h->errors[h->shown] : _(LISTS[h->shown]->empty_text)};
}

static struct list *list_of(struct home *h)
{
    return is_finding(h) ? &h->hit_list : &h->lists[h->shown];
}

static int row_count(const struct home *h, int list)
{
    return h->data[list] == NULL ? 0 : LISTS[list]->count(h->data[list]);
}

static void refresh_hits(struct home *h)
{
    const struct list_source source = {h, hit_id, draw_hit, ""};
    list_refresh(&h->hit_list, &source, (int)h->hits.len);
}

static bool may_see(const struct home *h, int list)
{
    return actor_may(h->ws->actor, (enum permission)LISTS[list]->permission);
}

/* A tab of its own: permitted, and not one that hides while there is nothing to do. */
static bool is_tab(const struct home *h, int list)
{
    return may_see(h, list) && (!LISTS[list]->hides_when_empty || row_count(h, list) > 0 || h->errors[list] != NULL);
}

static void drop_list(struct home *h, int list)
{
    if (h->data[list] != NULL) {
        LISTS[list]->release(h->data[list]);
        mem_free(h->data[list]);
        h->data[list] = NULL;
    }
}

/* On failure the former reading stays. */
static enum status read_list(struct home *h, int list, struct error *err)
{
    void *fresh = mem_alloc(LISTS[list]->size);
    enum status status = LISTS[list]->read(h->ws, h->data[list] == NULL, fresh, err);
    if (status != STATUS_OK) {
        mem_free(fresh);
        return status;
    }
    drop_list(h, list);
    h->data[list] = fresh;
    return STATUS_OK;
}

/* What cannot be read says why in its place; the others stand. */
static void read_lists(struct home *h)
{
    int shown = h->shown;
    h->now_us = clock_now_us(h->ws->clock);
    for (h->shown = 0; h->shown < LISTS_COUNT; h->shown++) {
        struct error err = ERROR_INIT;
        mem_free(h->errors[h->shown]);
        h->errors[h->shown] = NULL;
        if (may_see(h, h->shown) && read_list(h, h->shown, &err) != STATUS_OK) {
            h->errors[h->shown] = mem_copy_text(error_text(&err));
        }
        const struct list_source source = {h, row_id, draw_row, ""};
        list_refresh(&h->lists[h->shown], &source, row_count(h, h->shown));
    }
    h->shown = shown;
    while (!is_tab(h, h->shown)) { /* the last of them is done; everybody has drafts */
        h->shown = (h->shown + 1) % LISTS_COUNT;
    }
}

static void end_find(struct home *h, struct uid chosen)
{
    if (h->find != NULL) {
        find_end(h->find, chosen);
        h->find = NULL;
    }
    patient_hit_list_release(&h->hits);
    h->hits = (struct patient_hit_list){0};
}

static void find(struct shell *sh, struct home *h)
{
    struct error err = ERROR_INIT;
    enum status status = STATUS_OK;
    patient_hit_list_release(&h->hits);
    h->hits = (struct patient_hit_list){0};
    if (is_finding(h) && !actor_may(h->ws->actor, PERMISSION_PATIENT_FIND)) { /* "nobody matches" would be a lie */
        field_clear(&h->typed);
        shell_say(sh, MESSAGE_INFO, _("Your role (%s) does not look up patients."), enum_label(ENUM_ROLE, (int)h->ws->actor->role));
    }
    if (is_finding(h)) {
        if (h->find == NULL) {
            status = find_begin(h->ws->actor, &h->find, &err);
        }
        if (status == STATUS_OK) {
            status = find_type(h->find, field_text(&h->typed), HITS_MAX, &h->hits, &err);
        }
        if (status != STATUS_OK) {
            shell_fail(sh, &err);
        }
    }
    h->hit_list.selected = h->hit_list.top = 0;
    h->hit_list.selected_id = UID_NONE;
    refresh_hits(h);
}

/* ---- the screen ---- */

/* Whoever comes back after a lost line sees it at once, also where the tab has no room. */
static void tell_drafts(struct shell *sh, const struct home *h)
{
    int count = 0;
    for (int i = 0; i < LISTS_COUNT; i++) {
        count += LISTS[i] == &HOME_DRAFTS ? row_count(h, i) : 0;
    }
    if (count > 0) {
        shell_say(sh, MESSAGE_INFO, ngettext("%d draft is kept for you: the list \"Drafts\".", "%d drafts are kept for you: the list \"Drafts\".", (unsigned long)count),
                  count);
    }
}

/* What nobody looked after in time is told to who watches over the site, the privacy officer and the others. */
static void tell_watch(struct shell *sh, const struct home *h)
{
    struct incident_watch watch = {0};
    struct error err = ERROR_INIT;
    if (!actor_may(h->ws->actor, PERMISSION_AUDIT_VERIFY)) {
        return;
    }
    if (incident_watch_get(h->ws->actor, &watch, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    } else if (watch.reviews_late > 0) {
        shell_say(sh, MESSAGE_WARNING,
                  ngettext("%d emergency opening was not reviewed within 72 hours: the privacy officer's list \"Emergencies\".",
                           "%d emergency openings were not reviewed within 72 hours: the privacy officer's list \"Emergencies\".",
                           (unsigned long)watch.reviews_late),
                  watch.reviews_late);
    } else if (watch.days_without_report > 0 && actor_may(h->ws->actor, PERMISSION_AUDIT_READ)) {
        shell_say(sh, MESSAGE_INFO,
                  ngettext("No incident report was made in the last %d day: %% makes it.", "No incident report was made in the last %d days: %% makes it.",
                           (unsigned long)watch.days_without_report),
                  watch.days_without_report);
    }
}

static const char *clock_span(int64_t seconds, char *buf, size_t size)
{
    long long minutes = (long long)(seconds < 0 ? -seconds : seconds) / 60;
    if (minutes < 120) {
        (void)snprintf(buf, size, _("%lld min"), minutes);
    } else if (minutes < 48 * 60) {
        (void)snprintf(buf, size, _("%lld h"), minutes / 60);
    } else {
        (void)snprintf(buf, size, _("%lld days"), minutes / (24 * 60));
    }
    return buf;
}

/* Nobody is kept from charting by it (clinical.md 4.B.4 d); the top bar keeps saying what the centre's clock shows. */
static void tell_clock(struct shell *sh, const struct home *h)
{
    char span[64];
    int64_t skew_s = h->ws->skew_s;
    int64_t behind_s = site_clock_behind_s(h->ws->site);
    if (skew_s != 0) {
        shell_say(sh, MESSAGE_WARNING,
                  skew_s > 0 ? _("This computer's clock is %s ahead of the centre's. Doses recorded now are marked with it. Tell the administrator.")
                             : _("This computer's clock is %s behind the centre's. Doses recorded now are marked with it. Tell the administrator."),
                  clock_span(skew_s, span, sizeof span));
    } else if (behind_s != 0) {
        shell_say(sh, MESSAGE_WARNING,
                  _("Something was written here %s after what this computer's clock says now. Check the clock before you trust what is due."),
                  clock_span(behind_s, span, sizeof span));
    }
}

static void tell_disk(struct shell *sh, const struct home *h)
{
    if (disk_reserve_look(h->ws->site->folder) == DISK_ROOM_RESERVE) {
        shell_say(sh, MESSAGE_WARNING, "%s", site_disk_full_words());
    }
}

/* A line that was lost while the key was shown leaves one that nobody saw. */
static void tell_recovery(struct shell *sh, const struct home *h)
{
    if (actor_may(h->ws->actor, PERMISSION_SITE_ADMIN) && recovery_mark_is_set(h->ws->site->folder)) {
        shell_say(sh, MESSAGE_WARNING, "%s",
                  _("Nobody has shown to hold the recovery key: a lost computer would mean lost records. Your account (@) makes a new one."));
    }
}

static enum status home_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    (void)argument;
    (void)err;
    struct home *h = mem_alloc(sizeof *h);
    h->ws = shell_app(sh);
    field_init(&h->typed, 128, 0);
    list_init(&h->hit_list);
    for (int i = 0; i < LISTS_COUNT; i++) {
        list_init(&h->lists[i]);
    }
    while (h->shown < LISTS_COUNT - 1 && !may_see(h, h->shown)) {
        h->shown++; /* everybody has drafts */
    }
    read_lists(h);
    tell_drafts(sh, h);
    tell_watch(sh, h);
    tell_clock(sh, h);
    tell_recovery(sh, h);
    tell_disk(sh, h);
    *out_state = h;
    return STATUS_OK;
}

static void home_close(void *state)
{
    struct home *h = state;
    end_find(h, UID_NONE);
    for (int i = 0; i < LISTS_COUNT; i++) {
        drop_list(h, i);
        mem_free(h->errors[i]);
    }
    field_release(&h->typed);
    h->ws->last_dose_count = 0;
    workstation_sign_out(h->ws, h->ws->end_reason);
    site_shut(h->ws->site); /* nobody is here: neither is the key of the records */
    mem_free(h);
}

static void home_layout(void *state, struct area body)
{
    struct home *h = state;
    int label = text_width_cells(_("Find or scan:")) + 2;
    h->field_area = area_part(body, 0, label, 1, body.cols - label - 1);
    h->tabs_area = area_part(body, 2, 0, 1, body.cols - 12);
    h->list_area = area_rows(body, HEAD_ROWS, body.rows - HEAD_ROWS);
    list_layout(&h->hit_list, h->list_area.rows);
    for (int i = 0; i < LISTS_COUNT; i++) {
        list_layout(&h->lists[i], h->list_area.rows);
    }
}

/* "[Due doses 7, 2 late]  Drafts 1" */
static void draw_tabs(const struct home *h)
{
    char *titles[LISTS_COUNT];
    int count = 0, current = 0;
    for (int i = 0; i < LISTS_COUNT; i++) {
        if (!is_tab(h, i)) {
            continue;
        }
        int late = h->data[i] != NULL && LISTS[i]->urgent != NULL ? LISTS[i]->urgent(h->data[i]) : 0;
        char *tail = late > 0 ? mem_format(ngettext(", %d late", ", %d late", (unsigned long)late), late) : NULL;
        current = i == h->shown ? count : current;
        titles[count++] = mem_format("%s %d%s", _(LISTS[i]->title), row_count(h, i), tail != NULL ? tail : "");
        mem_free(tail);
    }
    tabs_draw(h->tabs_area, (const char *const *)titles, count, current);
    while (count > 0) {
        mem_free(titles[--count]);
    }
}

static void home_draw(void *state, struct area body)
{
    struct home *h = state;
    struct list_source source = source_of(h);
    char position[32], stale[32];
    draw_text(body, 0, 1, STYLE_LABEL_FOCUS, _("Find or scan:"));
    if (is_finding(h)) {
        draw_text(body, 2, 1, STYLE_HEADING, _("Patients"));
    } else {
        draw_tabs(h);
    }
    draw_fit_right(body, 2, body.cols - 12, 11, STYLE_DIM, list_position(list_of(h), position, sizeof position));
    if (workstation_stale(h->ws, FRESH_DOSES, stale, sizeof stale)[0] != '\0') { /* what is due elsewhere may be done */
        draw_fit_right(body, 1, body.cols - 33, 32, STYLE_WARNING, stale);
    }
    list_draw(list_of(h), &source, h->list_area);
    field_draw(&h->typed, h->field_area, true); /* last: the cursor is the focus */
}

static unsigned home_key(struct shell *sh, void *state, const struct event *event)
{
    struct home *h = state;
    unsigned stale = field_handle(&h->typed, event);
    if (stale & TEXT_CHANGED) {
        find(sh, h);
        return STALE_CELLS;
    }
    struct list_source source = source_of(h);
    return stale & EVENT_UNHANDLED ? list_handle(list_of(h), &source, event) : stale;
}

static unsigned open_patient(struct shell *sh, struct home *h, struct uid patient)
{
    end_find(h, patient);
    field_clear(&h->typed);
    refresh_hits(h);
    /* who may not see charts gets who the patient is */
    shell_open_or_say(sh, actor_may(h->ws->actor, PERMISSION_CLINICAL_READ) ? &SCREEN_CHART : &SCREEN_PERSON, &patient);
    return STALE_CELLS;
}

/* A wristband or a prescription opens the chart; a product says what it is. */
static unsigned scanned(struct shell *sh, struct home *h, const struct event *event)
{
    struct uid patient;
    bool has_digit = strpbrk(event->text, "0123456789") != NULL;
    if (!has_digit) {
        return EVENT_UNHANDLED; /* no number: a name that came in one piece over a slow line */
    }
    if (scan_opens_fill(sh, h->ws, event)) {
        return STALE_CELLS;
    }
    unsigned stale = scan_route(sh, h->ws, event, &patient);
    return uid_is_none(patient) ? stale : open_patient(sh, h, patient);
}

/* Drug knowledge that somebody loaded or raised meanwhile counts from the next chart on. Only here: an open chart points
 * into the one that it was screened with. */
static void take_knowledge(struct shell *sh, const struct home *h)
{
    struct error err = ERROR_INIT;
    if (shell_top(sh) == &SCREEN_HOME && knowledge_site_load(h->ws->site, &err) != STATUS_OK) {
        log_write(LOG_WARNING, "the drug knowledge in force was not taken over: %s", error_text(&err)); /* the former one holds */
    }
}

static unsigned home_event(struct shell *sh, void *state, const struct event *event)
{
    struct home *h = state;
    switch (event->kind) {
    case EVENT_DATA:
        take_knowledge(sh, h);
        read_lists(h);
        return STALE_CELLS;
    case EVENT_TICK:
        if (clock_now_us(h->ws->clock) - h->now_us < US_PER_MINUTE) {
            return STALE_NOTHING;
        }
        take_knowledge(sh, h);
        read_lists(h); /* minutes late have gone on */
        return STALE_CELLS;
    case EVENT_SCAN:
        return scanned(sh, h, event);
    case EVENT_CLOSED:
        take_knowledge(sh, h);
        return STALE_DATA;
    default:
        return EVENT_UNHANDLED;
    }
}

static bool always(const void *state)
{
    (void)state;
    return true;
}

static bool has_row(const void *state)
{
    const struct home *h = state;
    return is_finding(h) ? h->hits.len > 0 : row_count(h, h->shown) > 0;
}

/* A prescription number that was typed leads to its fill at the counter, to the chart elsewhere. */
static unsigned open_hit(struct shell *sh, struct home *h, const struct patient_hit *hit)
{
    struct fill_argument argument = {.fill = UID_NONE};
    struct error err = ERROR_INIT;
    if (hit->match != 'x' || !actor_may(h->ws->actor, PERMISSION_FILL_PREPARE) ||
        fill_find_number(h->ws->actor, field_text(&h->typed), &argument.patient, &argument.order, &err) != STATUS_OK ||
        uid_compare(argument.patient, hit->id) != 0) {
        return open_patient(sh, h, hit->id);
    }
    end_find(h, argument.patient);
    field_clear(&h->typed);
    refresh_hits(h);
    shell_open_or_say(sh, &SCREEN_FILL, &argument);
    return STALE_CELLS;
}

static unsigned run_open(struct shell *sh, void *state)
{
    struct home *h = state;
    int row = list_of(h)->selected;
    return is_finding(h) ? open_hit(sh, h, &h->hits.items[row]) : LISTS[h->shown]->open(sh, h->ws, h->data[h->shown], row);
}

static bool has_dose(const void *state)
{
    const struct home *h = state;
    return !is_finding(h) && LISTS[h->shown]->record != NULL && row_count(h, h->shown) > 0;
}

static bool has_chart(const void *state)
{
    const struct home *h = state;
    return !is_finding(h) && LISTS[h->shown]->chart != NULL && row_count(h, h->shown) > 0;
}

static unsigned run_record(struct shell *sh, void *state)
{
    struct home *h = state;
    return LISTS[h->shown]->record(sh, h->ws, h->data[h->shown], list_of(h)->selected);
}

static unsigned run_chart(struct shell *sh, void *state)
{
    struct home *h = state;
    return LISTS[h->shown]->chart(sh, h->ws, h->data[h->shown], list_of(h)->selected);
}

static unsigned run_next_list(struct shell *sh, void *state)
{
    struct home *h = state;
    (void)sh;
    do {
        h->shown = (h->shown + 1) % LISTS_COUNT;
    } while (!is_tab(h, h->shown)); /* everybody has drafts */
    return STALE_CELLS;
}

static unsigned run_new_patient(struct shell *sh, void *state)
{
    static const struct uid NOBODY = {{0}};
    (void)state;
    shell_open_or_say(sh, &SCREEN_PATIENT, &NOBODY);
    return STALE_CELLS;
}

static unsigned run_central(struct shell *sh, void *state)
{
    struct home *h = state;
    char *typed = mem_copy_text(field_text(&h->typed)); /* it changes below */
    end_find(h, UID_NONE);
    field_clear(&h->typed);
    refresh_hits(h);
    shell_open_or_say(sh, &SCREEN_CENTRAL, typed);
    mem_free(typed);
    return STALE_CELLS;
}

static bool has_centre(const void *state)
{
    const struct home *h = state;
    return h->ws->live.state != AGENT_NONE && h->ws->live.state != AGENT_ALONE;
}

static unsigned run_round(struct shell *sh, void *state)
{
    (void)state;
    shell_open_or_say(sh, &SCREEN_ROUND, NULL);
    return STALE_CELLS;
}

static bool is_staff(const void *state)
{
    const struct home *h = state;
    return !is_finding(h) && LISTS[h->shown] == &HOME_STAFF;
}

static unsigned run_add_staff(struct shell *sh, void *state)
{
    (void)state;
    shell_open_or_say(sh, &SCREEN_STAFF_ACT, &(struct staff_act_argument){STAFF_ADD, ""});
    return STALE_CELLS;
}

static bool is_listing(const void *state)
{
    return !is_finding(state);
}

static unsigned run_directory(struct shell *sh, void *state)
{
    (void)state;
    shell_open_or_say(sh, &SCREEN_DIRECTORY, NULL);
    return STALE_CELLS;
}

static unsigned run_account(struct shell *sh, void *state)
{
    (void)state;
    shell_open_or_say(sh, &SCREEN_ACCOUNT, NULL);
    return STALE_CELLS;
}

static unsigned run_incidents(struct shell *sh, void *state)
{
    (void)state;
    shell_open_or_say(sh, &SCREEN_INCIDENTS, NULL);
    return STALE_CELLS;
}

static unsigned run_recalls(struct shell *sh, void *state)
{
    (void)state;
    shell_open_or_say(sh, &SCREEN_RECALLS, NULL);
    return STALE_CELLS;
}

/* The list as it is shown, on paper or as a file. */
static unsigned run_out(struct shell *sh, void *state)
{
    struct home *h = state;
    const struct home_list *l = LISTS[h->shown];
    int columns = 0, rows = row_count(h, h->shown);
    while (l->heads[columns] != NULL) {
        columns++;
    }
    struct list_out *out = list_out_new(l->name, _(l->title), (enum permission)l->permission, l->heads, columns);
    for (int row = 0; row < rows; row++) {
        char *cells[LIST_OUT_COLUMNS_MAX] = {NULL};
        l->cells(h->ws, h->data[h->shown], row, cells);
        list_out_row(out, (const char *const *)cells);
        for (int i = 0; i < columns; i++) {
            mem_free(cells[i]);
        }
    }
    if (h->data[h->shown] != NULL && l->is_cut != NULL && l->is_cut(h->data[h->shown])) {
        out->is_cut = true;
    }
    screen_print_list(sh, out);
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, 0, N_("open"), N_("Do what the chosen row asks for: record the dose, open the chart, resume the draft."), run_open,
     ACTION_IN_BAR, has_row},
    {"dose.record", KEYS_RECORD, PERMISSION_DOSE_RECORD, N_("record dose"), N_("Record the chosen dose."), run_record,
     ACTION_IN_BAR, has_dose},
    {"round.open", "=", PERMISSION_DOSE_RECORD, N_("round"), N_("Show what is due for everybody, and begin the medication pass."),
     run_round, ACTION_IN_BAR | ACTION_OVER_TEXT, is_listing},
    {"home.next_list", "Tab", 0, N_("next list"), N_("Show the next list of what needs doing."), run_next_list, ACTION_IN_BAR,
     is_listing},
    {"directory.open", "{", PERMISSION_PATIENT_READ, N_("directory"), N_("See pharmacies with their hours, and providers."), run_directory,
     ACTION_OVER_TEXT, is_listing},
    {"account.open", "@", PERMISSION_SESSION_OWN, N_("account"),
     N_("See how long your session lasts; change password, PIN and phone codes."), run_account, ACTION_OVER_TEXT, is_listing},
    {"incident.report", "%", PERMISSION_AUDIT_READ, N_("incidents"), N_("Make the incident report of a day."), run_incidents,
     ACTION_IN_BAR | ACTION_OVER_TEXT, is_listing},
    {"recalls.open", "'", PERMISSION_FILL_PREPARE, N_("recalls"), N_("See the recalled lots and who has one; recall a lot."), run_recalls,
     ACTION_OVER_TEXT, is_listing},
    {"list.out", ")", 0, N_("print list"), N_("Print the list that is shown, or save it as a CSV file."), run_out, ACTION_OVER_TEXT,
     is_listing},
    {"add", "F5, a, Ctrl-N", PERMISSION_STAFF_ADMIN, N_("add a person"), N_("Give somebody an account."), run_add_staff, ACTION_IN_BAR,
     is_staff},
    {"patient.add", KEYS_NEW_PATIENT, PERMISSION_PATIENT_WRITE, N_("new patient"), N_("Register a new patient."), run_new_patient,
     ACTION_IN_BAR, NULL},
    {"chart.open", KEYS_CHART, PERMISSION_CLINICAL_READ, N_("chart"), N_("Open the chart of the chosen row's patient."),
     run_chart, ACTION_IN_BAR, has_chart},
    {"patient.find_central", "~", PERMISSION_PATIENT_FIND, N_("look at the centre"),
     N_("Find a patient of another site at the centre, by number or by name and birth date."), run_central, ACTION_IN_BAR | ACTION_OVER_TEXT, has_centre},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_HOME = {
    .name = "home",
    .title = N_("Home"),
    .open = home_open,
    .layout = home_layout,
    .draw = home_draw,
    .key = home_key,
    .event = home_event,
    .close = home_close,
    .actions = ACTIONS,
    .text_focus = always,
    .flags = SCREEN_TICKS,
};

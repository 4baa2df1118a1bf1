/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the shell asks the program for: permissions, live refresh, lock, status bar, the end. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "screens/directory_view.h"
#include "screens/first_run.h"
#include "screens/form_draft.h"
#include "screens/reconcile_parts.h"
#include "screens/staff_view.h"
#include "service/controlled.h"
#include "service/doses.h"
#include "service/doses_tasks.h"
#include "service/downtime.h"
#include "service/emergencies.h"
#include "service/erasing.h"
#include "service/knowledge_settle.h"

/* One a line, so that two people add theirs without meeting. */
const struct screen_ops *const WORKSTATION_SCREENS[] = {
    &SCREEN_SIGN_IN,
    &SCREEN_WELCOME,
    &SCREEN_SETUP,
    &SCREEN_HOME,
    &SCREEN_LOCK,
    &SCREEN_CHART,
    &SCREEN_ORDER,
    &SCREEN_ORDER_END,
    &SCREEN_ALERT,
    &SCREEN_SIGN,
    &SCREEN_RECONCILE,
    &SCREEN_RECONCILE_ITEM,
    &SCREEN_RECONCILE_SOURCE,
    &SCREEN_RECONCILE_FACTS,
    &SCREEN_RECONCILE_WORDS,
    &SCREEN_RECONCILE_TEXT,
    &SCREEN_DOSE,
    &SCREEN_DOSE_EFFECT,
    &SCREEN_DOSE_DOUBLE,
    &SCREEN_MAR,
    &SCREEN_ROUND,
    &SCREEN_PASS,
    &SCREEN_SECOND,
    &SCREEN_WASTE,
    &SCREEN_TASK,
    &SCREEN_TEXT,
    &SCREEN_HANDOVER,
    &SCREEN_CABINET,
    &SCREEN_COUNT,
    &SCREEN_PATIENT,
    &SCREEN_PERSON,
    &SCREEN_ALLERGY,
    &SCREEN_PROBLEM,
    &SCREEN_METRIC,
    &SCREEN_PREGNANCY,
    &SCREEN_HISTORY,
    &SCREEN_AUDIT,
    &SCREEN_PRINT,
    &SCREEN_VERIFY,
    &SCREEN_FILL,
    &SCREEN_SYNC,
    &SCREEN_CENTRAL,
    &SCREEN_IMPORT,
    &SCREEN_DRUG,
    &SCREEN_ALERT_LOAD,
    &SCREEN_RECALLS,
    &SCREEN_LOT,
    &SCREEN_RECALL,
    &SCREEN_DIRECTORY,
    &SCREEN_DIRECTORY_ENTRY,
    &SCREEN_CARE,
    &SCREEN_CARE_ENTRY,
    &SCREEN_RECONCILE_REPORT,
    &SCREEN_STAFF,
    &SCREEN_STAFF_MEMBER,
    &SCREEN_STAFF_ACT,
    &SCREEN_STEP_UP,
    &SCREEN_ACCOUNT,
    &SCREEN_FACTOR,
    &SCREEN_OWN_SECRET,
    &SCREEN_RECOVERY,
    &SCREEN_BREAK_GLASS,
    &SCREEN_RESTRICT,
    &SCREEN_ERASE,
    &SCREEN_RECORDS,
    &SCREEN_STAY,
    &SCREEN_REVIEW,
    &SCREEN_SOLO,
    &SCREEN_INCIDENTS,
    NULL,
};

const struct draft_form *const WORKSTATION_DRAFT_FORMS[] = {
    &DRAFT_ORDER, &DRAFT_ORDER_CHANGE, &DRAFT_ORDER_HOLD, &DRAFT_ORDER_RESUME, &DRAFT_ORDER_STOP, &DRAFT_DOSE, &DRAFT_ALLERGY,
    &DRAFT_ALLERGY_CORRECT, &DRAFT_PROBLEM, &DRAFT_PROBLEM_CORRECT, &DRAFT_METRIC, &DRAFT_METRIC_CORRECT, &DRAFT_PREGNANCY, &DRAFT_STAY, &DRAFT_PATIENT,
    &DRAFT_PATIENT_CORRECT, NULL};

enum status workstation_open_site(struct workstation *ws, struct error *err)
{
    if (ws->site != NULL) {
        return STATUS_OK;
    }
    enum status status = site_open(ws->site_folder, ws->device_key_path, ws->clock, &ws->site, err);
    if (status == STATUS_OK) {
        ws->site->agent = ws->agent;
        if (ws->own_zone == NULL && zone_open_terminal(&ws->own_zone, NULL) != STATUS_OK) {
            ws->own_zone = NULL; /* times are the site's and nothing else */
        }
    }
    return status;
}

static const struct settings *settings_of(const struct workstation *ws)
{
    return ws->site != NULL && ws->actor != NULL ? &ws->site->settings : &ws->settings;
}

const struct screen_ops *workstation_first_screen(struct workstation *ws)
{
    struct error err = ERROR_INIT;
    bool is_missing = workstation_open_site(ws, &err) == STATUS_NOT_FOUND && ws->run_command != NULL;
    return is_missing ? &SCREEN_WELCOME : &SCREEN_SIGN_IN;
}

void workstation_apply_settings(const struct workstation *ws, struct shell *sh)
{
    const struct settings *s = settings_of(ws);
    shell_set_idle(sh, 60 * settings_number(s, SETTING_LOCK_AFTER));
    shell_set_mouse(sh, settings_switch(s, SETTING_MOUSE));
    struct error err = ERROR_INIT;
    if (shell_set_theme(sh, settings_text(s, SETTING_THEME), &err) != STATUS_OK) {
        shell_fail(sh, &err);
    }
}

void workstation_close(struct workstation *ws)
{
    zone_free(ws->own_zone);
    ws->own_zone = NULL;
    settings_release(&ws->settings);
    agent_client_free(ws->line);
    ws->line = NULL;
    agent_let_go(ws->agent);
    ws->agent = NULL;
    if (ws->site != NULL) {
        site_close(ws->site);
        ws->site = NULL;
    }
    mem_free(ws->made_folder);
    mem_free(ws->made_notice);
    ws->made_folder = ws->made_notice = NULL;
}

static bool may(void *app, unsigned permission)
{
    const struct workstation *ws = app;
    if (ws->actor == NULL) {
        return false;
    }
    bool writes = permission_kind((enum permission)permission) == PERMISSION_KIND_CLINICAL_WRITE || permission == PERMISSION_PATIENT_WRITE;
    if (ws->is_emergency && writes && permission != PERMISSION_DOSE_RECORD) {
        return false; /* the service says the same */
    }
    /* The form is one for who orders and who writes down what was ordered; the service tells them apart. */
    return actor_may(ws->actor, (enum permission)permission) ||
           (permission == PERMISSION_ORDER_WRITE && actor_may(ws->actor, PERMISSION_ORDER_TRANSCRIBE)) ||
           (permission == PERMISSION_DOSE_RECORD && actor_may(ws->actor, PERMISSION_DOSE_ASSIST));
}

void workstation_sign_out(struct workstation *ws, enum session_end reason)
{
    downtime_set_free(ws->sheets);
    ws->sheets = NULL;
    ws->back_form[0] = '\0'; /* the next one's doses are not of this one's paper */
    session_sign_out(ws->actor, reason);
    ws->actor = NULL;
}

void workstation_go_home(struct shell *sh, struct workstation *ws)
{
    int64_t affected = 0;
    struct error err = ERROR_INIT;
    if (knowledge_settle(ws->actor, &affected, &err) != STATUS_OK) { /* the next sign-in tries again */
        log_write(LOG_WARNING, "the drug tables were not brought up to date: %s", error_text(&err));
    }
    ws->data_version = site_data_version(ws->site);
    workstation_read_link(ws);
    workstation_apply_settings(ws, sh);
    if (shell_open(sh, &SCREEN_HOME, NULL, &err) != STATUS_OK) { /* nobody stays signed in without a screen */
        workstation_sign_out(ws, SESSION_END_SIGNED_OUT);
        shell_open_or_say(sh, &SCREEN_SIGN_IN, NULL);
        shell_fail(sh, &err);
    }
}

void workstation_end_session(struct shell *sh, struct workstation *ws, enum session_end reason)
{
    form_draft_keep_all(ws, true);
    ws->end_reason = reason;
    shell_close_all(sh);
    shell_open_or_say(sh, &SCREEN_SIGN_IN, NULL);
}

void workstation_remember_dose(struct workstation *ws, struct uid event, const char *patient, const char *drug,
                               enum dose_status status)
{
    if (ws->last_dose_count == LAST_DOSES_MAX) {
        memmove(ws->last_doses, ws->last_doses + 1, (LAST_DOSES_MAX - 1) * sizeof *ws->last_doses);
        ws->last_dose_count--;
    }
    struct last_dose *last = &ws->last_doses[ws->last_dose_count++];
    last->event = event;
    last->at_us = clock_now_us(ws->clock);
    (void)snprintf(last->words, sizeof last->words, _("%s: %s %s"), patient, drug, enum_label(ENUM_DOSE_STATUS, (int)status));
    /* cut is fine */
}

void workstation_read_link(struct workstation *ws)
{
    ws->unsent = site_unsent_count(ws->site);
    ws->is_joined = central_link_is_joined(ws->site);
    ws->last_ok_us = central_link_last_ok(ws->site);
    ws->skew_s = central_link_skew_s(ws->site);
}

const char *workstation_stale(const struct workstation *ws, int fresh_min, char *buf, size_t size)
{
    int64_t last_us = ws->live.last_ok_us > ws->last_ok_us ? ws->live.last_ok_us : ws->last_ok_us;
    long long minutes = (clock_now_us(ws->clock) - last_us) / US_PER_MINUTE;
    buf[0] = '\0';
    if (!ws->is_joined || minutes < fresh_min) {
        return buf;
    }
    if (last_us == 0) {
        (void)snprintf(buf, size, "%s", _("never confirmed"));
    } else if (minutes < 120) {
        (void)snprintf(buf, size, _("stale %lld min"), minutes);
    } else if (minutes < 48 * 60) {
        (void)snprintf(buf, size, _("stale %lld h"), minutes / 60);
    } else {
        (void)snprintf(buf, size, _("stale %lld d"), minutes / (24 * 60));
    }
    return buf;
}

/* Doses that nobody recorded are closed as missed by the device that leads, once a minute. True: some were. */
static bool sweep(struct workstation *ws)
{
    int64_t now_us = clock_now_us(ws->clock);
    int closed = 0, reopened = 0;
    struct error err = ERROR_INIT;
    if (ws->swept_us != 0 && now_us - ws->swept_us < US_PER_MINUTE && now_us >= ws->swept_us) {
        return false;
    }
    ws->swept_us = now_us;
    if (dose_sweep(ws->actor, &closed, &err) != STATUS_OK) {
        log_write(LOG_WARNING, "sweep of missed doses: %s", status_name(err.status)); /* the next minute tries again */
    }
    if (emergency_sweep(ws->actor, &err) != STATUS_OK) {
        log_write(LOG_WARNING, "looking for late reviews: %s", status_name(err.status));
    }
    if (erasure_settle(ws->actor, &err) != STATUS_OK) {
        log_write(LOG_WARNING, "emptying the log after an erasure: %s", status_name(err.status));
    }
    if (controlled_recheck_witnesses(ws->actor, &reopened, &err) != STATUS_OK) {
        log_write(LOG_WARNING, "looking at witnesses again: %s", status_name(err.status));
    }
    return closed > 0 || reopened > 0;
}

/* A set that fails is told at once and then when it is through: not at each try. */
static void tell_again(struct shell *sh, const struct workstation *ws, int minutes, const struct error *err)
{
    shell_bell(sh);
    shell_say(sh, MESSAGE_ERROR, _("The sheets for a downtime are not all printed (%d are): %s Tried again in %d min."),
              downtime_set_printed(ws->sheets), error_text(err), minutes);
}

static void tell_sheets(struct shell *sh, const struct workstation *ws, enum status status, const struct error *err)
{
    int printed = ws->sheets != NULL ? downtime_set_printed(ws->sheets) : 0, closed = ws->sheets != NULL ? downtime_set_closed(ws->sheets) : 0;
    if (status != STATUS_OK) {
        shell_bell(sh);
        shell_say(sh, MESSAGE_ERROR, _("The sheets for a downtime are not all printed (%d are): %s Then: prescripcare downtime --all"), printed,
                  error_text(err));
    } else if (closed > 0) {
        shell_say(sh, MESSAGE_WARNING,
                  ngettext("%d sheet for a downtime printed. Restricted records were left out: %d; who is named for them prints theirs.",
                           "%d sheets for a downtime printed. Restricted records were left out: %d; who is named for them prints theirs.",
                           (unsigned long)printed),
                  printed, closed);
    } else {
        shell_say(sh, MESSAGE_INFO, ngettext("%d sheet for a downtime printed.", "%d sheets for a downtime printed.", (unsigned long)printed),
                  printed);
    }
}

/* The sheets of everybody at the site's times: one step a second, so that nobody waits for a printer. */
static void print_sheets(struct shell *sh, struct workstation *ws)
{
    struct error err = ERROR_INIT;
    enum status status = STATUS_OK;
    bool is_due = false;
    if (ws->sheets == NULL) {
        status = downtime_set_is_due(ws->actor, &is_due, &err);
        if (status == STATUS_OK && is_due) {
            status = downtime_set_new(ws->actor, downtime_set_hours(ws->actor), &ws->sheets, &err);
        }
        if (status != STATUS_OK) {
            tell_sheets(sh, ws, status, &err);
        }
        return;
    }
    if (!downtime_set_step(ws->sheets, ws->actor, 0, &status, &err)) {
        int minutes = 0;
        if (status != STATUS_OK && downtime_set_again(ws->sheets, ws->actor, &minutes, NULL)) {
            log_write(LOG_WARNING, "sheets for a downtime: %s; again in %d min", status_name(status), minutes);
            if (minutes == 1) {
                tell_again(sh, ws, minutes, &err);
            }
            return;
        }
        tell_sheets(sh, ws, status, &err);
        downtime_set_free(ws->sheets);
        ws->sheets = NULL;
    }
}

static bool poll_changed(struct shell *sh, void *app)
{
    struct workstation *ws = app;
    if (ws->actor == NULL) {
        return false;
    }
    form_draft_keep_all(ws, false);
    if (ws->line == NULL) {
        ws->line = agent_client_new(ws->site->folder);
    }
    (void)agent_client_poll(ws->line, &ws->live); /* the bar is painted each second */
    bool is_swept = sweep(ws);
    print_sheets(sh, ws);
    int64_t version = site_data_version(ws->site);
    bool is_changed = version != ws->data_version || is_swept;
    ws->data_version = version;
    if (is_changed) {
        workstation_read_link(ws);
    }
    if (is_changed || clock_now_us(ws->clock) >= ws->actor->expires_us) {
        struct error err = ERROR_INIT;
        if (session_check(ws->actor, &err) == STATUS_SIGNED_OUT) {
            workstation_end_session(sh, ws, SESSION_END_EXPIRED);
            shell_fail(sh, &err);
        }
    }
    return is_changed;
}

static void lock(struct shell *sh, void *app)
{
    struct workstation *ws = app;
    form_draft_keep_all(ws, true);
    if (ws->actor != NULL) {
        shell_open_or_say(sh, &SCREEN_LOCK, NULL);
    }
}

/* How things stand with the centre: what is saved is saved here; the bar says what is there, too. */
static void tell_link(const struct workstation *ws, struct shell_status *status)
{
    char waiting[48] = "";
    if (!ws->is_joined) {
        (void)snprintf(status->middle, sizeof status->middle, "%s", _("stand-alone"));
        return;
    }
    if (ws->unsent > 0) {
        (void)snprintf(waiting, sizeof waiting, ngettext("%lld to send", "%lld to send", (unsigned long)ws->unsent),
                       (long long)ws->unsent);
    }
    status->middle_mark = MARK_OFFLINE;
    status->middle_style = STYLE_OFFLINE;
    switch ((enum agent_state)ws->live.state) {
    case AGENT_NONE:
    case AGENT_ALONE:
        (void)snprintf(status->middle, sizeof status->middle, "%s", waiting);
        status->middle_mark = waiting[0] != '\0' ? MARK_OFFLINE : MARK_NONE;
        break;
    case AGENT_SYNCING:
        (void)snprintf(status->middle, sizeof status->middle, "%s", waiting[0] != '\0' ? waiting : _("syncing"));
        status->middle_mark = MARK_SYNCING;
        status->middle_style = STYLE_ONLINE;
        break;
    case AGENT_ONLINE:
        (void)snprintf(status->middle, sizeof status->middle, "%s", waiting[0] != '\0' ? waiting : _("at central"));
        status->middle_mark = waiting[0] != '\0' ? MARK_SYNCING : MARK_ONLINE;
        status->middle_style = STYLE_ONLINE;
        break;
    case AGENT_OFFLINE: {
        struct local_time since = zone_local(ws->site->zone, ws->live.since_us);
        (void)snprintf(status->middle, sizeof status->middle, _("offline since %02d:%02d%s%s"), since.hour, since.minute,
                       waiting[0] != '\0' ? ", " : "", waiting);
        break;
    }
    case AGENT_STOPPED:
        (void)snprintf(status->middle, sizeof status->middle, "%s", _("sync stopped: tell the administrator"));
        break;
    }
}

static void tell_status(void *app, struct shell_status *status)
{
    const struct workstation *ws = app;
    if (ws->actor == NULL) {
        (void)snprintf(status->left, sizeof status->left, "PrescripCare");
        return;
    }
    char now[ZONE_CLOCK_MAX];
    (void)snprintf(status->left, sizeof status->left, "PrescripCare  %.60s%s%s", ws->site->row.name,
                   ws->site->row.is_demo ? "  " : "", ws->site->row.is_demo ? _("DEMO") : "");
    tell_link(ws, status);
    if (ws->skew_s != 0) { /* as long as it is off; how things stand with the centre follows, as far as there is room */
        char clock[DOSE_CLOCK_TEXT_MAX];
        char *both = mem_format("%s%s%s", dose_clock_words(ws->skew_s, clock), status->middle[0] != '\0' ? ", " : "", status->middle);
        (void)snprintf(status->middle, sizeof status->middle, "%s", both); /* cut is fine */
        text_drop_cut(status->middle);
        mem_free(both);
        status->middle_mark = MARK_MAJOR;
        status->middle_style = STYLE_OFFLINE;
    }
    (void)snprintf(status->right, sizeof status->right, "%.60s   %s", ws->actor->name,
                   zone_clock(ws->site->zone, clock_now_us(ws->clock), now));
}

static void stop(struct shell *sh, void *app, enum shell_end end)
{
    struct workstation *ws = app;
    (void)sh;
    form_draft_keep_all(ws, true); /* before anything else can go wrong */
    ws->end_reason = end == SHELL_HUNG_UP ? SESSION_END_LOST : SESSION_END_SIGNED_OUT;
}

static unsigned run_sign_out(struct shell *sh, void *state)
{
    (void)state;
    workstation_end_session(sh, shell_app(sh), SESSION_END_SIGNED_OUT);
    return STALE_LAYOUT;
}

static unsigned sign_out_answered(struct shell *sh, void *state, int answer)
{
    return answer == 1 ? run_sign_out(sh, state) : (unsigned)STALE_CELLS;
}

static unsigned ask_sign_out(struct shell *sh, void *state)
{
    (void)state;
    shell_ask(sh, &(struct shell_question){.title = _("Sign out"),
                                           .text = _("End your session on this terminal?"),
                                           .answers = {_("Stay"), _("Sign out")},
                                           .answered = sign_out_answered});
    return STALE_CELLS;
}

/* A slip is taken back within a minute, from wherever one is by then; both records remain. */
static unsigned run_undo(struct shell *sh, void *state)
{
    struct workstation *ws = shell_app(sh);
    struct error err = ERROR_INIT;
    (void)state;
    const struct last_dose *last = ws->last_dose_count > 0 ? &ws->last_doses[ws->last_dose_count - 1] : NULL;
    if (last == NULL || clock_now_us(ws->clock) - last->at_us > DOSE_UNDO_US) {
        shell_say(sh, MESSAGE_INFO, "%s", _("Only a dose that you recorded in the last 60 seconds can be taken back; there is none."));
        return STALE_CELLS;
    }
    if (dose_undo(ws->actor, last->event, NULL, &err) != STATUS_OK) {
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    shell_say(sh, MESSAGE_GOOD, _("Taken back, both records remain: %s."), last->words);
    ws->last_dose_count--;
    shell_data_changed(sh);
    return STALE_DATA;
}

/* One chart is open at a time: finding somebody else leaves it. A form is never left this way. */
static unsigned run_find(struct shell *sh, void *state)
{
    (void)state;
    if (shell_top(sh) == &SCREEN_CHART) {
        shell_close(sh, 0);
    } else if (shell_top(sh) != &SCREEN_HOME) {
        shell_say(sh, MESSAGE_INFO, "%s", _("Save or leave this screen first (Esc); then find on Home."));
    }
    return STALE_CELLS;
}

static unsigned run_audit(struct shell *sh, void *state)
{
    (void)state;
    if (shell_top(sh) != &SCREEN_AUDIT) {
        shell_open_or_say(sh, &SCREEN_AUDIT, NULL);
    }
    return STALE_CELLS;
}

static unsigned run_import(struct shell *sh, void *state)
{
    (void)state;
    if (shell_top(sh) != &SCREEN_IMPORT) {
        shell_open_or_say(sh, &SCREEN_IMPORT, NULL);
    }
    return STALE_CELLS;
}

static unsigned run_alert_load(struct shell *sh, void *state)
{
    (void)state;
    if (shell_top(sh) != &SCREEN_ALERT_LOAD) {
        shell_open_or_say(sh, &SCREEN_ALERT_LOAD, NULL);
    }
    return STALE_CELLS;
}

static unsigned run_reconcile_report(struct shell *sh, void *state)
{
    (void)state;
    if (shell_top(sh) != &SCREEN_RECONCILE_REPORT) {
        shell_open_or_say(sh, &SCREEN_RECONCILE_REPORT, NULL);
    }
    return STALE_CELLS;
}

static unsigned run_staff(struct shell *sh, void *state)
{
    (void)state;
    if (shell_top(sh) != &SCREEN_STAFF) {
        shell_open_or_say(sh, &SCREEN_STAFF, NULL);
    }
    return STALE_CELLS;
}

static unsigned run_directory(struct shell *sh, void *state)
{
    (void)state;
    if (shell_top(sh) != &SCREEN_DIRECTORY) {
        shell_open_or_say(sh, &SCREEN_DIRECTORY, NULL);
    }
    return STALE_CELLS;
}

static unsigned run_recalls(struct shell *sh, void *state)
{
    (void)state;
    if (shell_top(sh) != &SCREEN_RECALLS) {
        shell_open_or_say(sh, &SCREEN_RECALLS, NULL);
    }
    return STALE_CELLS;
}

static unsigned run_sync(struct shell *sh, void *state)
{
    (void)state;
    if (shell_top(sh) != &SCREEN_SYNC) {
        shell_open_or_say(sh, &SCREEN_SYNC, NULL);
    }
    return STALE_CELLS;
}

static unsigned run_incidents(struct shell *sh, void *state)
{
    (void)state;
    if (shell_top(sh) != &SCREEN_INCIDENTS) {
        shell_open_or_say(sh, &SCREEN_INCIDENTS, NULL);
    }
    return STALE_CELLS;
}

static unsigned run_account(struct shell *sh, void *state)
{
    (void)state;
    if (shell_top(sh) != &SCREEN_ACCOUNT) {
        shell_open_or_say(sh, &SCREEN_ACCOUNT, NULL);
    }
    return STALE_CELLS;
}

static const struct action WORKSTATION_ACTIONS[] = {
    {"find", "F2, /", PERMISSION_PATIENT_FIND, N_("find"), N_("Find a patient: leaves the chart that is open."), run_find, 0, NULL},
    {"audit.open", "Ctrl-F", PERMISSION_AUDIT_READ, N_("audit trail"), N_("Read who did what, when and from where."), run_audit,
     ACTION_IN_BAR, NULL},
    {"import.open", "", PERMISSION_IMPORT_RUN, N_("import"), N_("Read patients from files of other systems."), run_import, 0,
     NULL},
    {"reconcile_report.open", "", PERMISSION_REPORT_READ, N_("reconciliations, counted"),
     N_("See how many lists were reconciled in time, what differed, and what was put off by whom."), run_reconcile_report, 0, NULL},
    {"alert_load.open", "", PERMISSION_REPORT_READ, N_("alert load"),
     N_("See how often findings interrupted, and how often they were gone past."), run_alert_load, 0, NULL},
    {"staff.open", "", PERMISSION_STAFF_ADMIN, N_("staff"), N_("See everybody who has an account, and add people."), run_staff, 0, NULL},
    {"dose.undo", "u, Ctrl-V", PERMISSION_DOSE_RECORD, N_("undo"), N_("Take back your last dose record, within 60 seconds."),
     run_undo, 0, NULL},
    {"session.sign_out", "F12, Ctrl-O", PERMISSION_SESSION_OWN, N_("sign out"), N_("End your session; asks."), ask_sign_out, 0,
     NULL},
    {"incident.report", "%", PERMISSION_AUDIT_READ, N_("incidents"), N_("Make the incident report of a day."), run_incidents, 0,
     NULL},
    {"account.open", "@", PERMISSION_SESSION_OWN, N_("account"),
     N_("See how long your session lasts; change password, PIN and phone codes."), run_account, 0, NULL},
    {"directory.open", "{", PERMISSION_PATIENT_READ, N_("directory"), N_("See pharmacies with their hours, and providers."), run_directory, 0,
     NULL},
    {"recalls.open", "'", PERMISSION_FILL_PREPARE, N_("recalls"), N_("See the recalled lots and who has one; recall a lot."), run_recalls, 0, NULL},
    {"sync.open", "z", PERMISSION_CLINICAL_READ, N_("sync"), N_("See how things stand with the centre, and settle conflicts."),
     run_sync, 0, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

struct shell_options workstation_options(struct workstation *ws)
{
    ws->end_reason = SESSION_END_SIGNED_OUT;
    return (struct shell_options){
        .app = ws,
        .screens = WORKSTATION_SCREENS,
        .actions = WORKSTATION_ACTIONS,
        .may = may,
        .poll = poll_changed,
        .lock = lock,
        .scan = workstation_scan,
        .status = tell_status,
        .stop = stop,
        .idle_seconds = 60 * settings_number(&ws->settings, SETTING_LOCK_AFTER),
    };
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the screens share: the workstation they run in, each other by name, and the patient's banner. Screens open each
 * other through the shell only; parts of the chart share chart_tab.h. The session belongs to Home: when Home closes, whatever the reason, it is ended. */
#ifndef SCREENS_SCREENS_H
#define SCREENS_SCREENS_H

#include "base/settings.h"
#include "service/central_link.h"
#include "service/chart.h"
#include "service/history.h"
#include "service/printing.h"
#include "service/proposals.h"
#include "service/site.h"
#include "shell/shell.h"

enum { LAST_DOSES_MAX = 32 };

struct workstation {
    const char *site_folder;     /* borrowed */
    const char *notice;          /* borrowed; lines under the sign-in form, NULL none */
    const char *device_key_path; /* borrowed; NULL: the default */
    const struct clock *clock;   /* borrowed */
    struct settings settings;    /* of the files: until somebody has signed in */
    struct site *site;           /* NULL until there is one */
    struct actor *actor;         /* NULL: nobody is signed in */
    int64_t data_version, unsent;
    bool is_joined;              /* to a centre: else nothing waits for anybody */
    int64_t skew_s;              /* how far this computer's clock is ahead of the centre's; 0: right, or not known */
    int64_t last_ok_us;          /* of the last complete exchange with it, as the site's file says; 0 never */
    struct agent_handle *agent;  /* made before the sandbox; NULL: none */
    struct agent_client *line;   /* to the agent of this site; NULL until somebody signed in */
    struct agent_status live;    /* what it said last */
    enum session_end end_reason;
    struct last_dose {
        struct uid event;
        int64_t at_us;
        char words[160]; /* "OKAFOR, Grace: metformin given" */
    } last_doses[LAST_DOSES_MAX]; /* what this person recorded, newest last: a pass records several at once */
    int last_dose_count;
    bool is_emergency;           /* the open chart is a restricted one: nothing is offered but to read and to record doses */
    struct downtime_set *sheets; /* of everybody, on their way to the printer at the set time; NULL none */
    int64_t swept_us;            /* when this session last looked for doses to close as missed */
    char back_form[32];          /* back entry after a downtime: the paper form that is being entered; "" none */
    struct zone *own_zone;       /* of who looks, where the terminal names one (TZ); NULL: it does not */
    struct uid allergies_asked;  /* this patient's missing allergies were pointed out when ordering */
    int (*run_command)(int argc, char **argv); /* a sub-command, in a process of its own (errand.h) */
    void (*site_made)(struct workstation *ws); /* site_folder has a site now: agent and walls. NULL: nothing */
    char *made_folder, *made_notice;           /* of the first run; site_folder and notice point into them */
    struct form_draft *drafts;   /* of the open forms (form_draft.h) */
    struct form_draft *leaving;  /* its person is asked what is to become of it */
};

/* Ends the person's session, and with it what the workstation does in their name. */
void workstation_sign_out(struct workstation *ws, enum session_end reason);
/* Everything but the terminal. */
struct shell_options workstation_options(struct workstation *ws);
/* Opens the site. STATUS_NOT_FOUND is no failure of the program: the sign-in screen says what to do. */
enum status workstation_open_site(struct workstation *ws, struct error *err) MUST_USE;
/* Which screen is the first one: the door of the site, or the welcome where there is none. */
const struct screen_ops *workstation_first_screen(struct workstation *ws);
/* What the settings say of this screen: once somebody signed in those of the site count too. */
void workstation_apply_settings(const struct workstation *ws, struct shell *sh);
/* Somebody signed in, with a password of their own: Home, or the sign-in screen and the reason when it does not open. */
void workstation_go_home(struct shell *sh, struct workstation *ws);
/* Half-typed forms become drafts, the session ends, the sign-in screen is there for the next person. */
void workstation_end_session(struct shell *sh, struct workstation *ws, enum session_end reason);
/* For a minute it can be taken back. */
void workstation_remember_dose(struct workstation *ws, struct uid event, const char *patient, const char *drug,
                               enum dose_status status);
void workstation_read_link(struct workstation *ws); /* what the status bar says of the centre */

/* How long, in minutes, what a pane shows counts as fresh after an exchange with the centre (ui.md rule 7, the blueprint's times). */
enum { FRESH_PROFILE = 60, FRESH_MEDICATIONS = 30, FRESH_DRUGS = 24 * 60, FRESH_DOSES = 60, FRESH_ADHERENCE = 6 * 60 };
/* "stale 2 h" when the last exchange is longer ago; "" otherwise and where there is no centre. */
const char *workstation_stale(const struct workstation *ws, int fresh_min, char *buf, size_t size);
void workstation_close(struct workstation *ws);

extern const struct screen_ops SCREEN_SIGN_IN; /* no argument */
extern const struct screen_ops SCREEN_WELCOME; /* no argument; there is no site yet */
extern const struct screen_ops SCREEN_HOME;    /* no argument */
extern const struct screen_ops SCREEN_LOCK;    /* no argument */
extern const struct screen_ops SCREEN_AUDIT;   /* NULL, or const struct uid *: what was done about this patient */
extern const struct screen_ops SCREEN_IMPORT;  /* no argument */
extern const struct screen_ops SCREEN_CHART;   /* const struct uid *: the patient */
extern const struct screen_ops SCREEN_PERSON;  /* const struct uid *: who is looked at, without a chart */
extern const struct screen_ops SCREEN_PATIENT; /* const struct uid *: who is corrected; UID_NONE: a new patient */
extern const struct screen_ops SCREEN_ALLERGY, SCREEN_PROBLEM, SCREEN_METRIC; /* const struct row_argument * */
extern const struct screen_ops SCREEN_PREGNANCY; /* const struct uid *: the patient */
extern const struct screen_ops SCREEN_HISTORY; /* const struct history_argument * */
extern const struct screen_ops SCREEN_ORDER;   /* const struct order_argument * */
extern const struct screen_ops SCREEN_DOSE;    /* const struct dose_argument * */
extern const struct screen_ops SCREEN_ORDER_END; /* const struct order_end_argument * */
extern const struct screen_ops SCREEN_SIGN;      /* const struct sign_argument * */
extern const struct screen_ops SCREEN_ALERT;     /* const struct alert_argument * */
extern const struct screen_ops SCREEN_PRINT;   /* const struct print_argument *: screen_print_open() */
extern const struct screen_ops SCREEN_STAFF;   /* no argument */
extern const struct screen_ops SCREEN_RECALLS; /* no argument */
extern const struct screen_ops SCREEN_LOT;     /* const char *: the lot; copied */
extern const struct screen_ops SCREEN_RECALL;  /* no argument */
extern const struct screen_ops SCREEN_DIRECTORY; /* no argument */
extern const struct screen_ops SCREEN_CARE;    /* const struct uid *: the patient */
extern const struct screen_ops SCREEN_SYNC;    /* no argument */
extern const struct screen_ops SCREEN_CENTRAL; /* const char *: what was typed so far; copied */
extern const struct screen_ops SCREEN_RECONCILE; /* const struct row_argument *: patient, session */
extern const struct screen_ops SCREEN_DRUG;    /* const char *: the drug as an order names it */
extern const struct screen_ops SCREEN_ALERT_LOAD; /* no argument */
extern const struct screen_ops SCREEN_RECONCILE_REPORT; /* no argument */
extern const struct screen_ops *const WORKSTATION_SCREENS[];

/* Restricted records: the emergency that opens one, who may open it otherwise, and the review of an emergency. */
extern const struct screen_ops SCREEN_BREAK_GLASS; /* const struct uid *: the patient */
extern const struct screen_ops SCREEN_RECORDS;     /* const struct uid *: the patient */
extern const struct screen_ops SCREEN_STAY;        /* const struct uid *: the patient */
extern const struct screen_ops SCREEN_RESTRICT;    /* const struct uid *: the patient */
extern const struct screen_ops SCREEN_ERASE;       /* const struct uid *: the patient */
extern const struct screen_ops SCREEN_REVIEW;      /* const struct uid *: the opening */
extern const struct screen_ops SCREEN_SOLO;        /* const struct uid *: the decision */
extern const struct screen_ops SCREEN_INCIDENTS;   /* no argument */

/* The own account and what proves who one is. The two behind it are opened by it, after a proof. */
enum own_secret { OWN_PASSWORD, OWN_PIN, OWN_FIRST_PASSWORD /* instead of one that was given; Home comes behind it */ };
extern const struct screen_ops SCREEN_RECOVERY;   /* no argument: the site's recovery key, for administrators */
extern const struct screen_ops SCREEN_ACCOUNT;    /* no argument */
extern const struct screen_ops SCREEN_FACTOR;     /* no argument */
extern const struct screen_ops SCREEN_OWN_SECRET; /* const enum own_secret * */

/* A form that can be half-typed, and how Home leads back to it. The patient's chart is open then; detail is what stands
 * behind the colon of the draft's name, or "". */
struct draft_form {
    const char *name;  /* "order.add" */
    const char *label; /* N_(): "New medication" */
    void (*resume)(struct shell *sh, struct uid patient, const char *detail);
};
extern const struct draft_form *const WORKSTATION_DRAFT_FORMS[]; /* NULL ends */
extern const struct draft_form DRAFT_ORDER_CHANGE, DRAFT_ORDER_HOLD, DRAFT_ORDER_RESUME, DRAFT_ORDER_STOP;
extern const struct draft_form DRAFT_ORDER, DRAFT_DOSE;
extern const struct draft_form DRAFT_ALLERGY, DRAFT_ALLERGY_CORRECT, DRAFT_PROBLEM, DRAFT_PROBLEM_CORRECT, DRAFT_METRIC,
    DRAFT_METRIC_CORRECT, DRAFT_PREGNANCY, DRAFT_STAY, DRAFT_PATIENT, DRAFT_PATIENT_CORRECT;

/* A row of the chart that is corrected; row UID_NONE: a new one. */
struct row_argument {
    struct uid patient, row;
};

/* What became of a row. */
struct history_argument {
    struct uid patient, row;
    enum history_kind kind;
    const char *title; /* of the row: "penicillin"; copied */
};

/* One dose to be recorded. slot UID_NONE: the order's nearest open dose; as needed: a dose without a slot. In a pass the
 * patient is identified already and products may be scanned; elsewhere both are nothing. */
struct dose_argument {
    struct uid patient, order, slot;
    enum identified_by identified_by;
    const char *product; /* codes with a space between; copied */
};
/* The effect of an as-needed dose. */
struct effect_argument {
    struct uid patient, event;
};
extern const struct screen_ops SCREEN_DOSE_EFFECT; /* const struct effect_argument * */
extern const struct screen_ops SCREEN_DOSE_DOUBLE; /* const struct uid *: the slot */
extern const struct screen_ops SCREEN_MAR;         /* const struct uid *: the patient */
extern const struct screen_ops SCREEN_ROUND;       /* no argument */
/* A medication pass of one patient. */
struct pass_argument {
    struct uid patient;
    const char *wristband; /* what was scanned, or NULL: to be identified there */
};
extern const struct screen_ops SCREEN_PASS; /* const struct pass_argument * */
/* A second person signs in over the screen whose act needs one. check: they also type drug, dose and rate of this event,
 * unseen (borrowed until then); NULL: who they are is enough. `stands` is called with the state of the screen that asked. */
struct double_check;
struct witness;
typedef unsigned (*second_fn)(struct shell *sh, void *state, const struct witness *who, const struct double_check *check);
struct second_argument {
    const char *title, *text; /* translated; copied */
    const struct dose_event *check;
    second_fn stands;
};
extern const struct screen_ops SCREEN_SECOND; /* const struct second_argument * */
/* A controlled drug that was taken out and not given. removal UID_NONE: of this order, nothing was taken out yet. */
struct waste_argument {
    struct uid patient, order, removal;
};
extern const struct screen_ops SCREEN_TASK;    /* const struct dose_task *; copied */
extern const struct screen_ops SCREEN_WASTE;   /* const struct waste_argument * */
/* One short text, over the screen that wants it. `given` is called with that screen's state. */
struct text_argument {
    const char *title; /* translated; copied */
    const char *label; /* N_() */
    size_t max_bytes;
    unsigned (*given)(struct shell *sh, void *state, const char *text);
};
extern const struct screen_ops SCREEN_TEXT;     /* const struct text_argument * */
extern const struct screen_ops SCREEN_HANDOVER; /* no argument */
extern const struct screen_ops SCREEN_CABINET; /* no argument */
extern const struct screen_ops SCREEN_COUNT;   /* const char *: the drug; NULL: a new one */
#define KEYS_RECORD "F6, Ctrl-D"
#define KEYS_HISTORY "v, Ctrl-E"
#define KEYS_CHANGE "e"
#define KEYS_RECORDS "\\"
#define KEYS_ADD "F5, a, Ctrl-N"
#define KEYS_CHART "F11, Ctrl-B"
#define KEYS_NEW_PATIENT "F7, Ctrl-A"

/* A planned dose on a list: sign, words ("65 min late", "due till 10:40", "given"), style of the words. */
#define SLOT_WORDS_MAX 64
enum mark slot_mark(const struct dose_slot *slot);
enum style slot_style(const struct dose_slot *slot);
const char *slot_words(const struct dose_slot *slot, int64_t now_us, const struct zone *zone, char buf[SLOT_WORDS_MAX]);
/* The same where it is said elsewhere that somebody has its form open. */
const char *slot_plain_words(const struct dose_slot *slot, int64_t now_us, const struct zone *zone, char buf[SLOT_WORDS_MAX]);
/* Who looks from another zone sees both times (clinical.md 4.B.13). "14:00 CET", with the date where it is another day there; "" where
 * their clock shows what the site's does. */
#define HERE_WORDS_MAX 64
const char *here_words(const struct workstation *ws, int64_t at_us, char buf[HERE_WORDS_MAX]);
/* "Times are America/New_York (EST); here it is 14:20 CET"; with a chosen moment (0 none) that one too. NULL where there is nothing to
 * say; the caller frees. */
char *here_note(const struct workstation *ws, int64_t chosen_us);
/* Who recorded it, what was measured before, when the patient is expected back, which paper form. The caller frees. */
char *dose_record_words(const struct dose_event *event, const struct zone *zone);

/* Decisions on what interrupts, one finding at a time. Proposal and chart stay with who asked, until `decided` was called
 * with the state of the screen that asked. */
enum alert_outcome {
    ALERT_BACK,    /* nothing is added, what was typed stays */
    ALERT_ANOTHER, /* another drug is wanted */
    ALERT_GO_ON    /* every finding has its answer */
};
struct alert_decision {
    const struct finding_answer *answers; /* of ALERT_GO_ON; borrowed for the call */
    size_t answer_count;
    const struct witness *second; /* NULL: nobody was needed */
};
struct alert_argument {
    const struct proposal *proposal;
    const struct chart *chart;
    unsigned (*decided)(struct shell *sh, void *state, enum alert_outcome outcome, const struct alert_decision *decision);
};

/* Preview and print. The screen owns the document from then on (also when it cannot be opened); the screen below gets
 * EVENT_CLOSED "print" with 1 when it was printed. The key of "print" is KEYS_PRINT wherever there is something to print. */
struct list_out;
struct print_argument {
    struct document *document;
    struct print_request request;
    struct list_out *list; /* owned too: what is shown is a list, and can be saved as a file; NULL: it is none */
};
void screen_print_open(struct shell *sh, struct document *document, const struct print_request *request);
/* The same for a work list, which is the screen's from then on. */
void screen_print_list(struct shell *sh, struct list_out *list);

/* A new order, or a change of one. */
struct order_argument {
    struct uid patient, order; /* order UID_NONE: a new one */
};

/* An order that was given by word of mouth, to be signed by who gave it. */
struct sign_argument {
    struct uid patient, signature;
};

/* An order that a pharmacist looks at, or about which one asked something. */
struct verify_argument {
    struct uid patient, order;
};
extern const struct screen_ops SCREEN_VERIFY;

/* An order at the counter: its fill in the queue, or a new one. */
struct fill_argument {
    struct uid patient, order, fill; /* fill UID_NONE: the one in the queue, else a new one */
};
extern const struct screen_ops SCREEN_FILL;

/* Hold, resume or stop an order. */
struct order_end_argument {
    struct uid patient, order;
    enum order_action action;
};

/* A service answered STATUS_STEP_UP: the person is asked for the password (and code) over the screen that acted. Once it
 * is right `proved` is called with that screen's state and does the same again; Esc leaves everything as it was:
 *
 *     if (status == STATUS_STEP_UP) {
 *         return step_up_ask(sh, &err, run_save);
 *     }
 */
typedef unsigned (*step_up_fn)(struct shell *sh, void *state);
unsigned step_up_ask(struct shell *sh, const struct error *why, step_up_fn proved);
extern const struct screen_ops SCREEN_STEP_UP; /* through step_up_ask() only */

/* A scan that the screen had no use for (scan_route.c). *out_patient: whose wristband or prescription it is, UID_NONE:
 * nobody's. workstation_scan() is the same where another chart may be open: it only says so. */
/* At the counter a prescription's label leads to its fill. False: it is no such scan, or no such role. */
bool scan_opens_fill(struct shell *sh, struct workstation *ws, const struct event *event);
unsigned scan_route(struct shell *sh, struct workstation *ws, const struct event *event, struct uid *out_patient);
unsigned workstation_scan(struct shell *sh, void *app, const struct event *event);

/* The rows that say who this is; the first rows of every screen about a patient. */
enum { BANNER_ROWS = 4 };
void banner_draw(struct area a, const struct chart *chart, struct date today, const struct zone *zone);

#endif

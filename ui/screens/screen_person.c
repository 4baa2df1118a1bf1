/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who a patient is, for those who see no chart: the front desk and the privacy officer. It is looked at here; correcting it is
 * another key. */
#include "base/i18n.h"
#include "base/memory.h"
#include "screens/facts.h"
#include "service/patients.h"
#include "service/pickups.h"

enum { HEAD_ROWS = 2 };

struct person {
    struct workstation *ws;
    struct patient row;
    struct facts facts;
};

/* Whether something waits for them at the counter, for those who may know that; `read` is the first reading or the next one. */
static enum status add_pickup(struct person *s, enum status (*read)(struct actor *, struct uid, struct pickup *, struct error *), struct error *err)
{
    struct pickup pickup = {0};
    facts_of_person(&s->facts, &s->row, site_today(s->ws->site));
    if (!actor_may(s->ws->actor, PERMISSION_PICKUP_READ)) {
        return STATUS_OK;
    }
    enum status status = read(s->ws->actor, s->row.id, &pickup, err);
    if (status == STATUS_OK) {
        char *text = pickup_text(s->ws->site, &pickup);
        facts_add(&s->facts, _("At the counter"), "%s", text);
        mem_free(text);
        pickup_release(&pickup);
    }
    return status;
}

static enum status person_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct uid *patient = argument;
    struct person *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    enum status status = patient_open(s->ws->actor, *patient, &s->row, err);
    if (status == STATUS_OK) {
        status = add_pickup(s, pickup_get, err);
    }
    if (status != STATUS_OK) {
        patient_release(&s->row);
        mem_free(s);
        return status;
    }
    *out_state = s;
    return STATUS_OK;
}

static void person_close(void *state)
{
    struct person *s = state;
    patient_release(&s->row);
    mem_free(s);
}

static void person_layout(void *state, struct area body)
{
    facts_layout(&((struct person *)state)->facts, area_rows(body, HEAD_ROWS, body.rows - HEAD_ROWS));
}

static void person_draw(void *state, struct area body)
{
    struct person *s = state;
    char *name = patient_display_name(&s->row);
    draw_text(body, 0, 1, STYLE_HEADING, name);
    mem_free(name);
    facts_draw(&s->facts);
}

static unsigned person_key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return facts_key(&((struct person *)state)->facts, event);
}

/* The row was read under the audit row of before: the same person is still looked at. */
static unsigned person_event(struct shell *sh, void *state, const struct event *event)
{
    struct person *s = state;
    struct patient fresh;
    struct error err = ERROR_INIT;
    if (event->kind == EVENT_CLOSED) {
        return STALE_DATA;
    }
    if (event->kind != EVENT_DATA) {
        return EVENT_UNHANDLED;
    }
    if (patient_open_again(s->ws->actor, s->row.id, &fresh, &err) != STATUS_OK) {
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    patient_release(&s->row);
    s->row = fresh;
    if (add_pickup(s, pickup_get_again, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    }
    return STALE_CELLS;
}

static unsigned run_change(struct shell *sh, void *state)
{
    shell_open_or_say(sh, &SCREEN_PATIENT, &((struct person *)state)->row.id);
    return STALE_CELLS;
}

static unsigned run_history(struct shell *sh, void *state)
{
    struct person *s = state;
    char *name = patient_display_name(&s->row);
    shell_open_or_say(sh, &SCREEN_HISTORY, &(struct history_argument){s->row.id, s->row.id, HISTORY_PATIENT, name});
    mem_free(name);
    return STALE_CELLS;
}

static unsigned run_seen(struct shell *sh, void *state)
{
    shell_open_or_say(sh, &SCREEN_AUDIT, &((struct person *)state)->row.id);
    return STALE_CELLS;
}

static unsigned run_restrict(struct shell *sh, void *state)
{
    shell_open_or_say(sh, &SCREEN_RESTRICT, &((struct person *)state)->row.id);
    return STALE_CELLS;
}

static unsigned run_erase(struct shell *sh, void *state)
{
    shell_open_or_say(sh, &SCREEN_ERASE, &((struct person *)state)->row.id);
    return STALE_CELLS;
}

static unsigned run_records(struct shell *sh, void *state)
{
    shell_open_or_say(sh, &SCREEN_RECORDS, &((struct person *)state)->row.id);
    return STALE_CELLS;
}

static unsigned run_open(struct shell *sh, void *state)
{
    shell_open_or_say(sh, &SCREEN_CARE, &((struct person *)state)->row.id);
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, PERMISSION_PATIENT_READ, N_("providers, insurance"), N_("See who cares for the patient, what they may, and who pays."),
     run_open, ACTION_IN_BAR, NULL},
    {"change", KEYS_CHANGE, PERMISSION_PATIENT_WRITE, N_("correct"), N_("Correct who this patient is."), run_change, ACTION_IN_BAR, NULL},
    {"history", KEYS_HISTORY, PERMISSION_PATIENT_READ, N_("history"), N_("Show who changed this, when and how."), run_history, ACTION_IN_BAR, NULL},
    {"audit.open", "Ctrl-F", PERMISSION_AUDIT_READ, N_("who saw it"), N_("Show who opened or changed this patient's chart."), run_seen,
     ACTION_IN_BAR, NULL},
    {"privacy.restrict", "}", PERMISSION_PATIENT_RESTRICT, N_("restrict"), N_("Say who may open this patient's record."), run_restrict,
     ACTION_IN_BAR, NULL},
    {"privacy.erase", "`", PERMISSION_ERASE_PATIENT, N_("erase"), N_("Erase this person's record where the law asks for it."), run_erase,
     0, NULL},
    {"patient.records", KEYS_RECORDS, PERMISSION_PATIENT_READ, N_("records"), N_("See, join or part the records of this person."), run_records,
     0, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_PERSON = {
    .name = "person",
    .title = N_("Who a patient is"),
    .open = person_open,
    .layout = person_layout,
    .draw = person_draw,
    .key = person_key,
    .event = person_event,
    .close = person_close,
    .actions = ACTIONS,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/access.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "service/act.h"

static const struct {
    const char *action, *words;
    bool is_read;
} known[] = {
    {"session.start", N_("signed in"), true},
    {"session.end", N_("signed out"), true},
    {"session.password", N_("changed the own password"), false},
    {"privacy.restrict", N_("restricted the record"), false},
    {"privacy.lift", N_("lifted the restriction of the record"), false},
    {"privacy.name", N_("named somebody who may open the record"), false},
    {"privacy.unname", N_("took somebody's name off the record"), false},
    {"privacy.read", N_("looked at who may open the record"), true},
    {"emergency.ask", N_("was shown that the record is restricted"), true},
    {"emergency.begin", N_("opened the restricted record in an emergency"), true},
    {"emergency.end", N_("left the restricted record"), true},
    {"emergency.list", N_("looked at the emergency openings"), true},
    {"emergency.review", N_("reviewed an emergency opening"), false},
    {"incident.report", N_("made the incident report"), true},
    {"site.rekey_begin", N_("began to change the site's key"), false},
    {"site.rekey", N_("changed the site's key"), false},
    {"site.recovery_renew", N_("made a new recovery key"), false},
    {"site.recover", N_("opened an account with the recovery key"), false},
    {"session.rehash", N_("had the own password sealed at the present cost"), false},
    {"session.unlock", N_("unlocked the screen"), true},
    {"session.pin", N_("set a PIN for the session"), false},
    {"session.prove", N_("typed the own password once more"), false},
    {"session.factor_add", N_("set up the own second factor"), false},
    {"staff.factor_remove", N_("took the second factor off an account"), false},
    {"witness.authenticate", N_("stood in as a second person"), false},
    {"draft.list", N_("looked at the own drafts"), true},
    {"draft.open", N_("went on with a draft"), true},
    {"draft.save", N_("kept a draft"), false},
    {"draft.discard", N_("threw a draft away"), false},
    {"staff.list", N_("looked at the list of staff"), true},
    {"staff.add", N_("added an account"), false},
    {"staff.disable", N_("closed an account"), false},
    {"staff.enable", N_("opened an account again"), false},
    {"staff.role", N_("gave an account another role"), false},
    {"staff.reset", N_("gave an account another password"), false},
    {"staff.look", N_("looked at an account"), true},
    {"staff.sessions", N_("looked where somebody is signed in"), true},
    {"staff.sessions_end", N_("ended somebody's sessions"), false},
    {"staff.license", N_("changed somebody's license"), false},
    {"staff.unlock", N_("let a locked-out person try again"), false},
    {"settings.change", N_("changed a setting of the site"), false},
    {"list.export", N_("saved a work list as a file"), false},
    {"list.print", N_("looked at a work list for printing"), true},
    {"audit.read", N_("read the audit trail"), true},
    {"audit.verify", N_("verified the audit chain"), true},
    {"site.check", N_("checked the site's file"), true},
    {"chart.open", N_("opened the chart"), true},
    {"patient.read", N_("looked up who the patient is"), true},
    {"patient.find_end", N_("chose the patient from a search"), true},
    {"access.read", N_("looked at this list"), true},
    {"history.read", N_("looked at what became of a record"), true},
    {"patient.register", N_("registered the patient"), false},
    {"patient.correct", N_("corrected who the patient is"), false},
    {"import.patient", N_("imported records"), false},
    {"demo.patient", N_("made up this demo patient"), false},
    {"allergy.add", N_("added an allergy"), false},
    {"allergy.correct", N_("corrected an allergy"), false},
    {"allergy.assess", N_("recorded the allergy status"), false},
    {"condition.add", N_("added a problem"), false},
    {"condition.correct", N_("corrected a problem"), false},
    {"metric.record", N_("recorded measurements"), false},
    {"pregnancy.record", N_("recorded pregnancy or breastfeeding"), false},
    {"order.add", N_("added an order"), false},
    {"order.change", N_("changed an order"), false},
    {"order.hold", N_("held an order"), false},
    {"order.resume", N_("resumed an order"), false},
    {"order.stop", N_("stopped an order"), false},
    {"order.propose", N_("checked an order that was not saved"), true},
    {"order.decline", N_("turned an order down because of a finding"), false},
    {"dose.record", N_("recorded a dose"), false},
    {"dose.correct", N_("corrected a dose"), false},
    {"dose.undo", N_("took a dose back"), false},
    {"fill.start", N_("put a prescription in the counter's queue"), false},
    {"fill.step", N_("took a step with a fill"), false},
    {"fill.check", N_("gave a filled prescription its final check"), false},
    {"fill.hand_over", N_("handed a prescription over"), false},
    {"fill.label", N_("printed a label"), false},
    {"fill.history", N_("looked at the fills of a prescription"), true},
    {"refill.ask", N_("asked another workstation for a refill"), false},
    {"relationship.list", N_("looked at who cares for the patient"), true},
    {"relationship.set", N_("changed what a provider may see and do"), false},
    {"relationship.revoke", N_("took a provider's rights back"), false},
    {"medications.share", N_("made the list of medicines for a provider"), true},
    {"insurance.list", N_("looked at who pays"), true},
    {"insurance.add", N_("added an insurance"), false},
    {"insurance.change", N_("changed an insurance"), false},
    {"insurance.end", N_("ended an insurance"), false},
};

const char *access_words(const char *action)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].action, action) == 0) {
            return _(known[i].words);
        }
    }
    return action;
}

static bool is_read(const struct audit_line *line)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].action, line->action) == 0) {
            return known[i].is_read;
        }
    }
    return false; /* shown among the writes: too much rather than too little */
}

/* Reads and writes are told apart by the action; the list is cut after that. */
static void keep_only(struct audit_line_list *list, enum access_what what)
{
    struct audit_line_list kept = {.is_cut = list->is_cut}, dropped = {0};
    for (size_t i = 0; i < list->len; i++) {
        bool wanted = what == ACCESS_ALL || is_read(&list->items[i]) == (what == ACCESS_READS);
        struct audit_line_list *into = wanted ? &kept : &dropped;
        MEM_GROW(into);
        into->items[into->len++] = list->items[i]; /* the strings go over */
    }
    mem_free(list->items);
    audit_line_list_release(&dropped);
    *list = kept;
}

enum status access_refresh(struct actor *actor, struct uid patient, enum access_what what, struct uid actor_id, int limit,
                           struct audit_line_list *out, struct error *err)
{
    const struct audit_query query = {.subject = patient, .actor = actor_id, .action_begin = "", .before_us = INT64_MAX, .limit = limit};
    if (!actor_may(actor, PERMISSION_ACCESS_READ)) {
        return actor_refuse(actor, err);
    }
    enum status status = audit_list_subject(actor->site->store, &query, out, err);
    if (status == STATUS_OK) {
        keep_only(out, what);
    }
    return status;
}

enum status access_list(struct actor *actor, struct uid patient, enum access_what what, struct uid actor_id, int limit,
                        struct audit_line_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_ACCESS_READ, "access.read", "audit_logs", patient);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? access_refresh(actor, patient, what, actor_id, limit, out, err) : status;
}

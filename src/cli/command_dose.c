/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "model/dose_score.h"
#include "service/chart.h"
#include "service/doses.h"
#include "service/doses_second.h"
#include "service/patients.h"

/* What the flags say, ready to be recorded; the strings are borrowed from argv. */
static enum status fill(const struct invocation *call, const struct site *site, const struct chart *chart,
                        struct dose_event *event, struct error *err)
{
    const char *order = flag_value(call, "order"), *slot = flag_value(call, "slot");
    int64_t slot_us = 0;
    struct uid order_id;
    const struct order *found = NULL;
    enum status status = uid_parse(order, &order_id, err);
    if (status == STATUS_OK && strcmp(slot, "prn") != 0) {
        status = instant_parse_iso(slot, &slot_us, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < chart->orders.len; i++) {
        const struct order *o = &chart->orders.items[i];
        if (uid_compare(o->id, order_id) == 0) {
            found = o;
            event->order = o->id;
            event->order_version = o->version;
            event->amount = o->sig.dose;
            event->unit = o->sig.unit;
            event->route = o->sig.route;
        }
    }
    if (found == NULL) {
        return error_set_field(err, STATUS_NOT_FOUND, "order", _("This patient has no such order."));
    }
    for (size_t i = 0; i < chart->slots.len; i++) {
        const struct dose_slot *s = &chart->slots.items[i];
        if (slot_us != 0 && s->planned_us == slot_us && uid_compare(s->order, order_id) == 0) {
            struct sig step;
            const struct order *version = chart_slot_order(chart, s);
            sig_step(&version->sig, s->step, &step);
            event->order_version = version->version;
            event->unit = step.unit;
            event->route = step.route;
            event->slot = s->id;
            event->planned_us = s->planned_us;
            event->amount = step.dose;
        }
    }
    if (slot_us != 0 && uid_is_none(event->slot)) {
        return error_set_field(err, STATUS_NOT_FOUND, "slot", _("This order has no dose planned at that time."));
    }
    event->patient = chart->patient.id;
    event->occurred_us = clock_now_us(site->clock);
    event->recorded_via = RECORDED_VIA_COMMAND;
    if (flag_given(call, "time")) {
        status = instant_parse_iso(flag_value(call, "time"), &event->occurred_us, err);
    }
    if (status == STATUS_OK && !dose_status_is_taken(event->status)) {
        event->amount = (struct decimal){0, 0};
        event->unit = UNIT_NONE;
    } else if (status == STATUS_OK && flag_given(call, "amount")) {
        status = dose_amount_parse(flag_value(call, "amount"), &event->amount, &event->unit, err);
    }
    return status;
}

static enum status identify(const struct invocation *call, struct actor *actor, struct uid patient,
                            enum identified_by *out, struct error *err)
{
    const char *wristband = flag_value(call, "wristband"), *both = flag_value(call, "identifiers");
    if (wristband != NULL) {
        return patient_identify(actor, patient, true, wristband, NULL, out, err);
    }
    const char *comma = both == NULL ? NULL : strchr(both, ',');
    if (comma == NULL) {
        return error_set_field(err, STATUS_REFUSED, "identifiers",
                               _("Identify the patient: --wristband CODE, or --identifiers \"NAME,BIRTH DATE\"."));
    }
    char *first = mem_copy_bytes(both, (size_t)(comma - both));
    enum status status = patient_identify(actor, patient, false, first, comma + 1, out, err);
    mem_free(first);
    return status;
}

/* The questions that a flag answers. */
static unsigned accepted(const struct invocation *call)
{
    return (flag_given(call, "second") ? DOSE_ASK_ALREADY | DOSE_ASK_DUPLICATE : 0u) |
           (flag_given(call, "despite-double") ? (unsigned)DOSE_ASK_UNRESOLVED : 0u) |
           (flag_given(call, "override-read") ? (unsigned)DOSE_ASK_OVERRIDE : 0u) |
           (flag_given(call, "give-late") ? (unsigned)DOSE_ASK_VERY_LATE : 0u);
}

/* Second persons cannot sign in on a command line; what was taken out and who gave it can be said. */
static enum status record_beside(const struct invocation *call, struct actor *actor, struct dose_event *event, struct uid *out,
                                 struct error *err)
{
    struct dose_with with = {.removed = event->amount, .removed_unit = event->unit};
    char form[32] = "", rate[32] = "", score[DOSE_SCORE_MAX] = "";
    (void)snprintf(form, sizeof form, "%s", flag_given(call, "form") ? flag_value(call, "form") : "");
    (void)snprintf(rate, sizeof rate, "%s", flag_given(call, "rate") ? flag_value(call, "rate") : "");
    (void)snprintf(score, sizeof score, "%s", flag_given(call, "score-before") ? flag_value(call, "score-before") : "");
    event->form_number = form;
    event->score_before = score;
    event->rate = rate;
    event->recorded_via = form[0] != '\0' ? RECORDED_VIA_BACK_ENTRY : event->recorded_via;
    event->told = (enum was_told)enum_value(ENUM_WAS_TOLD, flag_value(call, "told"));
    event->unverified_reason = (enum unverified_reason)enum_value(ENUM_UNVERIFIED_REASON, flag_value(call, "unverified"));
    if (flag_given(call, "told") && event->told == WAS_TOLD_NONE_GIVEN) {
        event->form_number = event->rate = event->score_before = NULL;
        return error_set_field(err, STATUS_INVALID, "told", _("Say --told yes or --told no."));
    }
    enum status status = dose_person_find(actor, flag_given(call, "given-by") ? flag_value(call, "given-by") : "", "given-by",
                                          &event->given_by, err);
    if (status == STATUS_OK) {
        status = dose_person_find(actor, flag_given(call, "instructor") ? flag_value(call, "instructor") : "", "instructor",
                                  &event->instructor, err);
    }
    if (status == STATUS_OK && flag_given(call, "removed")) {
        status = dose_amount_parse(flag_value(call, "removed"), &with.removed, &with.removed_unit, err);
    }
    status = status == STATUS_OK ? dose_record_with(actor, event, accepted(call), &with, out, err) : status;
    event->form_number = event->rate = event->score_before = NULL;
    return status;
}

static enum status record(const struct invocation *call, struct site *site, struct actor *actor, struct uid *out,
                          struct error *err)
{
    struct chart *chart = NULL;
    struct uid patient;
    struct dose_event event = {.status = (enum dose_status)enum_value(ENUM_DOSE_STATUS, flag_value(call, "status"))};
    char reason[64] = "", text[256] = "", timing[64] = "", product[128] = "", body_site[32] = "";
    if (event.status == DOSE_STATUS_NONE_GIVEN) {
        return error_set_field(err, STATUS_INVALID, "status", _("Say --status given, held, refused ..."));
    }
    (void)snprintf(reason, sizeof reason, "%s", flag_given(call, "reason") ? flag_value(call, "reason") : "");
    (void)snprintf(text, sizeof text, "%s", flag_given(call, "reason-text") ? flag_value(call, "reason-text") : "");
    (void)snprintf(timing, sizeof timing, "%s", flag_given(call, "timing") ? flag_value(call, "timing") : "");
    (void)snprintf(product, sizeof product, "%s", flag_given(call, "product") ? flag_value(call, "product") : "");
    (void)snprintf(body_site, sizeof body_site, "%s", flag_given(call, "body-site") ? flag_value(call, "body-site") : "");
    event.reason = reason;
    event.reason_text = text;
    event.timing_reason = timing[0] != '\0' ? timing : NULL;
    event.product_code = product;
    event.body_site = body_site;
    event.no_scan_reason = (enum no_scan_reason)enum_value(ENUM_NO_SCAN_REASON, flag_value(call, "no-scan"));
    enum status status = patient_resolve(actor, call->words[0], &patient, err);
    if (status == STATUS_OK) {
        status = chart_open(actor, patient, 48, 48, &chart, err);
    }
    if (status == STATUS_OK) {
        status = fill(call, site, chart, &event, err);
    }
    if (status == STATUS_OK) {
        status = identify(call, actor, patient, &event.identified_by, err);
    }
    if (status == STATUS_OK) {
        status = record_beside(call, actor, &event, out, err);
    }
    chart_free(chart);
    return status;
}

/* The words that a refused flag would take; the screens show them, a script has to be told. */
static void print_words_of(enum enum_kind kind)
{
    for (int value = 1; enum_word(kind, value) != NULL; value++) {
        fprintf(stderr, "%s%s", value == 1 ? "" : ", ", enum_word(kind, value));
    }
    fputc('\n', stderr);
}

static int fail(const struct invocation *call, const struct error *err)
{
    static const struct {
        const char *field;
        enum enum_kind kind;
    } lists[] = {{"timing_reason", ENUM_TIMING_REASON}, {"no_scan_reason", ENUM_NO_SCAN_REASON}, {"body_site", ENUM_BODY_SITE},
                 {"unverified", ENUM_UNVERIFIED_REASON}};
    int code = command_fail(err);
    if (strcmp(err->field, "reason") == 0) {
        enum dose_status status = (enum dose_status)enum_value(ENUM_DOSE_STATUS, flag_value(call, "status"));
        print_words_of(dose_reason_kind(status, strcmp(flag_value(call, "slot"), "prn") == 0));
    }
    if (strcmp(err->field, "explained") == 0 || strcmp(err->field, "prescriber_told") == 0) {
        fprintf(stderr, "%s\n", _("Say --told yes or --told no."));
    }
    if (strcmp(err->field, "score_before") == 0) {
        fprintf(stderr, "%s\n", _("Say --score-before 7, or --score-before not_possible."));
    }
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (strcmp(err->field, lists[i].field) == 0) {
            print_words_of(lists[i].kind);
        }
    }
    return code;
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    struct uid event;
    char id[UID_TEXT_MAX];
    if (call->word_count != 1 || !flag_given(call, "order") || !flag_given(call, "slot") || !flag_given(call, "status")) {
        return command_usage(call, _("one patient, --order, --slot and --status are needed"));
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    enum status status = record(call, site, actor, &event, &err);
    command_leave(site, actor);
    if (status != STATUS_OK) {
        return fail(call, &err);
    }
    if (call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        json_begin_object(&w);
        json_write_member(&w, "event", uid_format(event, id));
        json_write_member(&w, "saved", "here");
        json_end_object(&w);
        command_print_json(&w);
    } else {
        printf(_("saved here: %s\n"), uid_format(event, id));
    }
    return 0;
}

const struct command COMMAND_dose = {
    .name = "dose",
    .usage = "PATIENT --order ID --slot TIME|prn --status given (--wristband CODE | --identifiers A,B)",
    .help = N_("Records a dose as the screen does, under the same rules."),
    .flags = {{"order", "ID", N_("the order")},
              {"slot", "TIME", N_("planned time, ISO 8601 with offset, or prn")},
              {"status", "WORD", N_("given, partial, held, refused, unavailable, away, self")},
              {"wristband", "CODE", N_("what the wristband says")},
              {"identifiers", "A,B", N_("two of name, birth date, MRN")},
              {"product", "CODE", N_("what the product's code says")},
              {"no-scan", "REASON", N_("why no product was scanned")},
              {"reason", "WORD", N_("reason of a hold or refusal")},
              {"reason-text", "TEXT", N_("more words")},
              {"told", "yes|no", N_("refused: whether it was explained to the patient; a high-alert drug held: whether the prescriber was told")},
              {"score-before", "SCORE", N_("as needed: how bad it was before, 0 to 10 or not_possible; fever: the temperature; breath: the saturation")},
              {"timing", "WORD", N_("reason for an early, late or too soon dose")},
              {"body-site", "WORD", N_("where on the body: abdomen_left ...")},
              {"amount", "AMOUNT", N_("what was taken, when it is not what is ordered: \"250 mg\"")},
              {"time", "TIME", N_("when it happened, ISO 8601 with offset; now when left out")},
              {"unverified", "REASON", N_("why it is given before a pharmacist has verified the order")},
              {"removed", "AMOUNT", N_("controlled drug: what was taken out; as much as is given when left out")},
              {"rate", "RATE", N_("of an infusion: \"12 mL/h\"")},
              {"given-by", "NAME", N_("sign-in name of who gave it, when it was somebody else")},
              {"instructor", "NAME", N_("a student's instructor, who signs for it later")},
              {"form", "NUMBER", N_("back entry: number of the paper form")},
              {"give-late", NULL, N_("give it although the next dose is closer")},
              {"override-read", NULL, N_("what was decided about a contraindicated finding of the order was read")},
              {"despite-double", NULL, N_("an earlier dose may have been given twice, and this one is given knowingly")},
              {"second", NULL, N_("the slot is recorded already and this is another dose: kept as a conflict")}},
    .run = run,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `verify` and `fills`: the pharmacist's queue and the counter's lists for scripts, and recalls by lot. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/fills_list.h"
#include "service/printing.h"
#include "service/refills.h"
#include "service/verification.h"

static void write_instant(struct json_writer *w, const char *key, int64_t at_us)
{
    char text[INSTANT_TEXT_MAX];
    json_write_member(w, key, at_us != 0 ? instant_format_utc(at_us, text) : NULL);
}

/* ---- verify ---- */

static int list_orders(const struct invocation *call, struct actor *actor)
{
    struct error err = ERROR_INIT;
    struct verify_list list = {0};
    if (verify_list_get(actor, !actor_may(actor, PERMISSION_ORDER_VERIFY), &list, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_key(&w, "orders");
    json_begin_array(&w);
    for (size_t i = 0; i < list.len; i++) {
        const struct verify_item *v = &list.items[i];
        char id[UID_TEXT_MAX];
        json_begin_object(&w);
        json_write_member(&w, "order", uid_format(v->order, id));
        json_write_member(&w, "patient", v->patient_name);
        json_write_member(&w, "mrn", v->mrn);
        json_write_member(&w, "drug", v->drug);
        json_write_member(&w, "directions", v->directions);
        json_write_member(&w, "state", enum_word(ENUM_VERIFICATION, (int)v->state));
        json_write_member(&w, "note", v->note);
        write_instant(&w, "first_due", v->first_due_us);
        json_write_key(&w, "urgent");
        json_write_bool(&w, v->is_urgent);
        json_end_object(&w);
        if (!call->is_json) {
            printf("%s  %s %s: %s %s (%s)\n", uid_format(v->order, id), v->mrn, v->patient_name, v->drug, v->directions,
                   enum_label(ENUM_VERIFICATION, (int)v->state));
        }
    }
    json_end_array(&w);
    json_end_object(&w);
    command_end_json(call, &w);
    verify_list_release(&list);
    return 0;
}

static enum status say(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct uid order;
    struct chart *chart = NULL;
    struct verification_view view = {0};
    struct verify_list list = {0};
    struct uid patient = UID_NONE;
    const char *outcome = flag_value(call, "outcome");
    const struct verification_word word = {
        .outcome = outcome != NULL && strcmp(outcome, "answer") == 0 ? VERIFICATION_UNVERIFIED
                                                                     : (enum verification)enum_value(ENUM_VERIFICATION, outcome),
        .note = flag_value(call, "note"),
        .spoke_to = flag_value(call, "spoke-to"),
        .is_read_back = flag_given(call, "read-back"),
        .is_unchecked_seen = flag_given(call, "unchecked-seen"),
    };
    enum status status = uid_parse(call->words[0], &order, err);
    if (status == STATUS_OK) {
        status = verify_list_get(actor, !actor_may(actor, PERMISSION_ORDER_VERIFY), &list, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        patient = uid_compare(list.items[i].order, order) == 0 ? list.items[i].patient : patient;
    }
    if (status == STATUS_OK && uid_is_none(patient)) {
        status = error_set_field(err, STATUS_NOT_FOUND, "order", _("This order does not wait for a word."));
    }
    if (status == STATUS_OK) {
        status = chart_open(actor, patient, 1, 1, &chart, err);
    }
    if (status == STATUS_OK) {
        status = verification_look(actor, chart, order, &view, err);
    }
    if (status == STATUS_OK) {
        status = order_verify(actor, view.proposal, &word, err);
        verification_view_release(&view);
    }
    chart_free(chart);
    verify_list_release(&list);
    return status;
}

static int run_verify(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    int code = 0;
    if (call->word_count > 1 || (call->word_count == 1) != flag_given(call, "outcome")) {
        return command_usage(call, _("no word lists the queue; ORDER with --outcome says a word on it"));
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    if (call->word_count == 0) {
        code = list_orders(call, actor);
    } else if (say(call, actor, &err) != STATUS_OK) {
        code = command_fail(&err);
    } else {
        fputs(_("Saved.\n"), stderr);
    }
    command_leave(site, actor);
    return code;
}

const struct command COMMAND_verify = {
    .name = "verify",
    .usage = "[ORDER --outcome verified|clarify|rejected|answer [--note TEXT] [--spoke-to NAME --read-back]]",
    .help = N_("Show the orders that wait for a pharmacist's word, by the first dose due, or say a word on one."),
    .flags = {{"outcome", "WORD", N_("verified, clarify or rejected; a prescriber's answer: answer")},
              {"note", "TEXT", N_("What is asked, why it is rejected, or the answer")},
              {"spoke-to", "NAME", N_("Whom the pharmacist called")},
              {"read-back", NULL, N_("What was said was read back")},
              {"unchecked-seen", NULL, N_("What could not be checked was looked at by hand")}},
    .run = run_verify,
};

/* ---- fills ---- */

static void write_row(struct json_writer *w, const struct fill_row *r)
{
    char id[UID_TEXT_MAX];
    json_begin_object(w);
    json_write_member(w, "fill", uid_format(r->fill, id));
    json_write_member(w, "rx", r->number);
    json_write_member(w, "patient", r->patient_name);
    json_write_member(w, "mrn", r->mrn);
    json_write_member(w, "drug", r->drug);
    json_write_member(w, "quantity", r->quantity);
    json_write_member(w, "lot", r->lot);
    json_write_member(w, "state", enum_word(ENUM_FILL_STATE, (int)r->state));
    write_instant(w, "since", r->since_us);
    json_write_key(w, "not_to_give");
    json_write_bool(w, r->is_refused);
    json_end_object(w);
}

static int print_rows(const struct invocation *call, struct actor *actor, const struct fill_rows *rows, const char *title)
{
    struct error err = ERROR_INIT;
    struct document *d = NULL;
    if (flag_given(call, "csv")) {
        struct buffer csv = BUFFER_INIT;
        fill_rows_write_csv(actor->site, rows, &csv);
        fwrite(csv.bytes, 1, csv.len, stdout);
        buffer_release(&csv);
        return 0;
    }
    if (call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        json_begin_object(&w);
        json_write_key(&w, "fills");
        json_begin_array(&w);
        for (size_t i = 0; i < rows->len; i++) {
            write_row(&w, &rows->items[i]);
        }
        json_end_array(&w);
        json_write_key(&w, "is_cut");
        json_write_bool(&w, rows->is_cut);
        json_end_object(&w);
        command_print_json(&w);
        return 0;
    }
    enum status status = print_document_new(actor, title, "PC-120", UID_NONE, NULL, &d, &err);
    if (status == STATUS_OK) {
        fill_rows_write(actor->site, rows, d);
    }
    if (status == STATUS_OK && flag_given(call, "print")) {
        const struct print_request request = {.what = "counter_list", .permission = PERMISSION_FILL_PREPARE, .table = "fills", .copies = 1};
        status = print_now(actor, &request, d, &err);
    } else if (status == STATUS_OK) {
        struct buffer text = BUFFER_INIT;
        document_to_text(d, 100, 0, &text);
        fputs(text.bytes, stdout);
        buffer_release(&text);
    }
    document_free(d);
    return status == STATUS_OK ? 0 : command_fail(&err);
}

static int list_rows(const struct invocation *call, struct actor *actor, int kind, const char *title)
{
    struct error err = ERROR_INIT;
    struct fill_rows rows = {0};
    if (fill_rows_get(actor, (enum fill_rows_kind)kind, &rows, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    int code = print_rows(call, actor, &rows, title);
    fill_rows_release(&rows);
    return code;
}

static int list_lot(const struct invocation *call, struct actor *actor)
{
    struct error err = ERROR_INIT;
    struct fill_rows rows = {0};
    if (lot_holders(actor, call->words[1], &rows, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    char *title = mem_format(_("Who has lot %s"), call->words[1]);
    int code = print_rows(call, actor, &rows, title);
    mem_free(title);
    fill_rows_release(&rows);
    return code;
}

static int list_number(const struct invocation *call, struct actor *actor)
{
    struct error err = ERROR_INIT;
    struct fill_rows rows = {0};
    struct uid patient, order;
    if (fill_find_number(actor, call->words[1], &patient, &order, &err) != STATUS_OK ||
        fill_rows_of_order(actor, patient, order, &rows, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    char *title = mem_format(_("Fills of Rx %s"), call->words[1]);
    int code = print_rows(call, actor, &rows, title);
    mem_free(title);
    fill_rows_release(&rows);
    return code;
}

static int recall(const struct invocation *call, struct actor *actor)
{
    struct error err = ERROR_INIT;
    const char *product = flag_value(call, "product"), *reason = flag_value(call, "reason");
    if (recall_add(actor, call->words[1], product != NULL ? product : "", reason != NULL ? reason : "", &err) != STATUS_OK) {
        return command_fail(&err);
    }
    return list_lot(call, actor);
}

static int list_recalls(const struct invocation *call, struct actor *actor)
{
    (void)call;
    struct error err = ERROR_INIT;
    struct recall_rows rows = {0};
    if (recall_rows_get(actor, &rows, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    for (size_t i = 0; i < rows.len; i++) {
        const struct recall_row *row = &rows.items[i];
        printf("%s\t%s\t%s\t%s\n", row->lot, row->product, row->reason, row->by);
    }
    if (rows.len == 0) {
        printf("%s\n", _("No lot is recalled."));
    }
    recall_rows_release(&rows);
    return 0;
}

/* Every open recall of that lot. */
static int end_recall(const struct invocation *call, struct actor *actor)
{
    struct error err = ERROR_INIT;
    struct recall_rows rows = {0};
    int ended = 0;
    enum status status = recall_rows_get(actor, &rows, &err);
    for (size_t i = 0; status == STATUS_OK && i < rows.len; i++) {
        if (strcasecmp(rows.items[i].lot, call->words[1]) == 0) {
            status = recall_end(actor, rows.items[i].id, rows.items[i].ver, &err);
            ended++;
        }
    }
    if (status == STATUS_OK && ended == 0) {
        status = error_set_field(&err, STATUS_NOT_FOUND, "lot", _("No recall of lot %s is open."), call->words[1]);
    }
    recall_rows_release(&rows);
    return status == STATUS_OK ? list_recalls(call, actor) : command_fail(&err);
}

/* Another device may hold the rights to fill this prescription again. */
static int ask_refill(const struct invocation *call, struct actor *actor)
{
    struct error err = ERROR_INIT;
    struct uid patient, order;
    if (fill_find_number(actor, call->words[1], &patient, &order, &err) != STATUS_OK ||
        refills_ask(actor, patient, order, 1, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    printf("%s\n", _("Asked. The device that holds the right answers by itself when both are connected."));
    return 0;
}

static int run_fills(const struct invocation *call)
{
    static const struct {
        const char *word;
        int kind;
        const char *title;
    } LISTS[] = {{"queue", FILL_ROWS_QUEUE, N_("Counter")}, {"owed", FILL_ROWS_OWED, N_("Owed")},
                 {"unclaimed", FILL_ROWS_UNCLAIMED, N_("Not collected")}};
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    const char *what = call->word_count > 0 ? call->words[0] : "queue";
    static const struct {
        const char *word;
        int words; /* with it */
        int (*run)(const struct invocation *call, struct actor *actor);
    } DEEDS[] = {{"lot", 2, list_lot},          {"recall", 2, recall},        {"recalls", 1, list_recalls},
                 {"recall-end", 2, end_recall}, {"rx", 2, list_number},       {"ask", 2, ask_refill}};
    int list = -1, deed = -1, code;
    for (int i = 0; i < (int)(sizeof DEEDS / sizeof *DEEDS); i++) {
        deed = strcmp(DEEDS[i].word, what) == 0 ? i : deed;
    }
    for (int i = 0; i < 3; i++) {
        list = strcmp(LISTS[i].word, what) == 0 ? i : list;
    }
    int words = deed >= 0 ? DEEDS[deed].words : call->word_count > 0;
    if ((list < 0 && deed < 0) || call->word_count != words) {
        return command_usage(call, _("queue, owed, unclaimed, recalls, rx NUMBER, ask NUMBER, lot LOT, recall LOT or recall-end LOT"));
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    code = list >= 0 ? list_rows(call, actor, LISTS[list].kind, _(LISTS[list].title)) : DEEDS[deed].run(call, actor);
    command_leave(site, actor);
    return code;
}

const struct command COMMAND_fills = {
    .name = "fills",
    .usage = "[queue|owed|unclaimed|recalls|rx NUMBER|ask NUMBER|lot LOT|recall LOT --reason TEXT|recall-end LOT] [--csv|--print]",
    .help = N_("Show what the counter has to do, the fills of a prescription, or who has a lot; recall a lot; ask another device for a refill."),
    .flags = {{"csv", NULL, N_("As CSV; what a spreadsheet would take for a formula is disarmed")},
              {"print", NULL, N_("On the site's printer for lists")},
              {"reason", "TEXT", N_("Why a lot is recalled, and who says so")},
              {"product", "DRUG", N_("Whose lot; without it every product of that lot")}},
    .run = run_fills,
};

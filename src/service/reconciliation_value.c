/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is typed into a decision, and who may go on with it. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "model/order_line.h"
#include "service/reconciliation_private.h"
#include "service/site_settings.h"
#include "store/staff_store.h"

void reconcile_owner_list_release(struct reconcile_owner_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].name);
    }
    mem_free(list->items);
    *list = (struct reconcile_owner_list){0};
}

enum status reconcile_owner_list(struct actor *actor, struct reconcile_owner_list *out, struct error *err)
{
    struct staff_list staff = {0};
    struct reconcile_owner_list list = {0};
    if (!actor_may(actor, PERMISSION_RECONCILE)) { /* names of colleagues, of no patient: no audit row */
        return actor_refuse(actor, err);
    }
    enum status status = staff_list_get(actor->site->store, &staff, err);
    for (size_t i = 0; status == STATUS_OK && i < staff.len; i++) {
        const struct staff *person = &staff.items[i];
        if (permission_allows(person->role, PERMISSION_RECONCILE) && !person->is_disabled) {
            MEM_GROW(&list);
            list.items[list.len++] = (struct reconcile_owner){
                person->user, mem_format("%s %s, %s", person->first_name, person->last_name, enum_label(ENUM_ROLE, (int)person->role))};
        }
    }
    staff_list_release(&staff);
    if (status != STATUS_OK) {
        reconcile_owner_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

/* The unit that a bare number can only mean: that of the drug's products. */
static enum unit unit_of_item(const struct site *site, const struct reconcile_view *v, const struct reconcile_item *item)
{
    struct drug_identity identity;
    const struct reconcile_line *line = reconcile_line_of(v, item, true, 0);
    line = line != NULL ? line : reconcile_line_of(v, item, false, 0);
    if (line == NULL) {
        return UNIT_NONE;
    }
    line_identify(site, line, &identity);
    return drug_strength_unit(site->knowledge, &identity);
}

static struct order_line *parse(const struct site *site, const struct reconcile_view *v, const struct reconcile_item *item,
                                enum reconcile_action action, const char *text)
{
    struct timing_table times = site_timing_table(site);
    bool is_new_drug = action == RECONCILE_ACTION_SUBSTITUTE;
    const struct order_line_options options = {
        .times = &times, .is_drug_known = !is_new_drug, .unit = is_new_drug ? UNIT_NONE : unit_of_item(site, v, item)};
    struct order_line *line = mem_alloc(sizeof *line);
    if (order_line_parse(text, &options, line, NULL) != STATUS_OK) {
        line->unknown_count = 1; /* longer than a line can be */
    }
    return line;
}

enum status reconcile_read_value(struct actor *actor, const struct reconcile_view *view, const struct reconcile_item *seen,
                                 struct reconcile_item *decision, struct error *err)
{
    const char *text = decision->new_text != NULL ? decision->new_text : "";
    if (text[strspn(text, " ")] == '\0') {
        return STATUS_OK; /* whether it has to be there is asked with the rest */
    }
    struct order_line *line = parse(actor->site, view, seen, decision->action, text);
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < line->warning_count; i++) {
        if (order_line_warning_blocks(line->warnings[i].kind)) {
            status = error_set_field(err, STATUS_INVALID, "new", "%s", order_line_warning_text(line->warnings[i].kind));
        }
    }
    if (status == STATUS_OK && (line->unknown_count > 0 || !order_line_is_ready(line))) {
        status = error_set_field(err, STATUS_INVALID, "new", _("Not all of it was understood. Type it such as 500 mg po bid."));
    }
    if (status == STATUS_OK && decision->action == RECONCILE_ACTION_SUBSTITUTE) {
        struct drug_identity identity;
        enum drug_match match = resolve_drug(actor->site->knowledge, line->drug, &identity);
        if (match != DRUG_KNOWN && match != DRUG_NAME_ONLY) {
            status = error_set_field(err, STATUS_INVALID, "new", _("This drug is not known: %s."), line->drug);
        } else {
            put_text(&decision->new_drug, line->drug);
        }
    }
    if (status == STATUS_OK) {
        decision->new_sig = line->sig;
        decision->has_new_sig = true;
    }
    mem_free(line);
    return status;
}

char *reconcile_value_note(struct actor *actor, const struct reconcile_view *view, const struct reconcile_item *seen,
                           enum reconcile_action action, const char *text)
{
    char words[SIG_TEXT_MAX];
    if (text[strspn(text, " ")] == '\0') {
        return mem_copy_text("");
    }
    struct order_line *line = parse(actor->site, view, seen, action, text);
    const char *sentence = line->unknown_count == 0 ? sig_format(&line->sig, words) : "";
    char *note = sentence[0] != '\0' ? mem_format("= %s%s%s", line->drug, line->drug[0] != '\0' ? ": " : "", sentence) : mem_copy_text("");
    mem_free(line);
    return note;
}

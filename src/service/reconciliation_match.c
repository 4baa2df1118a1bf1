/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From lines to items: the chart's lines are brought up to date, all lines matched, and only what changed is reopened. */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "safety/med_match.h"
#include "service/reconciliation_private.h"
#include "service/screening.h"
#include "store/chart_store.h"
#include "store/order_store.h"
#include "store/reconcile_store.h"

/* ---- what a line says ---- */

void line_identify(const struct site *site, const struct reconcile_line *line, struct drug_identity *out)
{
    const struct order order = {.drug_text = line->text,
                                .ingredients = line->ingredients,
                                .code_system = line->code_system,
                                .code = line->code,
                                .strength = line->strength,
                                .dosage_form = line->dosage_form};
    (void)order_identify(site->knowledge, &order, out); /* the match is in the identity */
}

struct sig line_sig(const struct reconcile_line *line)
{
    struct sig sig;
    (void)reconcile_read_directions(&line->sig, line->directions, &sig); /* what could not be read stays as it is */
    return sig;
}

void line_complete(const struct site *site, struct reconcile_line *line)
{
    struct drug_identity identity;
    line_identify(site, line, &identity);
    mem_free(line->ingredients);
    line->ingredients = identity_keys(site->knowledge, &identity);
    if (line->sig.kind == SCHEDULE_KIND_NONE_GIVEN) {
        line->sig.kind = SCHEDULE_KIND_UNSTRUCTURED;
    }
    if (line_sig(line).route == ROUTE_NONE_GIVEN) {
        line->sig.route = identity.route != ROUTE_NONE_GIVEN ? identity.route
                          : identity.ingredient_count > 0    ? knowledge_usual_route(site->knowledge, identity.ingredients[0])
                                                             : ROUTE_NONE_GIVEN;
    }
}

/* "rxnorm 861007": the same product has the same text whatever a system calls the code system. Caller frees. */
static char *product_code(const struct reconcile_line *line)
{
    static const char *const systems[][2] = {
        {"rxnorm", "rxnorm"}, {"2.16.840.1.113883.6.88", "rxnorm"}, {"ndc", "ndc"}, {"2.16.840.1.113883.6.69", "ndc"}};
    if (line->code == NULL || line->code[0] == '\0' || line->code_system == NULL) {
        return mem_copy_text("");
    }
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
        if (strstr(line->code_system, systems[i][0]) != NULL) {
            return mem_format("%s %s", systems[i][1], line->code);
        }
    }
    return mem_copy_text("");
}

/* ---- the chart's lines ---- */

static void take_order(const struct site *site, const struct order *order, struct reconcile_line *line)
{
    line->kind = RECONCILE_KIND_MEDICATION;
    line->record = order->id;
    line->base_version = order->version;
    put_text(&line->text, order->drug_text);
    put_text(&line->ingredients, order->ingredients);
    put_text(&line->code_system, order->code_system);
    put_text(&line->code, order->code);
    put_text(&line->strength, order->strength);
    put_text(&line->dosage_form, order->dosage_form);
    put_text(&line->directions, order->directions);
    put_text(&line->indication, order->indication);
    put_text(&line->prescriber, order->prescriber_name);
    line->sig = order->sig;
    line->is_on_hold = order->status == MEDICATION_STATUS_ON_HOLD;
    line->started = zone_local(site->zone, order->start_us).date;
    line_complete(site, line);
}

static const struct order *find_order(const struct order_list *orders, struct uid id)
{
    for (size_t i = 0; i < orders->len; i++) {
        if (uid_compare(orders->items[i].id, id) == 0 && order_is_current(&orders->items[i])) {
            return &orders->items[i];
        }
    }
    return NULL;
}

static struct reconcile_line *chart_line(struct reconcile_line_list *lines, enum reconcile_kind kind, struct uid record)
{
    for (size_t i = 0; i < lines->len; i++) {
        struct reconcile_line *line = &lines->items[i];
        if (uid_is_none(line->source) && line->kind == kind && uid_compare(line->record, record) == 0) {
            return line;
        }
    }
    return NULL;
}

bool work_is_stale(const struct reconcile_line_list *lines, const struct order_list *orders)
{
    size_t on_chart = 0, compared = 0;
    for (size_t i = 0; i < orders->len; i++) {
        on_chart += order_is_current(&orders->items[i]);
    }
    for (size_t i = 0; i < lines->len; i++) {
        const struct reconcile_line *line = &lines->items[i];
        if (!uid_is_none(line->source) || line->kind != RECONCILE_KIND_MEDICATION) {
            continue;
        }
        const struct order *order = find_order(orders, line->record);
        compared++;
        if (order == NULL || uid_compare(order->version, line->base_version) != 0) {
            return true;
        }
    }
    return on_chart != compared;
}

/* Lines whose ids are here were changed by this run: their items are reopened. */
struct changes {
    struct uid *items;
    size_t len, cap;
};

static void note_change(struct changes *changes, struct uid line)
{
    MEM_GROW(changes);
    changes->items[changes->len++] = line;
}

static bool is_changed(const struct changes *changes, struct uid line)
{
    for (size_t i = 0; i < changes->len; i++) {
        if (uid_compare(changes->items[i], line) == 0) {
            return true;
        }
    }
    return false;
}

static enum status put_line(struct reconcile_work *w, struct reconcile_line *line, struct changes *changes, struct error *err)
{
    note_change(changes, line->id);
    return reconcile_line_put(w->site->store, w->session.id, w->session.patient, line, err);
}

static struct reconcile_line *new_line(struct reconcile_work *w)
{
    MEM_GROW(&w->lines);
    struct reconcile_line *line = &w->lines.items[w->lines.len++];
    *line = (struct reconcile_line){.id = uid_new(w->site->clock), .position = -1, .sig = {.kind = SCHEDULE_KIND_UNSTRUCTURED}};
    return line;
}

/* What is left of its item is looked at anew. */
static enum status remove_line(struct reconcile_work *w, size_t at, struct changes *changes, struct error *err)
{
    for (size_t i = 0; i < w->lines.len; i++) {
        if (uid_compare(w->lines.items[i].item, w->lines.items[at].item) == 0) {
            note_change(changes, w->lines.items[i].id);
        }
    }
    enum status status = reconcile_line_remove(w->site->store, w->session.patient, &w->lines.items[at], err);
    reconcile_line_release(&w->lines.items[at]);
    memmove(&w->lines.items[at], &w->lines.items[at + 1], (w->lines.len - at - 1) * sizeof *w->lines.items);
    w->lines.len--;
    return status;
}

static enum status update_orders(struct reconcile_work *w, const struct order_list *orders, struct changes *changes,
                                 struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < orders->len; i++) {
        const struct order *order = &orders->items[i];
        struct reconcile_line *line = chart_line(&w->lines, RECONCILE_KIND_MEDICATION, order->id);
        if (!order_is_current(order) || (line != NULL && uid_compare(line->base_version, order->version) == 0)) {
            continue;
        }
        line = line != NULL ? line : new_line(w);
        line->position = (int)i;
        take_order(w->site, order, line);
        status = put_line(w, line, changes, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < w->lines.len;) {
        const struct reconcile_line *line = &w->lines.items[i];
        bool is_gone = uid_is_none(line->source) && line->kind == RECONCILE_KIND_MEDICATION &&
                       find_order(orders, line->record) == NULL;
        if (is_gone) {
            status = remove_line(w, i, changes, err);
        } else {
            i++;
        }
    }
    return status;
}

static bool has_source_of(const struct reconcile_work *w, enum reconcile_kind kind)
{
    for (size_t i = 0; i < w->lines.len; i++) {
        if (!uid_is_none(w->lines.items[i].source) && w->lines.items[i].kind == kind) {
            return true;
        }
    }
    return false;
}

static bool is_live_allergy(const struct allergy *a)
{
    return a->state == ALLERGY_STATE_ACTIVE || a->state == ALLERGY_STATE_UNCONFIRMED || a->state == ALLERGY_STATE_NONE_GIVEN;
}

static bool is_live_condition(const struct condition *c)
{
    return c->status == CONDITION_STATUS_ACTIVE || c->status == CONDITION_STATUS_RECURRENCE ||
           c->status == CONDITION_STATUS_RELAPSE || c->status == CONDITION_STATUS_NONE_GIVEN;
}

/* The chart's allergies and problems take part once a source speaks of such. */
static enum status update_allergies(struct reconcile_work *w, struct changes *changes, struct error *err)
{
    struct allergy_list list = {0};
    enum status status = has_source_of(w, RECONCILE_KIND_ALLERGY)
                             ? allergy_list_get(w->site->store, w->session.patient, false, &list, err)
                             : STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        const struct allergy *a = &list.items[i];
        if (!is_live_allergy(a) || chart_line(&w->lines, RECONCILE_KIND_ALLERGY, a->id) != NULL) {
            continue;
        }
        struct reconcile_line *line = new_line(w);
        line->kind = RECONCILE_KIND_ALLERGY;
        line->record = a->id;
        put_text(&line->text, a->allergen_name);
        put_text(&line->code_system, a->code_system);
        put_text(&line->code, a->code);
        put_text(&line->directions, a->reaction);
        put_text(&line->status_text, enum_word(ENUM_REACTION_SEVERITY, (int)a->severity));
        put_text(&line->dosage_form, enum_word(ENUM_ALLERGY_KIND, (int)a->kind));
        status = put_line(w, line, changes, err);
    }
    allergy_list_release(&list);
    return status;
}

static enum status update_conditions(struct reconcile_work *w, struct changes *changes, struct error *err)
{
    struct condition_list list = {0};
    enum status status = has_source_of(w, RECONCILE_KIND_PROBLEM)
                             ? condition_list_get(w->site->store, w->session.patient, false, &list, err)
                             : STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        const struct condition *c = &list.items[i];
        if (!is_live_condition(c) || chart_line(&w->lines, RECONCILE_KIND_PROBLEM, c->id) != NULL) {
            continue;
        }
        struct reconcile_line *line = new_line(w);
        line->kind = RECONCILE_KIND_PROBLEM;
        line->record = c->id;
        put_text(&line->text, c->name);
        put_text(&line->code_system, c->code_system);
        put_text(&line->code, c->code);
        status = put_line(w, line, changes, err);
    }
    condition_list_release(&list);
    return status;
}

/* ---- groups ---- */

/* What matching says of one future item; lines are indexes into work.lines. */
struct group {
    size_t *lines, count;
    enum reconcile_kind kind;
    enum match_tier tier;
    unsigned differences;
    bool has_weekly_trap, is_tenfold;
    size_t hint; /* index of a group, SIZE_MAX none */
    enum match_tier hint_tier;
};
struct groups {
    struct group *items;
    size_t len, cap;
};

static struct group *add_group(struct groups *groups, enum reconcile_kind kind, size_t lines)
{
    MEM_GROW(groups);
    struct group *group = &groups->items[groups->len++];
    *group = (struct group){.lines = mem_alloc_array(lines, sizeof *group->lines), .kind = kind, .tier = MATCH_TIER_ONLY, .hint = SIZE_MAX};
    return group;
}

static int list_of(const struct reconcile_work *w, const struct reconcile_line *line)
{
    for (size_t i = 0; i < w->sources.len; i++) {
        if (uid_compare(w->sources.items[i].id, line->source) == 0) {
            return (int)i;
        }
    }
    return MATCH_CHART;
}

/* Lines of the chart first, as med_match() wants them; *out_count of them. */
static size_t *ordered_lines(const struct reconcile_work *w, size_t *out_count)
{
    size_t *at = mem_alloc_array(w->lines.len + 1, sizeof *at);
    size_t count = 0;
    for (int turn = 0; turn < 2; turn++) {
        for (size_t i = 0; i < w->lines.len; i++) {
            const struct reconcile_line *line = &w->lines.items[i];
            if (line->kind == RECONCILE_KIND_MEDICATION && !line->is_alone && uid_is_none(line->source) == (turn == 0)) {
                at[count++] = i;
            }
        }
    }
    *out_count = count;
    return at;
}

static void match_medications(const struct reconcile_work *w, struct groups *out)
{
    size_t count;
    size_t *at = ordered_lines(w, &count);
    struct match_line *lines = mem_alloc_array(count + 1, sizeof *lines);
    char **codes = mem_alloc_array(count + 1, sizeof *codes);
    struct match_group_list found;
    for (size_t i = 0; i < count; i++) {
        const struct reconcile_line *line = &w->lines.items[at[i]];
        codes[i] = product_code(line);
        lines[i] = (struct match_line){.text = line->text,
                                       .code = codes[i],
                                       .sig = line_sig(line),
                                       .list = list_of(w, line),
                                       .is_not_taken = line->taking == TAKING_NOT,
                                       .is_on_hold = line->is_on_hold};
        line_identify(w->site, line, &lines[i].identity);
    }
    med_match(w->site->knowledge, lines, count, &found);
    for (size_t g = 0; g < found.len; g++) {
        const struct match_group *from = &found.items[g];
        struct group *to = add_group(out, RECONCILE_KIND_MEDICATION, from->line_count);
        for (size_t i = 0; i < from->line_count; i++) {
            to->lines[to->count++] = at[from->lines[i]];
        }
        to->tier = from->tier;
        to->differences = from->differences;
        to->has_weekly_trap = from->has_weekly_trap;
        to->is_tenfold = from->is_tenfold;
        to->hint = from->hint == MATCH_NO_GROUP ? SIZE_MAX : from->hint; /* medications come first: the same index */
        to->hint_tier = from->hint_tier;
    }
    for (size_t i = 0; i < count; i++) {
        mem_free(codes[i]);
    }
    mem_free(codes);
    mem_free(lines);
    mem_free(at);
    match_group_list_release(&found);
}

static bool same_code(const struct reconcile_line *a, const struct reconcile_line *b)
{
    return a->code != NULL && b->code != NULL && a->code[0] != '\0' && strcmp(a->code, b->code) == 0;
}

static bool same_allergen(const struct site *site, const char *a, const char *b)
{
    struct allergen_identity x = {0}, y = {0};
    enum allergen_kind kind = resolve_allergen(site->knowledge, a, &x);
    return kind != ALLERGEN_UNKNOWN && kind == resolve_allergen(site->knowledge, b, &y) && x.count == y.count &&
           memcmp(x.ids, y.ids, x.count * sizeof *x.ids) == 0;
}

/* Allergies and problems: the same words, the same code, or the same substance. */
static enum match_tier resemble(const struct site *site, const struct reconcile_line *a, const struct reconcile_line *b)
{
    if (same_code(a, b)) {
        return MATCH_TIER_CODE;
    }
    bool is_same = text_equal_folded(a->text, b->text) ||
                   (a->kind == RECONCILE_KIND_ALLERGY && same_allergen(site, a->text, b->text));
    return is_same ? MATCH_TIER_CLINICAL : MATCH_TIER_ONLY;
}

static void match_others(const struct reconcile_work *w, struct groups *out)
{
    for (size_t i = 0; i < w->lines.len; i++) {
        const struct reconcile_line *line = &w->lines.items[i];
        struct group *home = NULL;
        if (line->kind != RECONCILE_KIND_ALLERGY && line->kind != RECONCILE_KIND_PROBLEM) {
            continue;
        }
        for (size_t g = 0; g < out->len && home == NULL; g++) {
            struct group *group = &out->items[g];
            enum match_tier tier = group->kind == line->kind ? resemble(w->site, &w->lines.items[group->lines[0]], line)
                                                             : MATCH_TIER_ONLY;
            if (tier != MATCH_TIER_ONLY) {
                home = group;
                group->tier = tier;
            }
        }
        home = home != NULL ? home : add_group(out, line->kind, w->lines.len);
        home->lines[home->count++] = i;
    }
}

static void match_alone(const struct reconcile_work *w, struct groups *out)
{
    for (size_t i = 0; i < w->lines.len; i++) {
        if (w->lines.items[i].kind == RECONCILE_KIND_MEDICATION && w->lines.items[i].is_alone) {
            struct group *group = add_group(out, RECONCILE_KIND_MEDICATION, 1);
            group->lines[group->count++] = i;
        }
    }
}

static void groups_release(struct groups *groups)
{
    for (size_t i = 0; i < groups->len; i++) {
        mem_free(groups->items[i].lines);
    }
    mem_free(groups->items);
}

/* ---- items ---- */

/* "dose frequency". Caller frees. */
static char *difference_words(unsigned differences)
{
    struct buffer words = BUFFER_INIT;
    for (int bit = 0; bit < MATCH_DIFFERENCE_COUNT; bit++) {
        if ((differences >> bit & 1u) != 0) {
            buffer_append_format(&words, "%s%s", words.len > 0 ? " " : "", match_difference_word(bit));
        }
    }
    return buffer_take(&words);
}

/* The item that most of the group's lines belonged to and that no other group has. SIZE_MAX: none. */
static size_t former_item(const struct reconcile_work *w, const struct group *group, const bool *is_taken, size_t former)
{
    for (size_t n = 0; n < group->count; n++) {
        struct uid item = w->lines.items[group->lines[n]].item;
        for (size_t i = 0; !uid_is_none(item) && i < former; i++) {
            if (!is_taken[i] && uid_compare(w->items.items[i].id, item) == 0) {
                return i;
            }
        }
    }
    return SIZE_MAX;
}

/* The same lines as before, none of them changed. */
static bool same_members(const struct reconcile_work *w, const struct group *group, struct uid item, const struct changes *changes)
{
    size_t before = 0;
    for (size_t i = 0; i < w->lines.len; i++) {
        before += uid_compare(w->lines.items[i].item, item) == 0;
    }
    for (size_t n = 0; n < group->count; n++) {
        const struct reconcile_line *line = &w->lines.items[group->lines[n]];
        if (uid_compare(line->item, item) != 0 || is_changed(changes, line->id)) {
            return false;
        }
    }
    return before == group->count;
}

/* A decision about lines that are no longer what they were: kept in words, to be made anew. */
static void reopen(struct reconcile_item *item)
{
    if (item->action == RECONCILE_ACTION_NONE_GIVEN) {
        return;
    }
    char *was = mem_format(_("It was \"%s\"; the lines changed since."), enum_label(ENUM_RECONCILE_ACTION, (int)item->action));
    struct reconcile_item empty = {.id = item->id, .ver = item->ver, .kind = item->kind, .prescriber_told = -1};
    reconcile_item_release(item);
    *item = empty;
    item->reopened = was;
}

struct placing {
    struct reconcile_work *w;
    const struct groups *groups;
    const struct changes *changes;
    size_t *item_of; /* per group, index into w->items */
    bool *is_taken;  /* per former item */
    size_t former;   /* items there were */
    bool *is_same;   /* per group: decided as before */
};

static void place_items(struct placing *p)
{
    struct reconcile_work *w = p->w;
    for (size_t g = 0; g < p->groups->len; g++) {
        const struct group *group = &p->groups->items[g];
        size_t at = former_item(w, group, p->is_taken, p->former);
        if (at != SIZE_MAX) {
            p->is_taken[at] = true;
            p->is_same[g] = same_members(w, group, w->items.items[at].id, p->changes);
        } else {
            MEM_GROW(&w->items);
            at = w->items.len++;
            w->items.items[at] = (struct reconcile_item){
                .id = uid_new(w->site->clock), .kind = group->kind, .prescriber_told = -1, .new_sig = {.kind = SCHEDULE_KIND_UNSTRUCTURED}};
        }
        p->item_of[g] = at;
    }
}

static enum status write_item(struct placing *p, size_t g, struct error *err)
{
    struct reconcile_work *w = p->w;
    const struct group *group = &p->groups->items[g];
    struct reconcile_item *item = &w->items.items[p->item_of[g]];
    struct uid hint = group->hint == SIZE_MAX ? UID_NONE : w->items.items[p->item_of[group->hint]].id;
    char *words = difference_words(group->differences);
    bool is_same = p->is_same[g] && item->ver != 0 && item->tier == group->tier && item->hint_tier == group->hint_tier &&
                   uid_compare(item->hint, hint) == 0 && item->position == (int)g &&
                   strcmp(item->differences != NULL ? item->differences : "", words) == 0;
    enum status status = STATUS_OK;
    if (!is_same) {
        if (!p->is_same[g] || strcmp(item->differences != NULL ? item->differences : "", words) != 0) {
            reopen(item);
        }
        put_text(&item->differences, words);
        item->kind = group->kind;
        item->tier = group->tier;
        item->has_weekly_trap = group->has_weekly_trap;
        item->is_tenfold = group->is_tenfold;
        item->hint = hint;
        item->hint_tier = uid_is_none(hint) ? MATCH_TIER_NONE_GIVEN : group->hint_tier;
        item->position = (int)g;
        status = reconcile_item_put(w->site->store, w->session.id, w->session.patient, item, NULL, NULL, err);
    }
    for (size_t n = 0; status == STATUS_OK && n < group->count; n++) {
        struct reconcile_line *line = &w->lines.items[group->lines[n]];
        if (uid_compare(line->item, item->id) != 0) {
            line->item = item->id;
            status = reconcile_line_put(w->site->store, w->session.id, w->session.patient, line, err);
        }
    }
    mem_free(words);
    return status;
}

/* What has no lines any more; its discrepancies with it. */
static enum status drop_items(struct placing *p, struct error *err)
{
    struct reconcile_work *w = p->w;
    enum status status = STATUS_OK;
    for (size_t i = p->former; status == STATUS_OK && i-- > 0;) {
        if (p->is_taken[i]) {
            continue;
        }
        for (size_t d = 0; status == STATUS_OK && d < w->discrepancies.len; d++) {
            if (uid_compare(w->discrepancies.items[d].item, w->items.items[i].id) == 0) {
                status = reconcile_discrepancy_remove(w->site->store, w->session.patient, &w->discrepancies.items[d], err);
            }
        }
        if (status == STATUS_OK) {
            status = reconcile_item_remove(w->site->store, w->session.patient, &w->items.items[i], err);
        }
        reconcile_item_release(&w->items.items[i]);
        memmove(&w->items.items[i], &w->items.items[i + 1], (w->items.len - i - 1) * sizeof *w->items.items);
        w->items.len--;
    }
    return status;
}

static enum status write_items(struct reconcile_work *w, const struct groups *groups, const struct changes *changes,
                               struct error *err)
{
    struct placing p = {.w = w, .groups = groups, .changes = changes, .former = w->items.len};
    p.item_of = mem_alloc_array(groups->len + 1, sizeof *p.item_of);
    p.is_same = mem_alloc_array(groups->len + 1, sizeof *p.is_same);
    p.is_taken = mem_alloc_array(w->items.len + 1, sizeof *p.is_taken);
    enum status status = STATUS_OK;
    place_items(&p);
    for (size_t g = 0; status == STATUS_OK && g < groups->len; g++) {
        status = write_item(&p, g, err);
    }
    if (status == STATUS_OK) {
        status = drop_items(&p, err);
    }
    mem_free(p.item_of);
    mem_free(p.is_same);
    mem_free(p.is_taken);
    return status;
}

enum status work_match(struct reconcile_work *w, bool *out_changed, struct error *err)
{
    struct order_list orders = {0};
    struct changes changes = {0};
    struct groups groups = {0};
    enum status status = order_list_get(w->site->store, w->session.patient, INT64_MAX, &orders, err);
    if (status == STATUS_OK) {
        status = update_orders(w, &orders, &changes, err);
    }
    if (status == STATUS_OK) {
        status = update_allergies(w, &changes, err);
    }
    if (status == STATUS_OK) {
        status = update_conditions(w, &changes, err);
    }
    if (status == STATUS_OK) {
        match_medications(w, &groups);
        match_alone(w, &groups);
        match_others(w, &groups);
        status = write_items(w, &groups, &changes, err);
    }
    if (status == STATUS_OK && out_changed != NULL) {
        *out_changed = changes.len > 0;
    }
    groups_release(&groups);
    mem_free(changes.items);
    order_list_release(&orders);
    return status;
}

enum status work_new_source(struct reconcile_work *w, const struct reconcile_source *source, struct uid *out, struct error *err)
{
    struct reconcile_source own = *source;
    own.id = uid_new(w->site->clock);
    own.position = (int)w->sources.len;
    own.reference = mem_copy_text(source->reference != NULL ? source->reference : "");
    own.content_hash = mem_copy_text(source->content_hash != NULL ? source->content_hash : "");
    enum status status = reconcile_source_put(w->site->store, w->session.id, w->session.patient, w->act.actor->user, &own, err);
    *out = own.id;
    MEM_GROW(&w->sources);
    w->sources.items[w->sources.len++] = own;
    return status;
}

enum status work_add_lines(struct reconcile_work *w, struct uid source, struct reconcile_line_list *lines, struct error *err)
{
    enum status status = STATUS_OK;
    int position = 0;
    for (size_t i = 0; i < w->lines.len; i++) {
        position += uid_compare(w->lines.items[i].source, source) == 0;
    }
    for (size_t i = 0; status == STATUS_OK && i < lines->len; i++) {
        MEM_GROW(&w->lines);
        struct reconcile_line *line = &w->lines.items[w->lines.len++];
        *line = lines->items[i];
        lines->items[i] = (struct reconcile_line){0};
        line->id = uid_new(w->site->clock);
        line->source = source;
        line->position = position++;
        if (line->kind == RECONCILE_KIND_MEDICATION) {
            line_complete(w->site, line);
        }
        status = reconcile_line_put(w->site->store, w->session.id, w->session.patient, line, err);
    }
    reconcile_line_list_release(lines);
    return status;
}

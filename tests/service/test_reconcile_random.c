/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random pairs of lists, with doses in two strengths, other salts, combinations, liquids and weekly tablets, and groups that
 * are parted: each line ends in exactly one item with exactly one action, and the orders of the chart and the signed list
 * are what these actions make of them. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "service/chart.h"
#include "support/bed.h"
#include "support/random.h"

#define OK(call) cr_assert_eq((call), STATUS_OK, "%s", error_text(&err))

enum { SIDE_MAX = 2, TURNS = 8, ORDERS_MAX = 32 };

/* What may stand on each list about one drug. */
static const struct {
    const char *chart[SIDE_MAX], *home[SIDE_MAX];
} THEMES[] = {
    {{"metformin 500 mg tab 1 tab bid"}, {"metformin 500 mg tab 1 tab bid"}},
    {{"lisinopril 10 mg tab 1 tab daily"}, {"lisinopril 10 mg tab 2 tab daily"}},
    {{"warfarin 5 mg tab 1 tab daily", "warfarin 2.5 mg tab 1 tab daily"}, {"warfarin 7.5 mg tab 1 tab daily"}}, /* one dose of two */
    {{"levothyroxine 75 mcg tab 1 tab daily"}, {"levothyroxine 50 mcg tab 1 tab daily", "levothyroxine 25 mcg tab 1 tab daily"}},
    {{"metoprolol tartrate 25 mg tab 1 tab bid"}, {"metoprolol succinate 50 mg ER tab 1 tab daily"}},           /* another salt */
    {{"hydrochlorothiazide 25 mg tab 1 tab daily"}, {"losartan 50 mg / hydrochlorothiazide 12.5 mg tab 1 tab daily"}}, /* a combination */
    {{"amoxicillin 250 mg/5 mL suspension 10 mL po tid"}, {"amoxicillin 500 mg cap 1 cap tid"}},                /* a liquid */
    {{"methotrexate 2.5 mg tab 6 tab weekly on monday"}, {"methotrexate 2.5 mg tab 4 tab weekly on monday"}},    /* weekly */
    {{"sertraline 50 mg tab 1 tab daily"}, {NULL}},
    {{NULL}, {"ramipril 5 mg cap 1 cap daily"}},
    {{NULL}, {"zzyzx drops 2 drops daily"}}, /* nobody knows it */
};
enum { THEME_COUNT = sizeof THEMES / sizeof *THEMES };

struct known_order {
    struct uid id, version;
    enum reconcile_action action;
};

struct case_state {
    struct random *r;
    struct bed *b;
    struct known_order orders[ORDERS_MAX];
    int order_count, fresh, listed; /* orders that are made, entries without an order */
};

static void lay_out(struct case_state *s)
{
    for (int t = 0; t < THEME_COUNT; t++) {
        bool is_on_chart = random_below(s->r, 3) != 0;
        for (int i = 0; is_on_chart && i < SIDE_MAX && THEMES[t].chart[i] != NULL; i++) {
            struct uid id = clinic_add_order(s->b->c, s->b->patient, THEMES[t].chart[i]);
            struct order order = clinic_get_order(s->b->c, id);
            s->orders[s->order_count++] = (struct known_order){.id = id, .version = order.version};
            order_release(&order);
        }
    }
    bed_begin(s->b, CLINIC_PRESCRIBER, RECONCILE_TRANSITION_ADMISSION);
    for (int t = 0; t < THEME_COUNT; t++) {
        bool is_at_home = random_below(s->r, 3) != 0;
        for (int i = 0; is_at_home && i < SIDE_MAX && THEMES[t].home[i] != NULL; i++) {
            bed_say(s->b, CLINIC_PRESCRIBER, random_below(s->r, 2) == 0 ? HISTORY_SOURCE_PATIENT : HISTORY_SOURCE_BOTTLES, THEMES[t].home[i]);
        }
    }
    bed_say(s->b, CLINIC_PRESCRIBER, HISTORY_SOURCE_PATIENT, "cetirizine 10 mg tab 1 tab daily"); /* never an empty list */
}

static void check_lines(const struct reconcile_view *v)
{
    for (size_t i = 0; i < v->lines.len; i++) {
        int owners = 0;
        for (size_t n = 0; n < v->items.len; n++) {
            owners += uid_compare(v->lines.items[i].item, v->items.items[n].id) == 0;
        }
        cr_assert_eq(owners, v->lines.items[i].kind == RECONCILE_KIND_NOTE ? 0 : 1, "%s is in %d items", v->lines.items[i].text, owners);
    }
}

/* Some groups are parted, so that each order is decided by itself. */
static void part_some(struct case_state *s)
{
    struct error err = ERROR_INIT;
    for (size_t n = 0;; n++) {
        struct reconcile_view *v = bed_view(s->b, CLINIC_PRESCRIBER);
        bool is_over = n >= v->items.len;
        bool is_group = !is_over && reconcile_line_of(v, &v->items.items[n], true, 1) != NULL;
        if (is_group && random_below(s->r, 2) == 0) {
            OK(reconcile_split(clinic_actor(s->b->c, CLINIC_PRESCRIBER), s->b->id, v->items.items[n].id, &err));
        }
        reconcile_view_free(v);
        if (is_over) {
            return;
        }
    }
}

static int count_lines(const struct reconcile_view *v, const struct reconcile_item *item, bool is_chart)
{
    int count = 0;
    while (reconcile_line_of(v, item, is_chart, count) != NULL) {
        count++;
    }
    return count;
}

/* All sources are equally sure, so that the last one speaks for a line that only they have. */
static int count_speaking(const struct reconcile_view *v, const struct reconcile_item *item)
{
    int lines = count_lines(v, item, false), count = 0;
    for (int n = 0; n < lines; n++) {
        count += uid_compare(reconcile_line_of(v, item, false, n)->source, reconcile_line_of(v, item, false, lines - 1)->source) == 0;
    }
    return count;
}

static struct reconcile_item random_decision(struct case_state *s, const struct reconcile_view *v, const struct reconcile_item *item)
{
    static char indication[] = "as before", gone[] = "no_indication", ill[] = "laboratory", words[] = "looked at", since[] = "October",
                taken[] = "as_taken", directions[] = "1 tab daily", other[] = "pravastatin 20 mg tab 1 tab po daily";
    static const enum reconcile_action choices[] = {RECONCILE_ACTION_CONTINUE,   RECONCILE_ACTION_STOP,   RECONCILE_ACTION_HOLD,
                                                    RECONCILE_ACTION_NOT_TAKING, RECONCILE_ACTION_ADD,    RECONCILE_ACTION_CHANGE,
                                                    RECONCILE_ACTION_SUBSTITUTE, RECONCILE_ACTION_UNABLE, RECONCILE_ACTION_DEFER};
    enum reconcile_shape shape = reconcile_shape_of(v, item);
    struct reconcile_item d = bed_action(RECONCILE_ACTION_NONE_GIVEN);
    bool is_tablet = true;
    const struct reconcile_line *line = reconcile_line_of(v, item, true, 0);
    line = line != NULL ? line : reconcile_line_of(v, item, false, 0);
    is_tablet = strstr(line->text, "tab") != NULL && strncmp(line->text, "methotrexate", 12) != 0; /* weekly stays weekly */
    bool is_unsure = reconcile_item_differs(item) || line->sig.kind == SCHEDULE_KIND_UNSTRUCTURED ||
                     line->ingredients[0] == '\0';
    do {
        d.action = choices[random_below(s->r, sizeof choices / sizeof *choices)];
    } while (!reconcile_action_fits(d.action, shape, item->kind) || (d.action == RECONCILE_ACTION_CHANGE && !is_tablet) ||
             (d.action == RECONCILE_ACTION_ADD && is_unsure) ||
             (d.action == RECONCILE_ACTION_HOLD && shape == RECONCILE_HOME_ONLY && is_unsure) ||
             (d.action == RECONCILE_ACTION_DEFER && reconcile_item_differs(item))); /* a difference may not stay open */
    d.indication = indication;
    d.reason = d.action == RECONCILE_ACTION_HOLD ? ill : d.action == RECONCILE_ACTION_STOP ? gone : d.action == RECONCILE_ACTION_CHANGE ? taken : NULL;
    d.words = words;
    d.since = since;
    d.prescriber_told = 1;
    d.resume_rule = RESUME_RULE_REVIEW;
    d.due_on = (struct date){2026, 12, 1};
    d.owner = clinic_user(s->b->c, CLINIC_NURSE);
    d.new_text = d.action == RECONCILE_ACTION_CHANGE ? directions : d.action == RECONCILE_ACTION_SUBSTITUTE ? other : NULL;
    return d;
}

/* The item after it was decided; the action that holds. */
static enum reconcile_action decide(struct case_state *s, const struct reconcile_view *v, size_t n)
{
    struct error err = ERROR_INIT;
    const struct reconcile_item *item = &v->items.items[n];
    const struct reconcile_difference difference = {.class_of = DISCREPANCY_CLASS_UNKNOWN};
    struct actor *doctor = clinic_actor(s->b->c, CLINIC_PRESCRIBER);
    for (;;) {
        struct reconcile_item d = random_decision(s, v, item);
        d.id = item->id;
        d.ver = item->ver;
        d.kind = item->kind;
        OK(reconcile_read_value(doctor, v, item, &d, &err));
        enum status status = reconcile_decide(doctor, s->b->id, &d, &difference, &err);
        bool is_of_group = count_lines(v, item, true) > 1 && d.action == RECONCILE_ACTION_CHANGE;
        if (d.action == RECONCILE_ACTION_SUBSTITUTE) {
            mem_free(d.new_drug);
        }
        if (is_of_group) { /* two orders must not both get the new dose */
            cr_assert_eq(status, STATUS_REFUSED);
            continue;
        }
        cr_assert_eq(status, STATUS_OK, "%s: %s", enum_word(ENUM_RECONCILE_ACTION, (int)d.action), error_text(&err));
        return d.action;
    }
}

static void decide_all(struct case_state *s)
{
    struct reconcile_view *v = bed_view(s->b, CLINIC_PRESCRIBER);
    check_lines(v);
    for (size_t n = 0; n < v->items.len; n++) {
        const struct reconcile_item *item = &v->items.items[n];
        enum reconcile_action action = decide(s, v, n);
        const struct reconcile_line *line;
        for (int i = 0; (line = reconcile_line_of(v, item, true, i)) != NULL; i++) {
            for (int o = 0; o < s->order_count; o++) {
                if (uid_compare(s->orders[o].id, line->record) == 0) {
                    s->orders[o].action = action;
                }
            }
        }
        bool is_home_only = reconcile_shape_of(v, item) == RECONCILE_HOME_ONLY;
        int home = is_home_only ? count_speaking(v, item) : 0;
        s->fresh += action == RECONCILE_ACTION_SUBSTITUTE;
        s->fresh += action == RECONCILE_ACTION_ADD || action == RECONCILE_ACTION_HOLD ? home : 0;
        s->listed += action == RECONCILE_ACTION_UNABLE || action == RECONCILE_ACTION_DEFER ? home : 0;
    }
    reconcile_view_free(v);
    v = bed_view(s->b, CLINIC_PRESCRIBER);
    cr_expect_eq(v->undecided, 0);
    check_lines(v);
    reconcile_view_free(v);
}

static enum medication_status expected_status(enum reconcile_action action)
{
    switch (action) {
    case RECONCILE_ACTION_HOLD:
        return MEDICATION_STATUS_ON_HOLD;
    case RECONCILE_ACTION_STOP:
    case RECONCILE_ACTION_NOT_TAKING:
    case RECONCILE_ACTION_SUBSTITUTE:
    case RECONCILE_ACTION_DUPLICATE:
        return MEDICATION_STATUS_STOPPED;
    case RECONCILE_ACTION_CONTINUE:
    case RECONCILE_ACTION_CHANGE:
    case RECONCILE_ACTION_ADD:
    case RECONCILE_ACTION_UNABLE:
    case RECONCILE_ACTION_DEFER:
    case RECONCILE_ACTION_NONE_GIVEN:
    case RECONCILE_ACTION_COUNT:
        break;
    }
    return MEDICATION_STATUS_ACTIVE;
}

static bool is_untouched(enum reconcile_action action)
{
    return action == RECONCILE_ACTION_CONTINUE || action == RECONCILE_ACTION_UNABLE || action == RECONCILE_ACTION_DEFER;
}

static void check_chart(const struct case_state *s, int turn)
{
    int current = 0;
    for (int o = 0; o < s->order_count; o++) {
        struct order order = clinic_get_order(s->b->c, s->orders[o].id);
        enum reconcile_action action = s->orders[o].action;
        char words[SIG_TEXT_MAX];
        cr_expect_neq(action, RECONCILE_ACTION_NONE_GIVEN, "turn %d, %s: no action", turn, order.drug_text);
        cr_expect_eq(order.status, expected_status(action), "turn %d, %s: %s", turn, order.drug_text, enum_word(ENUM_RECONCILE_ACTION, (int)action));
        cr_expect_eq(uid_compare(order.version, s->orders[o].version) == 0, is_untouched(action), "turn %d, %s", turn, order.drug_text);
        cr_expect(action != RECONCILE_ACTION_CHANGE || strncmp(sig_format_dose(&order.sig, words), "1 tab", 5) == 0, "%s", words);
        current += order_is_current(&order);
        order_release(&order);
    }
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    int now = 0;
    OK(chart_open(clinic_actor(s->b->c, CLINIC_PRESCRIBER), s->b->patient, 1, 1, &chart, &err));
    for (size_t i = 0; i < chart->orders.len; i++) {
        now += order_is_current(&chart->orders.items[i]);
    }
    cr_expect_eq(now, current + s->fresh, "turn %d: %d current, %d kept and %d made", turn, now, current, s->fresh);
    chart_free(chart);
}

/* The list in writing has each order once, and what is only listed. */
static void check_list(const struct case_state *s, int turn)
{
    struct error err = ERROR_INIT;
    struct json_document *doc = NULL;
    struct reconcile_view *v = bed_view(s->b, CLINIC_PRESCRIBER);
    OK(json_parse(v->session.signed_list, strlen(v->session.signed_list), &JSON_LIMITS_DEFAULT, 1, &doc, &err));
    const struct json *entries = json_get(json_root(doc), "entries");
    int listed = 0;
    for (const struct json *at = json_first(entries); at != NULL; at = json_next(at)) {
        listed += strcmp(json_get_string(at, "state"), "unverified") == 0;
    }
    for (int o = 0; o < s->order_count; o++) {
        char id[UID_TEXT_MAX];
        int times = 0;
        for (const struct json *at = json_first(entries); at != NULL; at = json_next(at)) {
            times += strcmp(json_get_string(at, "order"), uid_format(s->orders[o].id, id)) == 0;
        }
        cr_expect_eq(times, 1, "turn %d: an order stands %d times in the list", turn, times);
    }
    cr_expect_eq(listed, s->listed, "turn %d: %d listed, %d expected", turn, listed, s->listed);
    cr_expect_eq((int)json_count(entries), s->order_count + s->fresh + s->listed, "turn %d", turn);
    json_free(doc);
    reconcile_view_free(v);
}

Test(reconcile_random, lists_end_as_they_were_decided)
{
    struct error err = ERROR_INIT;
    struct random r = random_start("reconcile");
    struct bed b = bed_new();
    for (int turn = 0; turn < TURNS; turn++) {
        char number[16];
        struct case_state s = {.r = &r, .b = &b};
        (void)snprintf(number, sizeof number, "Turn%d", turn); /* fits */
        b.patient = clinic_add_patient(b.c, &(struct clinic_patient){.first = number, .last = "Random", .weight_kg = "70"});
        lay_out(&s);
        part_some(&s);
        decide_all(&s);
        bed_facts(&b, CLINIC_PRESCRIBER);
        bed_clear(&b, CLINIC_PRESCRIBER);
        OK(bed_sign(&b, CLINIC_PRESCRIBER, &err));
        check_chart(&s, turn);
        check_list(&s, turn);
    }
    clinic_free(b.c);
}

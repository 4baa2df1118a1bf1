/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "safety/finding_text.h"

#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"

const char *screen_status_word(enum screen_status status)
{
    static const char *const words[] = {
        [SCREEN_CLEAR] = "CLEAR", [SCREEN_HITS] = "HITS", [SCREEN_INCOMPLETE] = "INCOMPLETE"};
    return words[status];
}

static const struct {
    const char *word, *label;
} KINDS[FINDING_KIND_COUNT] = {
    [FINDING_ALLERGY] = {"allergy", N_("allergy")},
    [FINDING_DUPLICATE_INGREDIENT] = {"duplicate_ingredient", N_("same ingredient twice")},
    [FINDING_DUPLICATE_THERAPY] = {"duplicate_therapy", N_("duplicate therapy")},
    [FINDING_INTERACTION] = {"interaction", N_("interaction")},
    [FINDING_CONDITION] = {"condition", N_("condition")},
    [FINDING_PREGNANCY] = {"pregnancy", N_("pregnancy")},
    [FINDING_LACTATION] = {"lactation", N_("breast-feeding")},
    [FINDING_AGE] = {"age", N_("age")},
    [FINDING_RENAL] = {"renal", N_("kidney function")},
    [FINDING_DOSE] = {"dose", N_("dose")},
    [FINDING_FOOD] = {"food", N_("food")},
};

const char *finding_kind_word(enum finding_kind kind)
{
    return KINDS[kind].word;
}

const char *finding_kind_label(enum finding_kind kind)
{
    return _(KINDS[kind].label);
}

const char *finding_relation_word(enum finding_relation relation)
{
    static const char *const words[] = {[FINDING_RELATION_NONE] = NULL,
                                        [FINDING_DIRECT] = "direct",
                                        [FINDING_CROSS_HIGH] = "cross_high",
                                        [FINDING_CROSS_LOW] = "cross_low"};
    return words[relation];
}

/* Text of a drug of the finding, "" when it has fewer. */
static const char *drug_of(const struct screen_input *input, const struct screen_finding *f, int n)
{
    const char *text = n < f->drug_count ? input->drugs[f->drugs[n]].text : NULL;
    return text ? text : "";
}

static void allergy_effect(const struct knowledge *k, const struct screen_input *input,
                           const struct screen_finding *f, char buf[FINDING_TEXT_MAX])
{
    const char *drug = drug_of(input, f, 0);
    (void)k;
    switch (f->relation) {
    case FINDING_DIRECT:
        (void)snprintf(
            buf, FINDING_TEXT_MAX,
            _("%s: an allergy to %s is recorded; it is the same substance or of that group."), drug,
            f->with);
        break;
    case FINDING_CROSS_HIGH:
        (void)snprintf(buf, FINDING_TEXT_MAX,
                       _("%s: an allergy to %s is recorded; a cross-reaction is likely."), drug,
                       f->with);
        break;
    case FINDING_CROSS_LOW:
        (void)snprintf(
            buf, FINDING_TEXT_MAX,
            _("%s: an allergy to %s is recorded; a cross-reaction is possible but rare."), drug,
            f->with);
        break;
    case FINDING_RELATION_NONE:
        buf[0] = '\0';
        break;
    }
}

/* Two digits are enough, three below one: 0.125 mg is not 0.13 mg. */
static void amount_text(struct decimal amount, char buf[DECIMAL_TEXT_MAX])
{
    bool is_small = decimal_compare(amount, decimal_from_int(1)) < 0;
    (void)decimal_format(decimal_round(amount, is_small ? 3 : 2), buf);
}

static void dose_effect(const struct knowledge *k, const struct screen_input *input,
                        const struct screen_finding *f, char buf[FINDING_TEXT_MAX])
{
    char measured[DECIMAL_TEXT_MAX];
    char limit[DECIMAL_TEXT_MAX];
    const char *unit = unit_word(f->unit);
    const char *name = f->ingredients[0] == KNOWLEDGE_NO_ID ? drug_of(input, f, 0)
                                                            : knowledge_name(k, f->ingredients[0]);
    amount_text(f->measured, measured);
    amount_text(f->limit, limit);
    switch (f->dose_check) {
    case FINDING_DOSE_SINGLE:
        (void)snprintf(buf, FINDING_TEXT_MAX, _("%s: one dose is %s %s; the maximum is %s %s."),
                       name, measured, unit, limit, unit);
        break;
    case FINDING_DOSE_DAILY:
        (void)snprintf(buf, FINDING_TEXT_MAX,
                       _("%s: %s %s a day in all; the maximum is %s %s a day."), name, measured,
                       unit, limit, unit);
        break;
    case FINDING_DOSE_PER_KG:
        (void)snprintf(buf, FINDING_TEXT_MAX,
                       _("%s: one dose is %s %s/kg; the maximum is %s %s/kg."), name, measured,
                       unit, limit, unit);
        break;
    case FINDING_DOSE_PER_KG_DAY:
        (void)snprintf(buf, FINDING_TEXT_MAX,
                       _("%s: %s %s/kg a day; the maximum is %s %s/kg a day."), name, measured,
                       unit, limit, unit);
        break;
    case FINDING_DOSE_INTERVAL:
        (void)snprintf(buf, FINDING_TEXT_MAX,
                       _("%s: a dose every %s h; at least %s h belong between doses."), name,
                       measured, limit);
        break;
    case FINDING_DOSE_NOT_DAILY:
        (void)snprintf(buf, FINDING_TEXT_MAX, _("%s is taken once a week; a daily order can kill."),
                       name);
        break;
    case FINDING_DOSE_ROUTE:
        if (f->effect[0]) { /* the tables say why it is never given so */
            (void)snprintf(buf, FINDING_TEXT_MAX, "%s", f->effect);
        } else {
            /* TRANSLATORS: the drug, then a route such as "intrathecal" */
            (void)snprintf(buf, FINDING_TEXT_MAX, _("%s: no use by this route is known: %s."), name,
                           f->with);
        }
        break;
    case FINDING_DOSE_UNIT_HIGH:
        (void)snprintf(buf, FINDING_TEXT_MAX,
                       _("%s: %s %s is ten times the maximum of %s %s or more. Look at the unit "
                         "and the decimal point."),
                       name, measured, unit, limit, unit);
        break;
    case FINDING_DOSE_UNIT_LOW:
        (void)snprintf(buf, FINDING_TEXT_MAX,
                       _("%s: %s %s is a tenth of the usual %s %s or less. Look at the unit and "
                         "the decimal point."),
                       name, measured, unit, limit, unit);
        break;
    case FINDING_DOSE_AGE_FLOOR:
        (void)snprintf(buf, FINDING_TEXT_MAX, _("%s is not for patients younger than %s years."),
                       name, limit);
        break;
    case FINDING_DOSE_NONE:
        buf[0] = '\0';
        break;
    }
}

char *finding_subject(const struct screen_input *input, const struct screen_finding *f)
{
    const struct screen_drug *drugs = input->drugs;
    const char *first = f->drug_count > 0 ? drugs[f->drugs[0]].text : "";
    bool is_circumstance = f->kind == FINDING_RENAL || f->kind == FINDING_AGE || f->kind == FINDING_PREGNANCY ||
                           f->kind == FINDING_LACTATION;
    bool is_one_line = f->drug_count > 1 && f->drugs[0] == f->drugs[1]; /* two drugs in one text */
    const char *second = is_one_line            ? ""
                         : f->drug_count > 1 ? drugs[f->drugs[1]].text
                         : is_circumstance ? finding_kind_label(f->kind)
                         : f->with != NULL ? f->with
                                           : "";
    return mem_format("%s%s%s", first, second[0] != '\0' ? " x " : "", second);
}

const char *finding_effect(const struct knowledge *k, const struct screen_input *input,
                           const struct screen_finding *f, char buf[FINDING_TEXT_MAX])
{
    if (f->dose_check != FINDING_DOSE_NONE) {
        dose_effect(k, input, f, buf);
    } else if (f->effect[0]) {
        (void)snprintf(buf, FINDING_TEXT_MAX, "%s", f->effect);
    } else if (f->kind == FINDING_ALLERGY) {
        allergy_effect(k, input, f, buf);
    } else if (f->kind == FINDING_DUPLICATE_INGREDIENT) {
        (void)snprintf(buf, FINDING_TEXT_MAX, _("%s and %s both hold %s: the doses add up."),
                       drug_of(input, f, 0), drug_of(input, f, 1), f->with);
    } else {
        buf[0] = '\0';
    }
    return buf;
}

static const char *own_management(const struct screen_finding *f)
{
    if (f->dose_check == FINDING_DOSE_NOT_DAILY) {
        return N_(
            "Order it weekly with a named weekday, or confirm the indication with the prescriber.");
    }
    if (f->dose_check == FINDING_DOSE_ROUTE) {
        return N_("Do not give it this way before the pharmacist has confirmed product and route.");
    }
    if (f->dose_check != FINDING_DOSE_NONE) {
        return N_("Confirm dose, unit and frequency with the prescriber.");
    }
    if (f->kind == FINDING_ALLERGY) {
        return f->is_lowered ? N_("Confirm the reaction on record and watch for it.")
                             : N_("Choose another drug, or confirm what happened and record it.");
    }
    if (f->kind == FINDING_DUPLICATE_INGREDIENT) {
        return N_("Keep one, or confirm that both together make the intended dose.");
    }
    if (f->kind == FINDING_DUPLICATE_THERAPY) {
        return N_("Keep one, or confirm that the combination is intended.");
    }
    return "";
}

const char *finding_management(const struct knowledge *k, const struct screen_input *input,
                               const struct screen_finding *f, char buf[FINDING_TEXT_MAX])
{
    (void)k;
    (void)input;
    const char *own = own_management(f);
    const char *text = f->management[0] ? f->management : own[0] ? _(own) : "";
    int len = snprintf(buf, FINDING_TEXT_MAX, "%s", text);
    if (f->washout_days_left > 0 && len >= 0 && len < FINDING_TEXT_MAX) {
        (void)snprintf(buf + len, (size_t)(FINDING_TEXT_MAX - len),
                       ngettext(" One of the two was stopped and still acts for %d day.",
                                " One of the two was stopped and still acts for %d days.",
                                (unsigned long)f->washout_days_left),
                       f->washout_days_left);
    }
    return buf;
}

const char *finding_source(const struct screen_finding *f)
{
    if (f->source[0]) {
        return f->source;
    }
    return f->kind == FINDING_ALLERGY                ? _("the allergy on record")
           : f->kind == FINDING_DUPLICATE_INGREDIENT ? _("the drugs on this chart")
           : f->dose_check == FINDING_DOSE_NOT_DAILY ? _("ISMP best practice: weekly methotrexate")
           : f->dose_check == FINDING_DOSE_ROUTE     ? _("the routes of the drug in these tables")
                                                     : "";
}

static const struct {
    const char *word, *text;
} REASONS[INCOMPLETE_REASON_COUNT] = {
    [INCOMPLETE_DRUG_UNKNOWN] = {"unknown_drug",
                                 N_("not recognised; nothing about it was checked")},
    [INCOMPLETE_DRUG_NAME_ONLY] = {"not_in_knowledge",
                                   N_("not in the interaction knowledge base; known by name only")},
    [INCOMPLETE_DRUG_NO_RULES] = {"no_rules_known",
                                  N_("nothing is known here about its interactions and conditions; they were not checked")},
    [INCOMPLETE_DRUG_AMBIGUOUS] = {"ambiguous_drug",
                                   N_("the name stands for different drugs; say which")},
    [INCOMPLETE_DRUG_PARTIAL] =
        {"partly_recognised", N_("part of the name was not understood; only the rest was checked")},
    [INCOMPLETE_ALLERGIES_NOT_ASKED] = {"allergies_not_asked", N_("nobody asked about allergies")},
    [INCOMPLETE_ALLERGY_UNCODED] = {"uncoded_allergy",
                                    N_("not recognised; it was not compared with any drug")},
    [INCOMPLETE_ALLERGY_NAME_ONLY] = {"allergy_by_name_only",
                                      N_("known by name only; cross-reactions were not checked")},
    [INCOMPLETE_CONDITIONS_MISSING] = {"conditions_missing",
                                       N_("the list of conditions is needed")},
    [INCOMPLETE_CONDITION_UNCODED] = {"uncoded_condition",
                                      N_("not recognised; it was not compared with any drug")},
    [INCOMPLETE_FOOD_UNKNOWN] = {"unknown_food",
                                 N_("not recognised; it was not compared with any drug")},
    [INCOMPLETE_AGE] = {"age_missing", N_("the age is needed")},
    [INCOMPLETE_SEX] = {"sex_missing", N_("the sex is needed")},
    [INCOMPLETE_WEIGHT] = {"weight_missing", N_("the weight is needed")},
    [INCOMPLETE_EGFR] = {"egfr_missing", N_("the kidney function (eGFR) is needed")},
    [INCOMPLETE_PREGNANCY] = {"pregnancy_missing", N_("whether she is pregnant is not recorded")},
    [INCOMPLETE_TRIMESTER] = {"trimester_missing", N_("the trimester is needed")},
    [INCOMPLETE_LACTATION] = {"lactation_missing",
                              N_("whether she is breast-feeding is not recorded")},
    [INCOMPLETE_DOSE] = {"dose_missing", N_("the dose is needed")},
    [INCOMPLETE_DOSE_UNIT] = {"dose_unit",
                              N_("the dose's unit cannot be compared with the limit's")},
    [INCOMPLETE_DOSE_WORDS] = {"dose_words", N_("part of the directions was not understood")},
    [INCOMPLETE_DOSE_LIMITS] = {"no_dose_limits",
                                N_("no limits are known for this drug by this route; its dose was "
                                   "not checked")},
    [INCOMPLETE_STRENGTH] = {"strength_missing", N_("the strength of the product is needed")},
    [INCOMPLETE_CHILD_DOSE] =
        {"no_child_dose",
         N_("no dose limits for children are known; only the adult maximum was checked")},
    [INCOMPLETE_STOP_DATE] = {"stop_date_missing", N_("the day it was stopped is needed")},
    [INCOMPLETE_KNOWLEDGE_EXPIRED] = {"knowledge_expired",
                                      N_("the drug knowledge is older than this site allows")},
    [INCOMPLETE_TOO_MANY_FINDINGS] = {"too_many_findings",
                                      N_("too many findings; some are not shown")},
    [INCOMPLETE_INPUT_UNKNOWN] = {"unknown_input", N_("there is no such input; it was not used")},
    [INCOMPLETE_TOO_MANY_DRUGS] = {"too_many_drugs",
                                   N_("too many drugs for one check; some were left out")},
};

const char *incomplete_word(enum incomplete_reason reason)
{
    return REASONS[reason].word;
}

const char *incomplete_text(const struct screen_incomplete *item, char buf[FINDING_TEXT_MAX])
{
    if (item->word[0]) {
        (void)snprintf(buf, FINDING_TEXT_MAX, _("\"%s\" was not understood; only the rest was checked"), item->word);
    } else if (item->rule_id[0]) {
        /* TRANSLATORS: first what is missing, then the id of the rule that needs it */
        (void)snprintf(buf, FINDING_TEXT_MAX, _("%s (rule %s)"), _(REASONS[item->reason].text),
                       item->rule_id);
    } else {
        (void)snprintf(buf, FINDING_TEXT_MAX, "%s", _(REASONS[item->reason].text));
    }
    return buf;
}

bool finding_is_imported(const struct screen_finding *f)
{
    const char *source = finding_source(f);
    const char *line = strstr(source, ", line ");
    size_t digits = line != NULL ? strspn(line + strlen(", line "), "0123456789") : 0;
    return digits > 0 && line[strlen(", line ") + digits] == '\0';
}

char *incomplete_sentence(const struct screen_incomplete *item)
{
    char text[FINDING_TEXT_MAX];
    bool has_item = item->item != NULL && item->item[0] != '\0';
    return mem_format("%s%s%s", has_item ? item->item : "", has_item ? ": " : "", incomplete_text(item, text));
}

const char *alternative_text(const struct knowledge *k, const struct screen_alternative *a, char buf[FINDING_TEXT_MAX])
{
    static const char *const kinships[] = {
        [SCREEN_KIN_CLASS] = N_("same class"),
        [SCREEN_KIN_ATC_4] = N_("same chemical group"),
        [SCREEN_KIN_INDICATION] = N_("same use"),
    };
    const char *worst = a->worst == INTERACTION_TYPE_NONE ? _("no finding here")
                                                          : enum_label(ENUM_INTERACTION_TYPE, (int)a->worst);
    char some[64];
    if (a->worst != INTERACTION_TYPE_NONE) { /* TRANSLATORS: a drug's worst finding: "moderate finding" */
        (void)snprintf(some, sizeof some, _("%s finding"), worst);
        worst = some;
    }
    if (a->class_id != KNOWLEDGE_NO_ID) {
        /* TRANSLATORS: the worst finding; what it has in common with the drug: the name of the class */
        (void)snprintf(buf, FINDING_TEXT_MAX, _("%s; %s: %s"), worst, _(kinships[a->kinship]),
                       knowledge_class_title(k, a->class_id));
    } else {
        (void)snprintf(buf, FINDING_TEXT_MAX, "%s; %s", worst, _(kinships[a->kinship]));
    }
    return buf;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The invented people of a demo clinic. */
#include <stdio.h>

#include "base/memory.h"
#include "crypt/derived_id.h"
#include "service/demo_private.h"

static const char *const first_names_f[] = {"Grace", "Thi Mai", "Maria", "Ingrid", "Aisha", "Ruth", "Chen", "Olga", "Leila", /* not shown: data */
                                            "Nora", "Priya", "Hannah", "Amara", "Sofia", "Yuki", "Elena"};
static const char *const first_names_m[] = {"Nils", "Carlos", "Samuel", "Ahmed", "Viktor", "Jamal", "Peter", "Kofi", "Hugo",
                                            "Daniel", "Ravi", "Tomas", "Luca", "Omar", "Bjorn", "Felix"};
static const char *const last_names[] = {"Halvorsen", "Nguyen", "Reyes", "Haddad", "Kowalski", "Mensah", "Lindqvist",
                                         "Ferreira", "Yamamoto", "Brown", "Castillo", "Novak", "Osei", "Petrov", "Silva",
                                         "Tanaka", "Ueda", "Vargas", "Weber", "Young", "Zhang", "Abara", "Bianchi", "Cohen"};

static const struct {
    const char *first, *last;
    bool is_female;
    int age_days, height_cm;
    struct decimal weight_kg; /* zero: as the dice say */
} known[DEMO_OTHERS] = {
    [DEMO_WARFARIN] = {"Grace Adaeze", "Okafor", true, 67 * 365 + 100, 164, {628, 1}}, /* not shown: data */
    [DEMO_NAME_ALIKE] = {"Grace", "Okafour", true, 78 * 365, 158, {571, 1}},
    [DEMO_INFANT] = {"Milo", "Reyes", false, 130, 63, {64, 1}},
    [DEMO_PREGNANT] = {"Leila", "Haddad", true, 29 * 365, 168, {714, 1}},
    [DEMO_KIDNEYS] = {"Viktor", "Petrov", false, 79 * 365, 175, {802, 1}},
    [DEMO_NOT_ASKED] = {"Nils", "Halvorsen", false, 54 * 365, 183, {885, 1}},
    [DEMO_WEEKLY] = {"Maria", "Ferreira", true, 58 * 365, 161, {660, 1}},
    [DEMO_TAPER] = {"Samuel", "Mensah", false, 46 * 365, 178, {741, 1}},
    [DEMO_PATCH] = {"Ingrid", "Lindqvist", true, 71 * 365, 166, {583, 1}},
};

const char *demo_person_word(int n)
{
    static const char *const words[DEMO_OTHERS] = {"warfarin", "name_alike", "infant", "pregnant", "kidneys",
                                                   "not_asked", "weekly", "taper", "patch"};
    return n < DEMO_OTHERS ? words[n] : "common";
}

uint32_t dice_roll(struct dice *dice, uint32_t sides)
{
    uint64_t z = dice->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((z ^ (z >> 31)) % sides);
}

struct uid demo_id(const struct demo_clinic *clinic, const char *kind, int person, int n)
{
    char seed[24], a[16], b[16];
    (void)snprintf(seed, sizeof seed, "%llu", (unsigned long long)clinic->seed); /* fits */
    (void)snprintf(a, sizeof a, "%d", person);                                   /* fits */
    (void)snprintf(b, sizeof b, "%d", n);                                        /* fits */
    const char *const parts[] = {seed, kind, a, b};
    return derived_id("prescripcare.demo.1", parts, 4);
}

void demo_person(struct demo_clinic *clinic, int n, struct patient *out)
{
    struct dice *dice = &clinic->dice;
    struct date today = site_today(clinic->actor->site);
    bool is_female = dice_roll(dice, 2) == 0;
    const char *first = is_female ? first_names_f[dice_roll(dice, 16)] : first_names_m[dice_roll(dice, 16)];
    const char *last = last_names[dice_roll(dice, 24)];
    int age_days = (int)(18 * 365 + dice_roll(dice, 70 * 365)), height_cm = (int)(152 + dice_roll(dice, 38));
    struct decimal weight = {(int64_t)(520 + dice_roll(dice, 420)), 1};
    char mrn[16], phone[24];
    if (n < DEMO_OTHERS) {
        is_female = known[n].is_female;
        first = known[n].first, last = known[n].last;
        age_days = known[n].age_days, height_cm = known[n].height_cm, weight = known[n].weight_kg;
    }
    (void)snprintf(mrn, sizeof mrn, "%06d", 4182 + n * 7);                                       /* fits */
    (void)snprintf(phone, sizeof phone, "555-01%02d-%04d", n % 100, (int)dice_roll(dice, 10000)); /* fits */
    *out = (struct patient){
        .id = demo_id(clinic, "patient", n, 0),
        .first_name = mem_copy_text(first),
        .last_name = mem_copy_text(last),
        .birth_date = date_add_days(today, -age_days),
        .gender = is_female ? GENDER_FEMALE : GENDER_MALE,
        .phone_number = mem_copy_text(phone),
        .address = mem_copy_text(""),
        .language = mem_copy_text("en"),
        .height_cm = height_cm,
        .weight_kg = weight,
        .weight_at_us = clinic->now_us - (int64_t)dice_roll(dice, 20) * 24 * US_PER_HOUR - US_PER_HOUR,
        .timezone = mem_copy_text(""),
        .mrn = mem_copy_text(mrn),
        .allergy_status = n == DEMO_NOT_ASKED ? ALLERGY_STATUS_NOT_ASKED : ALLERGY_STATUS_NONE_KNOWN,
        .allergy_status_at_us = clinic->now_us - 30 * 24 * US_PER_HOUR,
        .source_system = mem_copy_text("demo"),
    };
    if (n == DEMO_PREGNANT) {
        out->pregnancy = PREGNANCY_PREGNANT;
        out->pregnancy_at_us = clinic->now_us - 40 * 24 * US_PER_HOUR;
        out->due_date = date_add_days(today, 120);
    }
}

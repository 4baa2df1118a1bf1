/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a label says in each language, and what it refuses to say. */
#include <criterion/criterion.h>
#include <string.h>

#include "model/label_text.h"
#include "model/order_line.h"

static struct sig sig_of(const char *line)
{
    struct order_line parsed;
    struct error err = ERROR_INIT;
    cr_assert_eq(order_line_parse(line, &(struct order_line_options){0}, &parsed, &err), STATUS_OK, "%s: %s", line, error_text(&err));
    if (parsed.sig.route == ROUTE_NONE_GIVEN) {
        parsed.sig.route = ROUTE_ORAL; /* what the order's drug would give */
    }
    return parsed.sig;
}

static struct label_dose dose_of(const char *count, const char *high, enum unit unit)
{
    struct label_dose dose = {.unit = unit};
    cr_assert_eq(decimal_parse(count, &dose.count, NULL), STATUS_OK);
    cr_assert_eq(decimal_parse(high, &dose.count_high, NULL), STATUS_OK);
    return dose;
}

Test(label_text, says_what_was_ordered)
{
    static const struct {
        const char *line, *count, *high;
        enum unit unit;
        const char *words[LABEL_LANGUAGE_COUNT]; /* NULL: refused */
    } CASES[] = {
        {"metformin 500 mg tab 1 tab bid", "1", "0", UNIT_TABLET,
         {"Take 1 tablet by mouth 2 times a day", "Tome 1 tableta por la boca 2 veces al d\xc3\xad""a", "Prenez 1 comprim\xc3\xa9 par la bouche 2 fois par jour"}},
        {"prednisone 20 mg daily", "2", "0", UNIT_TABLET, {"Take 2 tablets by mouth once a day", "Tome 2 tabletas", "Prenez 2 comprim\xc3\xa9s"}},
        {"lorazepam 0.5 mg qhs", "0.5", "0", UNIT_TABLET, {"Take 1/2 tablet by mouth at bedtime.", "Tome 1/2 tableta por la boca a la hora de acostarse.", "Prenez 1/2 comprim\xc3\xa9"}},
        {"amoxicillin 250 mg tid 7d", "5", "0", UNIT_ML, {"Take 5 mL by mouth 3 times a day", "Tome 5 mL por la boca 3 veces al d\xc3\xad""a", "pendant 7 jours."}},
        {"methotrexate 2.5 mg tab 4 tab weekly mon", "4", "0", UNIT_TABLET, {"once a week, on Monday", "1 vez por semana, el lunes", "1 fois par semaine, le lundi"}},
        {"ibuprofen 400 mg tab 1-2 tab q6h prn pain", "1", "2", UNIT_TABLET,
         {"Take 1 to 2 tablets by mouth every 6 hours as needed for pain.",
          "Tome 1 a 2 tabletas por la boca cada 6 horas cuando lo necesite para el dolor.", "Prenez 1 \xc3\xa0 2 comprim\xc3\xa9s"}},
        {"ibuprofen 400 mg tab 1 tab q6h prn pain max 4", "1", "0", UNIT_TABLET,
         {"as needed for pain. Do not take more than 4 doses in 24 hours.", "No tome m\xc3\xa1s de 4 dosis en 24 horas.",
          "contre la douleur. Ne prenez pas plus de 4 doses en 24 heures."}},
        {"ibuprofen 400 mg tab 1 tab q6h prn cramps", "1", "0", UNIT_TABLET, {"as needed for cramps.", NULL, NULL}},
        {"prednisone 10 mg every other day", "1", "0", UNIT_TABLET, {"every other day", "un d\xc3\xad""a s\xc3\xad y otro no", "un jour sur deux"}},
        {"prednisone 10 mg mon wed fri", "1", "0", UNIT_TABLET, {NULL, NULL, NULL}},
        {"metformin 500 mg tab 1 tab bid", "1", "0", UNIT_NONE, {NULL, NULL, NULL}},
        {"metformin 500 mg tab 1 tab bid pc", "1", "0", UNIT_TABLET, {"Take after a meal.", "Tome despu\xc3\xa9s de comer.", "Prenez apr\xc3\xa8s un repas."}},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct sig sig = sig_of(CASES[i].line);
        struct label_dose dose = dose_of(CASES[i].count, CASES[i].high, CASES[i].unit);
        for (int language = 0; language < LABEL_LANGUAGE_COUNT; language++) {
            struct buffer out = BUFFER_INIT;
            struct error err = ERROR_INIT;
            enum status status = label_directions(&sig, &dose, (enum label_language)language, &out, &err);
            if (CASES[i].words[language] == NULL) {
                cr_expect_eq(status, STATUS_NOT_FOUND, "case %zu, language %d says \"%s\"", i, language, out.bytes != NULL ? out.bytes : "");
                cr_expect_eq(out.len, 0, "nothing half-said");
            } else {
                cr_expect_eq(status, STATUS_OK, "case %zu, language %d: %s", i, language, error_text(&err));
                cr_expect(out.bytes != NULL && strstr(out.bytes, CASES[i].words[language]) != NULL, "case %zu, language %d says \"%s\"", i, language,
                          out.bytes != NULL ? out.bytes : "");
            }
            buffer_release(&out);
        }
    }
}

Test(label_text, refuses_what_no_table_holds_in_any_language)
{
    struct sig sig = sig_of("metformin 500 mg tab 1 tab bid");
    struct label_dose dose = dose_of("1", "0", UNIT_TABLET);
    struct sig changed[5] = {sig, sig, sig, sig, sig};
    changed[0].later_count = 1;
    changed[1].hold_count = 1;
    changed[2].scale.count = 1;
    changed[3].first_now = true;
    changed[4].kind = SCHEDULE_KIND_UNSTRUCTURED;
    for (size_t i = 0; i < sizeof changed / sizeof *changed; i++) {
        for (int language = 0; language < LABEL_LANGUAGE_COUNT; language++) {
            struct buffer out = BUFFER_INIT;
            cr_expect_eq(label_directions(&changed[i], &dose, (enum label_language)language, &out, NULL), STATUS_NOT_FOUND, "case %zu", i);
            buffer_release(&out);
        }
    }
}

Test(label_text, knows_its_languages)
{
    cr_expect_eq(label_language_find(""), LABEL_ENGLISH);
    cr_expect_eq(label_language_find("en-US"), LABEL_ENGLISH);
    cr_expect_eq(label_language_find("es-MX"), LABEL_SPANISH);
    cr_expect_eq(label_language_find("FR"), LABEL_FRENCH);
    cr_expect_eq(label_language_find("est"), -1, "Estonian is not Spanish");
    cr_expect_eq(label_language_find("de"), -1);
}

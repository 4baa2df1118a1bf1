/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/sig_words.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"

#define EVERY_DAY 0x7f

typedef const char *const phrase[SIG_LANGUAGE_COUNT];

static const char *const CODES[] = {"en", "es", "fr"};

const char *sig_language_code(enum sig_language language)
{
    return CODES[language];
}

enum sig_language sig_language_of(const char *tag)
{
    for (int i = 0; tag != NULL && i < SIG_LANGUAGE_COUNT; i++) {
        if (strncmp(tag, CODES[i], 2) == 0 && (tag[2] == '\0' || tag[2] == '-' || tag[2] == '_')) {
            return (enum sig_language)i;
        }
    }
    return SIG_LANGUAGE_ENGLISH;
}

/* ---- the tables: one row a thing that is said, in all languages ---- */

/* How it is taken: what stands before the amount and behind it. */
static const struct {
    enum route route;
    phrase verb, where;
} ROUTES[] = {
    {ROUTE_ORAL, {"Take", "Tome", "Prenez"}, {"by mouth", "por la boca", "par la bouche"}},
    {ROUTE_SUBLINGUAL, {"Put", "Ponga", "Mettez"}, {"under the tongue", "debajo de la lengua", "sous la langue"}},
    {ROUTE_BUCCAL, {"Put", "Ponga", "Mettez"}, {"inside the cheek", "dentro de la mejilla", "à l'intérieur de la joue"}},
    {ROUTE_SUBCUT, {"Inject", "Inyecte", "Injectez"}, {"under the skin", "debajo de la piel", "sous la peau"}},
    {ROUTE_RECTAL, {"Put", "Ponga", "Mettez"}, {"into the rectum", "en el recto", "dans le rectum"}},
    {ROUTE_TRANSDERMAL, {"Stick", "Pegue", "Collez"}, {"on the skin", "sobre la piel", "sur la peau"}},
    {ROUTE_TOPICAL, {"Apply", "Aplique", "Appliquez"}, {"on the skin", "sobre la piel", "sur la peau"}},
    {ROUTE_OPHTHALMIC, {"Put", "Ponga", "Mettez"}, {"in the eye", "en el ojo", "dans l'œil"}},
    {ROUTE_OTIC, {"Put", "Ponga", "Mettez"}, {"in the ear", "en el oído", "dans l'oreille"}},
    {ROUTE_NASAL, {"Use", "Use", "Utilisez"}, {"in the nose", "en la nariz", "dans le nez"}},
    {ROUTE_INHALED, {"Inhale", "Inhale", "Inhalez"}, {"into the lungs", "hacia los pulmones", "dans les poumons"}},
    {ROUTE_VAGINAL, {"Put", "Ponga", "Mettez"}, {"into the vagina", "en la vagina", "dans le vagin"}},
};

static phrase TUBE_VERB = {"Give", "Administre", "Administrez"};
static phrase TUBE_WHERE = {"through the feeding tube", "por la sonda de alimentación", "par la sonde d'alimentation"};

/* One, and more than one. */
static const struct {
    enum unit unit;
    phrase one, many;
} UNITS[] = {
    {UNIT_MG, {"mg", "mg", "mg"}, {"mg", "mg", "mg"}},
    {UNIT_MCG, {"micrograms", "microgramos", "microgrammes"}, {"micrograms", "microgramos", "microgrammes"}},
    {UNIT_G, {"g", "g", "g"}, {"g", "g", "g"}},
    {UNIT_ML, {"mL", "mL", "mL"}, {"mL", "mL", "mL"}},
    {UNIT_UNITS, {"unit", "unidad", "unité"}, {"units", "unidades", "unités"}},
    {UNIT_TABLET, {"tablet", "tableta", "comprimé"}, {"tablets", "tabletas", "comprimés"}},
    {UNIT_CAPSULE, {"capsule", "cápsula", "gélule"}, {"capsules", "cápsulas", "gélules"}},
    {UNIT_PUFF, {"puff", "inhalación", "bouffée"}, {"puffs", "inhalaciones", "bouffées"}},
    {UNIT_DROP, {"drop", "gota", "goutte"}, {"drops", "gotas", "gouttes"}},
    {UNIT_PATCH, {"patch", "parche", "patch"}, {"patches", "parches", "patchs"}},
    {UNIT_SPRAY, {"spray", "pulverización", "pulvérisation"}, {"sprays", "pulverizaciones", "pulvérisations"}},
    {UNIT_SUPPOSITORY, {"suppository", "supositorio", "suppositoire"}, {"suppositories", "supositorios", "suppositoires"}},
    {UNIT_SACHET, {"sachet", "sobre", "sachet"}, {"sachets", "sobres", "sachets"}},
    {UNIT_LOZENGE, {"lozenge", "pastilla", "pastille"}, {"lozenges", "pastillas", "pastilles"}},
};

static phrase A_DAY[] = {
    {"once a day", "una vez al día", "une fois par jour"},   {"2 times a day", "2 veces al día", "2 fois par jour"},
    {"3 times a day", "3 veces al día", "3 fois par jour"},  {"4 times a day", "4 veces al día", "4 fois par jour"},
    {"5 times a day", "5 veces al día", "5 fois par jour"},  {"6 times a day", "6 veces al día", "6 fois par jour"},
};
enum { A_DAY_MAX = sizeof A_DAY / sizeof *A_DAY };
static phrase WEEKDAYS[] = {
    {"Monday", "lunes", "lundi"},        {"Tuesday", "martes", "mardi"},    {"Wednesday", "miércoles", "mercredi"},
    {"Thursday", "jueves", "jeudi"},     {"Friday", "viernes", "vendredi"}, {"Saturday", "sábado", "samedi"},
    {"Sunday", "domingo", "dimanche"},
};
static phrase ONLY_ON = {"only on", "solo el día", "seulement le"};
static phrase NOT_DAILY = {"NOT every day", "NO todos los días", "PAS tous les jours"};
static phrase EVERY_OTHER_DAY = {"every other day", "un día sí y otro no", "un jour sur deux"};
static phrase EVERY_DAYS = {"every {1} days", "cada {1} días", "tous les {1} jours"};
static phrase EVERY_HOURS = {"every {1} hours", "cada {1} horas", "toutes les {1} heures"};
static phrase EVERY_TO_HOURS = {"every {1} to {2} hours", "cada {1} a {2} horas", "toutes les {1} à {2} heures"};
static phrase ONCE = {"once only", "una sola vez", "une seule fois"};
static phrase AS_NEEDED = {"only when you need it", "solo cuando lo necesite", "seulement si besoin"};
static phrase AT_LEAST_HOURS = {"wait at least {1} hours before the next dose", "espere al menos {1} horas antes de la próxima dosis",
                                "attendez au moins {1} heures avant la prise suivante"};
static phrase AT_MOST_TIMES = {"not more than {1} times in 24 hours", "no más de {1} veces en 24 horas",
                               "pas plus de {1} fois en 24 heures"};
static phrase AT_MOST_AMOUNT = {"not more than {1} {2} in 24 hours", "no más de {1} {2} en 24 horas", "pas plus de {1} {2} en 24 heures"};
static phrase WITH_FOOD = {"with food", "con comida", "avec de la nourriture"};
static phrase BEFORE_FOOD = {"before meals", "antes de las comidas", "avant les repas"};
static phrase AFTER_FOOD = {"after meals", "después de las comidas", "après les repas"};
static phrase FOR_DAYS = {"for {1} days", "durante {1} días", "pendant {1} jours"};
static phrase THEN = {"Then: ", "Después: ", "Ensuite : "};
static phrase ALSO = {"Also: ", "Además: ", "Et aussi : "};
static phrase TO = {"to", "a", "à"};

/* ---- parts ---- */

struct words {
    struct buffer out;
    enum sig_language language;
    bool is_missing; /* something has no phrase */
    bool is_part;    /* of directions that together cover every day */
};

static void append(struct words *w, const char *text)
{
    buffer_append_format(&w->out, "%s%s", w->out.len > 0 ? ", " : "", text);
}

static const char *unit_words(const struct words *w, enum unit unit, struct decimal amount)
{
    bool is_one = decimal_compare(amount, decimal_from_int(1)) <= 0;
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++) {
        if (UNITS[i].unit == unit) {
            return (is_one ? UNITS[i].one : UNITS[i].many)[w->language];
        }
    }
    return NULL;
}

static void put_dose(struct words *w, const struct sig *sig)
{
    char low[DECIMAL_TEXT_MAX], high[DECIMAL_TEXT_MAX];
    bool is_range = !decimal_is_zero(sig->dose_high);
    const char *unit = unit_words(w, sig->unit, is_range ? sig->dose_high : sig->dose);
    size_t at = 0;
    while (at < sizeof ROUTES / sizeof *ROUTES && ROUTES[at].route != sig->route) {
        at++;
    }
    if (at == sizeof ROUTES / sizeof *ROUTES || unit == NULL || decimal_is_zero(sig->dose)) {
        w->is_missing = true;
        return;
    }
    (void)decimal_format(sig->dose, low);
    buffer_append_format(&w->out, "%s %s", (sig->by_tube ? TUBE_VERB : ROUTES[at].verb)[w->language], low);
    if (is_range) {
        buffer_append_format(&w->out, " %s %s", TO[w->language], decimal_format(sig->dose_high, high));
    }
    buffer_append_format(&w->out, " %s %s", unit, (sig->by_tube ? TUBE_WHERE : ROUTES[at].where)[w->language]);
}

/* {1} and {2} of a phrase. */
static void append_filled(struct words *w, const phrase pattern, const char *first, const char *second)
{
    struct buffer text = BUFFER_INIT;
    for (const char *at = pattern[w->language]; *at != '\0'; at++) {
        if (at[0] == '{' && at[1] != '\0' && at[2] == '}') {
            buffer_append_text(&text, at[1] == '1' ? first : second);
            at += 2;
        } else {
            buffer_append(&text, at, 1);
        }
    }
    append(w, text.bytes);
    buffer_release(&text);
}

static void put_number(struct words *w, const phrase pattern, int number)
{
    char *text = mem_format("%d", number);
    append_filled(w, pattern, text, "");
    mem_free(text);
}

/* Whole hours only: half hours have no phrase. */
static void put_hours(struct words *w, const phrase pattern, uint32_t minutes)
{
    if (minutes % 60 != 0) {
        w->is_missing = true;
        return;
    }
    put_number(w, pattern, (int)(minutes / 60));
}

static void put_weekdays(struct words *w, uint8_t weekdays)
{
    struct buffer days = BUFFER_INIT;
    buffer_append_text(&days, ONLY_ON[w->language]);
    bool is_first = true;
    for (int day = 1; day <= 7; day++) {
        if ((weekdays & SIG_WEEKDAY(day)) != 0) {
            buffer_append_format(&days, "%s %s", is_first ? "" : ",", WEEKDAYS[day - 1][w->language]);
            is_first = false;
        }
    }
    append(w, days.bytes);
    if (!w->is_part) {
        append(w, NOT_DAILY[w->language]);
    }
    buffer_release(&days);
}

static void put_times(struct words *w, const struct sig *sig)
{
    struct buffer times = BUFFER_INIT;
    for (int i = 0; i < sig->times_count; i++) {
        buffer_append_format(&times, "%s%02d:%02d", i == 0 ? "" : ", ", sig->times_min[i] / 60, sig->times_min[i] % 60);
    }
    if (sig->times_count > 0) {
        buffer_append_format(&w->out, " (%s)", times.bytes);
    }
    buffer_release(&times);
}

static void put_wall(struct words *w, const struct sig *sig)
{
    int count = sig->times_count > 0 ? sig->times_count : 1;
    if (count > A_DAY_MAX) {
        w->is_missing = true;
        return;
    }
    if (sig->weekdays == 0 && sig->every_n_days > 1) {
        if (sig->every_n_days == 2) {
            append(w, EVERY_OTHER_DAY[w->language]);
        } else {
            put_number(w, EVERY_DAYS, sig->every_n_days);
        }
    } else if (sig->weekdays == 0 || count > 1) {
        append(w, A_DAY[count - 1][w->language]);
    }
    put_times(w, sig);
    if (sig->weekdays != 0) {
        put_weekdays(w, sig->weekdays);
    }
}

static void put_timing(struct words *w, const struct sig *sig)
{
    char low[16], high[16];
    switch (sig->kind) {
    case SCHEDULE_KIND_WALL:
        put_wall(w, sig);
        return;
    case SCHEDULE_KIND_ELAPSED:
        if (sig->interval_high_min > 0 && sig->interval_min % 60 == 0 && sig->interval_high_min % 60 == 0) {
            (void)snprintf(low, sizeof low, "%u", sig->interval_min / 60);        /* fits */
            (void)snprintf(high, sizeof high, "%u", sig->interval_high_min / 60); /* fits */
            append_filled(w, EVERY_TO_HOURS, low, high);
        } else if (sig->interval_high_min > 0) {
            w->is_missing = true;
        } else {
            put_hours(w, EVERY_HOURS, sig->interval_min);
        }
        return;
    case SCHEDULE_KIND_ONCE:
        append(w, ONCE[w->language]);
        return;
    case SCHEDULE_KIND_PRN:
        return;
    case SCHEDULE_KIND_UNSTRUCTURED:
    case SCHEDULE_KIND_NONE_GIVEN:
    case SCHEDULE_KIND_COUNT:
        break;
    }
    w->is_missing = true;
}

static void put_limits(struct words *w, const struct sig *sig)
{
    char amount[DECIMAL_TEXT_MAX];
    if (!sig_is_as_needed(sig)) {
        return;
    }
    append(w, AS_NEEDED[w->language]);
    if (sig->prn_reason[0] != '\0') {
        buffer_append_format(&w->out, " (%s)", sig->prn_reason); /* as the prescriber wrote it */
    }
    if (sig->kind == SCHEDULE_KIND_PRN && sig->interval_min > 0) {
        put_hours(w, AT_LEAST_HOURS, sig->interval_min);
    }
    if (sig->max_times_per_day > 0) {
        put_number(w, AT_MOST_TIMES, sig->max_times_per_day);
    }
    if (!decimal_is_zero(sig->max_per_day)) {
        const char *unit = unit_words(w, sig->unit, sig->max_per_day);
        append_filled(w, AT_MOST_AMOUNT, decimal_format(sig->max_per_day, amount), unit != NULL ? unit : "");
    }
}

/* One step. */
static void put_step(struct words *w_out, const struct sig *sig, bool is_parallel)
{
    struct words w = {.language = w_out->language, .is_part = w_out->is_part};
    enum sig_language language = w.language;
    put_dose(&w, sig);
    put_timing(&w, sig);
    put_limits(&w, sig);
    if (sig->with_food) {
        append(&w, WITH_FOOD[language]);
    }
    if (sig->before_food) {
        append(&w, BEFORE_FOOD[language]);
    }
    if (sig->after_food) {
        append(&w, AFTER_FOOD[language]);
    }
    if (sig->duration_days > 0) {
        put_number(&w, FOR_DAYS, sig->duration_days);
    }
    if (w_out->out.len > 0) {
        buffer_append_format(&w_out->out, " %s", (is_parallel ? ALSO : THEN)[language]);
    }
    buffer_append_format(&w_out->out, "%s.", w.out.bytes != NULL ? w.out.bytes : "");
    w_out->is_missing = w_out->is_missing || w.is_missing;
    buffer_release(&w.out);
}

char *sig_words(const struct sig *sig, enum sig_language language)
{
    struct words w = {.language = language};
    unsigned days = 0;
    for (size_t i = 0; i < sig_step_count(sig); i++) {
        struct sig step;
        sig_step(sig, i, &step);
        days |= step.weekdays != 0 ? step.weekdays : EVERY_DAY;
    }
    w.is_part = sig->is_parallel && days == EVERY_DAY;
    for (size_t i = 0; i < sig_step_count(sig); i++) {
        struct sig step;
        sig_step(sig, i, &step);
        step.duration_days = sig->is_parallel ? sig->duration_days : step.duration_days;
        put_step(&w, &step, sig->is_parallel);
    }
    if (w.is_missing) {
        buffer_release(&w.out);
        return NULL;
    }
    return buffer_take(&w.out);
}

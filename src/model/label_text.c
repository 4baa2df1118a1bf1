/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/label_text.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"

/* A phrase in every language, as it is printed; # is a number. NULL: nobody has read that one; it is refused. Number words are
 * digits: they are read right in every language. Spanish: Latin American usage; French: as printed in France and Canada. */
struct phrase {
    const char *key; /* for the page and for refusals */
    const char *words[LABEL_LANGUAGE_COUNT];
};

/* ---- one dose: by route and unit, for one and for more ---- */

struct dose_phrase {
    enum route route;
    enum unit unit;
    const char *one[LABEL_LANGUAGE_COUNT], *more[LABEL_LANGUAGE_COUNT];
};

static const struct dose_phrase DOSES[] = {
    {ROUTE_ORAL, UNIT_TABLET, {"Take # tablet by mouth", "Tome # tableta por la boca", "Prenez # comprim\xc3\xa9 par la bouche"},
     {"Take # tablets by mouth", "Tome # tabletas por la boca", "Prenez # comprim\xc3\xa9s par la bouche"}},
    {ROUTE_ORAL, UNIT_CAPSULE, {"Take # capsule by mouth", "Tome # c\xc3\xa1psula por la boca", "Prenez # g\xc3\xa9lule par la bouche"},
     {"Take # capsules by mouth", "Tome # c\xc3\xa1psulas por la boca", "Prenez # g\xc3\xa9lules par la bouche"}},
    {ROUTE_ORAL, UNIT_ML, {"Take # mL by mouth", "Tome # mL por la boca", "Prenez # mL par la bouche"},
     {"Take # mL by mouth", "Tome # mL por la boca", "Prenez # mL par la bouche"}},
    {ROUTE_ORAL, UNIT_DROP, {"Take # drop by mouth", "Tome # gota por la boca", "Prenez # goutte par la bouche"},
     {"Take # drops by mouth", "Tome # gotas por la boca", "Prenez # gouttes par la bouche"}},
    {ROUTE_ORAL, UNIT_SACHET, {"Take # packet by mouth", "Tome # sobre por la boca", "Prenez # sachet par la bouche"},
     {"Take # packets by mouth", "Tome # sobres por la boca", "Prenez # sachets par la bouche"}},
    {ROUTE_SUBLINGUAL, UNIT_TABLET,
     {"Put # tablet under the tongue", "Ponga # tableta debajo de la lengua", "Mettez # comprim\xc3\xa9 sous la langue"},
     {"Put # tablets under the tongue", "Ponga # tabletas debajo de la lengua", "Mettez # comprim\xc3\xa9s sous la langue"}},
    {ROUTE_INHALED, UNIT_PUFF, {"Inhale # puff", "Inhale # inhalaci\xc3\xb3n", "Inhalez # bouff\xc3\xa9""e"},
     {"Inhale # puffs", "Inhale # inhalaciones", "Inhalez # bouff\xc3\xa9""es"}},
    {ROUTE_INHALED, UNIT_CAPSULE, {"Inhale the contents of # capsule", NULL, NULL}, {"Inhale the contents of # capsules", NULL, NULL}},
    {ROUTE_NASAL, UNIT_SPRAY, {"Use # spray in the nose", "Use # rociada en la nariz", "Faites # pulv\xc3\xa9risation dans le nez"},
     {"Use # sprays in the nose", "Use # rociadas en la nariz", "Faites # pulv\xc3\xa9risations dans le nez"}},
    {ROUTE_OPHTHALMIC, UNIT_DROP, {"Put # drop in the eye", "Ponga # gota en el ojo", "Mettez # goutte dans l'\xc5\x93il"},
     {"Put # drops in the eye", "Ponga # gotas en el ojo", "Mettez # gouttes dans l'\xc5\x93il"}},
    {ROUTE_OTIC, UNIT_DROP, {"Put # drop in the ear", "Ponga # gota en el o\xc3\xad""do", "Mettez # goutte dans l'oreille"},
     {"Put # drops in the ear", "Ponga # gotas en el o\xc3\xad""do", "Mettez # gouttes dans l'oreille"}},
    {ROUTE_TOPICAL, UNIT_APPLICATION, {"Apply to the skin", "Aplique en la piel", "Appliquez sur la peau"},
     {NULL, NULL, NULL}},
    {ROUTE_TRANSDERMAL, UNIT_PATCH, {"Put # patch on the skin", "Ponga # parche en la piel", "Collez # patch sur la peau"},
     {"Put # patches on the skin", "Ponga # parches en la piel", "Collez # patchs sur la peau"}},
    {ROUTE_RECTAL, UNIT_SUPPOSITORY, {"Insert # suppository into the rectum", "Ponga # supositorio en el recto",
                                      "Mettez # suppositoire dans le rectum"},
     {"Insert # suppositories into the rectum", "Ponga # supositorios en el recto", "Mettez # suppositoires dans le rectum"}},
    {ROUTE_SUBCUT, UNIT_UNITS, {"Inject # unit under the skin", "Inyecte # unidad debajo de la piel", "Injectez # unit\xc3\xa9 sous la peau"},
     {"Inject # units under the skin", "Inyecte # unidades debajo de la piel", "Injectez # unit\xc3\xa9s sous la peau"}},
    {ROUTE_SUBCUT, UNIT_ML, {"Inject # mL under the skin", "Inyecte # mL debajo de la piel", "Injectez # mL sous la peau"},
     {"Inject # mL under the skin", "Inyecte # mL debajo de la piel", "Injectez # mL sous la peau"}},
};

/* ---- when ---- */

enum { WHEN_ONCE_DAY, WHEN_TIMES_DAY, WHEN_MORNING, WHEN_EVENING, WHEN_BEDTIME, WHEN_HOURS, WHEN_HOURS_RANGE, WHEN_OTHER_DAY, WHEN_DAYS,
       WHEN_WEEKLY, WHEN_ONCE, WHEN_AT, WHEN_DURATION, WHEN_NEEDED, WHEN_NEEDED_FOR, WHEN_MOST, WHEN_FOOD, WHEN_BEFORE, WHEN_AFTER,
       WHEN_COUNT };
static const struct phrase WHENS[WHEN_COUNT] = {
    [WHEN_ONCE_DAY] = {"once a day", {"once a day", "1 vez al d\xc3\xad""a", "1 fois par jour"}},
    [WHEN_TIMES_DAY] = {"times a day", {"# times a day", "# veces al d\xc3\xad""a", "# fois par jour"}},
    [WHEN_MORNING] = {"every morning", {"every morning", "cada ma\xc3\xb1""ana", "chaque matin"}},
    [WHEN_EVENING] = {"every evening", {"every evening", "cada noche", "chaque soir"}},
    [WHEN_BEDTIME] = {"at bedtime", {"at bedtime", "a la hora de acostarse", "au coucher"}},
    [WHEN_HOURS] = {"every hours", {"every # hours", "cada # horas", "toutes les # heures"}},
    [WHEN_HOURS_RANGE] = {"every hours, range", {"every # to # hours", "cada # a # horas", "toutes les # \xc3\xa0 # heures"}},
    [WHEN_OTHER_DAY] = {"every other day", {"every other day", "un d\xc3\xad""a s\xc3\xad y otro no", "un jour sur deux"}},
    [WHEN_DAYS] = {"every days", {"every # days", "cada # d\xc3\xad""as", "tous les # jours"}},
    [WHEN_WEEKLY] = {"weekday", {"once a week, on ", "1 vez por semana, el ", "1 fois par semaine, le "}},
    [WHEN_ONCE] = {"one time only", {"one time only", "una sola vez", "une seule fois"}},
    [WHEN_AT] = {"at times", {"at ", "a las ", "\xc3\xa0 "}},
    [WHEN_DURATION] = {"for days", {"for # days", "durante # d\xc3\xad""as", "pendant # jours"}},
    [WHEN_NEEDED] = {"as needed", {"as needed", "cuando lo necesite", "si besoin"}},
    [WHEN_NEEDED_FOR] = {"as needed for", {"as needed for ", "cuando lo necesite para ", "si besoin contre "}},
    [WHEN_MOST] = {"no more than", {"Do not take more than # doses in 24 hours.", "No tome m\xc3\xa1s de # dosis en 24 horas.",
                                    "Ne prenez pas plus de # doses en 24 heures."}},
    [WHEN_FOOD] = {"with food", {"Take with food.", "Tome con comida.", "Prenez avec de la nourriture."}},
    [WHEN_BEFORE] = {"before food", {"Take before a meal.", "Tome antes de comer.", "Prenez avant un repas."}},
    [WHEN_AFTER] = {"after food", {"Take after a meal.", "Tome despu\xc3\xa9s de comer.", "Prenez apr\xc3\xa8s un repas."}},
};

static const char *const WEEKDAYS[7][LABEL_LANGUAGE_COUNT] = {
    {"Monday", "lunes", "lundi"},     {"Tuesday", "martes", "mardi"},    {"Wednesday", "mi\xc3\xa9rcoles", "mercredi"},
    {"Thursday", "jueves", "jeudi"},  {"Friday", "viernes", "vendredi"}, {"Saturday", "s\xc3\xa1""bado", "samedi"},
    {"Sunday", "domingo", "dimanche"}};

/* What it is needed for, as prescribers type it. */
static const struct phrase REASONS[] = {
    {"pain", {"pain", "el dolor", "la douleur"}},
    {"nausea", {"nausea", "las n\xc3\xa1useas", "les naus\xc3\xa9""es"}},
    {"fever", {"fever", "la fiebre", "la fi\xc3\xa8vre"}},
    {"anxiety", {"anxiety", "la ansiedad", "l'anxi\xc3\xa9t\xc3\xa9"}},
    {"cough", {"cough", "la tos", "la toux"}},
    {"itching", {"itching", "la picaz\xc3\xb3n", "les d\xc3\xa9mangeaisons"}},
    {"constipation", {"constipation", "el estre\xc3\xb1imiento", "la constipation"}},
    {"diarrhea", {"diarrhea", "la diarrea", "la diarrh\xc3\xa9""e"}},
    {"heartburn", {"heartburn", "la acidez", "les br\xc3\xbblures d'estomac"}},
    {"headache", {"headache", "el dolor de cabeza", "le mal de t\xc3\xaate"}},
};

static const struct phrase WARNINGS[LABEL_WARNING_COUNT] = {
    [LABEL_WARNING_DROWSY] = {"drowsiness", {"May cause drowsiness. Do not drive until you know how it affects you.",
                                             "Puede causar sue\xc3\xb1o. No maneje hasta saber c\xc3\xb3mo le afecta.",
                                             "Peut causer de la somnolence. Ne conduisez pas avant de savoir comment vous r\xc3\xa9""agissez."}},
    [LABEL_WARNING_ALCOHOL] = {"alcohol", {"Do not drink alcohol.", "No tome alcohol.", "Ne buvez pas d'alcool."}},
    [LABEL_WARNING_FOOD] = {"food", {"Take with food.", "Tome con comida.", "Prenez avec de la nourriture."}},
    [LABEL_WARNING_FINISH] = {"finish", {"Take all of it, even when you feel better.", "T\xc3\xb3melo todo, aunque se sienta mejor.",
                                         "Prenez tout le traitement, m\xc3\xaame si vous allez mieux."}},
    [LABEL_WARNING_SHAKE] = {"shake", {"Shake well.", "Agite bien.", "Agitez bien."}},
    [LABEL_WARNING_WHOLE] = {"whole", {"Swallow whole. Do not crush or chew.", "Trague entero. No triture ni mastique.",
                                       "Avalez entier. Ne pas \xc3\xa9""craser ni croquer."}},
    [LABEL_WARNING_SKIN_ONLY] = {"skin only", {"For the skin only.", "Solo para la piel.", "Pour la peau seulement."}},
    [LABEL_WARNING_EYE_ONLY] = {"eye only", {"For the eye only.", "Solo para el ojo.", "Pour l'\xc5\x93il seulement."}},
    [LABEL_WARNING_EAR_ONLY] = {"ear only", {"For the ear only.", "Solo para el o\xc3\xad""do.", "Pour l'oreille seulement."}},
    [LABEL_WARNING_COLD] = {"refrigerate", {"Keep in the refrigerator. Do not freeze.", "Guarde en el refrigerador. No congele.",
                                            "Gardez au r\xc3\xa9""frig\xc3\xa9rateur. Ne congelez pas."}},
    [LABEL_WARNING_SUN] = {"sun", {"Avoid strong sun on your skin.", "Evite el sol fuerte en la piel.", "\xc3\x89vitez le soleil fort sur la peau."}},
    [LABEL_WARNING_PREGNANCY] = {"pregnancy", {"Do not use if you are or may become pregnant.", "No use si est\xc3\xa1 o puede quedar embarazada.",
                                               "N'utilisez pas si vous \xc3\xaates ou pouvez devenir enceinte."}},
    /* the wording of the law (21 CFR 290.5); it has no other language */
    [LABEL_WARNING_TRANSFER] = {"transfer", {"Caution: Federal law prohibits the transfer of this drug to any person other than the patient "
                                             "for whom it was prescribed.", NULL, NULL}},
};

static const char *const LABEL_WORDS[LABEL_WORD_COUNT][LABEL_LANGUAGE_COUNT] = {
    [LABEL_WORD_QUANTITY] = {"Quantity", "Cantidad", "Quantit\xc3\xa9"},
    [LABEL_WORD_REFILLS] = {"Refills left", "Resurtidos que quedan", "Renouvellements restants"},
    [LABEL_WORD_PRESCRIBER] = {"Prescriber", "Recetado por", "Prescrit par"},
    [LABEL_WORD_USE_BY] = {"Use by", "Use antes de", "Utiliser avant"},
    [LABEL_WORD_NO_REFILLS] = {"No refills", "Sin resurtidos", "Sans renouvellement"},
};

/* ---- languages ---- */

static const char *const LANGUAGES[LABEL_LANGUAGE_COUNT] = {"en", "es", "fr"};

int label_language_find(const char *bcp47)
{
    if (bcp47 == NULL || bcp47[0] == '\0') {
        return LABEL_ENGLISH;
    }
    for (int i = 0; i < LABEL_LANGUAGE_COUNT; i++) {
        if (strncasecmp(bcp47, LANGUAGES[i], 2) == 0 && (bcp47[2] == '\0' || bcp47[2] == '-' || bcp47[2] == '_')) {
            return i;
        }
    }
    return -1;
}

const char *label_language_label(enum label_language language)
{
    static const char *const LABELS[LABEL_LANGUAGE_COUNT] = {N_("English"), N_("Spanish"), N_("French")};
    return _(LABELS[language]);
}

const char *label_warning_text(enum label_warning warning, enum label_language language)
{
    return WARNINGS[warning].words[language];
}

const char *label_word(enum label_word word, enum label_language language)
{
    return LABEL_WORDS[word][language];
}

/* ---- sentences ---- */

struct writer {
    struct buffer *out;
    enum label_language language;
    const char *missing; /* what has no phrase; NULL: nothing so far */
};

static void miss(struct writer *w, const char *what)
{
    w->missing = w->missing == NULL ? what : w->missing;
}

/* The phrase with its numbers in place; each # takes the next one. */
static void put(struct writer *w, const char *words, const char *first, const char *second)
{
    for (; *words != '\0'; words++) {
        if (*words == '#') {
            buffer_append_text(w->out, first);
            first = second;
        } else {
            buffer_append_byte(w->out, *words);
        }
    }
}

static void add(struct writer *w, int when, const char *first, const char *second)
{
    const char *words = WHENS[when].words[w->language];
    if (words == NULL) {
        miss(w, WHENS[when].key);
        return;
    }
    put(w, words, first, second);
}

static void add_space(struct writer *w)
{
    buffer_append_byte(w->out, ' ');
}

/* "1/2" rather than 0.5, "1 1/2", "2.5" where it is no half. */
static void format_count(struct decimal count, enum unit unit, char out[DECIMAL_TEXT_MAX])
{
    struct decimal twice, whole;
    bool is_piece = unit == UNIT_TABLET;
    (void)decimal_format(count, out);
    if (!is_piece || strchr(out, '.') == NULL || decimal_multiply(count, decimal_from_int(2), &twice) != STATUS_OK ||
        decimal_compare(twice, decimal_round(twice, 0)) != 0) {
        return;
    }
    whole = decimal_round(count, 0); /* halves are rounded up */
    char text[DECIMAL_TEXT_MAX];
    if (decimal_subtract(whole, decimal_from_int(1), &whole) == STATUS_OK) {
        (void)decimal_format(whole, text);
        (void)snprintf(out, DECIMAL_TEXT_MAX, "%.20s%s1/2", decimal_is_zero(whole) ? "" : text, decimal_is_zero(whole) ? "" : " ");
    }
}

static void add_dose(struct writer *w, const struct sig *sig, const struct label_dose *dose)
{
    char count[DECIMAL_TEXT_MAX], high[DECIMAL_TEXT_MAX], both[2 * DECIMAL_TEXT_MAX + 8];
    static const char *const TO[LABEL_LANGUAGE_COUNT] = {" to ", " a ", " \xc3\xa0 "};
    format_count(dose->count, dose->unit, count);
    bool has_range = !decimal_is_zero(dose->count_high);
    if (has_range) {
        format_count(dose->count_high, dose->unit, high);
        (void)snprintf(both, sizeof both, "%s%s%s", count, TO[w->language], high);
    } else {
        (void)snprintf(both, sizeof both, "%s", count);
    }
    bool is_more = has_range || decimal_compare(dose->count, decimal_from_int(1)) > 0;
    for (size_t i = 0; i < sizeof DOSES / sizeof *DOSES; i++) {
        if (DOSES[i].route == sig->route && DOSES[i].unit == dose->unit) {
            const char *words = is_more ? DOSES[i].more[w->language] : DOSES[i].one[w->language];
            if (words == NULL) {
                break;
            }
            put(w, words, both, "");
            return;
        }
    }
    miss(w, dose->unit == UNIT_NONE ? "a dose that cannot be counted out of the pack" : "this dose by this route");
}

static bool is_word(const struct sig *sig, const char *word)
{
    return strcmp(sig->timing_word, word) == 0;
}

static void add_number(struct writer *w, int when, unsigned number)
{
    char text[16];
    (void)snprintf(text, sizeof text, "%u", number);
    add(w, when, text, "");
}

static void add_hours(struct writer *w, const struct sig *sig)
{
    char from[16], to[16];
    if (sig->interval_min % 60 != 0 || sig->interval_high_min % 60 != 0) {
        miss(w, "an interval that is no whole hours");
        return;
    }
    (void)snprintf(from, sizeof from, "%u", (unsigned)sig->interval_min / 60);
    (void)snprintf(to, sizeof to, "%u", (unsigned)sig->interval_high_min / 60);
    add(w, sig->interval_high_min > sig->interval_min ? WHEN_HOURS_RANGE : WHEN_HOURS, from, to);
}

static void add_weekdays(struct writer *w, const struct sig *sig)
{
    int at = -1, count = 0;
    for (int day = 0; day < 7; day++) {
        if ((sig->weekdays & SIG_WEEKDAY(day + 1)) != 0) {
            at = day;
            count++;
        }
    }
    if (count != 1 || sig->times_count > 1) {
        miss(w, "several days of the week");
        return;
    }
    add(w, WHEN_WEEKLY, "", "");
    buffer_append_text(w->out, WEEKDAYS[at][w->language]);
}

static void add_clock(struct writer *w, const struct sig *sig)
{
    add_space(w);
    buffer_append_byte(w->out, '(');
    for (int i = 0; i < sig->times_count; i++) {
        buffer_append_format(w->out, "%s%02u:%02u", i > 0 ? ", " : "", sig->times_min[i] / 60u, sig->times_min[i] % 60u);
    }
    buffer_append_byte(w->out, ')');
}

static void add_wall(struct writer *w, const struct sig *sig)
{
    const uint8_t all = SIG_WEEKDAY(8) - 1;
    if (sig->month_day != 0) {
        miss(w, "a day of the month");
    } else if (sig->weekdays != 0 && sig->weekdays != all) {
        add_weekdays(w, sig);
    } else if (sig->every_n_days > 1 && sig->times_count > 1) {
        miss(w, "several times a day on some days");
    } else if (sig->every_n_days == 2) {
        add(w, WHEN_OTHER_DAY, "", "");
    } else if (sig->every_n_days > 2) {
        add_number(w, WHEN_DAYS, sig->every_n_days);
    } else if (sig->times_count > 1) {
        add_number(w, WHEN_TIMES_DAY, sig->times_count);
    } else if (is_word(sig, "qhs")) {
        add(w, WHEN_BEDTIME, "", "");
    } else if (is_word(sig, "qam")) {
        add(w, WHEN_MORNING, "", "");
    } else if (is_word(sig, "qpm")) {
        add(w, WHEN_EVENING, "", "");
    } else {
        add(w, WHEN_ONCE_DAY, "", "");
    }
    if (sig->times_count > 0 && !is_word(sig, "qhs")) {
        add_clock(w, sig);
    }
}

static void add_needed(struct writer *w, const struct sig *sig)
{
    if (sig->interval_min > 0) {
        add_hours(w, sig);
        add_space(w);
    } else if (sig->kind == SCHEDULE_KIND_WALL && is_word(sig, "qhs")) {
        add(w, WHEN_BEDTIME, "", "");
        add_space(w);
    } else if (sig->times_count > 0 && sig->max_times_per_day == 0) {
        miss(w, "as needed so many times a day");
    }
    if (sig->prn_reason[0] == '\0') {
        add(w, WHEN_NEEDED, "", "");
        return;
    }
    add(w, WHEN_NEEDED_FOR, "", "");
    for (size_t i = 0; i < sizeof REASONS / sizeof *REASONS; i++) {
        if (text_equal_folded(REASONS[i].key, sig->prn_reason) && REASONS[i].words[w->language] != NULL) {
            buffer_append_text(w->out, REASONS[i].words[w->language]);
            return;
        }
    }
    if (w->language == LABEL_ENGLISH) {
        buffer_append_text(w->out, sig->prn_reason); /* as the prescriber wrote it */
    } else {
        miss(w, "the reason of an as-needed dose");
    }
}

static void add_when(struct writer *w, const struct sig *sig)
{
    add_space(w);
    if (sig_is_as_needed(sig)) {
        add_needed(w, sig);
        return;
    }
    switch (sig->kind) {
    case SCHEDULE_KIND_WALL:
        add_wall(w, sig);
        return;
    case SCHEDULE_KIND_ELAPSED:
        add_hours(w, sig);
        return;
    case SCHEDULE_KIND_ONCE:
        add(w, WHEN_ONCE, "", "");
        return;
    case SCHEDULE_KIND_NONE_GIVEN:
    case SCHEDULE_KIND_PRN:
    case SCHEDULE_KIND_UNSTRUCTURED:
    case SCHEDULE_KIND_COUNT:
        miss(w, "directions that are only written");
        return;
    }
}

static void add_tail(struct writer *w, const struct sig *sig, const struct label_dose *dose)
{
    if (sig->max_times_per_day > 0) {
        add_space(w);
        add_number(w, WHEN_MOST, sig->max_times_per_day);
    } else if (!decimal_is_zero(sig->max_per_day)) {
        /* doses of one size: so many amounts are so many doses */
        struct decimal doses;
        char text[DECIMAL_TEXT_MAX];
        struct decimal each = decimal_is_zero(sig->dose_high) ? sig->dose : sig->dose_high;
        if (decimal_is_zero(each) || decimal_divide(sig->max_per_day, each, 2, &doses) != STATUS_OK ||
            decimal_compare(doses, decimal_round(doses, 0)) != 0) {
            miss(w, "the most in 24 hours");
        } else {
            add_space(w);
            add(w, WHEN_MOST, decimal_format(doses, text), "");
        }
    }
    bool is_swallowed = sig->route == ROUTE_ORAL && dose->unit != UNIT_NONE;
    if ((sig->with_food || sig->before_food || sig->after_food) && !is_swallowed) {
        miss(w, "food with this route");
    } else if (sig->with_food || sig->before_food || sig->after_food) {
        add_space(w);
        add(w, sig->with_food ? WHEN_FOOD : sig->before_food ? WHEN_BEFORE : WHEN_AFTER, "", "");
    }
}

/* What the tables have no sentences for in any language. */
static const char *beyond_tables(const struct sig *sig)
{
    return sig->by_tube                ? "a feeding tube"
           : sig->is_parallel          ? "doses that differ by day"
           : sig->later_count > 0      ? "directions in steps"
           : sig->scale.count > 0      ? "a dose by scale"
           : sig->hold_count > 0       ? "a rule that holds the dose"
           : sig->duration_doses > 0   ? "a number of doses"
           : sig->first_now            ? "an extra first dose"
           : sig->kind == SCHEDULE_KIND_UNSTRUCTURED ? "directions that are only written"
                                       : NULL;
}

enum status label_directions(const struct sig *sig, const struct label_dose *dose, enum label_language language, struct buffer *out,
                             struct error *err)
{
    struct buffer text = BUFFER_INIT;
    struct writer w = {&text, language, beyond_tables(sig)};
    if (w.missing == NULL) {
        add_dose(&w, sig, dose);
        add_when(&w, sig);
        if (sig->duration_days > 0) {
            add_space(&w);
            add_number(&w, WHEN_DURATION, sig->duration_days);
        }
        buffer_append_byte(&text, '.');
        add_tail(&w, sig, dose);
    }
    enum status status = STATUS_OK;
    if (w.missing != NULL) {
        status = error_set(err, STATUS_NOT_FOUND, _("No %s phrase was read and released for this: %s."), label_language_label(language),
                           w.missing);
    } else {
        buffer_append(out, text.bytes, text.len);
    }
    buffer_release(&text);
    return status;
}

/* ---- the page ---- */

static void write_row(struct buffer *out, const char *key, const char *const *words)
{
    buffer_append_format(out, "| %s |", key);
    for (int i = 0; i < LABEL_LANGUAGE_COUNT; i++) {
        buffer_append_format(out, " %s |", words[i] != NULL ? words[i] : "(refused)");
    }
    buffer_append_byte(out, '\n');
}

void label_write_markdown(struct buffer *out)
{
    static const char *const HEAD = "| phrase | en | es | fr |\n| --- | --- | --- | --- |\n";
    buffer_append_text(out, "# Labels: phrases by language\n\nMade from the tables in `src/model/label_text.c`; do not edit. A label says "
                            "nothing that is not here; `(refused)` is not printed in\nthat language, and the counter says so. A site "
                            "has this page read by its own translators before it prints labels.\n\n## Doses\n\n");
    buffer_append_text(out, HEAD);
    for (size_t i = 0; i < sizeof DOSES / sizeof *DOSES; i++) {
        char *key = mem_format("%s, %s", enum_word(ENUM_ROUTE, (int)DOSES[i].route), unit_word(DOSES[i].unit));
        write_row(out, key, DOSES[i].one);
        write_row(out, key, DOSES[i].more);
        mem_free(key);
    }
    buffer_append_format(out, "\n## When and how\n\n%s", HEAD);
    for (int i = 0; i < WHEN_COUNT; i++) {
        write_row(out, WHENS[i].key, WHENS[i].words);
    }
    for (size_t i = 0; i < sizeof REASONS / sizeof *REASONS; i++) {
        write_row(out, REASONS[i].key, REASONS[i].words);
    }
    for (int i = 0; i < 7; i++) {
        write_row(out, WEEKDAYS[i][0], WEEKDAYS[i]);
    }
    buffer_append_format(out, "\n## Warnings and words\n\n%s", HEAD);
    for (int i = 0; i < LABEL_WARNING_COUNT; i++) {
        write_row(out, WARNINGS[i].key, WARNINGS[i].words);
    }
    for (int i = 0; i < LABEL_WORD_COUNT; i++) {
        write_row(out, LABEL_WORDS[i][0], LABEL_WORDS[i]);
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A typed order line as it stands after the last key: what was understood, which drug it means, the dose made from the
 * weight, and what is still wrong. One truth: the parsed line. The fields of the form are the same words sorted by meaning;
 * typing into a field makes the line anew. No allocation, no query: it runs with every key. */
#ifndef SCREENS_ORDER_ENTRY_H
#define SCREENS_ORDER_ENTRY_H

#include "model/order_line.h"
#include "model/order.h"
#include "safety/resolve.h"
#include "screens/screens.h"

enum { ENTRY_SUGGESTIONS_MAX = 20 };

/* The line sorted by meaning. */
enum entry_part {
    ENTRY_DRUG, /* with strength and form */
    ENTRY_DOSE,
    ENTRY_ROUTE,
    ENTRY_OFTEN, /* times, food, as needed, limits */
    ENTRY_LONG,
    ENTRY_QUANTITY,
    ENTRY_REFILLS,
    ENTRY_FOR,
    ENTRY_PART_COUNT
};

struct order_entry {
    const struct site *site;
    struct timing_table times;
    char text[ORDER_LINE_MAX + 1];
    struct order_line line;
    struct sig sig;               /* the line's, with the dose by weight */
    struct drug_identity drug;
    bool is_drug_settled;         /* the words name one drug, nothing is left over */
    bool is_unit_guessed;         /* the unit comes from the drug's products */
    bool is_route_guessed;        /* none was typed: the usual one of the drug */
    char drug_words[ORDER_LINE_MAX + 1]; /* without strength and form */
    struct drug_suggestion suggestions[ENTRY_SUGGESTIONS_MAX];
    int suggestion_count, selected;
    bool is_misspelt;             /* the suggestions are what was perhaps meant; none is selected before somebody does */
    char *also_for;               /* another drug that is as needed for the same; NULL none. The screen's to fill and free */
    bool has_volume;
    struct decimal exact, volume_ml; /* of an order by weight: before rounding; of a liquid */
};

void order_entry_init(struct order_entry *e, const struct site *site);
/* The patient's weight makes the dose of an order by weight. */
void order_entry_read(struct order_entry *e, const char *text, const struct patient *patient);

/* Drugs whose names begin with what was typed, into `suggestions`; where there is none, what a misspelt name may have
 * meant. */
void order_entry_suggest(struct order_entry *e, const char *typed);

/* Words of one part, as typed, with single spaces between. */
void order_entry_part(const struct order_entry *e, enum entry_part part, char *buf, size_t size);
/* The line with `name` in the place of the words for the drug; strength, form and directions stay. */
void order_entry_with_drug(const struct order_entry *e, const char *name, char *buf, size_t size);
/* The line with the drug as it is and these directions behind it. */
void order_entry_with_directions(const struct order_entry *e, const char *directions, char *buf, size_t size);

/* Fills drug, strength, form, directions, indication, quantity and refills of an order; the texts are replaced. */
void order_entry_fill(const struct order_entry *e, struct order *order);
/* The first thing that keeps the line from being saved: STATUS_INVALID for the field "line". */
enum status order_entry_check(const struct order_entry *e, struct error *err) MUST_USE;

/* The partner of a look-alike pair: of the suggestion, among the others shown; of the drug as typed. NULL: none. */
const char *order_entry_lookalike_of(const struct order_entry *e, int suggestion);
const char *order_entry_lookalike(const struct order_entry *e);

/* "amoxicillin 500 mg by mouth 3 times daily at ... for 7 days. 21 to dispense, no refill." Caller frees. */
char *order_entry_sentence(const struct order_entry *e);

/* Marks below the words of the line: what was not understood, what has to be settled. The field begins at column `left` of
 * the row and shows the text from byte `first` on. */
void order_entry_draw_marks(const struct order_entry *e, struct area row, int left, size_t first);
/* Sentence, weight, problems, suggestions: as much as fits, in this order. */
void order_entry_draw(const struct order_entry *e, const struct patient *patient, struct area a);

#endif

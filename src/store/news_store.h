/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What others wrote in any chart since an instant: orders, allergies, problems, results, doses that were not given, two
 * records of one dose, and who came and left. Bounded: at most NEWS_MAX of each kind, the newest. */
#ifndef STORE_NEWS_STORE_H
#define STORE_NEWS_STORE_H

#include "base/decimal.h"
#include "model/enums.h"
#include "store/store.h"

enum { NEWS_MAX = 100 };

enum news_kind { NEWS_ORDER, NEWS_ALLERGY, NEWS_PROBLEM, NEWS_RESULT, NEWS_DOSE, NEWS_DOUBLE, NEWS_ADMITTED, NEWS_LEFT, NEWS_KINDS };

struct news {
    enum news_kind kind;
    struct uid row, patient;
    int64_t at_us;
    char *patient_name;  /* "OKAFOR, Grace" */
    char *who;           /* "" an import */
    char *what;          /* drug, allergen, problem, unit of the result, ward and bed */
    int detail;          /* order_action, allergy_state, condition_status, metric_type, dose_status, left_how */
    int severity;        /* reaction_severity of an allergy */
    struct decimal value; /* of a result */
};

struct news_list {
    struct news *items;
    size_t len, cap;
};
void news_list_release(struct news_list *list);

/* Newest first. What `not_by` wrote is left out. */
enum status news_list_get(struct store *store, int64_t since_us, struct uid not_by, struct news_list *out, struct error *err)
    MUST_USE;

#endif

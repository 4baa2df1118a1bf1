/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who cares for a patient and who pays: providers (healthcare_providers), what they are to a
 * patient (user_provider_relationships), insurance (user_insurance). The structs own their strings.
 */
#ifndef MODEL_CARE_H
#define MODEL_CARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/uid.h"
#include "model/enums.h"

struct provider {
    struct uid id;
    int32_t ver; /* of the row in the directory */
    char *first_name, *last_name, *title, *specialty;
    char *npi; /* ten digits with a check digit, or "" */
    char *phone, *email;
    bool is_active;
};
struct provider_list {
    struct provider *items;
    size_t len, cap;
};

struct coverage {
    struct uid id;
    struct uid patient;
    char *company, *plan, *policy_number;
    struct date effective, expiration;
    bool is_primary, is_active;
};
struct coverage_list {
    struct coverage *items;
    size_t len, cap;
};

void provider_release(struct provider *provider);
void provider_list_release(struct provider_list *list);
void coverage_release(struct coverage *coverage);
void coverage_list_release(struct coverage_list *list);

/* Ten digits whose last is the check digit of the US National Provider Identifier (Luhn over 80840
 * and the number). */
bool npi_is_valid(const char *text);

#endif

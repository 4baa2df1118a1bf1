/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/care.h"

#include <string.h>

#include "base/memory.h"

void provider_release(struct provider *provider)
{
    mem_free(provider->first_name);
    mem_free(provider->last_name);
    mem_free(provider->title);
    mem_free(provider->specialty);
    mem_free(provider->npi);
    mem_free(provider->phone);
    mem_free(provider->email);
    *provider = (struct provider){0};
}

void provider_list_release(struct provider_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        provider_release(&list->items[i]);
    }
    mem_free(list->items);
    *list = (struct provider_list){0};
}

void coverage_release(struct coverage *coverage)
{
    mem_free(coverage->company);
    mem_free(coverage->plan);
    mem_free(coverage->policy_number);
    *coverage = (struct coverage){0};
}

void coverage_list_release(struct coverage_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        coverage_release(&list->items[i]);
    }
    mem_free(list->items);
    *list = (struct coverage_list){0};
}

bool npi_is_valid(const char *text)
{
    if (strlen(text) != 10 || strspn(text, "0123456789") != 10) {
        return false;
    }
    int sum = 24; /* of the prefix 80840 */
    for (int i = 0; i < 10; i++) {
        int digit = text[i] - '0';
        int twice = i % 2 == 0 ? digit * 2 : digit;
        sum += twice > 9 ? twice - 9 : twice;
    }
    return sum % 10 == 0;
}

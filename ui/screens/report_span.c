/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screens/report_span.h"

static struct date first_of(int months)
{
    return (struct date){.year = (int16_t)(months / 12), .month = (uint8_t)(months % 12 + 1), .day = 1};
}

void report_span(struct date today, int back, struct date *from, struct date *to)
{
    int months = today.year * 12 + today.month - 1 - (back == 0 ? REPORT_MONTHS - 1 : back - 1);
    *from = first_of(months);
    *to = back > 1 ? date_add_days(first_of(months + 1), -1) : today;
}

int report_span_turn(int back, int by)
{
    return (back + by + REPORT_MONTHS + 1) % (REPORT_MONTHS + 1);
}

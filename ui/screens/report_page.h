/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page of counts about the last twelve months or one of them, turned with the keys of the bar. A report's screen says what
 * stands on it; the rest serves as its ops:
 *
 *     open:  report_page_open(sh, write, out_state, err);
 */
#ifndef SCREENS_REPORT_PAGE_H
#define SCREENS_REPORT_PAGE_H

#include "base/buffer.h"
#include "kit/pager.h"
#include "screens/report_span.h"
#include "screens/screens.h"

/* The days of a page, and how they are written. */
struct report_days {
    struct date from, to;
    char first[DATE_TEXT_MAX], last[DATE_TEXT_MAX];
};

/* Appends the text about these days; the page owns *out_title. A failure leaves the page as it was. */
typedef enum status report_write_fn(struct workstation *ws, const struct report_days *days, char **out_title,
                                    struct buffer *out_text, struct error *err);

enum status report_page_open(struct shell *sh, report_write_fn *write, void **out_state, struct error *err) MUST_USE;
void report_page_close(void *state);
void report_page_layout(void *state, struct area body);
void report_page_draw(void *state, struct area body);
unsigned report_page_key(struct shell *sh, void *state, const struct event *event);
extern const struct action REPORT_PAGE_ACTIONS[];

#endif

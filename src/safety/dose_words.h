/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people say of a frequency and the parser of typed orders refuses, because an order must name the day: "monthly",
 * "every 3 months", "twice a week", "once a year". A check only asks how much it is, so that it says it in days. Also
 * "8-hourly", "up to 4 times a day" and "1-0-1" (morning, noon, night). Words only; nothing is looked up. */
#ifndef SAFETY_DOSE_WORDS_H
#define SAFETY_DOSE_WORDS_H

/* The text with such phrases reworded; the caller frees. */
char *dose_words_reword(const char *text);

#endif

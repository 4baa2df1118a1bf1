/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Since I was here": what others wrote in any chart since this person's last sign-off (24 hours where there was none). */
#ifndef SERVICE_NEWS_H
#define SERVICE_NEWS_H

#include "service/site.h"
#include "store/news_store.h"

int64_t news_since_us(const struct actor *actor);
enum status news_get(struct actor *actor, struct news_list *out, struct error *err) MUST_USE;     /* audited */
enum status news_refresh(struct actor *actor, struct news_list *out, struct error *err) MUST_USE; /* the same list again */

/* "allergy: penicillin, active", "result: potassium 6.1 mmol/L". Translated; the caller frees. *out_is_grave: it should
 * catch the eye (a severe allergy, a value outside its band, a double dose). */
char *news_text(const struct news *news, bool *out_is_grave);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contraindications that somebody went past alone because nobody else was on duty (the setting override_solo): each waits for
 * another person whose role may decide on one, 24 hours at most; what is late stays on the list until it is reviewed. */
#ifndef SERVICE_SOLO_REVIEWS_H
#define SERVICE_SOLO_REVIEWS_H

#include "service/site.h"
#include "store/decision_store.h"

/* The first due on top. _refresh: the same list once more, without another audit row. Caller: solo_list_release(). */
enum status solo_reviews(struct actor *actor, struct solo_list *out, struct error *err) MUST_USE;
enum status solo_reviews_refresh(struct actor *actor, struct solo_list *out, struct error *err) MUST_USE;

/* STATUS_INVALID, field "verdict" or "reason"; STATUS_REFUSED: nobody reviews their own; STATUS_STALE: somebody did already. */
enum status solo_review(struct actor *actor, struct uid decision, enum review_verdict verdict, const char *words,
                        struct error *err) MUST_USE;

#endif

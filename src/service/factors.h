/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second factor of an account: codes from a phone (crypt/totp.h), with recovery codes for the day when the phone is
 * lost. A person sets up their own, proved by a code from that phone; an administrator takes it off, with a reason. Its
 * secret is in the credential record, boxed to the person's own key. */
#ifndef SERVICE_FACTORS_H
#define SERVICE_FACTORS_H

#include "crypt/second_factor.h"
#include "service/site.h"

/* What is offered to the phone. Nothing is stored before factor_confirm(). */
struct factor_offer {
    struct secret secret;
    char letters[TOTP_LETTERS_MAX]; /* to be typed where no camera is */
    char *uri;                      /* what the picture says */
};
#define FACTOR_OFFER_INIT {SECRET_INIT, "", NULL}

/* letters NULL: a new secret; else one that was offered before. STATUS_STEP_UP without a proof (service/step_up.h). */
enum status factor_offer(struct actor *actor, const char *letters, struct factor_offer *out, struct error *err) MUST_USE;
void factor_offer_release(struct factor_offer *offer);

struct factor_codes {
    char text[FACTOR_CODES][FACTOR_CODE_TEXT];
};
/* The phone shows `code`: from now on signing in asks for one. A former phone and its recovery codes are good no more. The
 * recovery codes are in *out this once; the caller wipes. STATUS_BAD_SECRET, field "code". */
enum status factor_confirm(struct actor *actor, const struct factor_offer *offer, const char *code, struct factor_codes *out,
                           struct error *err) MUST_USE;

/* By an administrator, for somebody else. STATUS_NOT_FOUND where there is none; STATUS_INVALID, field "reason". */
enum status factor_remove(struct actor *actor, const char *login, const char *reason, struct error *err) MUST_USE;

struct factor_state {
    bool is_on;
    int codes_left; /* recovery codes */
};
/* Of a person, as the key file of this device has it. */
struct factor_state factor_state(const struct site *site, struct uid user);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The code of a second person whose account has a second factor, on every form on which one signs in (fields "password" and
 * "code"). The field appears once the password was right and a code is wanted; until then the form is as for everybody. */
#ifndef SCREENS_SECOND_CODE_H
#define SCREENS_SECOND_CODE_H

#include "kit/form.h"
#include "shell/shell.h"

void second_code_add(struct form *form); /* behind the password */
const char *second_code(const struct form *form); /* "" while none is asked for; borrowed */

/* What witness_authenticate() or double_check_read() refused: at its field, or as a message. The password stays typed while
 * only the code is missing or wrong. */
void second_code_refused(struct shell *sh, struct form *form, enum status status, struct error *err);

/* The next person has no code typed for them. */
void second_code_forget(struct form *form);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A made-up language whose texts are 40 % longer than the English ones, so that a test sees what a translation would do to
 * a screen. Between on and off every gettext() and ngettext() of this process answers in it. */
#ifndef SUPPORT_PSEUDO_LOCALE_H
#define SUPPORT_PSEUDO_LOCALE_H

void pseudo_locale_on(void);
void pseudo_locale_off(void); /* texts that were handed out are freed: close the screens first */

#endif

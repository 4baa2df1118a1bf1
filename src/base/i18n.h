/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Marks for translated text: _() translates now, N_() only marks a literal in a table, ngettext() is libintl's own.
 * Every word that a person can see goes through one of them. */
#ifndef BASE_I18N_H
#define BASE_I18N_H

#include <libintl.h>

#define _(text) gettext(text)
#define N_(text) text

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's entrance: sets the locale, then hands over to the workstation or to a sub-command. */
#include <config.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/i18n.h"

int main(void)
{
    /* A missing locale leaves "C"; texts stay English and nothing else depends on it. */
    (void)setlocale(LC_ALL, "");
    (void)bindtextdomain(PACKAGE, LOCALEDIR);
    (void)bind_textdomain_codeset(PACKAGE, "UTF-8");
    (void)textdomain(PACKAGE);
    return puts(PACKAGE_STRING) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

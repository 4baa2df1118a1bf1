/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screens/second_code.h"

#include <string.h>

#include "base/i18n.h"

void second_code_add(struct form *form)
{
    form_add_text(form, "code", N_("Their code"), 24, 16, 0);
    form_set_hint(form, "code", N_("six digits from the phone"));
    form_show(form, "code", false);
}

const char *second_code(const struct form *form)
{
    return form_is_shown(form, "code") ? form_text(form, "code") : "";
}

void second_code_forget(struct form *form)
{
    form_set_text(form, "password", "");
    form_set_text(form, "code", "");
    form_show(form, "code", false);
}

void second_code_refused(struct shell *sh, struct form *form, enum status status, struct error *err)
{
    bool is_code = (status == STATUS_STEP_UP || status == STATUS_BAD_SECRET) && strcmp(err->field, "code") == 0;
    if (is_code) {
        form_set_text(form, "code", "");
        form_show(form, "code", true);
    } else {
        second_code_forget(form);
    }
    err->status = status;
    if (!form_show_error(form, err)) {
        shell_fail(sh, err);
    }
}

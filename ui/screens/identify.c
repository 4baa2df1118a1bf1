/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screens/identify.h"

#include "base/i18n.h"
#include "base/memory.h"
#include "service/doses.h"

void identify_init(struct identify *who)
{
    *who = (struct identify){.by = IDENTIFIED_BY_NONE_GIVEN};
    form_init(&who->form);
    form_add_text(&who->form, "first", N_("Name, birth date or MRN"), 80, 30, 0);
    form_add_text(&who->form, "second", N_("Another of them"), 80, 30, 0);
    form_mark_clean(&who->form);
}

void identify_release(struct identify *who)
{
    form_release(&who->form);
}

bool identify_is_done(const struct identify *who)
{
    return who->by != IDENTIFIED_BY_NONE_GIVEN;
}

static bool compare(struct identify *who, struct shell *sh, struct uid patient, bool is_scan, const char *first,
                    const char *second)
{
    struct workstation *ws = shell_app(sh);
    struct error err = ERROR_INIT;
    form_clear_errors(&who->form);
    if (patient_identify(ws->actor, patient, is_scan, first, second, &who->by, &err) == STATUS_OK) {
        return true;
    }
    if (is_scan || !form_show_error(&who->form, &err)) {
        shell_bell(sh);
        shell_fail(sh, &err);
    }
    return false;
}

bool identify_by_scan(struct identify *who, struct shell *sh, struct uid patient, const char *code)
{
    return compare(who, sh, patient, true, code, NULL);
}

bool identify_by_typing(struct identify *who, struct shell *sh, struct uid patient)
{
    const char *first = form_text(&who->form, "first"), *second = form_text(&who->form, "second");
    if (second[0] == '\0') {
        form_focus(&who->form, first[0] == '\0' ? "first" : "second");
        return false;
    }
    return compare(who, sh, patient, false, first, second);
}

void identify_draw(struct identify *who, const struct patient *patient, struct area banner, struct area head,
                   struct area form_area)
{
    char *name = patient_display_name(patient);
    draw_fill(banner, 0, 0, banner.cols, STYLE_PATIENT, ' ');
    draw_text(banner, 0, 1, STYLE_PATIENT, name);
    mem_free(name);
    draw_text(banner, 2, 1, STYLE_HEADING, _("Who is in front of you?"));
    draw_wrapped(head, 0, 0, STYLE_TEXT,
                 _("Scan the wristband, or ask for two of name, birth date and MRN and type the answers. "
                   "The room or the bed is no identifier."));
    form_draw(&who->form, form_area);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home's list of forms that this person left half-typed: Enter goes back to the chart and the form. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/form_draft.h"
#include "screens/home_list.h"
#include "service/drafts.h"

static enum status read(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    return is_first ? draft_list_own(ws->actor, fresh, err) : draft_list_refresh(ws->actor, fresh, err);
}

static void release(void *data)
{
    own_draft_list_release(data);
}

static const struct own_draft *at(const void *data, int row)
{
    return &((const struct own_draft_list *)data)->items[row];
}

static int count(const void *data)
{
    return (int)((const struct own_draft_list *)data)->len;
}

/* A draft is made anew whenever it is kept; what it is about stays. */
static struct uid id(const void *data, int row)
{
    return at(data, row)->draft.patient;
}

/* "order.change:ID" belongs to the form "order.change". */
static const struct draft_form *form_of(const char *name)
{
    size_t len = strcspn(name, ":");
    for (const struct draft_form *const *f = WORKSTATION_DRAFT_FORMS; *f != NULL; f++) {
        if (strlen((*f)->name) == len && strncmp((*f)->name, name, len) == 0) {
            return *f;
        }
    }
    return NULL;
}

static void draw(const struct workstation *ws, const void *data, int row, struct area line)
{
    const struct own_draft *own = at(data, row);
    const struct draft_form *form = form_of(own->draft.form);
    struct local_time when = zone_local(ws->site->zone, own->draft.saved_us);
    char day[DATE_TEXT_MAX];
    int third = line.cols / 3;
    draw_format(line, 0, 2, STYLE_TEXT, "%s  %02d:%02d", date_format_human(when.date, day), when.hour, when.minute);
    draw_fit(line, 0, 22, third, STYLE_TEXT, own->patient_name);
    draw_fit(line, 0, 23 + third, line.cols - 23 - third, STYLE_TEXT, form != NULL ? _(form->label) : own->draft.form);
}

static const char *const HEADS[] = {N_("Kept"), N_("Patient"), N_("Form"), NULL};

static void cells(const struct workstation *ws, const void *data, int row, char **out)
{
    const struct own_draft *own = at(data, row);
    const struct draft_form *form = form_of(own->draft.form);
    char when[LIST_OUT_WHEN_MAX];
    out[0] = mem_copy_text(list_out_when(ws->site, own->draft.saved_us, when));
    out[1] = mem_copy_text(own->patient_name);
    out[2] = mem_copy_text(form != NULL ? _(form->label) : own->draft.form);
}

static unsigned open(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    const struct draft *draft = &at(data, row)->draft;
    const struct draft_form *form = form_of(draft->form);
    if (form == NULL) { /* of a form that this version does not have */
        shell_say(sh, MESSAGE_WARNING, _("This version of the program does not have that form."));
        return STALE_CELLS;
    }
    const char *detail = strchr(draft->form, ':');
    struct error err = ERROR_INIT;
    bool has_chart = !uid_is_none(draft->patient) && actor_may(ws->actor, PERMISSION_CLINICAL_READ);
    if (has_chart && shell_open(sh, &SCREEN_CHART, &draft->patient, &err) != STATUS_OK) {
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    form->resume(sh, draft->patient, detail != NULL ? detail + 1 : "");
    return STALE_CELLS;
}

const struct home_list HOME_DRAFTS = {
    .name = "drafts",
    .heads = HEADS,
    .cells = cells,
    .title = N_("Drafts"),
    .empty_text = N_("Nothing is left half-typed."),
    .permission = PERMISSION_DRAFT_OWN,
    .size = sizeof(struct own_draft_list),
    .read = read,
    .release = release,
    .count = count,
    .id = id,
    .draw = draw,
    .open = open,
};

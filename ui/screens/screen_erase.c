/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Erasing a person's record: what would go, on what ground, and the MRN typed once more. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "screens/screens.h"
#include "service/erasing.h"

enum { MRN_BYTES = 60, FORM_ROW = 11, FORM_ROWS = 3, OBJECTION_ROWS = 2, COPIES_ROW = FORM_ROW + FORM_ROWS + OBJECTION_ROWS };

struct erase_screen {
    struct workstation *ws;
    struct uid patient;
    struct erasure_view view;
    struct form form;
    const char *grounds[ERASURE_GROUND_COUNT];
    struct area area;
};

static void erase_close(void *state)
{
    struct erase_screen *s = state;
    erasure_view_release(&s->view);
    form_release(&s->form);
    mem_free(s);
}

static enum status erase_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct workstation *ws = shell_app(sh);
    struct erasure_view view;
    enum status status = erasure_look(ws->actor, *(const struct uid *)argument, &view, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct erase_screen *s = mem_alloc(sizeof *s);
    s->ws = ws;
    s->patient = *(const struct uid *)argument;
    s->view = view;
    s->grounds[0] = N_("choose");
    for (int i = 1; i < ERASURE_GROUND_COUNT; i++) {
        s->grounds[i] = enum_list(ENUM_ERASURE_GROUND)->labels[i];
    }
    form_init(&s->form);
    form_add_choice(&s->form, "ground", N_("Ground"), s->grounds, ERASURE_GROUND_COUNT);
    form_add_text(&s->form, "mrn", N_("MRN, typed"), MRN_BYTES, 0, 0);
    form_add_text(&s->form, "reason", N_("Reason"), ERASURE_REASON_BYTES, 0, 0);
    form_set_hint(&s->form, "reason", N_("without names: it stays in the trail"));
    form_mark_clean(&s->form);
    *out_state = s;
    return STATUS_OK;
}

static void erase_layout(void *state, struct area body)
{
    struct erase_screen *s = state;
    s->area = area_part(body, FORM_ROW, 2, FORM_ROWS, body.cols - 4);
    form_layout(&s->form, s->area.rows, s->area.cols);
}

/* As many as there is room for. */
static void draw_copies(const struct erase_screen *s, struct area a)
{
    const struct record_copy_list *copies = &s->view.copies;
    int room = a.rows - 1, count = (int)copies->len;
    if (a.rows < 2) {
        return;
    }
    draw_fit(a, 0, 2, a.cols - 4, STYLE_LABEL,
             count == 0 ? _("No copy is known that holds it. What was copied by hand nobody knows.")
                        : _("Copies hold it still: destroy them. Put back on this computer they lose it."));
    for (int i = 0; i < count && i < room; i++) {
        if (i == room - 1 && count > room) {
            draw_format(a, i + 1, 4, STYLE_TEXT, ngettext("and %d more: prescripcare erase %s", "and %d more: prescripcare erase %s", (unsigned long)(count - i)),
                        count - i, s->view.mrn);
            break;
        }
        char *text = record_copy_text(s->ws->site, &copies->items[i]);
        draw_fit(a, i + 1, 4, a.cols - 6, STYLE_TEXT, text);
        mem_free(text);
    }
}

static void erase_draw(void *state, struct area body)
{
    struct erase_screen *s = state;
    const struct erasure_view *v = &s->view;
    char day[DATE_TEXT_MAX], until[DATE_TEXT_MAX];
    draw_text(body, 1, 2, STYLE_HEADING, _("Erase this person's record"));
    draw_format(body, 3, 2, STYLE_PATIENT, _("%s   %s   MRN %s"), v->name, date_format_human(v->birth_date, day), v->mrn);
    draw_format(body, 5, 2, STYLE_TEXT, ngettext("%d record, %lld rows", "%d joined records, %lld rows", (unsigned long)v->record_count),
                v->record_count, (long long)v->row_count);
    draw_format(body, 6, 2, STYLE_TEXT, _("last changed %s, kept until %s"), date_format_human(v->last_change, day),
                date_format_human(v->kept_until, until));
    draw_wrapped(area_part(body, 8, 2, 3, body.cols - 4), 0, 0, STYLE_TEXT,
                 _("Everything written about this person goes and cannot be brought back: chart, doses, drafts, sheets, and what the "
                   "trail says of them."));
    form_draw(&s->form, s->area);
    enum erasure_ground ground = (enum erasure_ground)form_choice(&s->form, "ground");
    const char *objection = ground == ERASURE_GROUND_NONE_GIVEN ? NULL : erasure_objection(v, ground, site_today(s->ws->site));
    if (objection != NULL) {
        draw_wrapped(area_part(body, FORM_ROW + FORM_ROWS, 2, OBJECTION_ROWS, body.cols - 4), 0, 0, STYLE_ERROR, objection);
    }
    draw_copies(s, area_rows(body, COPIES_ROW, body.rows - COPIES_ROW));
}

static unsigned run_erase(struct shell *sh, void *state)
{
    struct erase_screen *s = state;
    struct error err = ERROR_INIT;
    bool is_whole = false;
    form_clear_errors(&s->form);
    enum status status = patient_erase(s->ws->actor, s->patient, form_text(&s->form, "mrn"),
                                       (enum erasure_ground)form_choice(&s->form, "ground"), form_text(&s->form, "reason"), &is_whole, &err);
    err.status = status;
    if (status == STATUS_STEP_UP) {
        return step_up_ask(sh, &err, run_erase);
    }
    if (status != STATUS_OK) {
        if (!form_show_error(&s->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_LAYOUT;
    }
    bool has_copies = s->view.copies.len > 0;
    while (shell_top(sh) != NULL && shell_top(sh) != &SCREEN_HOME) {
        shell_close(sh, 0); /* what is in between shows somebody who is not there any more */
    }
    shell_say(sh, MESSAGE_GOOD, "%s", is_whole && has_copies ? _("Erased. Copies that were made before hold it still: prescripcare erase lists them.")
                                      : is_whole             ? _("Erased. No copy is known that holds it.")
                                               : _("Erased. The sealed log of changes holds traces until nobody else is reading; it is emptied by itself."));
    return STALE_LAYOUT | STALE_DATA;
}

static unsigned erase_key(struct shell *sh, void *state, const struct event *event)
{
    struct erase_screen *s = state;
    unsigned stale = form_handle(&s->form, event);
    (void)sh;
    return stale & EVENT_UNHANDLED ? stale : stale | STALE_CELLS;
}

static bool erase_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct erase_screen *)state)->form);
}

static bool erase_unsaved(const void *state)
{
    return form_is_changed(&((const struct erase_screen *)state)->form);
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_ERASE_PATIENT, N_("erase"), N_("Erase the record for good."), run_erase, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_ERASE = {
    .name = "erase",
    .title = N_("Erase a record"),
    .open = erase_open,
    .layout = erase_layout,
    .draw = erase_draw,
    .key = erase_key,
    .close = erase_close,
    .actions = ACTIONS,
    .text_focus = erase_text_focus,
    .unsaved = erase_unsaved,
};

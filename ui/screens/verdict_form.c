/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screens/verdict_form.h"

#include "base/i18n.h"
#include "base/memory.h"

enum { WORDS_BYTES = 400, FORM_ROWS = 5 };

void verdict_form_init(struct verdict_form *v, struct shell *sh, unsigned (*save)(struct shell *sh, void *state))
{
    v->ws = shell_app(sh);
    v->save = save;
    form_init(&v->form);
    v->verdicts[0] = N_("choose");
    for (int i = 1; i < REVIEW_VERDICT_COUNT; i++) {
        v->verdicts[i] = enum_list(ENUM_REVIEW_VERDICT)->labels[i];
    }
    form_add_choice(&v->form, "verdict", N_("Verdict"), v->verdicts, REVIEW_VERDICT_COUNT);
    form_add_text(&v->form, "reason", N_("In words"), WORDS_BYTES, 0, 0);
    form_mark_clean(&v->form);
}

void verdict_form_release(struct verdict_form *v)
{
    form_release(&v->form);
}

void verdict_form_layout(void *state, struct area body)
{
    struct verdict_form *v = state;
    v->area = area_part(body, body.rows - FORM_ROWS, 2, FORM_ROWS, body.cols - 4);
    form_layout(&v->form, v->area.rows, v->area.cols);
}

unsigned verdict_form_key(struct shell *sh, void *state, const struct event *event)
{
    struct verdict_form *v = state;
    unsigned stale = form_handle(&v->form, event);
    bool is_enter = event->kind == EVENT_KEY && event->key == UI_KEY_ENTER;
    return stale & EVENT_UNHANDLED && is_enter ? v->save(sh, state) : stale;
}

bool verdict_form_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct verdict_form *)state)->form);
}

bool verdict_form_unsaved(const void *state)
{
    return form_is_changed(&((const struct verdict_form *)state)->form);
}

enum review_verdict verdict_form_verdict(const struct verdict_form *v)
{
    return (enum review_verdict)form_choice(&v->form, "verdict");
}

const char *verdict_form_words(const struct verdict_form *v)
{
    return form_text(&v->form, "reason");
}

unsigned verdict_form_answered(struct verdict_form *v, struct shell *sh, enum status status, struct error *err, const char *done)
{
    form_clear_errors(&v->form);
    if (status != STATUS_OK) {
        err->status = status;
        if (!form_show_error(&v->form, err)) {
            shell_fail(sh, err);
        }
        return STALE_LAYOUT;
    }
    shell_say(sh, MESSAGE_GOOD, "%s", done);
    shell_close(sh, 1);
    return STALE_CELLS;
}

struct area verdict_form_facts(struct verdict_form *v, struct area body)
{
    form_draw(&v->form, v->area);
    return area_rows(body, 0, body.rows - FORM_ROWS);
}

int verdict_form_row(struct area a, int row, const char *label, const char *text)
{
    draw_fit(a, row, 2, VERDICT_LABEL_CELLS, STYLE_LABEL, label);
    return draw_wrapped(area_part(a, row, 2 + VERDICT_LABEL_CELLS, a.rows - row, a.cols - VERDICT_LABEL_CELLS - 4), 0, 0, STYLE_TEXT,
                        text);
}

int verdict_form_time(const struct verdict_form *v, struct area a, int row, const char *label, int64_t at_us)
{
    struct local_time at = zone_local(v->ws->site->zone, at_us);
    char day[DATE_TEXT_MAX];
    char *text = mem_format("%s %02d:%02d", date_format_human(at.date, day), at.hour, at.minute);
    int rows = verdict_form_row(a, row, label, text);
    mem_free(text);
    return rows;
}

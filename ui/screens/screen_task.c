/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was done about a dose: looked at, delivered, prescriber told, co-signed, checked against the paper. */
#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "screens/screens.h"
#include "service/doses_tasks.h"

enum { ANSWERS_MAX = 6, HEAD_ROWS = 3 };

struct task_screen {
    struct workstation *ws;
    struct chart *chart;
    struct dose_task task; /* its texts are ours */
    struct form form;
    const char *answers[ANSWERS_MAX];
    struct area banner, head, form_area;
};

static void task_close(void *state)
{
    struct task_screen *s = state;
    mem_free(s->task.patient_name);
    mem_free(s->task.drug);
    mem_free(s->task.words);
    mem_free(s->task.form_number);
    form_release(&s->form);
    chart_free(s->chart);
    mem_free(s);
}

static enum status task_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct dose_task *task = argument;
    struct task_screen *s = mem_alloc(sizeof *s);
    int count = 1;
    s->ws = shell_app(sh);
    s->task = *task;
    s->task.patient_name = mem_copy_text(task->patient_name);
    s->task.drug = mem_copy_text(task->drug);
    s->task.words = mem_copy_text(task->words);
    s->task.form_number = mem_copy_text(task->form_number);
    form_init(&s->form);
    enum status status = chart_open(s->ws->actor, task->patient, 48, 1, &s->chart, err);
    if (status != STATUS_OK) {
        task_close(s);
        return status;
    }
    s->answers[0] = N_("choose with the right arrow");
    for (const enum follow_up *a = dose_task_answers(task->kind); *a != FOLLOW_UP_NONE_GIVEN && count < ANSWERS_MAX; a++) {
        s->answers[count++] = enum_list(ENUM_FOLLOW_UP)->labels[*a];
    }
    form_add_choice(&s->form, "answer", N_("What was done"), s->answers, count);
    form_add_text(&s->form, "note", N_("In words"), 200, 50, 0);
    form_set_hint(&s->form, "note", N_("who was told, when"));
    form_mark_clean(&s->form);
    *out_state = s;
    return STATUS_OK;
}

static void task_layout(void *state, struct area body)
{
    struct task_screen *s = state;
    s->banner = area_rows(body, 0, BANNER_ROWS);
    s->head = area_part(body, BANNER_ROWS, 1, HEAD_ROWS, body.cols - 2);
    s->form_area = area_part(body, BANNER_ROWS + HEAD_ROWS + 1, 1, body.rows - BANNER_ROWS - HEAD_ROWS - 1, body.cols - 2);
    form_layout(&s->form, s->form_area.rows, s->form_area.cols);
}

static void task_draw(void *state, struct area body)
{
    struct task_screen *s = state;
    int64_t at_us = s->task.planned_us != 0 ? s->task.planned_us : s->task.occurred_us;
    struct local_time when = zone_local(s->ws->site->zone, at_us);
    char day[DATE_TEXT_MAX];
    (void)body;
    banner_draw(s->banner, s->chart, site_today(s->ws->site), s->ws->site->zone);
    draw_format(s->head, 0, 0, STYLE_HEADING, _("%s, %02d:%02d %s"), s->task.drug, when.hour, when.minute, date_format_human(when.date, day));
    draw_wrapped(area_rows(s->head, 1, 2), 0, 0, STYLE_TEXT, s->task.words);
    form_draw(&s->form, s->form_area);
}

static unsigned task_key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return form_handle(&((struct task_screen *)state)->form, event);
}

static bool task_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct task_screen *)state)->form);
}

static bool task_unsaved(const void *state)
{
    return form_is_changed(&((const struct task_screen *)state)->form);
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct task_screen *s = state;
    struct error err = ERROR_INIT;
    int choice = form_choice(&s->form, "answer");
    enum follow_up answer = choice > 0 ? dose_task_answers(s->task.kind)[choice - 1] : FOLLOW_UP_NONE_GIVEN;
    form_clear_errors(&s->form);
    if (dose_task_close(s->ws->actor, &s->task, answer, form_text(&s->form, "note"), &err) != STATUS_OK) {
        if (!form_show_error(&s->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_LAYOUT;
    }
    shell_say(sh, MESSAGE_GOOD, _("%s: %s. Saved here."), s->task.patient_name, enum_label(ENUM_FOLLOW_UP, (int)answer));
    form_mark_clean(&s->form);
    shell_close(sh, 1);
    return STALE_DATA;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_DOSE_RECORD, N_("save"), N_("Check and save."), run_save, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; asks before anything typed is lost."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_TASK = {
    .name = "task",
    .title = N_("What follows a dose"),
    .open = task_open,
    .layout = task_layout,
    .draw = task_draw,
    .key = task_key,
    .close = task_close,
    .actions = ACTIONS,
    .text_focus = task_text_focus,
    .unsaved = task_unsaved,
};

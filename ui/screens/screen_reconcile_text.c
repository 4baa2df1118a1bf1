/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text to read: every source as it was given, what of it is no line of the list, and the copy for the patient. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/pager.h"
#include "screens/reconcile_parts.h"

struct text_screen {
    struct workstation *ws;
    struct chart *chart;
    struct reconcile_view *view;
    struct pager pager;
    enum reconcile_text_kind kind;
    int language;
    struct area banner, body;
};

static void show(struct text_screen *s)
{
    char *text = s->kind == RECONCILE_TEXT_SOURCES ? reconcile_sources_text(s->ws->actor, s->view)
                                                   : reconcile_copy_text(s->ws->actor, s->view, reconcile_language(s->language));
    pager_release(&s->pager);
    pager_init(&s->pager, text);
    mem_free(text);
    pager_layout(&s->pager, s->body.rows, s->body.cols);
}

static void close_screen(void *state)
{
    struct text_screen *s = state;
    pager_release(&s->pager);
    reconcile_view_free(s->view);
    chart_free(s->chart);
    mem_free(s);
}

static enum status open_screen(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct reconcile_text_argument *a = argument;
    struct text_screen *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    s->kind = a->kind;
    pager_init(&s->pager, "");
    enum status status = chart_open(s->ws->actor, a->patient, 1, 1, &s->chart, err);
    if (status == STATUS_OK) {
        status = reconcile_look(s->ws->actor, a->reconciliation, &s->view, err);
    }
    if (status != STATUS_OK) {
        close_screen(s);
        return status;
    }
    show(s);
    *out_state = s;
    return STATUS_OK;
}

static void layout(void *state, struct area body)
{
    struct text_screen *s = state;
    s->banner = area_rows(body, 0, BANNER_ROWS);
    s->body = area_part(body, BANNER_ROWS + 1, 1, body.rows - BANNER_ROWS - 1, body.cols - 2);
    pager_layout(&s->pager, s->body.rows, s->body.cols);
}

static void draw(void *state, struct area body)
{
    struct text_screen *s = state;
    banner_draw(s->banner, s->chart, site_today(s->ws->site), s->ws->site->zone);
    draw_fill(body, BANNER_ROWS, 0, body.cols, STYLE_BAR, ' ');
    draw_text(body, BANNER_ROWS, 1, STYLE_BAR, s->kind == RECONCILE_TEXT_SOURCES ? _("Sources, as they were given") : _("For the patient"));
    pager_draw(&s->pager, s->body);
}

static unsigned key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return pager_handle(&((struct text_screen *)state)->pager, event);
}

static unsigned run_other(struct shell *sh, void *state)
{
    struct text_screen *s = state;
    (void)sh;
    s->kind = s->kind == RECONCILE_TEXT_SOURCES ? RECONCILE_TEXT_COPY : RECONCILE_TEXT_SOURCES;
    show(s);
    return STALE_LAYOUT;
}

static unsigned run_language(struct shell *sh, void *state)
{
    struct text_screen *s = state;
    (void)sh;
    s->language = reconcile_language(s->language + 1) != NULL ? s->language + 1 : 0;
    show(s);
    return STALE_LAYOUT;
}

static unsigned run_print(struct shell *sh, void *state)
{
    struct text_screen *s = state;
    struct error err = ERROR_INIT;
    struct document *document = NULL;
    if (reconcile_copy_document(s->ws->actor, s->view, reconcile_language(s->language), &document, &err) != STATUS_OK) {
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    screen_print_open(sh, document, &(struct print_request){.what = "medication_list",
                                                            .permission = PERMISSION_CLINICAL_READ,
                                                            .patient = s->view->patient.id,
                                                            .table = "reconciliations",
                                                            .record = s->view->session.id,
                                                            .target = PRINT_TO_DOCUMENTS,
                                                            .copies = 1});
    return STALE_CELLS;
}

static bool is_copy(const void *state)
{
    return ((const struct text_screen *)state)->kind == RECONCILE_TEXT_COPY;
}

static bool has_copy(const void *state)
{
    return ((const struct text_screen *)state)->view->session.signed_list[0] != '\0';
}

static const struct action ACTIONS[] = {
    {"reconcile.text", "\"", 0, N_("sources, copy"), N_("Read the sources, or the patient's copy of the signed list."), run_other, ACTION_IN_BAR,
     has_copy},
    {"print", KEYS_PRINT, PERMISSION_CLINICAL_READ, N_("print"), N_("Print the patient's copy in large type."), run_print, ACTION_IN_BAR,
     is_copy},
    {"reconcile.language", "7", 0, N_("language"), N_("The patient's copy in the next language."), run_language, ACTION_IN_BAR, is_copy},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_RECONCILE_TEXT = {
    .name = "reconcile.text",
    .title = N_("Sources and copy"),
    .open = open_screen,
    .layout = layout,
    .draw = draw,
    .key = key,
    .close = close_screen,
    .actions = ACTIONS,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screens/report_page.h"

#include "base/i18n.h"
#include "base/memory.h"

struct report_page {
    struct workstation *ws;
    report_write_fn *write;
    int back; /* report_span() */
    struct pager pager;
    struct area heading, body;
    char *title;
};

static enum status read_page(struct report_page *p, struct error *err)
{
    struct buffer text = BUFFER_INIT;
    struct report_days days;
    char *title = NULL;
    report_span(site_today(p->ws->site), p->back, &days.from, &days.to);
    (void)date_format_human(days.from, days.first);
    (void)date_format_human(days.to, days.last);
    enum status status = p->write(p->ws, &days, &title, &text, err);
    if (status == STATUS_OK) {
        mem_free(p->title);
        p->title = title;
        pager_release(&p->pager);
        pager_init(&p->pager, text.bytes);
    }
    buffer_release(&text);
    return status;
}

enum status report_page_open(struct shell *sh, report_write_fn *write, void **out_state, struct error *err)
{
    struct report_page *p = mem_alloc(sizeof *p);
    p->ws = shell_app(sh);
    p->write = write;
    enum status status = read_page(p, err);
    if (status != STATUS_OK) {
        report_page_close(p);
        return status;
    }
    *out_state = p;
    return STATUS_OK;
}

void report_page_close(void *state)
{
    struct report_page *p = state;
    pager_release(&p->pager);
    mem_free(p->title);
    mem_free(p);
}

void report_page_layout(void *state, struct area body)
{
    struct report_page *p = state;
    p->heading = area_rows(body, 0, 1);
    p->body = area_part(body, 2, 1, body.rows - 2, body.cols - 2);
    pager_layout(&p->pager, p->body.rows, p->body.cols);
}

void report_page_draw(void *state, struct area body)
{
    struct report_page *p = state;
    (void)body;
    draw_text(p->heading, 0, 1, STYLE_HEADING, p->title);
    pager_draw(&p->pager, p->body);
    if (p->pager.total > p->pager.page) {
        draw_fit_right(p->heading, 0, p->heading.cols - 30, 29, STYLE_DIM, _("PgDn: more"));
    }
}

unsigned report_page_key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return pager_handle(&((struct report_page *)state)->pager, event);
}

static unsigned turn(struct shell *sh, struct report_page *p, int by)
{
    struct error err = ERROR_INIT;
    int before = p->back;
    p->back = report_span_turn(p->back, by);
    if (read_page(p, &err) != STATUS_OK) {
        p->back = before;
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    return STALE_LAYOUT;
}

static unsigned run_earlier(struct shell *sh, void *state)
{
    return turn(sh, state, 1);
}

static unsigned run_later(struct shell *sh, void *state)
{
    return turn(sh, state, -1);
}

const struct action REPORT_PAGE_ACTIONS[] = {
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {"month.earlier", "[", PERMISSION_REPORT_READ, N_("month before"), N_("Show the month before."), run_earlier, ACTION_IN_BAR,
     NULL},
    {"month.later", "]", PERMISSION_REPORT_READ, N_("month after"), N_("Show the month after, or all twelve."), run_later,
     ACTION_IN_BAR, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

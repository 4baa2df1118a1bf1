/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screens/form_draft.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "service/drafts.h"

/* ---- form <-> text ---- */

/* Choices are kept by their words, so that another order of the list in a later version changes nothing. */
static char *write_form(const struct form *form)
{
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    for (int i = 0; i < form->len; i++) {
        const struct form_item *item = &form->items[i];
        switch (item->kind) {
        case FORM_TEXT:
            if (!(item->field.flags & FIELD_PASSWORD)) {
                json_write_member(&w, item->name, field_text(&item->field));
            }
            break;
        case FORM_CHOICE:
            json_write_member(&w, item->name, item->choices[item->choice]);
            break;
        case FORM_CHECK:
            json_write_key(&w, item->name);
            json_write_bool(&w, item->choice != 0);
            break;
        }
    }
    json_end_object(&w);
    return buffer_take(&w.out);
}

static void read_item(struct form_item *item, const struct json *value)
{
    const char *text = json_string(value);
    bool is_on = false;
    switch (item->kind) {
    case FORM_TEXT:
        if (text != NULL && !(item->field.flags & FIELD_PASSWORD)) {
            field_set_text(&item->field, text);
        }
        break;
    case FORM_CHOICE:
        for (int i = 0; text != NULL && i < item->choice_count; i++) {
            if (strcmp(item->choices[i], text) == 0) {
                item->choice = i;
            }
        }
        break;
    case FORM_CHECK:
        if (json_get_bool(value, &is_on)) {
            item->choice = is_on;
        }
        break;
    }
}

/* What the text does not name, or names in a way that this version does not know, stays as it is. */
static bool read_form(struct form *form, const char *text)
{
    struct json_document *doc = NULL;
    if (json_parse(text, strlen(text), &JSON_LIMITS_DEFAULT, 1, &doc, NULL) != STATUS_OK) {
        return false;
    }
    for (int i = 0; i < form->len; i++) {
        read_item(&form->items[i], json_get(json_root(doc), form->items[i].name));
    }
    json_free(doc);
    return true;
}

/* ---- keeping ---- */

static void set_kept(struct form_draft *d, char *text)
{
    mem_free(d->kept);
    d->kept = text;
    d->kept_us = text != NULL ? clock_now_us(d->ws->clock) : 0;
}

static void remove_kept(struct form_draft *d)
{
    struct error err = ERROR_INIT;
    if (d->kept != NULL && draft_discard(d->ws->actor, d->name, d->patient, &err) != STATUS_OK) {
        (void)snprintf(d->error, sizeof d->error, "%s", error_text(&err)); /* it will be offered once more */
        return;
    }
    set_kept(d, NULL);
    d->back_of_us = 0;
}

static void keep(struct form_draft *d, bool must)
{
    int64_t now_us = clock_now_us(d->ws->clock);
    if (d->ws->actor == NULL || (!must && now_us - d->tried_us < FORM_DRAFT_EVERY_US && d->tried_us <= now_us)) {
        return;
    }
    char *text = write_form(d->form);
    if (strcmp(text, d->kept != NULL ? d->kept : d->first) == 0) {
        mem_free(text);
        return;
    }
    d->tried_us = now_us;
    d->error[0] = '\0';
    if (strcmp(text, d->first) == 0) { /* everything was taken back */
        mem_free(text);
        remove_kept(d);
        return;
    }
    struct error err = ERROR_INIT;
    if (draft_save(d->ws->actor, d->name, d->patient, text, &err) != STATUS_OK) {
        (void)snprintf(d->error, sizeof d->error, "%s", error_text(&err));
        mem_free(text);
        return;
    }
    set_kept(d, text);
}

void form_draft_keep_all(struct workstation *ws, bool must)
{
    for (struct form_draft *d = ws->drafts; d != NULL; d = d->next) {
        keep(d, must);
    }
}

/* ---- the life of a form ---- */

bool form_draft_begin(struct form_draft *d, struct workstation *ws, const char *name, struct uid patient, struct form *form)
{
    struct error err = ERROR_INIT;
    struct draft found;
    *d = (struct form_draft){.ws = ws, .name = mem_copy_text(name), .patient = patient, .form = form, .next = ws->drafts};
    ws->drafts = d;
    d->first = write_form(form);
    enum status status = draft_find(ws->actor, name, patient, &found, &err);
    if (status != STATUS_OK) {
        if (status != STATUS_NOT_FOUND) {
            (void)snprintf(d->error, sizeof d->error, "%s", error_text(&err));
        }
        return false;
    }
    bool is_back = read_form(form, found.content);
    set_kept(d, mem_copy_text(found.content));
    d->kept_us = found.saved_us;
    d->back_of_us = is_back ? found.saved_us : 0;
    draft_release(&found);
    return is_back;
}

void form_draft_saved(struct form_draft *d)
{
    mem_free(d->first); /* from here on only what is typed on top of it is worth keeping */
    d->first = write_form(d->form);
    remove_kept(d);
}

void form_draft_discard(struct form_draft *d)
{
    read_form(d->form, d->first);
    form_clear_errors(d->form);
    remove_kept(d);
}

void form_draft_end(struct form_draft *d)
{
    keep(d, true);
    for (struct form_draft **at = &d->ws->drafts; *at != NULL; at = &(*at)->next) {
        if (*at == d) {
            *at = d->next;
            break;
        }
    }
    mem_free(d->name);
    mem_free(d->kept);
    mem_free(d->first);
    *d = (struct form_draft){0};
}

/* ---- leaving ---- */

static unsigned leave_answered(struct shell *sh, void *state, int answer)
{
    struct workstation *ws = shell_app(sh);
    (void)state;
    struct form_draft *d = ws->leaving;
    ws->leaving = NULL;
    if (answer == 0 || d == NULL) {
        return STALE_CELLS;
    }
    if (answer == 2) {
        form_draft_discard(d);
    }
    shell_close(sh, 0);
    if (answer == 1) {
        shell_say(sh, MESSAGE_INFO, _("Kept as a draft: Home shows it, and the form brings it back."));
    }
    return STALE_CELLS;
}

unsigned form_draft_back(struct form_draft *d, struct shell *sh, bool is_changed)
{
    if (!is_changed) {
        shell_close(sh, 0);
        return STALE_CELLS;
    }
    d->ws->leaving = d;
    shell_ask(sh, &(struct shell_question){.title = _("Not saved"),
                                           .text = _("What you typed here has not been saved."),
                                           .answers = {_("Stay and go on"), _("Leave, keep a draft"), _("Throw it away")},
                                           .answered = leave_answered});
    return STALE_CELLS;
}

void form_draft_draw(const struct form_draft *d, struct area a)
{
    char words[300] = "";
    struct local_time back = zone_local(d->ws->site->zone, d->back_of_us), kept = zone_local(d->ws->site->zone, d->kept_us);
    char day[DATE_TEXT_MAX];
    enum style style = STYLE_DIM;
    if (d->error[0] != '\0') {
        (void)snprintf(words, sizeof words, _("Draft NOT kept: %s"), d->error);
        style = STYLE_WARNING;
    } else if (d->back_of_us != 0 && d->kept_us == d->back_of_us) {
        (void)snprintf(words, sizeof words, _("Your draft of %s, %02d:%02d is back"), date_format_human(back.date, day),
                       back.hour, back.minute);
        style = STYLE_WARNING;
    } else if (d->kept != NULL) {
        (void)snprintf(words, sizeof words, _("draft kept %02d:%02d"), kept.hour, kept.minute);
    }
    draw_fit_right(a, 0, a.cols - text_width_cells(words) - 1, text_width_cells(words), style, words);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screens/relay_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"

enum { NAME_BYTES = 100, SHOWN_MAX = 64, TIME_BYTES = 32 };

enum status relay_fields_add(struct relay_fields *r, struct workstation *ws, struct form *form, struct error *err)
{
    const struct enum_list *sources = enum_list(ENUM_ORDER_SOURCE);
    char now[16];
    struct local_time at = site_now(ws->site);
    *r = (struct relay_fields){.ws = ws, .form = form, .is_prescriber = actor_may(ws->actor, PERMISSION_ORDER_WRITE)};
    enum status status = prescriber_list_get(ws->actor, &r->prescribers, err);
    if (status != STATUS_OK) {
        return status;
    }
    int first = r->is_prescriber ? ORDER_SOURCE_WRITTEN : ORDER_SOURCE_VERBAL; /* a written one is the prescriber's own */
    form_add_choice(form, "source", N_("Order was"), sources->labels + first, ORDER_SOURCE_PROTOCOL - first + 1);
    form_add_text(form, "prescriber", N_("Prescriber"), NAME_BYTES, 34, 0);
    form_set_hint(form, "prescriber", N_("F4 shows those of this site"));
    form_add_text(form, "told_at", N_("Given at"), TIME_BYTES, 16, 0);
    form_set_hint(form, "told_at", N_("13:05, or yesterday 22:40"));
    form_add_check(form, "read_back", N_("Read back"));
    (void)snprintf(now, sizeof now, "%02d:%02d", at.hour, at.minute);
    form_set_text(form, "told_at", now);
    relay_fields_update(r);
    return STATUS_OK;
}

void relay_fields_release(struct relay_fields *r)
{
    prescriber_list_release(&r->prescribers);
}

static enum order_source source_of(const struct relay_fields *r)
{
    return (enum order_source)(form_choice(r->form, "source") + (r->is_prescriber ? ORDER_SOURCE_WRITTEN : ORDER_SOURCE_VERBAL));
}

static bool is_by_mouth(const struct relay_fields *r)
{
    return source_of(r) == ORDER_SOURCE_VERBAL || source_of(r) == ORDER_SOURCE_TELEPHONE;
}

void relay_fields_update(struct relay_fields *r)
{
    form_show(r->form, "prescriber", source_of(r) != ORDER_SOURCE_WRITTEN);
    form_show(r->form, "told_at", is_by_mouth(r));
    form_show(r->form, "read_back", is_by_mouth(r));
}

const char *relay_fields_note(const struct relay_fields *r, enum style *out_style)
{
    const char *typed = form_text(r->form, "prescriber");
    *out_style = STYLE_DIM;
    if (!is_by_mouth(r) || typed[0] == '\0') {
        return "";
    }
    if (prescriber_find(&r->prescribers, typed) != NULL) {
        return _("Goes to this prescriber's list to be signed.");
    }
    *out_style = STYLE_WARNING;
    return _("Not on this site's list: nobody here will be asked to sign.");
}

void relay_fields_draw_note(const struct relay_fields *r, struct area line)
{
    enum style style;
    const char *note = relay_fields_note(r, &style);
    draw_text(line, 0, 2, style, note);
}

/* "13:05", "1305"; the last time the clock showed it. A day before it ("yesterday", a date) is taken as it is. */
static enum status read_told_at(const struct relay_fields *r, int64_t *out_us, struct error *err)
{
    const struct site *site = r->ws->site;
    const char *text = form_text(r->form, "told_at");
    const char *clock = strrchr(text, ' ');
    struct date day = site_today(site);
    int hour = -1, minute = -1, used = 0;
    bool has_day = clock != NULL && clock != text;
    clock = clock != NULL ? clock + 1 : text;
    if (sscanf(clock, "%2d:%2d%n", &hour, &minute, &used) < 2 || clock[used] != '\0') {
        used = 0;
        if (strlen(clock) != 4 || sscanf(clock, "%2d%2d%n", &hour, &minute, &used) < 2 || clock[used] != '\0') {
            hour = -1;
        }
    }
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) {
        return error_set_field(err, STATUS_INVALID, "told_at", _("Type when the prescriber gave the order, such as 13:05."));
    }
    if (has_day) {
        char *words = mem_copy_bytes(text, (size_t)(clock - text) - 1);
        char *folded = text_fold(words);
        bool is_ambiguous = false;
        enum status status = STATUS_OK;
        if (strcmp(folded, "yesterday") == 0 || strcmp(words, _("yesterday")) == 0) {
            day = date_add_days(day, -1);
        } else {
            status = date_parse_human(words, day, false, &day, &is_ambiguous, err);
        }
        mem_free(folded);
        mem_free(words);
        if (status != STATUS_OK || is_ambiguous) {
            return error_set_field(err, STATUS_INVALID, "told_at", _("Write the month in letters, such as 28 Nov 22:40."));
        }
    }
    int64_t at_us = zone_instant(site->zone, day, hour, minute, NULL);
    if (!has_day && at_us > clock_now_us(site->clock) + 2 * US_PER_MINUTE) { /* shortly after midnight: last evening */
        at_us = zone_instant(site->zone, date_add_days(day, -1), hour, minute, NULL);
    }
    *out_us = at_us;
    return STATUS_OK;
}

enum status relay_fields_read(const struct relay_fields *r, enum order_source *out_source, const char **out_prescriber_name,
                              struct order_relay *out_relay, struct error *err)
{
    struct order_relay relay = {0};
    const char *typed = source_of(r) == ORDER_SOURCE_WRITTEN ? "" : form_text(r->form, "prescriber");
    const struct prescriber *found = typed[0] == '\0' ? NULL : prescriber_find(&r->prescribers, typed);
    if (is_by_mouth(r)) {
        enum status status = read_told_at(r, &relay.told_us, err);
        if (status != STATUS_OK) {
            return status;
        }
        relay.is_read_back = form_choice(r->form, "read_back") != 0;
        relay.prescriber = found != NULL ? found->user : UID_NONE;
    }
    *out_source = source_of(r);
    *out_prescriber_name = found != NULL ? found->name : typed;
    *out_relay = relay;
    return STATUS_OK;
}

/* ---- the list of prescribers ---- */

static int filter(void *context, const char *typed)
{
    struct relay_fields *r = context;
    char *wanted = text_fold(typed);
    r->shown_count = 0;
    for (size_t i = 0; i < r->prescribers.len && r->shown_count < SHOWN_MAX; i++) {
        char *name = text_fold(r->prescribers.items[i].name);
        if (strstr(name, wanted) != NULL) {
            r->shown[r->shown_count++] = (int)i;
        }
        mem_free(name);
    }
    mem_free(wanted);
    return r->shown_count;
}

static void draw_row(const void *context, int row, struct area line, bool is_selected)
{
    const struct relay_fields *r = context;
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    draw_text(line, 0, 2, STYLE_TEXT, r->prescribers.items[r->shown[row]].name);
}

struct picker_source relay_fields_source(struct relay_fields *r)
{
    return (struct picker_source){{r, NULL, draw_row, _("No prescriber of this site has such a name.")}, filter, r};
}

void relay_fields_choose(struct relay_fields *r, int row)
{
    if (row >= 0 && row < r->shown_count) {
        form_set_text(r->form, "prescriber", r->prescribers.items[r->shown[row]].name);
    }
}

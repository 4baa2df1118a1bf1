/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home's list of charts that new drug knowledge touches: findings they gained or lost, until a pharmacist opened them. */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "screens/home_list.h"
#include "service/knowledge_sets.h"

enum { SHOWN_MAX = 500 };

static enum status read(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    int64_t count = 0;
    return is_first ? knowledge_affected(ws->actor, SHOWN_MAX, fresh, &count, err)
                    : knowledge_affected_refresh(ws->actor, SHOWN_MAX, fresh, err);
}

static void release(void *data)
{
    affected_list_release(data);
}

static const struct affected *at(const void *data, int row)
{
    return &((const struct affected_list *)data)->items[row];
}

static int count(const void *data)
{
    return (int)((const struct affected_list *)data)->len;
}

static struct uid id(const void *data, int row)
{
    return at(data, row)->patient;
}

/* "omeprazole 20 mg cap x simvastatin 40 mg tab" */
static void put_subject(const struct json *finding, struct buffer *out)
{
    const char *with = json_get_string(finding, "with");
    bool is_first = true;
    for (const struct json *drug = json_first(json_get(finding, "drugs")); drug != NULL; drug = json_next(drug)) {
        buffer_append_format(out, "%s%s", is_first ? "" : " x ", json_string(drug) != NULL ? json_string(drug) : "");
        is_first = false;
    }
    if (with != NULL && with[0] != '\0') {
        buffer_append_format(out, " x %s", with);
    }
}

/* What is new on the chart, or no longer there: whoever opens it has to know what to look for. Caller frees. */
static char *change_words(const struct affected *a)
{
    static const struct json_limits limits = {.max_bytes = 1 << 20, .max_depth = 8, .max_nodes = 20000};
    struct json_document *doc = NULL;
    struct buffer out = BUFFER_INIT;
    if (json_parse(a->changes, strlen(a->changes), &limits, 1, &doc, NULL) == STATUS_OK) {
        const struct json *gained = json_get(json_root(doc), "gained"), *lost = json_get(json_root(doc), "lost");
        const struct json *first = json_first(gained) != NULL ? json_first(gained) : json_first(lost);
        int more = -1;
        for (const struct json *f = json_first(gained); f != NULL; f = json_next(f)) {
            more++;
        }
        for (const struct json *f = json_first(lost); f != NULL; f = json_next(f)) {
            more++;
        }
        if (first != NULL) {
            buffer_append_text(&out, json_first(gained) != NULL ? _("new: ") : _("gone: "));
            put_subject(first, &out);
        }
        if (more > 0) {
            buffer_append_format(&out, ngettext("; %d more", "; %d more", (unsigned long)more), more);
        }
    }
    json_free(doc);
    char *text = mem_copy_text(out.len > 0 ? out.bytes : "");
    buffer_release(&out);
    return text;
}

static void draw(const struct workstation *ws, const void *data, int row, struct area line)
{
    const struct affected *a = at(data, row);
    char *words = change_words(a);
    int quarter = line.cols / 4, left = 26 + quarter;
    (void)ws;
    draw_fit(line, 0, 2, 15, STYLE_TEXT, enum_label(ENUM_INTERACTION_TYPE, (int)a->worst));
    draw_fit(line, 0, 18, quarter, STYLE_TEXT, a->name);
    draw_fit(line, 0, 19 + quarter, 7, STYLE_TEXT, a->mrn);
    draw_fit(line, 0, left + 1, line.cols - left - 1, STYLE_TEXT, words);
    mem_free(words);
}

static const char *const HEADS[] = {N_("Found"), N_("Patient"), N_("MRN"), N_("Worst"), N_("What changed"), NULL};

static void cells(const struct workstation *ws, const void *data, int row, char **out)
{
    const struct affected *a = at(data, row);
    char when[LIST_OUT_WHEN_MAX];
    out[0] = mem_copy_text(list_out_when(ws->site, a->found_us, when));
    out[1] = mem_copy_text(a->name);
    out[2] = mem_copy_text(a->mrn);
    out[3] = mem_copy_text(enum_label(ENUM_INTERACTION_TYPE, (int)a->worst));
    out[4] = change_words(a);
}

/* Opened is looked at: it leaves the list. */
static unsigned open(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    struct uid patient = at(data, row)->patient;
    struct error err = ERROR_INIT;
    if (shell_open(sh, &SCREEN_CHART, &patient, &err) != STATUS_OK ||
        knowledge_affected_see(ws->actor, patient, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    }
    return STALE_CELLS;
}

const struct home_list HOME_KNOWLEDGE = {
    .name = "drug-news",
    .heads = HEADS,
    .cells = cells,
    .title = N_("Drug news"),
    .empty_text = N_("New drug knowledge has touched no chart that nobody looked at."),
    .permission = PERMISSION_ORDER_VERIFY,
    .size = sizeof(struct affected_list),
    .read = read,
    .release = release,
    .count = count,
    .id = id,
    .draw = draw,
    .open = open,
};

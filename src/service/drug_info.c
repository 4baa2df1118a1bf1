/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/drug_info.h"

#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "safety/resolve.h"
#include "service/act.h"

enum { PARTNERS_MAX = 200 };

void drug_info_release(struct drug_info *info)
{
    for (int i = 0; i < info->count; i++) {
        drug_record_release(&info->parts[i].record);
        drug_partner_list_release(&info->parts[i].partners);
        drug_partner_list_release(&info->parts[i].foods);
    }
    info->count = 0;
}

static enum status read_part(struct store *store, const char *key, struct drug_info_part *out, struct error *err)
{
    enum status status = drug_record_get(store, key, &out->record, err);
    if (status == STATUS_OK) {
        status = drug_partner_list_get(store, key, PARTNERS_MAX, &out->partners, err);
    }
    return status == STATUS_OK ? drug_food_list_get(store, key, &out->foods, err) : status;
}

enum status drug_info_get(struct actor *actor, const char *text, struct drug_info *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "drug.info", "drugs_master", UID_NONE);
    struct drug_identity identity;
    enum status status = act_read(&act, err);
    *out = (struct drug_info){0};
    if (status != STATUS_OK) {
        return status;
    }
    enum drug_match match = resolve_drug(actor->site->knowledge, text, &identity);
    if (match == DRUG_UNKNOWN || match == DRUG_NAME_ONLY) {
        return error_set_field(err, STATUS_NOT_FOUND, "drug", _("Nothing is known here of a drug called \"%s\"."), text);
    }
    for (int i = 0; i < identity.ingredient_count && i < DRUG_INFO_PARTS && status == STATUS_OK; i++) {
        if (knowledge_is_curated(actor->site->knowledge, identity.ingredients[i])) {
            out->count++; /* counted first: what was read of a part is released with it */
            status = read_part(actor->site->store, knowledge_key(actor->site->knowledge, identity.ingredients[i]),
                               &out->parts[out->count - 1], err);
        }
    }
    if (status != STATUS_OK) {
        drug_info_release(out);
    }
    return status;
}

/* ---- words ---- */

/* A JSON array of texts as "a, b, c". */
static void append_list(struct buffer *out, const char *label, const char *array)
{
    static const struct json_limits limits = {.max_bytes = 1 << 16, .max_depth = 2, .max_nodes = 4096};
    struct json_document *doc = NULL;
    bool is_first = true;
    if (array == NULL || json_parse(array, strlen(array), &limits, 1, &doc, NULL) != STATUS_OK) {
        return;
    }
    for (const struct json *e = json_first(json_root(doc)); e; e = json_next(e)) {
        buffer_append_format(out, "%s%s", is_first ? label : ", ", json_string(e) != NULL ? json_string(e) : "");
        is_first = false;
    }
    if (!is_first) {
        buffer_append_byte(out, '\n');
    }
    json_free(doc);
}

static void append_line(struct buffer *out, const char *label, const char *text)
{
    if (text != NULL && text[0] != '\0') {
        buffer_append_format(out, "%s%s\n", label, text);
    }
}

static void append_partners(struct buffer *out, const char *heading, const struct drug_partner_list *list)
{
    if (list->len > 0) {
        buffer_append_format(out, "\n%s\n", heading);
    }
    for (size_t i = 0; i < list->len; i++) {
        const struct drug_partner *p = &list->items[i];
        buffer_append_format(out, "  %s, %s: %s %s\n", p->name, enum_label(ENUM_INTERACTION_TYPE, (int)p->severity),
                             p->effect != NULL ? p->effect : "", p->management != NULL ? p->management : "");
    }
}

char *drug_info_text(const struct drug_info *info)
{
    struct buffer out = BUFFER_INIT;
    for (int i = 0; i < info->count; i++) {
        const struct drug_info_part *p = &info->parts[i];
        buffer_append_format(&out, "%s%s\n", i > 0 ? "\n" : "", p->record.name);
        append_list(&out, _("Brands: "), p->record.brands);
        append_list(&out, _("Strengths: "), p->record.strengths);
        append_list(&out, _("Forms: "), p->record.forms);
        append_line(&out, _("Classes: "), p->record.drug_class);
        append_line(&out, _("Never with: "), p->record.contraindications);
        append_line(&out, _("RxNorm: "), p->record.rxcui);
        append_line(&out, _("Drug knowledge: "), p->record.version);
        append_partners(&out, _("Interactions that interrupt (others show when they are on the chart)"), &p->partners);
        append_partners(&out, _("Food and drink"), &p->foods);
    }
    return buffer_take(&out);
}

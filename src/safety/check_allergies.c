/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Allergies as people type them: "penicillin (anaphylaxis)", "codeine - nausea", "lamotrigine rash". */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "safety/allergy_list.h"
#include "safety/allergy_remark.h"
#include "safety/check_text.h"

/* Where a name and what it did part: "codeine - nausea", "penicillin: hives", "rash with amoxicillin". */
static const struct {
    const char *text;
    bool is_name_first;
} JOINTS[] = {{" - ", true},     {": ", true},      {", ", true},   {"; ", true},
              {" causes ", true}, {" caused ", true}, {" -> ", true}, {"/", true},
              {" to ", false},   {" with ", false}, {" from ", false}};

/* A word of the remark is an allergen itself: "rash, aspirin". */
static bool names_allergen(const struct knowledge *k, const char *remark)
{
    static const char ends[] = " ,;.()/:-";
    struct allergen_identity identity;
    bool is_named = false;
    for (const char *at = remark; *at && !is_named;) {
        size_t len = strcspn(at, ends);
        char *word = mem_copy_bytes(at, len);
        is_named = len > 2 && resolve_allergen(k, word, &identity) != ALLERGEN_UNKNOWN;
        mem_free(word);
        at += len + (at[len] != '\0');
    }
    return is_named;
}

/* The name of text[0, front) beside what stands behind it, or the other way round, where the one is an allergen and the
 * other a remark that is understood and names no second allergen: a new text, else NULL. */
static char *name_beside_remark(const struct knowledge *k, const char *text, size_t front, size_t joint, bool is_name_first,
                                struct screen_allergy *out)
{
    struct allergen_identity identity;
    struct screen_allergy read = *out;
    char *left = mem_copy_bytes(text, front);
    const char *right = text + front + joint;
    const char *name = is_name_first ? left : right;
    const char *remark = is_name_first ? right : left;
    char *found = NULL;
    if (resolve_allergen(k, name, &identity) != ALLERGEN_UNKNOWN && allergy_remark_read(remark, strlen(remark), &read) &&
        !names_allergen(k, remark)) {
        *out = read;
        found = mem_copy_text(name);
    }
    mem_free(left);
    return found;
}

/* Cuts a remark off a text that is no allergen as a whole. The name as a new text, NULL when it cannot be cut. */
static char *cut_remark(const struct knowledge *k, const char *text, struct screen_allergy *out)
{
    struct allergen_identity identity;
    char *found = NULL;
    if (resolve_allergen(k, text, &identity) != ALLERGEN_UNKNOWN) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof JOINTS / sizeof *JOINTS && !found; i++) {
        const char *joint = strstr(text, JOINTS[i].text);
        if (joint != NULL && joint != text) {
            found = name_beside_remark(k, text, (size_t)(joint - text), strlen(JOINTS[i].text), JOINTS[i].is_name_first, out);
        }
    }
    for (size_t at = strlen(text); at > 0 && !found; at--) { /* "lamotrigine rash": the longest name first */
        if (text[at] == ' ') {
            found = name_beside_remark(k, text, at, 1, true, out);
        }
    }
    return found;
}

/* "Penicillin - felt odd": the allergen is screened, and that the rest was not understood is told. NULL when the text does
 * not begin with an allergen. */
static char *cut_unread(const struct knowledge *k, const char *text, const char **out_rest)
{
    static const char *const joints[] = {" - ", ": ", ", ", "; "};
    struct allergen_identity identity;
    char *found = NULL;
    bool is_known = resolve_allergen(k, text, &identity) != ALLERGEN_UNKNOWN;
    for (size_t i = 0; i < sizeof joints / sizeof *joints && !found && !is_known; i++) {
        const char *joint = strstr(text, joints[i]);
        char *name = joint != NULL ? mem_copy_bytes(text, (size_t)(joint - text)) : NULL;
        if (name != NULL && resolve_allergen(k, name, &identity) != ALLERGEN_UNKNOWN) {
            found = mem_copy_text(name);
            *out_rest = joint + strlen(joints[i]);
        }
        mem_free(name);
    }
    return found;
}

static enum status keep_allergy(struct check_request *r, const struct knowledge *k, const char *name,
                                struct screen_allergy allergy, struct error *err)
{
    enum status status = check_keep_text(r, "allergies", name, &allergy.text, err);
    if (status != STATUS_OK) {
        return status;
    }
    allergy.kind = allergy.kind == ALLERGY_KIND_NONE_GIVEN ? ALLERGY_KIND_ALLERGY : allergy.kind;
    allergy.state = allergy.state == ALLERGY_STATE_NONE_GIVEN ? ALLERGY_STATE_ACTIVE
                                                              : allergy.state;
    (void)resolve_allergen(k, allergy.text, &allergy.identity); /* what was not found is in the identity */
    r->allergies = mem_resize_array(r->allergies, (size_t)r->input.allergy_count + 1,
                                    sizeof *r->allergies);
    r->allergies[r->input.allergy_count++] = allergy;
    r->input.allergies = r->allergies;
    r->input.allergies_presence = SCREEN_PRESENT;
    return STATUS_OK;
}

enum status check_add_allergy(struct check_request *r, const struct knowledge *k, const char *text,
                              struct error *err)
{
    size_t entry = strlen(text) <= CHECK_TEXT_MAX ? allergy_list_first(k, text) : 0;
    if (entry > 0) { /* "codeine (nausea), penicillin (hives)" */
        char *first = mem_copy_bytes(text, entry);
        enum status added = check_add_allergy(r, k, first, err);
        mem_free(first);
        return added == STATUS_OK ? check_add_allergy(r, k, text + entry + allergy_list_gap(text + entry), err) : added;
    }
    const char *kept = NULL;
    const char *rest = NULL;
    enum status status = check_room("allergies", r->input.allergy_count, CHECK_LIST_MAX, err);
    status = status == STATUS_OK ? check_keep_text(r, "allergies", text, &kept, err) : status;
    if (status != STATUS_OK) {
        return status;
    }
    struct screen_allergy allergy = {.kind = ALLERGY_KIND_NONE_GIVEN};
    const char *open = strchr(kept, '(');
    const char *close = open ? strrchr(open, ')') : NULL;
    char *name = NULL;
    if (open && open > kept) {
        (void)allergy_remark_read(open + 1, close ? (size_t)(close - open) - 1 : strlen(open + 1), &allergy);
        name = mem_copy_bytes(kept, (size_t)(open - kept));
    } else if (!open) {
        name = cut_remark(k, kept, &allergy);
        name = name ? name : cut_unread(k, kept, &rest);
    }
    status = keep_allergy(r, k, name ? name : kept, allergy, err);
    mem_free(name);
    return status == STATUS_OK && rest ? check_add_allergy(r, k, rest, err) : status; /* a second allergen, or INCOMPLETE by its words */
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/keymap.h"

#include <stdio.h>
#include <string.h>

#include "base/assignment.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "term/key.h"


void keymap_init(struct keymap *km)
{
    *km = (struct keymap){0};
}

void keymap_release(struct keymap *km)
{
    mem_free(km->items);
    keymap_init(km);
}

static struct key_binding *find_binding(const struct keymap *km, const char *name)
{
    for (size_t i = 0; i < km->len; i++) {
        if (strcmp(km->items[i].name, name) == 0) {
            return &km->items[i];
        }
    }
    return NULL;
}

/* "F6, Ctrl-D" -> numbers. The name of the first that is no key goes to out_bad. */
static bool parse_keys(const char *text, struct key_binding *out, char *out_bad, size_t bad_size)
{
    char copy[ASSIGNMENT_LINE_MAX];
    snprintf(copy, sizeof copy, "%s", text);
    out->count = 0;
    char *rest = copy;
    while (rest && *text_trim(rest)) {
        char *comma = strchr(rest, ',');
        if (comma) {
            *comma = 0;
        }
        const char *name = text_trim(rest);
        uint32_t key = key_parse(name);
        if (key == UI_KEY_NONE || key == UI_KEY_UNKNOWN || key == UI_KEY_PASTE_BEGIN ||
            out->count == KEYMAP_KEYS_MAX) {
            snprintf(out_bad, bad_size, "%s", name);
            return false;
        }
        out->bound[out->count++] = key;
        rest = comma ? comma + 1 : NULL;
    }
    return true;
}

enum status keymap_add(struct keymap *km, const struct action *table, struct error *err)
{
    for (const struct action *a = table; a && a->name; a++) {
        const struct key_binding *known = find_binding(km, a->name);
        if (known && strcmp(known->keys, a->keys) != 0) {
            return error_set_field(err, STATUS_INVALID, a->name,
                                   _("\"%s\" has the keys %s in one table and %s in another."),
                                   a->name, known->keys, a->keys);
        }
        struct key_binding made = {.name = a->name, .keys = a->keys};
        char bad[ASSIGNMENT_LINE_MAX];
        if (!parse_keys(a->keys, &made, bad, sizeof bad)) {
            return error_set_field(err, STATUS_INVALID, a->name,
                                   _("\"%s\" has a key \"%s\" that does not exist."), a->name, bad);
        }
        if (!known) {
            MEM_GROW(km);
            km->items[km->len++] = made;
        }
    }
    return STATUS_OK;
}

/* Keys that lists, fields and the terminal need everywhere. */
static bool is_reserved(uint32_t key)
{
    static const uint32_t RESERVED[] = {
        UI_KEY_UP,        UI_KEY_DOWN,      UI_KEY_PAGE_UP,   UI_KEY_PAGE_DOWN,
        UI_KEY_HOME,      UI_KEY_END,       UI_KEY_DELETE,    UI_KEY_BACKSPACE,
        UI_KEY_CTRL('u'), UI_KEY_CTRL('w'), UI_KEY_CTRL('h'), UI_KEY_CTRL('i'),
        UI_KEY_CTRL('j'), UI_KEY_CTRL('m'), UI_KEY_CTRL(']'), /* sent as Backspace, Tab, Enter, GS
                                                               */
    };
    for (size_t i = 0; i < sizeof RESERVED / sizeof RESERVED[0]; i++) {
        if (RESERVED[i] == key) {
            return true;
        }
    }
    return false;
}

static bool is_function_key(uint32_t key)
{
    return key >= UI_KEY_F1 && key <= UI_KEY_F24;
}

static enum status check_one(const struct key_binding *b, struct error *err)
{
    char name[KEY_NAME_MAX];
    int function_keys = 0;
    for (int i = 0; i < b->count; i++) {
        if (is_reserved(b->bound[i])) {
            return error_set_field(
                err, STATUS_INVALID, b->name,
                _("%s cannot be given to \"%s\": lists and fields need it. Choose another key."),
                key_format(b->bound[i], name), b->name);
        }
        function_keys += is_function_key(b->bound[i]);
    }
    if (function_keys > 0 && function_keys == b->count) {
        return error_set_field(
            err, STATUS_INVALID, b->name,
            _("\"%s\" has only function keys. Add a Ctrl key: not every terminal has them all."),
            b->name);
    }
    return STATUS_OK;
}

static bool has_key(const struct key_binding *b, uint32_t key)
{
    for (int i = 0; i < b->count; i++) {
        if (b->bound[i] == key) {
            return true;
        }
    }
    return false;
}

enum status keymap_check(const struct keymap *km, struct error *err)
{
    for (size_t i = 0; i < km->len; i++) {
        const struct key_binding *a = &km->items[i];
        enum status status = check_one(a, err);
        if (status != STATUS_OK) {
            return status;
        }
        for (size_t j = i + 1; j < km->len; j++) {
            for (int k = 0; k < a->count; k++) {
                if (has_key(&km->items[j], a->bound[k])) {
                    char name[KEY_NAME_MAX];
                    return error_set_field(
                        err, STATUS_INVALID, a->name,
                        _("%s would mean both \"%s\" and \"%s\". Give one of them another key."),
                        key_format(a->bound[k], name), a->name, km->items[j].name);
                }
            }
        }
    }
    return STATUS_OK;
}

static enum status load_assignment(void *context, int line_number, char *name, char *value, struct error *err)
{
    struct keymap *km = context;
    struct key_binding *b = find_binding(km, name);
    char bad[ASSIGNMENT_LINE_MAX];
    (void)line_number; /* assignment_read() puts it in front */
    if (!b) {
        return error_set(err, STATUS_INVALID,
                         _("There is no action \"%.60s\". Press F1 for the names. The shipped keys are in use."), name);
    }
    struct key_binding made = *b;
    if (!parse_keys(value, &made, bad, sizeof bad)) {
        return error_set(
            err, STATUS_INVALID,
            _("\"%.60s\" is no key. Write keys as F2, Ctrl-S, PgDn or a. The shipped keys are in use."), bad);
    }
    *b = made;
    return STATUS_OK;
}

enum status keymap_load(struct keymap *km, const char *file_name, const char *text,
                        struct error *err)
{
    struct keymap tried = {0};
    for (size_t i = 0; i < km->len; i++) {
        MEM_GROW(&tried);
        tried.items[tried.len++] = km->items[i];
    }
    enum status status = assignment_read(file_name, text, load_assignment, &tried, err);
    if (status == STATUS_OK) {
        status = keymap_check(&tried, err);
        if (status != STATUS_OK) {
            (void)error_prefix(err, status, "%s", file_name);
        }
    }
    if (status == STATUS_OK) {
        struct keymap old = *km;
        *km = tried;
        tried = old;
    }
    keymap_release(&tried);
    return status;
}

const struct action *keymap_find(const struct keymap *km, const struct action *table, uint32_t key)
{
    key = key_fold(key);
    for (const struct action *a = table; a && a->name; a++) {
        const struct key_binding *b = find_binding(km, a->name);
        if (b && has_key(b, key)) {
            return a;
        }
    }
    return NULL;
}

static const char *list_keys(const struct keymap *km, const char *action_name, int most, char *buf,
                             size_t size)
{
    const struct key_binding *b = find_binding(km, action_name);
    size_t used = 0;
    buf[0] = 0;
    for (int i = 0; b && i < b->count && i < most; i++) {
        char name[KEY_NAME_MAX];
        int n = snprintf(buf + used, size - used, "%s%s", i ? ", " : "",
                         key_format(b->bound[i], name));
        if (n < 0 || (size_t)n >= size - used) {
            buf[used] = 0;
            break;
        }
        used += (size_t)n;
    }
    return buf;
}

const char *keymap_keys(const struct keymap *km, const char *action_name, char *buf, size_t size)
{
    return list_keys(km, action_name, KEYMAP_KEYS_MAX, buf, size);
}

const char *keymap_first_key(const struct keymap *km, const char *action_name, char *buf,
                             size_t size)
{
    return list_keys(km, action_name, 1, buf, size);
}

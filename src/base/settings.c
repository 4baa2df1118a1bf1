/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/assignment.h"
#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"

enum { FILE_MAX_BYTES = 64 * 1024 };

#define SETTING_ROW(constant, name, type, layers, min, max, value, choices, help) \
    [constant] = {name, SETTING_##type, SETTING_LAYERS_##layers, min, max, value, choices, help},
static const struct setting_info INFOS[SETTING_COUNT] = {SETTING_LIST(SETTING_ROW)};

void settings_init(struct settings *s)
{
    memset(s, 0, sizeof *s);
}

static void forget(struct settings *s, int setting)
{
    mem_free(s->values[setting]);
    mem_free(s->origins[setting]);
    s->values[setting] = NULL;
    s->origins[setting] = NULL;
    s->layers[setting] = SETTING_BUILT_IN;
}

void settings_release(struct settings *s)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        forget(s, i);
    }
}

const struct setting_info *setting_info(enum setting setting)
{
    return &INFOS[setting];
}

int setting_find(const char *name)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        if (strcmp(INFOS[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

const char *settings_text(const struct settings *s, enum setting setting)
{
    return s->values[setting] != NULL ? s->values[setting] : INFOS[setting].standard;
}

int settings_number(const struct settings *s, enum setting setting)
{
    return (int)strtol(settings_text(s, setting), NULL, 10); /* checked when it was set */
}

bool settings_switch(const struct settings *s, enum setting setting)
{
    return strcmp(settings_text(s, setting), "on") == 0;
}

const char *setting_layer_word(enum setting_layer layer)
{
    static const char *const WORDS[SETTING_LAYER_COUNT] = {"built-in", "system", "site", "user"};
    return WORDS[layer];
}

static bool is_choice(const char *choices, const char *value)
{
    size_t len = strlen(value);
    for (const char *at = choices; *at != '\0'; at += strspn(at, " ")) {
        size_t word = strcspn(at, " ");
        if (word == len && memcmp(at, value, len) == 0) {
            return true;
        }
        at += word;
    }
    return false;
}

static bool is_number(const char *value, int min, int max)
{
    char *end;
    if (value[0] == '\0' || strspn(value, "0123456789") != strlen(value) || strlen(value) > 9) {
        return false;
    }
    long number = strtol(value, &end, 10);
    return number >= min && number <= max;
}

/* Times "HH:MM", ascending, a space between. */
static bool are_times(const char *value, int least, int most)
{
    int count = value[0] == '\0' ? 0 : (int)(strlen(value) + 1) / 6;
    int last = -1;
    if (count < least || count > most) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        if (strspn(value, "0123456789") != 2 || value[2] != ':' || strspn(value + 3, "0123456789") != 2) {
            return false;
        }
        int hour = (value[0] - '0') * 10 + value[1] - '0', minute = (value[3] - '0') * 10 + value[4] - '0';
        if (hour > 23 || minute > 59 || hour * 60 + minute <= last) {
            return false;
        }
        last = hour * 60 + minute;
        value += 5;
        if (*value != (i + 1 < count ? ' ' : '\0')) {
            return false;
        }
        value += *value == ' ';
    }
    return value[0] == '\0';
}

enum status setting_check(enum setting setting, const char *value, struct error *err)
{
    const struct setting_info *info = &INFOS[setting];
    switch (info->type) {
    case SETTING_SWITCH:
        return strcmp(value, "on") == 0 || strcmp(value, "off") == 0
                   ? STATUS_OK
                   : error_set_field(err, STATUS_INVALID, info->name, _("\"%s\" is on or off, not \"%.40s\"."), info->name, value);
    case SETTING_NUMBER:
        return is_number(value, info->min, info->max)
                   ? STATUS_OK
                   : error_set_field(err, STATUS_INVALID, info->name,
                                     _("\"%s\" is a whole number from %d to %d, not \"%.40s\"."), info->name, info->min,
                                     info->max, value);
    case SETTING_CHOICE:
        return is_choice(info->choices, value)
                   ? STATUS_OK
                   : error_set_field(err, STATUS_INVALID, info->name, _("\"%s\" is one of: %s; not \"%.40s\"."), info->name,
                                     info->choices, value);
    case SETTING_TEXT:
        return strlen(value) <= (size_t)info->max && text_is_clean(value)
                   ? STATUS_OK
                   : error_set_field(err, STATUS_INVALID, info->name, _("\"%s\" is at most %d printable characters."),
                                     info->name, info->max);
    case SETTING_TIMES:
        if (are_times(value, info->min, info->max)) {
            return STATUS_OK;
        }
        return info->min == 0
                   ? error_set_field(err, STATUS_INVALID, info->name,
                                     _("\"%s\" is empty, or at most %d ascending times of day such as 06:00 18:00."), info->name, info->max)
                   : error_set_field(err, STATUS_INVALID, info->name,
                                     ngettext("\"%s\" needs %d time of day such as %s.",
                                              "\"%s\" needs %d ascending times of day such as %s.", (unsigned long)info->min),
                                     info->name, info->min, info->standard);
    }
    return STATUS_OK;
}

enum status settings_set(struct settings *s, enum setting setting, const char *value, enum setting_layer layer,
                         const char *origin, struct error *err)
{
    const struct setting_info *info = &INFOS[setting];
    enum status status = setting_check(setting, value, err);
    if (status == STATUS_OK && (info->layers & 1u << layer) == 0) {
        status = error_set_field(err, STATUS_REFUSED, info->name,
                                 _("\"%s\" is set for the whole site, by an administrator: prescripcare config --set."), info->name);
    }
    if (status != STATUS_OK || layer < s->layers[setting]) {
        return status;
    }
    forget(s, (int)setting);
    s->values[setting] = mem_copy_text(value);
    s->origins[setting] = origin != NULL ? mem_copy_text(origin) : NULL;
    s->layers[setting] = layer;
    return STATUS_OK;
}

/* ---- files ---- */

struct reading {
    struct settings *into; /* NULL: only look */
    const char *path;
    enum setting_layer layer;
};

static enum status read_assignment(void *context, int line_number, char *name, char *value, struct error *err)
{
    const struct reading *r = context;
    int setting = setting_find(name);
    if (setting < 0) {
        return error_set_field(err, STATUS_INVALID, name,
                               _("There is no setting \"%.60s\". \"prescripcare config\" lists them all."), name);
    }
    struct settings scratch;
    settings_init(&scratch);
    char *origin = mem_format(_("%s, line %d"), r->path, line_number);
    enum status status = settings_set(r->into != NULL ? r->into : &scratch, (enum setting)setting, value, r->layer, origin, err);
    mem_free(origin);
    settings_release(&scratch);
    return status;
}

enum status settings_read_file(struct settings *s, const char *path, enum setting_layer layer, struct error *err)
{
    struct buffer text = BUFFER_INIT;
    enum status status = buffer_read_file(&text, path, FILE_MAX_BYTES, err);
    if (status == STATUS_NOT_FOUND) {
        return STATUS_OK;
    }
    struct reading look = {NULL, path, layer}, take = {s, path, layer};
    if (status == STATUS_OK) {
        status = assignment_read(path, text.bytes, read_assignment, &look, err); /* all or nothing */
    }
    if (status == STATUS_OK) {
        status = assignment_read(path, text.bytes, read_assignment, &take, err);
    }
    buffer_release(&text);
    return status;
}

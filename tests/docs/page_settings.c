/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/settings.h"
#include "docs/pages.h"

static void write_range(struct buffer *out, const struct setting_info *info)
{
    switch (info->type) {
    case SETTING_SWITCH:
        buffer_append_text(out, "on, off");
        break;
    case SETTING_NUMBER:
        buffer_append_format(out, "%d to %d", info->min, info->max);
        break;
    case SETTING_CHOICE:
        buffer_append_text(out, info->choices);
        break;
    case SETTING_TEXT:
        buffer_append_format(out, "text, at most %d bytes", info->max);
        break;
    case SETTING_TIMES:
        buffer_append_format(out, info->min == info->max ? "%d times of day" : "up to %d times of day", info->max);
        break;
    }
}

void page_settings(struct buffer *out)
{
    buffer_append_text(out, "# Settings\n\nMade from the settings table; do not edit. A value comes from the built-in default, the "
                            "system's file, the\nsite, the user's file; a later one wins where the last column lets it speak.\n\n"
                            "| name | values | built in | what | set by |\n| --- | --- | --- | --- | --- |\n");
    for (int i = 0; i < SETTING_COUNT; i++) {
        const struct setting_info *info = setting_info((enum setting)i);
        buffer_append_format(out, "| `%s` | ", info->name);
        write_range(out, info);
        buffer_append_format(out, " | %s%s%s | %s |", info->standard[0] != '\0' ? "`" : "", info->standard,
                             info->standard[0] != '\0' ? "`" : "", info->help);
        for (int layer = SETTING_SYSTEM; layer < SETTING_LAYER_COUNT; layer++) {
            if ((info->layers & 1u << layer) != 0) {
                buffer_append_format(out, " %s", setting_layer_word((enum setting_layer)layer));
            }
        }
        buffer_append_text(out, " |\n");
    }
}

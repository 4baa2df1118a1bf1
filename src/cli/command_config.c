/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/site_settings.h"

static void print_words(const struct settings *s, bool with_origin)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        const struct setting_info *info = setting_info((enum setting)i);
        printf("%-26s = %s", info->name, settings_text(s, (enum setting)i));
        if (with_origin) {
            printf("    # %s", s->origins[i] != NULL ? s->origins[i] : setting_layer_word(s->layers[i]));
        }
        printf("\n");
    }
}

static void print_json(const struct settings *s)
{
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_key(&w, "settings");
    json_begin_array(&w);
    for (int i = 0; i < SETTING_COUNT; i++) {
        const struct setting_info *info = setting_info((enum setting)i);
        json_begin_object(&w);
        json_write_member(&w, "name", info->name);
        json_write_member(&w, "value", settings_text(s, (enum setting)i));
        json_write_member(&w, "default", info->standard);
        json_write_member(&w, "layer", setting_layer_word(s->layers[i]));
        json_write_member(&w, "origin", s->origins[i]);
        json_write_member(&w, "help", _(info->help));
        json_end_object(&w);
    }
    json_end_array(&w);
    json_end_object(&w);
    command_print_json(&w);
}

/* "name=value"; without a value the site gives up its own. */
static enum status change(struct actor *actor, const char *assignment, struct error *err)
{
    const char *equals = strchr(assignment, '=');
    char *name = equals != NULL ? mem_copy_bytes(assignment, (size_t)(equals - assignment)) : mem_copy_text(assignment);
    int setting = setting_find(name);
    enum status status = setting < 0 ? error_set_field(err, STATUS_NOT_FOUND, "set",
                                                       _("There is no setting \"%.60s\". \"prescripcare config\" lists them all."),
                                                       name)
                                     : site_setting_change(actor, (enum setting)setting, equals != NULL ? equals + 1 : NULL, err);
    mem_free(name);
    return status;
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    struct settings files;
    settings_init(&files);
    const char *wanted = flag_value(call, "set");
    enum status status = settings_read_files(&files, &err);
    if (status == STATUS_OK && (wanted != NULL || call->user != NULL)) { /* the site's values are sealed */
        status = command_enter(call, &site, &actor, &err);
    }
    if (status == STATUS_OK && wanted != NULL) {
        status = change(actor, wanted, &err);
    }
    if (status == STATUS_OK) {
        const struct settings *s = site != NULL ? &site->settings : &files;
        if (call->is_json) {
            print_json(s);
        } else {
            print_words(s, flag_given(call, "show-origin"));
        }
    }
    command_leave(site, actor);
    settings_release(&files);
    return status == STATUS_OK ? 0 : command_fail(&err);
}

const struct command COMMAND_config = {
    .name = "config",
    .usage = "[--show-origin] [--set NAME=VALUE]",
    .help = N_("Shows every setting and where its value comes from; with --user the site's own values too."),
    .flags = {{"show-origin", NULL, N_("say which file, site or built-in value counts")},
              {"set", "NAME=VALUE", N_("change a setting of the site; NAME alone takes the site's value back")}},
    .run = run,
};

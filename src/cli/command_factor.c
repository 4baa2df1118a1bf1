/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `staff totp`: codes from a phone for one's own account, and taking them off somebody else's. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/factors.h"

static int status_of(const struct invocation *call, const struct actor *actor)
{
    const struct factor_state state = factor_state(actor->site, actor->user);
    if (call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        json_begin_object(&w);
        json_write_key(&w, "second_factor");
        json_write_bool(&w, state.is_on);
        json_write_key(&w, "recovery_codes_left");
        json_write_int(&w, state.codes_left);
        json_end_object(&w);
        command_print_json(&w);
    } else if (state.is_on) {
        printf(ngettext("on, %d recovery code left\n", "on, %d recovery codes left\n", (unsigned long)state.codes_left),
               state.codes_left);
    } else {
        puts(_("off"));
    }
    return 0;
}

static void print_offer(const struct invocation *call, const struct factor_offer *offer)
{
    if (call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        json_begin_object(&w);
        json_write_member(&w, "secret", offer->letters);
        json_write_member(&w, "uri", offer->uri);
        json_end_object(&w);
        command_print_json(&w);
        return;
    }
    printf(_("Type this secret into the phone's authenticator app:\n\n  %s\n\nor give it this address:\n\n  %s\n"), offer->letters,
           offer->uri);
    puts(_("\nNothing has changed yet. With the code that the phone shows then: staff totp confirm --secret-file FILE "
           "--phone-code CODE"));
}

static int print_codes(const struct invocation *call, struct factor_codes *codes)
{
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_key(&w, "recovery_codes");
    json_begin_array(&w);
    for (int i = 0; i < FACTOR_CODES; i++) {
        json_write_string(&w, codes->text[i]);
        if (!call->is_json) {
            puts(codes->text[i]);
        }
    }
    json_end_array(&w);
    json_end_object(&w);
    if (call->is_json) {
        command_print_json(&w);
    } else {
        json_writer_release(&w);
        fputs(_("Signing in asks for a code from now on. These recovery codes are shown this once.\n"), stderr);
    }
    mem_wipe(codes, sizeof *codes);
    return 0;
}

static int confirm(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct factor_offer offer = FACTOR_OFFER_INIT;
    struct factor_codes codes;
    char *letters = NULL;
    const char *code = flag_value(call, "phone-code");
    enum status status = command_password(flag_value(call, "secret-file"), _("Secret: "), &letters, err);
    if (status == STATUS_OK) {
        status = factor_offer(actor, letters, &offer, err);
        mem_wipe(letters, strlen(letters));
        mem_free(letters);
    }
    if (status == STATUS_OK) {
        status = factor_confirm(actor, &offer, code != NULL ? code : "", &codes, err);
    }
    factor_offer_release(&offer);
    return status == STATUS_OK ? print_codes(call, &codes) : command_fail(err);
}

static int begin(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct factor_offer offer = FACTOR_OFFER_INIT;
    if (factor_offer(actor, NULL, &offer, err) != STATUS_OK) {
        return command_fail(err);
    }
    print_offer(call, &offer);
    factor_offer_release(&offer);
    return 0;
}

int command_totp(const struct invocation *call, struct actor *actor, const char *what, const char *login, struct error *err)
{
    const char *reason = flag_value(call, "reason");
    if (strcmp(what, "begin") == 0) {
        return begin(call, actor, err);
    }
    if (strcmp(what, "confirm") == 0) {
        return confirm(call, actor, err);
    }
    if (strcmp(what, "remove") == 0 && login != NULL) {
        return factor_remove(actor, login, reason != NULL ? reason : "", err) == STATUS_OK ? 0 : command_fail(err);
    }
    if (strcmp(what, "status") == 0) {
        return status_of(call, actor);
    }
    return command_usage(call, _("say totp begin, totp confirm, totp status, or totp remove NAME --reason TEXT"));
}

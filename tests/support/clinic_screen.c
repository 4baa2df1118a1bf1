/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/clinic_screen.h"

#include <stdlib.h>

#include "base/memory.h"
#include "service/knowledge_settle.h"

/* Says that the drug tables were filled from the state in force, so that the sign-in below does not spend seconds on them:
 * tests of the tables themselves settle on their own. */
void clinic_screen_settle(struct site *site)
{
    char *fact = mem_format("%s not filled in this test", knowledge_version(site->knowledge));
    if (store_meta_set(site->store, KNOWLEDGE_META_SETTLED, fact, NULL) != STATUS_OK) {
        abort();
    }
    mem_free(fact);
}

void clinic_screen_sign_in(struct clinic_screen *s, const struct clinic_screen_at *at)
{
    s->ws = (struct workstation){.site_folder = at->site_folder, .device_key_path = at->device_key_path, .clock = at->clock};
    s->options = workstation_options(&s->ws);
    s->h = harness_new(&(struct harness_options){.rows = at->rows, .cols = at->cols, .tz = at->tz}, &s->options);
    harness_open(s->h, &SCREEN_SIGN_IN, NULL);
    harness_type(s->h, at->login);
    harness_press(s->h, "Enter");
    harness_type(s->h, at->password);
    harness_press(s->h, "Enter");
}

void clinic_screen_open(struct clinic_screen *s, struct clinic *c, enum clinic_person who, int rows, int cols)
{
    clinic_hire(c, who);
    clinic_screen_settle(c->site);
    clinic_screen_sign_in(s, &(struct clinic_screen_at){.site_folder = c->site_folder,
                                                        .device_key_path = c->device_key_path,
                                                        .clock = &c->clock,
                                                        .login = clinic_login(who),
                                                        .password = clinic_password(who),
                                                        .rows = rows,
                                                        .cols = cols});
    if (s->ws.actor == NULL) {
        abort(); /* the picture is in the last frame; nothing of the test can be shown */
    }
}

void clinic_screen_close(struct clinic_screen *s)
{
    harness_free(s->h);
    workstation_close(&s->ws);
}

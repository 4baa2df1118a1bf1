/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/clinic_screen.h"

#include <stdlib.h>

#include "base/memory.h"
#include "service/knowledge_settle.h"

/* Says that the drug tables were filled from the state in force, so that the sign-in below does not spend seconds on them:
 * tests of the tables themselves settle on their own. */
static void settle(struct site *site)
{
    char *fact = mem_format("%s not filled in this test", knowledge_version(site->knowledge));
    if (store_meta_set(site->store, KNOWLEDGE_META_SETTLED, fact, NULL) != STATUS_OK) {
        abort();
    }
    mem_free(fact);
}

void clinic_screen_open(struct clinic_screen *s, struct clinic *c, enum clinic_person who, int rows, int cols)
{
    clinic_hire(c, who);
    settle(c->site);
    s->ws = (struct workstation){.site_folder = c->site_folder, .device_key_path = c->device_key_path, .clock = &c->clock};
    s->options = workstation_options(&s->ws);
    s->h = harness_new(&(struct harness_options){.rows = rows, .cols = cols}, &s->options);
    harness_open(s->h, &SCREEN_SIGN_IN, NULL);
    harness_type(s->h, clinic_login(who));
    harness_press(s->h, "Enter");
    harness_type(s->h, clinic_password(who));
    harness_press(s->h, "Enter");
    if (s->ws.actor == NULL) {
        abort(); /* the picture is in the last frame; nothing of the test can be shown */
    }
}

void clinic_screen_close(struct clinic_screen *s)
{
    harness_free(s->h);
    workstation_close(&s->ws);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "docs/pages.h"
#include "screens/screens.h"
#include "shell/action.h"

void page_keys(struct buffer *out)
{
    struct workstation ws = {0};
    struct shell_options options = workstation_options(&ws);
    action_write_markdown(out, WORKSTATION_SCREENS, options.actions);
}

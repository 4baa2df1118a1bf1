/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "docs/pages.h"
#include "model/fill_states.h"

void page_fill_states(struct buffer *out)
{
    fill_states_write_markdown(out);
}

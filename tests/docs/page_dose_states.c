/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "docs/pages.h"
#include "model/dose_states.h"

void page_dose_states(struct buffer *out)
{
    dose_states_write_markdown(out);
}

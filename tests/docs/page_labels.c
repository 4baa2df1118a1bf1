/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "docs/pages.h"
#include "model/label_text.h"

void page_labels(struct buffer *out)
{
    label_write_markdown(out);
}

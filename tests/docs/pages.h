/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages that are made from the program's own tables. Each is committed, and pages_tests compares: UPDATE_DOCS=1 writes
 * them anew. A page_fn appends the whole file. */
#ifndef DOCS_PAGES_H
#define DOCS_PAGES_H

#include "base/buffer.h"

typedef void page_fn(struct buffer *out);

page_fn page_keys;       /* docs/keys.md: the action tables */
page_fn page_schema;     /* docs/schema.md: the migrated database */
page_fn page_commands;   /* docs/commands.md: the sub-commands */
page_fn page_settings;   /* docs/settings.md: the settings table */
page_fn page_labels; /* docs/labels.md: the tables of src/model/label_text */
page_fn page_fill_states; /* docs/fill-states.md: the table of src/model/fill_states */
page_fn page_dose_states; /* docs/dose-states.md: the table of src/model/dose_states */
page_fn page_manual;     /* data/man/prescripcare.1 */
page_fn page_completion; /* data/completion/prescripcare, for bash */

#endif

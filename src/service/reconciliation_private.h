/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of src/service/reconciliation*.c share: the open work on one session, inside one transaction. */
#ifndef SERVICE_RECONCILIATION_PRIVATE_H
#define SERVICE_RECONCILIATION_PRIVATE_H

#include "service/act.h"
#include "service/reconciliation.h"
#include "store/decision_store.h"

struct reconcile_work {
    struct act act;
    struct site *site;
    struct reconciliation session;
    struct reconcile_source_list sources;
    struct reconcile_line_list lines;
    struct reconcile_item_list items;
    struct reconcile_discrepancy_list discrepancies;
};

enum reconcile_wants { WANTS_OPEN_AND_HELD, WANTS_ANY };

/* Who may not is refused first of all, with an audit row; nothing is looked at before. */
enum status work_may(struct actor *actor, enum permission permission, const char *action, struct error *err) MUST_USE;
/* The transaction, the session and its parts. WANTS_OPEN_AND_HELD: refuses unless lines may be decided by this actor. After
 * STATUS_OK every path leads through work_end(). */
enum status work_begin(struct reconcile_work *w, struct actor *actor, enum permission permission, const char *action, struct uid id,
                       enum reconcile_wants wants, struct error *err) MUST_USE;
/* With STATUS_OK brings the state up to date, writes the session, commits with the audit row. */
enum status work_end(struct reconcile_work *w, enum status status, struct error *err) MUST_USE;
/* The same for a session whose state the caller has set. */
enum status work_end_as_is(struct reconcile_work *w, enum status status, struct error *err) MUST_USE;

struct reconcile_item *work_item(struct reconcile_work *w, struct uid id); /* NULL when gone */

/* A new source behind the others; copied. */
enum status work_new_source(struct reconcile_work *w, const struct reconcile_source *source, struct uid *out, struct error *err)
    MUST_USE;
/* A source of this kind and reference that is there already takes further lines. */
enum status work_source_for(struct reconcile_work *w, const struct reconcile_new_source *what, struct uid *out, struct error *err)
    MUST_USE;
struct reconcile_line *lines_add(struct reconcile_line_list *lines, enum reconcile_kind kind); /* empty, its directions as text */
/* Adds lines to a source; they are the work's then, and the list is empty. */
enum status work_add_lines(struct reconcile_work *w, struct uid source, struct reconcile_line_list *lines, struct error *err) MUST_USE;
/* The chart's lines as they are now, then items anew: only what changed is reopened. *out_changed (may be NULL). */
enum status work_match(struct reconcile_work *w, bool *out_changed, struct error *err) MUST_USE;
/* Whether the chart differs from the lines that were compared. */
bool work_is_stale(const struct reconcile_line_list *lines, const struct order_list *orders);

/* What a line's drug is. */
void line_identify(const struct site *site, const struct reconcile_line *line, struct drug_identity *out);
/* Directions with what could be read of the words. */
struct sig line_sig(const struct reconcile_line *line);
/* Fills ingredients and route from the drug; takes nothing away. */
void line_complete(const struct site *site, struct reconcile_line *line);

/* The entries, the findings and the guards of a view whose records are read. */
void view_result(const struct actor *actor, struct reconcile_view *v, const struct decision_list *decisions);
size_t view_entry_of_drug(const struct reconcile_view *v, int drug); /* SIZE_MAX: none */
void view_guards(const struct actor *actor, struct reconcile_view *v);
/* At discharge: what was given here and is not finished; nobody asks for it once the patient has left. Inside a read. */
enum status view_guards_leaving(struct actor *actor, struct reconcile_view *v, struct error *err) MUST_USE;
/* Everything of one session in one read view. */
enum status view_read(struct actor *actor, struct uid id, struct reconcile_view **out, struct error *err) MUST_USE;
enum reconcile_state view_state(const struct reconcile_view *v);

void put_text(char **text, const char *value); /* owned copy */

#endif

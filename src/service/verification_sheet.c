/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a pharmacist looks at, as a document: the screen, the sheet and the command show the same. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "model/kidney.h"
#include "safety/finding_text.h"
#include "service/screening.h"
#include "service/verification.h"

static char *moment(const struct zone *zone, int64_t at_us)
{
    char day[DATE_TEXT_MAX];
    struct local_time at = zone_local(zone, at_us);
    return mem_format("%s %02d:%02d", date_format_human(at.date, day), at.hour, at.minute);
}

static void write_body(const struct actor *actor, const struct patient *p, struct document *out)
{
    const struct zone *zone = actor->site->zone;
    char number[DECIMAL_TEXT_MAX], day[DATE_TEXT_MAX];
    struct kidney kidney = kidney_clearance(p, site_today(actor->site));
    char *text;
    if (p->weight_at_us != 0) {
        text = mem_format(_("%s kg on %s"), decimal_format(p->weight_kg, number), date_format_human(zone_local(zone, p->weight_at_us).date, day));
    } else {
        text = mem_copy_text(_("not measured"));
    }
    document_pair(out, _("Weight"), text);
    mem_free(text);
    if (kidney.gap == KIDNEY_KNOWN) {
        text = mem_format(_("CrCl %s mL/min (creatinine of %s)"), decimal_format(kidney.crcl, number),
                          date_format_human(zone_local(zone, kidney.creatinine_at_us).date, day));
    } else {
        text = mem_format(_("not known: %s"), kidney_gap_text(kidney.gap));
    }
    document_pair(out, _("Kidneys"), text);
    mem_free(text);
}

static void write_order(const struct verification_view *v, struct document *out)
{
        if (!v->has_before) {
        for (int i = 0; i < v->line_count; i++) {
            document_pair(out, _(v->lines[i].label), v->lines[i].now);
        }
        return;
    }
    const struct document_column columns[] = {{"", 4, DOCUMENT_LEFT}, {_("Before"), 9, DOCUMENT_LEFT}, {_("Now"), 9, DOCUMENT_LEFT}};
    document_table(out, columns, 3);
    for (int i = 0; i < v->line_count; i++) {
        char *label = mem_format("%s %s", v->lines[i].is_changed ? "*" : " ", _(v->lines[i].label));
        document_row(out, (const char *const[]){label, v->lines[i].before, v->lines[i].now});
        mem_free(label);
    }
}

static void write_finding(const struct actor *actor, const struct proposal *p, int i, struct document *out)
{
    const struct knowledge *k = actor->site->knowledge;
    const struct screen_finding *f = &p->result->findings[i];
    const struct decision *d = p->travelled[i];
    char effect[FINDING_TEXT_MAX], management[FINDING_TEXT_MAX];
    char *subject = finding_subject(&p->screening->input, f);
    char *line = mem_format("%s %s  %s: %s", f->severity == INTERACTION_TYPE_CONTRAINDICATED ? "!!" : finding_interrupts(f) ? "!" : "-",
                            enum_label(ENUM_INTERACTION_TYPE, (int)f->severity), subject,
                            finding_effect(k, &p->screening->input, f, effect));
    mem_free(subject);
    document_bold(out, line);
    mem_free(line);
    if (finding_management(k, &p->screening->input, f, management)[0] != '\0') {
        line = mem_format("  %s", management);
        document_paragraph(out, line);
        mem_free(line);
    }
    if (d != NULL) {
        char *at = moment(actor->site->zone, d->decided_us);
        line = mem_format(_("  Accepted %s by a %s: %s%s%s%s%s"), at, enum_label(ENUM_ROLE, (int)d->role),
                          enum_label(ENUM_OVERRIDE_REASON, (int)d->reason), d->reason_text[0] != '\0' ? ", " : "", d->reason_text,
                          d->plan[0] != '\0' ? _("; plan: ") : "", d->plan);
        document_paragraph(out, line);
        mem_free(line);
        mem_free(at);
    } else if (proposal_needs_decision(p, i)) {
        document_paragraph(out, _("  Nobody has decided on this yet."));
    }
}

static void write_findings(const struct actor *actor, const struct proposal *p, struct document *out)
{
    int minor = 0;
    document_heading(out, _("Findings"));
    for (int i = 0; i < p->result->finding_count; i++) {
        if (p->result->findings[i].severity == INTERACTION_TYPE_MINOR) {
            minor++;
        } else {
            write_finding(actor, p, i, out);
        }
    }
    if (minor > 0) {
        char *line = mem_format(ngettext("%d minor finding", "%d minor findings", (unsigned long)minor), minor);
        document_paragraph(out, line);
        mem_free(line);
    }
    for (int i = 0; i < p->result->incomplete_count; i++) {
        const struct screen_incomplete *item = &p->result->incomplete[i];
        char *words = incomplete_sentence(item);
        char *line = mem_format(_("NOT CHECKED  %s"), words);
        mem_free(words);
        document_bold(out, line);
        mem_free(line);
    }
    if (p->result->finding_count == 0 && p->result->incomplete_count == 0) {
        document_paragraph(out, _("Checked against the whole chart: nothing found."));
    }
}

static void write_reviews(const struct actor *actor, const struct verification_view *v, struct document *out)
{
    if (v->reviews.len == 0) {
        return;
    }
    document_heading(out, _("Said before"));
    for (size_t i = 0; i < v->reviews.len; i++) {
        const struct order_review *r = &v->reviews.items[i];
        bool is_answer = r->outcome == VERIFICATION_UNVERIFIED, is_old = uid_compare(r->version, v->order.version) != 0;
        char *at = moment(actor->site->zone, r->reviewed_us);
        char *line = mem_format("%s %s: %s%s%s%s", at, v->reviewers[i],
                                is_answer ? _("answered") : enum_label(ENUM_VERIFICATION, (int)r->outcome),
                                is_old ? _(" (earlier version)") : "", r->note[0] != '\0' ? ": " : "", r->note);
        document_paragraph(out, line);
        mem_free(line);
        if (r->spoke_to[0] != '\0') {
            line = mem_format(r->is_read_back ? _("  spoke to %s, read back") : _("  spoke to %s, not read back"), r->spoke_to);
            document_paragraph(out, line);
            mem_free(line);
        }
        mem_free(at);
    }
}

void verification_write(const struct actor *actor, const struct chart *chart, const struct verification_view *v,
                        struct document *out)
{
    char *due = moment(actor->site->zone, v->order.first_due_us != 0 ? v->order.first_due_us : v->order.start_us);
    document_pair(out, _("First dose"), due);
    mem_free(due);
    write_body(actor, &chart->patient, out);
    document_rule(out);
    write_order(v, out);
    write_findings(actor, v->proposal, out);
    write_reviews(actor, v, out);
}

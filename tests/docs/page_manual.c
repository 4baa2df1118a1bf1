/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prescripcare(1) from the command records and the settings table. */
#include "base/settings.h"
#include "cli/command.h"
#include "docs/pages.h"

/* Text in roff: no line begins with a control character, and a "-" that is typed stays one. */
static void write_text(struct buffer *out, const char *text)
{
    if (*text == '.' || *text == '\'') {
        buffer_append_text(out, "\\&");
    }
    for (; *text != '\0'; text++) {
        if (*text == '\\') {
            buffer_append_text(out, "\\e");
        } else if (*text == '-') {
            buffer_append_text(out, "\\-");
        } else {
            buffer_append(out, text, 1);
        }
    }
}

static void write_flags(struct buffer *out, const struct command_flag *flags)
{
    for (; flags->name != NULL; flags++) {
        buffer_append_text(out, ".TP\n\\fB\\-\\-");
        write_text(out, flags->name);
        buffer_append_text(out, "\\fR");
        if (flags->value != NULL) {
            buffer_append_text(out, " \\fI");
            write_text(out, flags->value);
            buffer_append_text(out, "\\fR");
        }
        buffer_append_text(out, "\n");
        write_text(out, flags->help);
        buffer_append_text(out, "\n");
    }
}

static void write_commands(struct buffer *out)
{
    buffer_append_text(out, ".SH COMMANDS\n");
    for (const struct command *const *command = COMMANDS; *command != NULL; command++) {
        buffer_append_format(out, ".SS %s\n.B prescripcare %s\n", (*command)->name, (*command)->name);
        write_text(out, (*command)->usage);
        buffer_append_text(out, "\n.PP\n");
        write_text(out, (*command)->help);
        buffer_append_text(out, "\n");
        write_flags(out, (*command)->flags);
    }
    buffer_append_text(out, ".SH OPTIONS OF EVERY COMMAND\n");
    write_flags(out, COMMAND_COMMON_FLAGS);
}

static void write_settings(struct buffer *out)
{
    buffer_append_text(out, ".SH SETTINGS\nLines \"name = value\"; the site's are kept in the site.\n");
    for (int i = 0; i < SETTING_COUNT; i++) {
        const struct setting_info *info = setting_info((enum setting)i);
        buffer_append_format(out, ".TP\n.B %s\n", info->name);
        write_text(out, info->help);
        if (info->standard[0] != '\0') {
            buffer_append_text(out, " Built in: ");
            write_text(out, info->standard);
            buffer_append_text(out, ".");
        }
        buffer_append_text(out, "\n");
    }
}

void page_manual(struct buffer *out)
{
    buffer_append_text(
        out, ".\\\" SPDX-License-Identifier: GPL-3.0-or-later\n"
             ".\\\" Made from the command records and the settings table; do not edit.\n"
             ".TH PRESCRIPCARE 1 \"\" \"PrescripCare " PC_VERSION "\" \"User commands\"\n"
             ".SH NAME\nprescripcare \\- prescriptions, safety checks and doses on a terminal\n"
             ".SH SYNOPSIS\n.B prescripcare\n[\\fB\\-\\-site\\fR \\fIDIR\\fR]\n.br\n.B prescripcare\n\\fICOMMAND\\fR "
             "[\\fIARGUMENTS\\fR]\n"
             ".SH DESCRIPTION\nWithout a command it opens the workstation: a full-screen program in which staff of a clinic or a "
             "pharmacy find a patient, see the medication list, are warned of interactions and allergies, and record doses. F1 "
             "helps on every screen. With a command it does one thing for a script or an administrator.\n.PP\n"
             "It is decision support, not a certified medical device. What could not be checked is named, never passed over.\n");
    write_commands(out);
    write_settings(out);
    buffer_append_text(
        out, ".SH EXIT STATUS\n0 done, 1 done with findings or refusals, 2 usage, 3 not permitted, 4 unavailable, 5 damaged data.\n"
             ".SH ENVIRONMENT\n.TP\n.B PRESCRIPCARE_SITE\nFolder of the site where \\-\\-site is not given.\n.TP\n"
             ".B NO_COLOR\nNo colours, whatever its value.\n.TP\n"
             ".B TZ\nThe zone of who looks, such as Europe/Paris. Where its clock differs from the site\\(aqs, the doses show both times; doses\n"
             "are planned and recorded in the zone of the site.\n.TP\n"
             ".B XDG_DATA_HOME\nHolds prescripcare/site, the default site.\n.TP\n"
             ".B XDG_STATE_HOME\nHolds prescripcare/device.key, the key of this device; further sites of the same person have prescripcare/device-ID.key.\n"
             ".SH FILES\n.TP\n.I site.db\nThe sealed database, in the site's folder.\n.TP\n.I keys\nSign-in and key slots.\n.TP\n"
             ".I audit.key\nThe audit trail's key.\n.TP\n.I keys.conf\nA person's own keys, in the user's configuration folder.\n");
}

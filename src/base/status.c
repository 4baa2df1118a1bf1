/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/status.h"

#include <stddef.h>

#include "base/i18n.h"

struct status_row {
    const char *name;
    int exit_code;
    const char *text;
};

/* The one list of codes. Exit codes: 1 the program answered no, 3 this person may not, 4 try again
 * later or elsewhere, 5 a file cannot be trusted. 2 is kept for wrong usage and belongs to no
 * status. */
static const struct status_row ROWS[STATUS_COUNT] = {
    [STATUS_OK] = {"ok", 0, N_("Done.")},
    [STATUS_INVALID] = {"invalid", 1, N_("That entry is not valid. Correct it and try again.")},
    [STATUS_NOT_FOUND] = {"not_found", 1, N_("There is no such record.")},
    [STATUS_EXISTS] = {"exists", 1, N_("It is already there. Nothing was changed.")},
    [STATUS_STALE] =
        {"stale", 1,
         N_("Somebody changed this record after you opened it. Look at the difference first.")},
    [STATUS_REFUSED] = {"refused", 1,
                        N_("A safety rule does not allow this. Nothing was changed.")},
    [STATUS_NOT_PERMITTED] = {"not_permitted", 3, N_("Your role does not allow this.")},
    [STATUS_BAD_SECRET] = {"bad_secret", 3, N_("The name, password or code is wrong.")},
    [STATUS_STEP_UP] = {"step_up", 3, N_("This needs your password once more. Nothing was changed.")},
    [STATUS_RESTRICTED] = {"restricted", 3, N_("This record is restricted. Only who is named for it opens it.")},
    [STATUS_SIGNED_OUT] = {"signed_out", 4, N_("Your session has ended. Nothing was saved; sign in again.")},
    [STATUS_LOCKED_OUT] = {"locked_out", 4,
                           N_("Too many wrong tries. Wait a while, then try again.")},
    [STATUS_BUSY] = {"busy", 4, N_("The site's file is busy. Nothing was saved; try again.")},
    [STATUS_OFFLINE] = {"offline", 4,
                        N_("The central database cannot be reached. Work goes on here.")},
    [STATUS_DAMAGED] = {"damaged", 5,
                        N_("A file is damaged or was altered. Call your administrator.")},
    [STATUS_NEWER] =
        {"newer", 4,
         N_("The file was written by a newer version of this program. Update this one.")},
    [STATUS_DISK_FULL] = {"disk_full", 4,
                          N_("The disk is full. Nothing was saved; make room and try again.")},
    [STATUS_IO] = {"io", 4, N_("The system refused to read or write a file. Nothing was saved.")},
    [STATUS_LIMIT] = {"limit", 1, N_("That is larger than this program accepts.")},
    [STATUS_UNAVAILABLE] = {"unavailable", 4, N_("That cannot be done here now. Nothing was changed.")},
    [STATUS_CANCELLED] = {"cancelled", 1, N_("Stopped. Nothing was saved.")},
};

/* A number from a newer peer or a bad cast must not read past the table. */
static const struct status_row *row(enum status status)
{
    static const struct status_row unknown = {
        "unknown", 5, N_("Something unexpected happened. Nothing was saved.")};
    size_t at = (size_t)status;
    return at < STATUS_COUNT ? &ROWS[at] : &unknown;
}

const char *status_text(enum status status)
{
    return _(row(status)->text);
}

const char *status_name(enum status status)
{
    return row(status)->name;
}

int status_exit_code(enum status status)
{
    return row(status)->exit_code;
}

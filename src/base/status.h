/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a call that can fail answers. The list is closed: a code exists only because some caller acts on it
 * differently. status.c holds the one table of codes, words for people and exit codes of the command line. */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

enum status {
    STATUS_OK = 0,
    STATUS_INVALID,       /* input breaks a rule; the error names the field */
    STATUS_NOT_FOUND,     /* no such record */
    STATUS_EXISTS,        /* it is already there */
    STATUS_STALE,         /* somebody changed it since it was read: show the difference, never overwrite */
    STATUS_REFUSED,       /* a clinical or security rule says no; the error names the rule */
    STATUS_NOT_PERMITTED, /* the actor's role may not do this */
    STATUS_BAD_SECRET,    /* wrong password, PIN or code */
    STATUS_STEP_UP,       /* the person has to prove again who it is, then do it again */
    STATUS_RESTRICTED,    /* the record is not open to this person, except in an emergency */
    STATUS_SIGNED_OUT,    /* the session is over: sign in again */
    STATUS_LOCKED_OUT,    /* too many wrong tries; wait */
    STATUS_BUSY,          /* another writer held the store too long; try again */
    STATUS_OFFLINE,       /* the central database cannot be reached */
    STATUS_DAMAGED,       /* a file fails its authentication or its structure */
    STATUS_NEWER,         /* the file was written by a newer version of the program */
    STATUS_DISK_FULL,     /* no room: nothing was saved */
    STATUS_IO,            /* the system refused a file operation */
    STATUS_LIMIT,         /* larger or deeper than a stated limit */
    STATUS_CANCELLED,     /* the person stopped it */
    STATUS_UNAVAILABLE,   /* there is no site here: nothing of it can be done */
    STATUS_COUNT
};

#define MUST_USE __attribute__((warn_unused_result))

/* One translated sentence for a person: what happened and what to do. Static storage. */
const char *status_text(enum status status);

/* Short lower-case name for logs and JSON ("not_found"). Static storage. */
const char *status_name(enum status status);

/* Exit code of the command line (cli.md): 0 done, 1 refused, 3 not permitted, 4 unavailable, 5 damaged. */
int status_exit_code(enum status status);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sub-command that a screen sends out in a process of its own: making a site or joining a centre takes longer than a key may,
 * and waits for disks and networks. The screen looks at it between keys and may kill it. What it prints comes back;
 * passwords reach it through a pipe, never on its command line. */
#ifndef SCREENS_ERRAND_H
#define SCREENS_ERRAND_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"

enum { ERRAND_WORDS_MAX = 24, ERRAND_SECRETS = 2 };

struct errand {
    pid_t pid;      /* 0: not running */
    int output_fd;
    struct buffer output; /* standard output */
    struct buffer words;  /* standard error */
    int error_fd;
    int64_t started_us;
    int code;       /* once it has ended: its exit code */
};

/* Runs a sub-command: the program's own command_main(). */
typedef int (*errand_run_fn)(int argc, char **argv);

/* words: NULL-terminated, the sub-command first. Where one is "@0" or "@1" the file with that secret's line stands. The secrets are
 * read at once; the caller wipes its own. STATUS_IO when the system has no process. */
enum status errand_start(struct errand *e, errand_run_fn run, const char *const *words, const char *const secrets[ERRAND_SECRETS],
                         struct error *err) MUST_USE;
/* Takes what it has printed, waits up to 20 ms; false: it has ended. */
bool errand_step(struct errand *e);
void errand_kill(struct errand *e);
void errand_release(struct errand *e); /* kills what runs; wipes what it printed */

/* The last sentence that it said on standard error, without the program's name. Caller frees. */
char *errand_last_words(const struct errand *e);

#endif

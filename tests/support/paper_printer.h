/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network printer on this computer that takes whatever comes. Its address exists before it listens: until then it is off. */
#ifndef SUPPORT_PAPER_PRINTER_H
#define SUPPORT_PAPER_PRINTER_H

#include <sys/types.h>

struct paper_printer {
    int fd;
    pid_t pid; /* 0: off */
    char uri[64];
};

struct paper_printer paper_printer_reserve(void);
void paper_printer_start(struct paper_printer *p); /* in a process of its own */
void paper_printer_stop(struct paper_printer *p);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A TCP proxy of the tests' own between a terminal and the centre, in a process of its own: lets bytes through, cuts after a
 * given number of them, or stands for a centre that is stopped, hangs, or lies behind a line that drops everything. */
#ifndef SUPPORT_PROXY_H
#define SUPPORT_PROXY_H

#include <stdbool.h>

struct proxy;
struct proxy *proxy_new(int to_port);
void proxy_free(struct proxy *proxy);
int proxy_port(const struct proxy *proxy);

enum proxy_direction { PROXY_TO_CENTRE, PROXY_TO_TERMINAL };
/* Connections made from now on are cut when that many bytes went that way; -1: never. Counting begins anew. */
void proxy_cut_after(struct proxy *proxy, enum proxy_direction direction, long bytes);

/* The same, counted in records of TLS (the few bytes before the first one are number 0): a record is read whole or not at all, so that
 * its start, its header, its middle and its end stand for every byte. Of the next connection only; -1: never. */
enum proxy_place { PROXY_BEFORE, PROXY_IN_HEADER, PROXY_IN_MIDDLE, PROXY_BEFORE_LAST, PROXY_BEHIND, PROXY_PLACE_COUNT };
void proxy_cut_in_record(struct proxy *proxy, enum proxy_direction direction, long record, enum proxy_place place);
long proxy_records(const struct proxy *proxy, enum proxy_direction direction); /* since then */

enum proxy_mode {
    PROXY_CARRIES,
    PROXY_REFUSES, /* cuts what is open and lets nobody in */
    PROXY_HANGS,   /* takes everybody and never carries a byte; what is open stays open */
    PROXY_DROPS,   /* cuts what is open; who connects gets no answer at all */
};
void proxy_set_mode(struct proxy *proxy, enum proxy_mode mode);
/* From then on as PROXY_HANGS, once that many bytes went that way. */
void proxy_hang_after(struct proxy *proxy, enum proxy_direction direction, long bytes);
/* Somebody is kept waiting now: in an open line that hangs, or for an answer to a connection. */
bool proxy_keeps_waiting(const struct proxy *proxy);
long proxy_bytes(const struct proxy *proxy, enum proxy_direction direction); /* since the last proxy_cut_after() */

#endif

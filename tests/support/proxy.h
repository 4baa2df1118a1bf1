/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A TCP proxy of the tests' own between a terminal and the centre, in a process of its own: lets bytes through, cuts after a
 * given number of them, or refuses everybody. */
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
void proxy_refuse(struct proxy *proxy, bool refuse); /* and cuts what is open */
long proxy_bytes(const struct proxy *proxy, enum proxy_direction direction); /* since the last proxy_cut_after() */

#endif

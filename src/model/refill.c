/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/refill.h"

#include <string.h>

#include "base/memory.h"

/* One device's part in an order's fills. */
struct share {
    struct uid device;
    int moved; /* rights it was given, less those it gave */
    int used;  /* rights it used. A fill without a right uses none; it lowers what is left in all */
};
struct share_list {
    struct share *items;
    size_t len, cap;
};

void refill_facts_release(struct refill_facts *facts)
{
    mem_free(facts->moves);
    mem_free(facts->lines);
    memset(facts, 0, sizeof *facts);
}

static struct share *share_of(struct share_list *list, struct uid device)
{
    for (size_t i = 0; i < list->len; i++) {
        if (uid_compare(list->items[i].device, device) == 0) {
            return &list->items[i];
        }
    }
    MEM_GROW(list);
    list->items[list->len] = (struct share){.device = device};
    return &list->items[list->len++];
}

static struct share_list shares_of(const struct refill_facts *facts)
{
    struct share_list list = {0};
    for (size_t i = 0; i < facts->moves_len; i++) {
        const struct refill_move *m = &facts->moves[i];
        if (m->kind == REFILL_MOVE_GIVEN) {
            share_of(&list, m->to)->moved += m->n;
            share_of(&list, m->from)->moved -= m->n;
        }
    }
    for (size_t i = 0; i < facts->lines_len; i++) {
        const struct refill_line *l = &facts->lines[i];
        share_of(&list, l->device)->used += !l->had_right ? 0 : l->kind == REFILL_ENTRY_RETURNED ? -1 : 1;
    }
    return list;
}

static int between(int low, int n, int high)
{
    return n < low ? low : n > high ? high : n;
}

/* The home has what nobody else has: a fill that somebody made without a right is one less for the home. */
static int rights_of(const struct share_list *list, const struct refill_facts *facts, struct uid device, int left)
{
    int elsewhere = 0;
    for (size_t i = 0; i < list->len; i++) {
        const struct share *s = &list->items[i];
        if (uid_compare(s->device, facts->home) != 0) {
            int n = between(0, s->moved - s->used, left);
            if (uid_compare(s->device, device) == 0) {
                return n;
            }
            elsewhere += n;
        }
    }
    return uid_compare(device, facts->home) == 0 ? between(0, left - elsewhere, left) : 0;
}

struct refill_balance refill_balance_of(const struct refill_facts *facts, struct uid device)
{
    struct refill_balance out = {.allowed = facts->refills + 1};
    struct share_list list = shares_of(facts);
    for (size_t i = 0; i < facts->lines_len; i++) {
        out.filled += facts->lines[i].kind == REFILL_ENTRY_RETURNED ? -1 : 1;
    }
    out.left = between(0, out.allowed - out.filled, out.allowed);
    out.refills_left = between(0, facts->refills - (out.filled > 1 ? out.filled - 1 : 0), facts->refills);
    out.is_overdrawn = out.filled > out.allowed;
    out.here = rights_of(&list, facts, device, out.left);
    if (out.here == 0 && rights_of(&list, facts, facts->home, out.left) > 0) {
        out.holder = facts->home;
    }
    for (size_t i = 0; out.here == 0 && uid_is_none(out.holder) && i < list.len; i++) {
        if (rights_of(&list, facts, list.items[i].device, out.left) > 0) {
            out.holder = list.items[i].device;
        }
    }
    mem_free(list.items);
    return out;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may fill an order without asking: written down as short stories. A device is a letter; "a>b2" a gave b two rights,
 * "a+" a filled with a right, "a!" a filled without one, "a-" a fill came back to a, "a~" one that had no right, "a?b2" a asked b. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "model/refill.h"

static struct uid device(char letter)
{
    return (struct uid){{(uint8_t)letter}};
}

static struct refill_facts story(char home, int refills, const char *text)
{
    struct refill_facts facts = {.refills = refills, .home = device(home)};
    for (const char *at = text; *at != '\0'; at += strcspn(at, " "), at += strspn(at, " ")) {
        if (at[1] == '>' || at[1] == '?') {
            facts.moves = mem_resize_array(facts.moves, facts.moves_len + 1, sizeof *facts.moves);
            bool asked = at[1] == '?';
            facts.moves[facts.moves_len++] = (struct refill_move){.kind = asked ? REFILL_MOVE_ASKED : REFILL_MOVE_GIVEN,
                                                                    .from = device(asked ? at[2] : at[0]),
                                                                    .to = device(asked ? at[0] : at[2]),
                                                                    .n = at[3] - '0'};
        } else {
            facts.lines = mem_resize_array(facts.lines, facts.lines_len + 1, sizeof *facts.lines);
            facts.lines[facts.lines_len++] = (struct refill_line){.device = device(at[0]),
                                                                  .kind = at[1] == '-' || at[1] == '~' ? REFILL_ENTRY_RETURNED : REFILL_ENTRY_SPENT,
                                                                  .had_right = at[1] != '!' && at[1] != '~'};
        }
    }
    return facts;
}

static const struct {
    const char *text;
    char home;
    int refills;
    int left, refills_left, at_a, at_b, at_c;
    char holder_for_c; /* '-' none */
    bool is_overdrawn;
} CASES[] = {
    {"", 'a', 2, 3, 2, 3, 0, 0, 'a', false},
    {"", 'a', 0, 1, 0, 1, 0, 0, 'a', false},
    {"a+", 'a', 2, 2, 2, 2, 0, 0, 'a', false},              /* the first fill is no refill */
    {"a+ a+", 'a', 2, 1, 1, 1, 0, 0, 'a', false},
    {"a+ a+ a+", 'a', 2, 0, 0, 0, 0, 0, '-', false},
    {"a+ a-", 'a', 2, 3, 2, 3, 0, 0, 'a', false},
    {"a>b1", 'a', 2, 3, 2, 2, 1, 0, 'a', false},
    {"a?b3", 'b', 2, 3, 2, 0, 3, 0, 'b', false},            /* asking moves nothing */
    {"a>b1 b+", 'a', 2, 2, 2, 2, 0, 0, 'a', false},
    {"a>b3", 'a', 2, 3, 2, 0, 3, 0, 'b', false},
    {"a>b3 b>c1", 'a', 2, 3, 2, 0, 2, 1, '-', false},       /* c holds one itself */
    {"a>b1 a+ a+", 'a', 2, 1, 1, 0, 1, 0, 'b', false},      /* a keeps b's right untouched */
    {"b!", 'a', 2, 2, 2, 2, 0, 0, 'a', false},              /* filled without a right: one less in all */
    {"a+ a+ a+ b!", 'a', 2, 0, 0, 0, 0, 0, '-', true},      /* both offline, met later */
    {"a+ a+ a+ b! b~", 'a', 2, 0, 0, 0, 0, 0, '-', false},
    {"a>b1 a+ a+ c! b+", 'a', 2, 0, 0, 0, 0, 0, '-', true},
    {"a+ a+", 'b', 1, 0, 0, 0, 0, 0, '-', false},           /* changed on b: what a filled stays filled */
    {"a+ a+", 'b', 3, 2, 2, 0, 2, 0, 'b', false},
    {"a>c2 c+", 'b', 2, 2, 2, 0, 1, 1, '-', false},         /* c's rights survive the change of the order */
    {"b! b~", 'a', 2, 3, 2, 3, 0, 0, 'a', false},
    {"a+ b- b>a1", 'a', 0, 1, 0, 1, 0, 0, 'a', false},
    {"a+ b-", 'a', 0, 1, 0, 0, 1, 0, 'b', false},           /* given back at another counter: that one may fill */
};

Test(refill, rights_follow_who_gave_and_filled)
{
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct refill_facts facts = story(CASES[i].home, CASES[i].refills, CASES[i].text);
        struct refill_balance a = refill_balance_of(&facts, device('a')), b = refill_balance_of(&facts, device('b')),
                              c = refill_balance_of(&facts, device('c'));
        cr_expect_eq(a.left, CASES[i].left, "case %zu \"%s\": left %d", i, CASES[i].text, a.left);
        cr_expect_eq(a.refills_left, CASES[i].refills_left, "case %zu \"%s\": refills left %d", i, CASES[i].text, a.refills_left);
        cr_expect_eq(a.here, CASES[i].at_a, "case %zu \"%s\": at a %d", i, CASES[i].text, a.here);
        cr_expect_eq(b.here, CASES[i].at_b, "case %zu \"%s\": at b %d", i, CASES[i].text, b.here);
        cr_expect_eq(c.here, CASES[i].at_c, "case %zu \"%s\": at c %d", i, CASES[i].text, c.here);
        cr_expect_eq(c.is_overdrawn, CASES[i].is_overdrawn, "case %zu \"%s\"", i, CASES[i].text);
        char holder = uid_is_none(c.holder) ? '-' : (char)c.holder.bytes[0];
        cr_expect_eq(holder, CASES[i].holder_for_c, "case %zu \"%s\": holder %c", i, CASES[i].text, holder);
        refill_facts_release(&facts);
    }
}

/* Whatever devices do that ask before they go on: rights are never more than fills left, and nothing is overdrawn. */
Test(refill, rights_of_all_devices_never_pass_what_is_left)
{
    unsigned seed = 20261129;
    for (int round = 0; round < 3000; round++) {
        struct refill_facts facts = story('a', round % 6, "");
        for (int step = 0; step < 12; step++) {
            seed = seed * 1103515245u + 12345u;
            char who = (char)('a' + (seed >> 16) % 3), other = (char)('a' + (seed >> 20) % 3);
            int here = refill_balance_of(&facts, device(who)).here, sum = 0;
            if (here > 0 && (seed >> 24) % 2 == 0) {
                facts.lines = mem_resize_array(facts.lines, facts.lines_len + 1, sizeof *facts.lines);
                facts.lines[facts.lines_len++] = (struct refill_line){.device = device(who), .kind = REFILL_ENTRY_SPENT, .had_right = true};
            } else if ((seed >> 24) % 5 == 0 && refill_balance_of(&facts, device(who)).filled > 0) {
                facts.lines = mem_resize_array(facts.lines, facts.lines_len + 1, sizeof *facts.lines);
                facts.lines[facts.lines_len++] = (struct refill_line){.device = device(who), .kind = REFILL_ENTRY_RETURNED, .had_right = true};
            } else if (here > 0 && who != other) {
                facts.moves = mem_resize_array(facts.moves, facts.moves_len + 1, sizeof *facts.moves);
                facts.moves[facts.moves_len++] = (struct refill_move){.kind = REFILL_MOVE_GIVEN, .from = device(who), .to = device(other), .n = 1};
            }
            struct refill_balance now = refill_balance_of(&facts, device('a'));
            for (char d = 'a'; d <= 'c'; d++) {
                sum += refill_balance_of(&facts, device(d)).here;
            }
            cr_assert(sum <= now.left && !now.is_overdrawn, "round %d step %d: %d rights, %d left", round, step, sum, now.left);
            cr_assert(sum == now.left, "round %d step %d: a right got lost, %d of %d", round, step, sum, now.left);
        }
        refill_facts_release(&facts);
    }
}

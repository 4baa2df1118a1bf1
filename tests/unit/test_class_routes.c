/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The routes by which the members of a class count (class_routes.tsv): implied in every rule of the class that names none. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "safety/compile.h"
#include "safety/knowledge.h"
#include "safety/screen.h"

#define TABLE(name, text) compile_files_add(&files, name, text, sizeof text - 1, INTERACTION_TYPE_NONE_GIVEN)

static const char INGREDIENTS[] =
    "key\tname\trxcui\tatc\tsynonyms\tbrands\troutes\tflags\tsource\treviewed\n"
    "one\tone\t\t\t\t\toral;ophthalmic\t\ttest\t2026-01-01\n"
    "two\ttwo\t\t\t\t\toral;topical\t\ttest\t2026-01-01\n"
    "three\tthree\t\t\t\t\toral\t\ttest\t2026-01-01\n";
static const char CLASSES[] = "key\ttitle\ttext\tsource\treviewed\n"
                              "local\tLocal\tt\ttest\t2026-01-01\n"
                              "free\tFree\tt\ttest\t2026-01-01\n";
static const char MEMBERS[] = "class\tmember\tsource\treviewed\n"
                              "local\tone\ttest\t2026-01-01\nlocal\ttwo\ttest\t2026-01-01\n"
                              "free\ttwo\ttest\t2026-01-01\nfree\tthree\ttest\t2026-01-01\n";
#define RULES_HEADER "id\ta\tb\tseverity\tevidence\tonset\teffect\tmechanism\tmanagement\tconditions\tsource\treviewed\n"
#define ROUTES_HEADER "class\troutes\tsource\treviewed\n"

struct built {
    struct buffer block;
    struct knowledge *k;
    struct compile_report report;
};

static struct built build(const char *rules, const char *routes)
{
    struct built b = {.block = BUFFER_INIT};
    struct compile_files files = {0};
    struct error err = ERROR_INIT;
    TABLE("ingredients.tsv", INGREDIENTS);
    TABLE("classes.tsv", CLASSES);
    TABLE("class_members.tsv", MEMBERS);
    compile_files_add(&files, "interactions.tsv", rules, strlen(rules), INTERACTION_TYPE_NONE_GIVEN);
    compile_files_add(&files, "class_routes.tsv", routes, strlen(routes), INTERACTION_TYPE_NONE_GIVEN);
    cr_assert_eq(compile_block(&files, COMPILE_SKIP_FAULTY, &b.block, &b.report, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(knowledge_open_bytes(b.block.bytes, b.block.len, &b.k, &err), STATUS_OK, "%s", error_text(&err));
    compile_files_release(&files);
    return b;
}

static void drop(struct built *b)
{
    knowledge_free(b->k);
    buffer_release(&b->block);
    compile_report_release(&b->report);
}

/* The worst of the two drugs by these routes, INTERACTION_TYPE_NONE_GIVEN: nothing. */
static enum interaction_type worst_of(const struct knowledge *k, const char *a, enum route route_a, const char *b,
                                      enum route route_b)
{
    struct screen_result *result = mem_alloc(sizeof *result);
    struct screen_drug drugs[] = {{.text = a, .route = route_a, .stopped_days_ago = -1},
                                  {.text = b, .route = route_b, .stopped_days_ago = -1}};
    (void)resolve_drug(k, a, &drugs[0].identity);
    (void)resolve_drug(k, b, &drugs[1].identity);
    struct screen_input input = {.drugs = drugs, .drug_count = 2};
    screen(k, &input, result);
    enum interaction_type worst = result->finding_count > 0 ? result->findings[0].severity : INTERACTION_TYPE_NONE_GIVEN;
    mem_free(result);
    return worst;
}

Test(class_routes, bind_the_rules_that_name_no_route)
{
    static const struct {
        const char *rules, *a, *b;
        enum route route_a, route_b;
        enum interaction_type expected;
    } cases[] = {
        /* by mouth, in the eye, on the skin, and by a route that nobody knows */
        {"r.1\tclass:local\tthree\tmajor\testablished\trapid\tHarm.\t\t\t\ttest\t2026-01-01\n", "one", "three", ROUTE_ORAL,
         ROUTE_ORAL, INTERACTION_TYPE_MAJOR},
        {"r.1\tclass:local\tthree\tmajor\testablished\trapid\tHarm.\t\t\t\ttest\t2026-01-01\n", "one", "three", ROUTE_OPHTHALMIC,
         ROUTE_ORAL, INTERACTION_TYPE_NONE_GIVEN},
        {"r.1\tthree\tclass:local\tmajor\testablished\trapid\tHarm.\t\t\t\ttest\t2026-01-01\n", "one", "three", ROUTE_OPHTHALMIC,
         ROUTE_ORAL, INTERACTION_TYPE_NONE_GIVEN},
        {"r.1\tclass:local\tthree\tmajor\testablished\trapid\tHarm.\t\t\t\ttest\t2026-01-01\n", "two", "three", ROUTE_TOPICAL,
         ROUTE_ORAL, INTERACTION_TYPE_NONE_GIVEN},
        /* a route of the rule's own, for the side of the class or for the other one */
        {"r.1\tclass:local\tthree\tmajor\testablished\trapid\tHarm.\t\t\ta.route=ophthalmic\ttest\t2026-01-01\n", "one", "three",
         ROUTE_OPHTHALMIC, ROUTE_ORAL, INTERACTION_TYPE_MAJOR},
        {"r.1\tclass:local\tthree\tmajor\testablished\trapid\tHarm.\t\t\tb.route=oral\ttest\t2026-01-01\n", "one", "three",
         ROUTE_OPHTHALMIC, ROUTE_ORAL, INTERACTION_TYPE_NONE_GIVEN},
        /* the drug by its own name is not bound */
        {"r.1\tone\tthree\tmajor\testablished\trapid\tHarm.\t\t\t\ttest\t2026-01-01\n", "one", "three", ROUTE_OPHTHALMIC, ROUTE_ORAL,
         INTERACTION_TYPE_MAJOR},
        /* two classes that share a member: on whichever side it stands */
        {"r.1\tclass:free\tclass:local\tmajor\testablished\trapid\tHarm.\t\t\t\ttest\t2026-01-01\n", "two", "one", ROUTE_TOPICAL,
         ROUTE_ORAL, INTERACTION_TYPE_MAJOR},
        {"r.1\tclass:free\tclass:local\tmajor\testablished\trapid\tHarm.\t\t\t\ttest\t2026-01-01\n", "two", "one", ROUTE_TOPICAL,
         ROUTE_OPHTHALMIC, INTERACTION_TYPE_NONE_GIVEN},
        {"r.1\tclass:local\tclass:local\tmajor\testablished\trapid\tHarm.\t\t\t\ttest\t2026-01-01\n", "one", "two", ROUTE_ORAL,
         ROUTE_ORAL, INTERACTION_TYPE_MAJOR},
        /* an exception holds by every route; a milder rule with a condition still speaks before the plain one */
        {"r.1\tclass:free\tclass:local\tmajor\testablished\trapid\tHarm.\t\t\t\ttest\t2026-01-01\n"
         "r.2\ttwo\tclass:local\tnone\testablished\tunknown\t\t\t\t\ttest\t2026-01-01\n",
         "two", "one", ROUTE_TOPICAL, ROUTE_ORAL, INTERACTION_TYPE_NONE_GIVEN},
        {"r.1\tclass:local\tthree\tmajor\testablished\trapid\tHarm.\t\t\t\ttest\t2026-01-01\n"
         "r.2\tclass:local\tthree\tmoderate\testablished\trapid\tHarm.\t\t\ta.route=oral\ttest\t2026-01-01\n",
         "one", "three", ROUTE_ORAL, ROUTE_ORAL, INTERACTION_TYPE_MODERATE},
    };
    static const char routes[] = ROUTES_HEADER "local\t!=local\ttest\t2026-01-01\n";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *rules = mem_format("%s%s", RULES_HEADER, cases[i].rules);
        struct built b = build(rules, routes);
        cr_assert_eq(b.report.error_count, 0, "case %zu", i);
        enum interaction_type worst = worst_of(b.k, cases[i].a, cases[i].route_a, cases[i].b, cases[i].route_b);
        cr_expect_eq(worst, cases[i].expected, "case %zu: %d", i, (int)worst);
        worst = worst_of(b.k, cases[i].b, cases[i].route_b, cases[i].a, cases[i].route_a);
        cr_expect_eq(worst, cases[i].expected, "case %zu, the other way round: %d", i, (int)worst);
        drop(&b);
        mem_free(rules);
    }
}

Test(class_routes, name_the_line_that_is_wrong)
{
    static const struct {
        const char *rows, *said;
    } cases[] = {
        {"nobody\t!=local\ttest\t2026-01-01\n", "class_routes.tsv:2: class: there is no class \"nobody\""},
        {"local\tlocal\ttest\t2026-01-01\n", "class_routes.tsv:2: routes: \"local\": write = or != and a route"},
        {"local\t=sideways\ttest\t2026-01-01\n", "class_routes.tsv:2: routes: \"sideways\" is not a route"},
        {"local\t=oral\ttest\t2026-01-01\nlocal\t=iv\ttest\t2026-01-01\n", "class_routes.tsv:3: class: \"local\" has its routes already"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *routes = mem_format("%s%s", ROUTES_HEADER, cases[i].rows);
        struct built b = build(RULES_HEADER, routes);
        cr_expect_eq(b.report.error_count, 1, "case %zu", i);
        cr_expect_str_eq(b.report.items[0].text, cases[i].said, "case %zu: %s", i, b.report.items[0].text);
        drop(&b);
        mem_free(routes);
    }
}

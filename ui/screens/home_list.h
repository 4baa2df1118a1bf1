/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One of Home's lists of what needs doing. A list is one file that ends with one const struct home_list, named in
 * screen_home.c. Home owns the data that read() fills, reads again when anybody committed and once a minute, and shows
 * only the lists that the person's role may see. */
#ifndef SCREENS_HOME_LIST_H
#define SCREENS_HOME_LIST_H

#include "screens/screens.h"
#include "service/list_out.h"

struct home_list {
    const char *name;       /* a fixed word: of its file and in the audit */
    const char *title;      /* N_(), short: its count stands behind it */
    const char *empty_text; /* N_(); says what to do next */
    unsigned permission;
    bool hides_when_empty;  /* a tab only while there is something to do */

    size_t size; /* of the data of one reading */
    /* Fills *fresh, which holds zeros. The first reading of an open list is audited by the service, later ones are not. On
     * failure nothing in *fresh needs releasing. */
    enum status (*read)(struct workstation *ws, bool is_first, void *fresh, struct error *err);
    void (*release)(void *data); /* what it holds; Home frees the data itself */
    int (*count)(const void *data);
    int (*urgent)(const void *data); /* of these, late ones; NULL: none ever is */
    struct uid (*id)(const void *data, int row);
    void (*draw)(const struct workstation *ws, const void *data, int row, struct area line); /* from column 2 on */
    const char *const *heads; /* N_(), NULL ends: columns of the list on paper and in a file */
    void (*cells)(const struct workstation *ws, const void *data, int row, char **out); /* one text for each head, for the caller */
    bool (*is_cut)(const void *data); /* there are more rows than these; NULL: never */
    unsigned (*open)(struct shell *sh, struct workstation *ws, const void *data, int row);   /* Enter */
    unsigned (*record)(struct shell *sh, struct workstation *ws, const void *data, int row); /* F6; NULL: no doses here */
    unsigned (*chart)(struct shell *sh, struct workstation *ws, const void *data, int row);  /* NULL: Enter opens it */
};

extern const struct home_list HOME_SIGN, HOME_VERIFY, HOME_ASKED, HOME_DUE, HOME_EFFECTS, HOME_DOUBLES, HOME_NEWS, HOME_DRAFTS, HOME_KNOWLEDGE;
extern const struct home_list HOME_RECONCILE, HOME_REVIEWS, HOME_SOLO;
extern const struct home_list HOME_FILLS, HOME_OWED, HOME_UNCLAIMED, HOME_REFILLS, HOME_RECALLS, HOME_PICKUPS;
extern const struct home_list HOME_STAFF;
extern const struct home_list HOME_WASTE, HOME_MISSED, HOME_TASKS;

#endif

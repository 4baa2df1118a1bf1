/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model that ward_steps.c works on and ward_checks.c holds the two devices against. Private to them. */
#ifndef FAULT_WARD_MODEL_H
#define FAULT_WARD_MODEL_H

#include "fault/ward_devices.h"
#include "fault/ward_steps.h"
#include "service/doses.h"
#include "support/random.h"

enum { LINES_COUNT = 5, VARIANTS = 3, PRN = 0, BEFORE_H = 48, AFTER_H = 24, REREAD = 4, STEPS_A_WARD = 1000, TIMES_MAX = 2 };
#define LOOK_BACK_US (80 * US_PER_HOUR)

/* Each order as it is written, and as it is changed to: by what the model plans its doses. */
struct variant {
    const char *line;
    int times, time_min[TIMES_MAX]; /* WALL: minutes of the day */
    int every_h, days;              /* ELAPSED from the start, and how long */
    int steps, step_days;           /* a taper: all but the last step are that long */
};
extern const struct variant WARD_LINES[LINES_COUNT][VARIANTS];

struct model_version {
    int variant;
    bool is_active; /* neither held nor stopped */
    struct uid id;
    int64_t start_us, recorded_us;
};

struct model_order {
    struct uid id;
    int line;
    bool is_ended;
    char zone[32];
    struct {
        struct model_version *items;
        size_t len, cap;
    } versions;
    size_t known[WARD_DEVICES]; /* versions that the device has */
};

struct model_event {
    struct dose_event kept; /* as it was read back right after it was written; owns its strings */
    int line;
    bool is_here[WARD_DEVICES], is_void[WARD_DEVICES];
};

struct model {
    struct ward_device devices[WARD_DEVICES];
    struct chart *charts[WARD_DEVICES]; /* as they were last looked at: a nurse works from such a picture */
    int at;                             /* the device of this step */
    struct random random;
    struct uid patient;
    struct {
        struct model_order *items;
        size_t len, cap;
    } orders;
    struct {
        struct model_event *items;
        size_t len, cap;
    } events;
    struct ward_steps_report *report;
};

void ward_wrong(struct model *m, const char *format, const char *detail); /* the first one stands */
uint64_t ward_below(struct model *m, uint64_t limit);
struct clinic *ward_here(const struct model *m);
struct actor *ward_nurse(struct model *m); /* one of two */
struct model_order *ward_standing_order(struct model *m, int line); /* NULL: none is in force */
struct dose_event ward_make_event(struct model *m, const struct order *order, const struct sig *sig);

/* ---- ward_checks.c ---- */
void ward_look(struct model *m);  /* reads this device's chart */
void ward_check_model(struct model *m); /* everything that has to hold on this device */
void ward_reread(struct model *m, const struct model_event *event);
const struct dose_slot *ward_slot_of(const struct chart *chart, struct uid id);

#endif

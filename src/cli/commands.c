/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of sub-commands, in the order of the help. */
#include "cli/command.h"

#define LIST(X) X(demo) X(init) X(check) X(find) X(show) X(export) X(erase) X(import) X(scan) X(knowledge) X(dose) X(downtime) X(staff) X(audit) X(config) X(status) \
    X(central) X(join) X(sync) \
    X(conflicts) X(quarantine) X(report) X(reconcile) X(privacy) X(records) X(rekey) X(backup) X(doctor) \
    X(verify) X(fills) X(pickups) X(directory)
#define DECLARE(name) extern const struct command COMMAND_##name;
LIST(DECLARE)

#define ROW(name) &COMMAND_##name,
const struct command *const COMMANDS[] = {LIST(ROW) NULL};

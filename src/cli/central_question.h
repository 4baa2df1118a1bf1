/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A command's question to the centre (service/central_find.h): through the agent where one is at work, else directly. */
#ifndef CLI_CENTRAL_QUESTION_H
#define CLI_CENTRAL_QUESTION_H

#include "service/site.h"

/* The caller frees *out_answer. STATUS_OFFLINE: the centre or the agent did not answer in time. */
enum status central_question_ask(struct actor *actor, const char *question, char **out_answer, struct error *err) MUST_USE;

#endif

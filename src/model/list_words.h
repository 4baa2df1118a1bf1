/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words around a patient's list of medicines, in the patient's language: reviewed tables like those of sig_words.h. */
#ifndef MODEL_LIST_WORDS_H
#define MODEL_LIST_WORDS_H

#include "model/sig_words.h"

enum list_phrase {
    LIST_TITLE,
    LIST_TAKE,
    LIST_HELD,
    LIST_STOPPED,
    LIST_ASK,
    LIST_AS_WRITTEN,
    LIST_FOR,
    LIST_NEW_ONE,
    LIST_CHANGED_ONE,
    LIST_AGAIN,
    LIST_UNTIL,
    LIST_SHOW,
    LIST_PHRASE_COUNT
};

const char *list_words(enum list_phrase phrase, enum sig_language language);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/secret_text.h"

#include "base/memory.h"
#include "crypt/random.h"

enum { BYTES = 24 };

char *secret_text_new(void)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[BYTES];
    char *text = mem_alloc(2 * BYTES + 1);
    random_fill(bytes, sizeof bytes);
    for (int i = 0; i < BYTES; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    mem_wipe(bytes, sizeof bytes);
    return text;
}

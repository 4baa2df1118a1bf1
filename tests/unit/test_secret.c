/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypt/secret.h"

static void start(void)
{
    cr_assert_eq(crypt_init(NULL), STATUS_OK);
}

TestSuite(secret, .init = start);

Test(secret, opens_to_what_was_put_in_and_nests)
{
    struct secret s = SECRET_INIT;
    secret_init(&s, "0123456789abcdef", 16);
    cr_assert_eq(memcmp(secret_open(&s), "0123456789abcdef", 16), 0);
    cr_assert_eq(secret_open(&s)[15], 'f');
    secret_close(&s);
    cr_assert_eq(s.bytes[0], '0', "still open once");
    secret_close(&s);
    secret_release(&s);
    cr_assert(secret_is_empty(&s));
}

/* In a child, because a sanitizer would take the signal for a finding. */
Test(secret, cannot_be_read_while_closed)
{
    struct secret s = SECRET_INIT;
    int result = 0;
    secret_init_random(&s, 32);
    pid_t child = fork();
    if (child == 0) {
        (void)signal(SIGSEGV, SIG_DFL);
        _exit(*(volatile unsigned char *)s.bytes == 1 ? 1 : 2);
    }
    cr_assert_gt(child, 0);
    cr_assert_eq(waitpid(child, &result, 0), child);
    cr_assert(WIFSIGNALED(result) && WTERMSIG(result) == SIGSEGV, "the child could read it");
    secret_release(&s);
}

Test(secret, derives_keys_that_depend_on_all_inputs)
{
    struct secret key = SECRET_INIT;
    struct secret other = SECRET_INIT;
    struct secret out[5] = {SECRET_INIT, SECRET_INIT, SECRET_INIT, SECRET_INIT, SECRET_INIT};
    secret_init_random(&key, 32);
    secret_init_random(&other, 32);
    secret_init_derived(&out[0], &key, "prescripcare.db.1", "file", 4);
    secret_init_derived(&out[1], &key, "prescripcare.db.1", "file", 4);
    secret_init_derived(&out[2], &key, "prescripcare.wal.1", "file", 4);
    secret_init_derived(&out[3], &key, "prescripcare.db.1", "fill", 4);
    secret_init_derived(&out[4], &other, "prescripcare.db.1", "file", 4);
    cr_assert(secret_equal(&out[0], &out[1]));
    for (int i = 2; i < 5; i++) {
        cr_assert_not(secret_equal(&out[0], &out[i]), "input %d is ignored", i);
    }
    for (int i = 0; i < 5; i++) {
        secret_release(&out[i]);
    }
    secret_release(&key);
    secret_release(&other);
}

Test(secret, init_forbids_core_dumps_and_tracing)
{
    struct rlimit core;
    cr_assert_eq(crypt_init(NULL), STATUS_OK);
    cr_assert_eq(prctl(PR_GET_DUMPABLE), 0);
    cr_assert_eq(getrlimit(RLIMIT_CORE, &core), 0);
    cr_assert_eq(core.rlim_cur, 0);
}

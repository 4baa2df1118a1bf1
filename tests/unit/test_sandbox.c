/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The walls hold. They are for good, so a child of the test walks in and answers with the number of the step that went
 * wrong; a kernel without Landlock is said, and then only what it has is looked at. */
#include <criterion/criterion.h>
#include <criterion/logging.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "host/sandbox.h"
#include "support/folder.h"

enum { ALL_WELL = 0, DID_NOT_ENTER = 100 };

struct place {
    char *mine, *other, *in_mine, *in_other;
};

static int failure(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd < 0) {
        return errno;
    }
    close(fd);
    return 0;
}

static int step_files(const struct place *p, struct sandbox_level level)
{
    const bool has_walls = level.landlock_abi > 0;
    const bool steps[] = {
        failure(p->in_mine, O_RDWR | O_CREAT) == 0,
        failure(p->in_other, O_RDONLY) == 0,
        unlink(p->in_mine) == 0,
        !has_walls || failure(p->in_other, O_WRONLY) == EACCES,
        !has_walls || failure("/etc/prescripcare.test", O_WRONLY | O_CREAT) == EACCES,
        !has_walls || failure("/var/log", O_RDONLY | O_DIRECTORY) == EACCES,
        !has_walls || (unlink(p->in_other) != 0 && errno == EACCES),
    };
    for (int i = 0; i < (int)(sizeof steps / sizeof *steps); i++) {
        if (!steps[i]) {
            return i + 1;
        }
    }
    return ALL_WELL;
}

static int step_calls(const struct place *p, struct sandbox_level level)
{
    (void)p;
    char letter = 'x';
    if (!level.has_seccomp) {
        return ALL_WELL;
    }
    if (execl("/bin/true", "true", (char *)NULL) == 0 || errno != EPERM) {
        return 1;
    }
    return ioctl(0, TIOCSTI, &letter) != 0 && errno == EPERM ? ALL_WELL : 2;
}

static int inside(int (*steps)(const struct place *, struct sandbox_level))
{
    struct place p = {.mine = folder_new(), .other = folder_new()};
    struct sandbox_level level = sandbox_available();
    if (level.landlock_abi == 0 || !level.has_seccomp) {
        cr_log_warn("this kernel has Landlock %d, call filters %d", level.landlock_abi, level.has_seccomp);
    }
    p.in_mine = folder_path(p.mine, "a");
    p.in_other = folder_path(p.other, "b");
    file_write(p.in_other, "x", 1);
    int how = 0;
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        const char *const readable[] = {"/usr", "/lib", "/etc", "/dev", p.other, NULL};
        const char *const writable[] = {p.mine, "/no/such/place", NULL};
        _exit(sandbox_enter(readable, writable, &level, NULL) == STATUS_OK ? steps(&p, level) : DID_NOT_ENTER);
    }
    cr_assert_eq(waitpid(child, &how, 0), child);
    cr_assert(WIFEXITED(how));
    mem_free(p.in_mine);
    mem_free(p.in_other);
    folder_remove(p.mine);
    folder_remove(p.other);
    return WEXITSTATUS(how);
}

Test(sandbox, lets_write_where_it_was_told_and_nowhere_else)
{
    cr_expect_eq(inside(step_files), ALL_WELL);
}

Test(sandbox, starts_no_other_program_and_types_for_nobody)
{
    cr_expect_eq(inside(step_calls), ALL_WELL);
}

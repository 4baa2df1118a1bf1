/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/sandbox.h"

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/i18n.h"

/* Rights that came after the headers this may be built with. */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

#define READ_RIGHTS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FILE_RIGHTS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE)

static int landlock_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return abi > 0 ? (int)abi : 0;
}

/* All rights over files that this kernel knows. */
static uint64_t known_rights(int abi)
{
    uint64_t rights = (1ULL << 13) - 1; /* ABI 1 */
    rights |= abi >= 2 ? LANDLOCK_ACCESS_FS_REFER : 0;
    rights |= abi >= 3 ? LANDLOCK_ACCESS_FS_TRUNCATE : 0;
    return rights;
}

static enum status allow(int rules, const char *path, uint64_t rights, struct error *err)
{
    struct stat info;
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0) {
        return STATUS_OK; /* not there on this machine */
    }
    if (fstat(fd, &info) == 0 && !S_ISDIR(info.st_mode)) {
        rights &= FILE_RIGHTS;
    }
    struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = fd};
    long rc = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    int why = errno;
    (void)close(fd); /* nothing was written */
    return rc == 0 ? STATUS_OK : error_set(err, STATUS_IO, _("The sandbox did not take %s: %s."), path, strerror(why));
}

static enum status restrict_files(int abi, const char *const *readable, const char *const *writable, struct error *err)
{
    const uint64_t all = known_rights(abi);
    struct landlock_ruleset_attr attr = {.handled_access_fs = all};
    int rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    if (rules < 0) {
        return error_set(err, STATUS_IO, _("The sandbox cannot be made: %s."), strerror(errno));
    }
    enum status status = STATUS_OK;
    for (; status == STATUS_OK && *readable != NULL; readable++) {
        status = allow(rules, *readable, READ_RIGHTS, err);
    }
    for (; status == STATUS_OK && *writable != NULL; writable++) {
        status = allow(rules, *writable, all & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE, err);
    }
    if (status == STATUS_OK && syscall(SYS_landlock_restrict_self, rules, 0) != 0) {
        status = error_set(err, STATUS_IO, _("The sandbox cannot be entered: %s."), strerror(errno));
    }
    (void)close(rules); /* nothing was written */
    return status;
}

/* No other program, no look into other processes, no kernel surface that a workstation never uses, no typing into the
 * terminal on the person's behalf. */
static enum status restrict_calls(struct error *err)
{
    static const int DENIED[] = {
        SCMP_SYS(execve),        SCMP_SYS(execveat),         SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
        SCMP_SYS(bpf),           SCMP_SYS(mount),            SCMP_SYS(umount2),          SCMP_SYS(pivot_root),
        SCMP_SYS(chroot),        SCMP_SYS(keyctl),           SCMP_SYS(add_key),          SCMP_SYS(request_key),
        SCMP_SYS(unshare),       SCMP_SYS(setns),            SCMP_SYS(io_uring_setup),   SCMP_SYS(io_uring_enter),
        SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd),    SCMP_SYS(kexec_load),       SCMP_SYS(init_module),
        SCMP_SYS(finit_module),  SCMP_SYS(delete_module),
#ifndef PC_SANITIZED /* the leak checker at the end of a sanitized run traces its own process */
        SCMP_SYS(ptrace),
#endif
    };
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int rc = filter != NULL ? 0 : -ENOMEM;
    for (size_t i = 0; rc == 0 && i < sizeof DENIED / sizeof *DENIED; i++) {
        rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), DENIED[i], 0);
    }
    if (rc == 0) {
        rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, TIOCSTI));
    }
    if (rc == 0) {
        rc = seccomp_load(filter);
    }
    seccomp_release(filter);
    return rc == 0 ? STATUS_OK : error_set(err, STATUS_IO, _("The sandbox's call filter cannot be loaded: %s."), strerror(-rc));
}

struct sandbox_level sandbox_available(void)
{
    /* Asking with no program answers EFAULT where filters are known. */
    bool has_filter = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) != 0 && errno == EFAULT;
    return (struct sandbox_level){.landlock_abi = landlock_abi(), .has_seccomp = has_filter};
}

enum status sandbox_enter(const char *const *readable, const char *const *writable, struct sandbox_level *out,
                          struct error *err)
{
    struct sandbox_level level = sandbox_available();
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return error_set(err, STATUS_IO, _("The sandbox cannot be entered: %s."), strerror(errno));
    }
    enum status status = level.landlock_abi > 0 ? restrict_files(level.landlock_abi, readable, writable, err) : STATUS_OK;
    if (status == STATUS_OK && level.has_seccomp) {
        status = restrict_calls(err);
    }
    if (status == STATUS_OK) {
        *out = level;
    }
    return status;
}

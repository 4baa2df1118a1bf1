/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/key_file.h"

static enum status system_error(struct error *err, const char *what, const char *path)
{
    return error_set(err, errno == ENOSPC ? STATUS_DISK_FULL : STATUS_IO, "%s: %s: %s", path, what, strerror(errno));
}

static enum status sync_folder(const char *path, struct error *err)
{
    char *folder = mem_copy_text(path);
    char *slash = strrchr(folder, '/');
    if (slash != NULL) {
        slash[slash == folder] = '\0';
    }
    int fd = open(slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    mem_free(folder);
    if (fd < 0 || fsync(fd) != 0) {
        enum status status = system_error(err, _("the folder could not be written"), path);
        if (fd >= 0) {
            (void)close(fd); /* only read */
        }
        return status;
    }
    (void)close(fd); /* only read */
    return STATUS_OK;
}

enum status file_replace(const char *path, const void *bytes, size_t len, struct error *err)
{
    char *beside = mem_format("%s.new", path);
    enum status status = STATUS_OK;
    (void)unlink(beside); /* left by a crash */
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        status = system_error(err, _("the file could not be made"), path);
        goto done;
    }
    size_t done_bytes = 0;
    while (done_bytes < len) {
        ssize_t n = write(fd, (const char *)bytes + done_bytes, len - done_bytes);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            status = system_error(err, _("the file could not be written"), path);
            break;
        }
        done_bytes += (size_t)n;
    }
    if (status == STATUS_OK && fsync(fd) != 0) {
        status = system_error(err, _("the file could not be written"), path);
    }
    if (close(fd) != 0 && status == STATUS_OK) {
        status = system_error(err, _("the file could not be written"), path);
    }
    if (status == STATUS_OK && rename(beside, path) != 0) {
        status = system_error(err, _("the file could not be replaced"), path);
    }
    if (status == STATUS_OK) {
        status = sync_folder(path, err);
    } else {
        (void)unlink(beside); /* nothing half-written stays */
    }
done:
    mem_free(beside);
    return status;
}

enum status device_key_get(const char *path, bool may_create, struct secret *out, struct error *err)
{
    unsigned char bytes[SECRET_KEY_BYTES + 1];
    struct stat info;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT && may_create) {
        secret_init_random(out, SECRET_KEY_BYTES);
        enum status status = file_replace(path, secret_open(out), SECRET_KEY_BYTES, err);
        secret_close(out);
        if (status != STATUS_OK) {
            secret_release(out);
        }
        return status;
    }
    if (fd < 0) {
        return errno == ENOENT ? error_set(err, STATUS_NOT_FOUND,
                                           _("The device key %s is missing. This site opens only on the machine it was made "
                                             "on, or with its recovery key."),
                                           path)
                               : system_error(err, _("the device key could not be read"), path);
    }
    ssize_t n = fstat(fd, &info) == 0 ? read(fd, bytes, sizeof bytes) : -1;
    (void)close(fd); /* only read */
    if (n == SECRET_KEY_BYTES && (info.st_mode & 077) != 0) {
        mem_wipe(bytes, sizeof bytes);
        return error_set(err, STATUS_REFUSED, _("%s may be read by others. Run: chmod 600 %s"), path, path);
    }
    if (n != SECRET_KEY_BYTES) {
        mem_wipe(bytes, sizeof bytes);
        return error_set(err, STATUS_DAMAGED, _("The device key %s is damaged. Restore it from a backup."), path);
    }
    secret_init(out, bytes, SECRET_KEY_BYTES);
    mem_wipe(bytes, sizeof bytes);
    return STATUS_OK;
}

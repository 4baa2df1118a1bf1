/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h" /* ppoll() */

#include "term/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "term/term.h"

enum { EMERGENCY_MAX = 256 };

static const int WATCHED[] = {SIGWINCH, SIGTERM, SIGINT,  SIGQUIT,
                              SIGHUP,   SIGCHLD, SIGCONT, SIGTSTP};
static const int CRASHES[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
enum {
    WATCHED_COUNT = sizeof WATCHED / sizeof WATCHED[0],
    CRASH_COUNT = sizeof CRASHES / sizeof CRASHES[0]
};

struct tty {
    int in_fd, out_fd;
    int write_fd; /* another description of the same terminal, so that O_NONBLOCK does not reach the
                     shell's */
    bool is_own_write_fd;
    struct termios saved, raw;
    sigset_t old_mask, wait_mask;
    struct sigaction old_watched[WATCHED_COUNT];
    struct sigaction old_crashes[CRASH_COUNT];
    struct sigaction old_pipe;
};

/* What handlers see. */
static volatile sig_atomic_t seen[WATCHED_COUNT];
static struct {
    volatile sig_atomic_t is_on;
    int in_fd, write_fd;
    struct termios saved;
    char bytes[EMERGENCY_MAX];
    size_t len;
    struct sigaction old[CRASH_COUNT];
} emergency;

static void note_signal(int number)
{
    for (int i = 0; i < WATCHED_COUNT; i++) {
        if (WATCHED[i] == number) {
            seen[i] = 1;
        }
    }
}

/* Async-signal-safe: one write, one tcsetattr. */
static void restore_in_emergency(void)
{
    if (emergency.is_on) {
        emergency.is_on = 0;
        (void)!write(emergency.write_fd, emergency.bytes,
                     emergency.len); /* nothing is left to be done on failure */
        (void)tcsetattr(emergency.in_fd, TCSANOW, &emergency.saved);
    }
}

static void crash(int number)
{
    int saved_errno = errno;
    restore_in_emergency();
    for (int i = 0; i < CRASH_COUNT; i++) {
        if (CRASHES[i] == number) {
            sigaction(number, &emergency.old[i],
                      NULL); /* the next fault is the system's, or a sanitizer's */
        }
    }
    errno = saved_errno;
    raise(number); /* pending until this handler returns; a real fault happens again by itself */
}

static void install(struct tty *tty)
{
    static char stack[65536]; /* a stack overflow has none left to handle itself on */
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    (void)sigaltstack(&alternate, NULL);

    sigset_t ours;
    sigemptyset(&ours);
    for (int i = 0; i < WATCHED_COUNT; i++) {
        sigaddset(&ours, WATCHED[i]);
        seen[i] = 0;
    }
    sigprocmask(SIG_BLOCK, &ours, &tty->old_mask);
    tty->wait_mask = tty->old_mask;
    struct sigaction action = {.sa_handler = note_signal};
    sigfillset(&action.sa_mask);
    for (int i = 0; i < WATCHED_COUNT; i++) {
        sigdelset(&tty->wait_mask, WATCHED[i]);
        sigaction(WATCHED[i], &action, &tty->old_watched[i]);
    }
    struct sigaction fault = {.sa_handler = crash, .sa_flags = SA_ONSTACK};
    sigfillset(&fault.sa_mask);
    for (int i = 0; i < CRASH_COUNT; i++) {
        sigaction(CRASHES[i], &fault, &tty->old_crashes[i]);
        emergency.old[i] = tty->old_crashes[i];
    }
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, &tty->old_pipe);
    fatal_set_hook(restore_in_emergency);
}

static void uninstall(struct tty *tty)
{
    fatal_set_hook(NULL);
    for (int i = 0; i < CRASH_COUNT; i++) {
        sigaction(CRASHES[i], &tty->old_crashes[i], NULL);
    }
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    for (int i = 0; i < WATCHED_COUNT; i++) {
        /* drops what still waits: a line that is cut sends SIGHUP more than once, and the end has
         * begun */
        sigaction(WATCHED[i], &ignore, NULL);
        sigaction(WATCHED[i], &tty->old_watched[i], NULL);
    }
    sigaction(SIGPIPE, &tty->old_pipe, NULL);
    sigprocmask(SIG_SETMASK, &tty->old_mask, NULL);
}

enum status tty_open(int in_fd, int out_fd, struct tty **out, struct error *err)
{
    struct termios now;
    if (!isatty(in_fd) || !isatty(out_fd) || tcgetattr(in_fd, &now) != 0) {
        return error_set(err, STATUS_REFUSED,
                         _("The workstation needs a terminal for its keys and its picture. Start "
                           "it without a pipe, "
                           "or use a sub-command (prescripcare --help)."));
    }
    struct tty *tty = mem_alloc(sizeof *tty);
    tty->in_fd = in_fd;
    tty->out_fd = out_fd;
    tty->saved = tty->raw = now;
    tty->raw.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | IGNCR | INLCR | INPCK | ISTRIP | IXON | IXOFF |
                                    PARMRK);
    tty->raw.c_oflag &= ~(tcflag_t)OPOST;
    tty->raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
    tty->raw.c_cflag = (tty->raw.c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8;
    tty->raw.c_cc[VMIN] = 1;
    tty->raw.c_cc[VTIME] = 0;

    char name[256];
    tty->write_fd = ttyname_r(out_fd, name, sizeof name) == 0
                        ? open(name, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
                        : -1;
    tty->is_own_write_fd = tty->write_fd >= 0;
    if (!tty->is_own_write_fd) {
        tty->write_fd = out_fd; /* a tty of another user (su): a slow line then blocks, which is
                                   better than no start */
    }
    emergency.in_fd = in_fd;
    emergency.write_fd = tty->write_fd;
    emergency.saved = now;
    emergency.len = 0;
    install(tty);
    *out = tty;
    return STATUS_OK;
}

void tty_close(struct tty *tty)
{
    if (!tty) {
        return;
    }
    tty_restore(tty);
    (void)tcflush(tty->in_fd, TCIFLUSH); /* keys typed for us must not reach the shell */
    uninstall(tty);
    if (tty->is_own_write_fd) {
        close(tty->write_fd);
    }
    mem_free(tty);
}

void tty_set_raw(struct tty *tty)
{
    (void)tcsetattr(tty->in_fd, TCSANOW,
                    &tty->raw); /* fails on a terminal that is gone; reading tells */
    emergency.is_on = 1;
}

void tty_restore(struct tty *tty)
{
    emergency.is_on = 0;
    (void)tcsetattr(tty->in_fd, TCSANOW,
                    &tty->saved); /* never TCSADRAIN: it hangs on a line that is stuck */
}

void tty_suspend(struct tty *tty)
{
    tty_restore(tty);
    struct sigaction old, plain = {.sa_handler = SIG_DFL};
    sigset_t stop, before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigaction(SIGTSTP, &plain, &old);
    sigprocmask(SIG_UNBLOCK, &stop, &before);
    kill(0, SIGTSTP);
    sigprocmask(SIG_SETMASK, &before, NULL);
    sigaction(SIGTSTP, &old, NULL);
    tty_set_raw(tty);
}

void tty_get_size(const struct tty *tty, int *rows, int *cols)
{
    struct winsize size = {0};
    bool is_known = ioctl(tty->out_fd, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 &&
                    size.ws_col > 0;
    *rows = is_known ? size.ws_row : 24;
    *cols = is_known ? size.ws_col : 80;
}

static unsigned take_signals(void)
{
    static const unsigned REASONS[WATCHED_COUNT] = {TERM_RESIZED,   TERM_TERMINATE, TERM_TERMINATE,
                                                    TERM_TERMINATE, TERM_HANGUP,    TERM_CHILD,
                                                    TERM_CONTINUED, TERM_STOP_ASKED};
    unsigned reasons = 0;
    for (int i = 0; i < WATCHED_COUNT; i++) {
        if (seen[i]) {
            seen[i] = 0;
            reasons |= REASONS[i];
        }
    }
    return reasons;
}

unsigned tty_wait(struct tty *tty, int timeout_ms, bool want_write)
{
    struct pollfd all[2] = {{.fd = tty->in_fd, .events = POLLIN}, {.fd = want_write ? tty->write_fd : -1, .events = POLLOUT}};
    struct timespec limit = {.tv_sec = timeout_ms / 1000, .tv_nsec = timeout_ms % 1000 * 1000000L};
    int ready = ppoll(all, 2, timeout_ms < 0 ? NULL : &limit, &tty->wait_mask);
    unsigned reasons = take_signals();
    if (ready > 0) {
        reasons |= all[0].revents & POLLIN ? (unsigned)TERM_INPUT : 0;
        reasons |= all[0].revents & (POLLHUP | POLLERR | POLLNVAL) ? (unsigned)TERM_HANGUP : 0;
        reasons |= all[1].revents & POLLOUT ? (unsigned)TERM_WRITABLE : 0;
        reasons |= all[1].revents & (POLLHUP | POLLERR | POLLNVAL) ? (unsigned)TERM_HANGUP : 0;
    }
    return reasons;
}

ssize_t tty_write(void *context, const void *bytes, size_t len_bytes)
{
    struct tty *tty = context;
    return write(tty->write_fd, bytes, len_bytes);
}

void tty_set_emergency(struct tty *tty, const char *bytes)
{
    (void)tty;
    size_t len = strlen(bytes);
    emergency.len = len < EMERGENCY_MAX ? len : EMERGENCY_MAX;
    memcpy(emergency.bytes, bytes, emergency.len);
}

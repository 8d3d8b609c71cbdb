/*
 * Preloaded into a node's process, stands between it and the system's fsync and fdatasync. The file that UITTO_SYNC_FAULTS
 * names says what becomes of a call: "fail" makes it fail with EIO, "delay N" makes it take N milliseconds more; without the
 * file all is as usual.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef int (*sync_function)(int);

/* Returns 0 if the call may go on, or the error that it fails with. */
static int fault(void) {
    const char *name = getenv("UITTO_SYNC_FAULTS");
    int control = name == NULL ? -1 : open(name, O_RDONLY | O_CLOEXEC);
    if (control < 0) {
        return 0;
    }
    char text[32];
    ssize_t length = read(control, text, sizeof text - 1);
    close(control);
    text[length < 0 ? 0 : length] = '\0';
    if (strcmp(text, "fail") == 0) {
        return EIO;
    }
    if (strncmp(text, "delay ", 6) == 0) {
        long millis = strtol(text + 6, NULL, 10);
        struct timespec wait = {millis / 1000, millis % 1000 * 1000000};
        while (nanosleep(&wait, &wait) != 0 && errno == EINTR) {
        }
    }
    return 0;
}

static int sync_unless(int fd, const char *name) {
    int error = fault();
    if (error != 0) {
        errno = error;
        return -1;
    }
    sync_function next = (sync_function) dlsym(RTLD_NEXT, name);
    return next(fd);
}

int fsync(int fd) {
    return sync_unless(fd, "fsync");
}

int fdatasync(int fd) {
    return sync_unless(fd, "fdatasync");
}

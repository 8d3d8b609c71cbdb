/*
 * Preloaded into a process, makes fsync and fdatasync fail with EIO for files below the folder that FAILING_SYNC_FOLDER
 * names, as long as the file that FAILING_SYNC_WHILE names exists.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fails(int fd) {
    const char *folder = getenv("FAILING_SYNC_FOLDER");
    const char *file = getenv("FAILING_SYNC_WHILE");
    if (folder == NULL || file == NULL || access(file, F_OK) != 0) {
        return 0;
    }
    char link[64];
    char path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) {
        return 0;
    }
    path[length] = '\0';
    return strncmp(path, folder, strlen(folder)) == 0;
}

typedef int (*sync_function)(int);

static int sync_unless(int fd, const char *name) {
    if (fails(fd)) {
        errno = EIO;
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

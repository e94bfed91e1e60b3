// Preloaded into a run: counts the file operations below a folder over all its processes, each twice, before and after,
// and kills the whole process group at the count that is asked for. Built and used by FileBoundary.cs.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile long *counter;
static const char *folder, *log_path;
static long kill_at;

__attribute__((constructor)) static void start(void)
{
    const char *counter_path = getenv("BOUNDARY_COUNTER"), *at = getenv("BOUNDARY_AT");
    folder = getenv("BOUNDARY_FOLDER");
    log_path = getenv("BOUNDARY_LOG");
    if (!counter_path || !at || !folder || !log_path)
        return;
    kill_at = atol(at);
    int file = open(counter_path, O_RDWR);
    void *shared = mmap(0, sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (shared != MAP_FAILED)
        counter = shared;
}

static void boundary(const char *when, const char *operation, const char *path)
{
    if (!counter || !path || strncmp(path, folder, strlen(folder)) || __sync_add_and_fetch(counter, 1) != kill_at)
        return;
    char line[4400];
    int length = snprintf(line, sizeof line, "%s %s %s\n", when, operation, path + strlen(folder));
    int file = open(log_path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (write(file, line, length) != length)
        abort();
    close(file);
    kill(0, SIGKILL);
    for (;;)
        pause();
}

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define AT_BOUNDARIES(name, path, call) \
    REAL(name);                         \
    boundary("before", #name, path);    \
    int result = real call;             \
    boundary("after", #name, path);     \
    return result

int rename(const char *from, const char *to) { AT_BOUNDARIES(rename, to, (from, to)); }
int link(const char *from, const char *to) { AT_BOUNDARIES(link, to, (from, to)); }
int symlink(const char *target, const char *path) { AT_BOUNDARIES(symlink, path, (target, path)); }
int unlink(const char *path) { AT_BOUNDARIES(unlink, path, (path)); }
int rmdir(const char *path) { AT_BOUNDARIES(rmdir, path, (path)); }
int mkdir(const char *path, mode_t mode) { AT_BOUNDARIES(mkdir, path, (path, mode)); }
int chmod(const char *path, mode_t mode) { AT_BOUNDARIES(chmod, path, (path, mode)); }

static const char *path_of(int file, char *path, size_t size)
{
    char link_path[64];
    snprintf(link_path, sizeof link_path, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link_path, path, size - 1);
    path[length < 0 ? 0 : length] = 0;
    return path;
}

#define AT_BOUNDARIES_OF_FILE(name, call) \
    char path[4096];                      \
    path_of(file, path, sizeof path);     \
    AT_BOUNDARIES(name, path, call)

int fsync(int file) { AT_BOUNDARIES_OF_FILE(fsync, (file)); }
int fdatasync(int file) { AT_BOUNDARIES_OF_FILE(fdatasync, (file)); }
int ftruncate(int file, off_t size) { AT_BOUNDARIES_OF_FILE(ftruncate, (file, size)); }
int ftruncate64(int file, off64_t size) { AT_BOUNDARIES_OF_FILE(ftruncate64, (file, size)); }

// Opening a file that is there to read or to lock it changes nothing: only what may make or empty one counts.
#define OPEN_AT_BOUNDARIES(name)               \
    va_list rest;                              \
    va_start(rest, flags);                     \
    mode_t mode = va_arg(rest, mode_t);        \
    va_end(rest);                              \
    REAL(name);                                \
    if (!(flags & (O_CREAT | O_TRUNC)))        \
        return real(path, flags, mode);        \
    boundary("before", "open", path);          \
    int result = real(path, flags, mode);      \
    boundary("after", "open", path);           \
    return result

int open(const char *path, int flags, ...) { OPEN_AT_BOUNDARIES(open); }
int open64(const char *path, int flags, ...) { OPEN_AT_BOUNDARIES(open64); }

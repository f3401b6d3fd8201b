/*
 * Lets a program meet a kernel or a file system that does not know a call. For LD_PRELOAD.
 *
 *   cc -shared -fPIC refuse.c -o refuse.so
 *   REFUSE="renameat2 openat2" LD_PRELOAD=$PWD/refuse.so python train.py
 *
 *   madvise    no page is wiped on fork (gVisor, kernels before 4.14)
 *   openat2    EPERM, as the system call filters of older container engines answer
 *   renameat2  EINVAL, as NFS, FUSE, 9p and exFAT answer
 *   link       EPERM, as file systems without links answer
 *   flock      ENOLCK, as folders on NFS
 *   locks      ENOLCK for locks of files too
 *   fsync      EINVAL, as file systems that do not force files to the disk answer
 *   fsyncdir   EINVAL for folders only
 *   mmap       ENODEV for shared mappings of files, as some file systems of FUSE answer
 *   threads    EAGAIN, as the limit of processes of a container
 *   processes  EAGAIN, likewise
 *   turns      EWOULDBLOCK for locks of folders, as if somebody had every one of them
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int refuses(const char *call) {
  const char *list = getenv("REFUSE");
  const size_t length = strlen(call);
  for (const char *at = list; at && (at = strstr(at, call)); at += length)
    if ((at == list || at[-1] == ' ') && (at[length] == 0 || at[length] == ' ')) return 1;
  return 0;
}

static int fail(int error) {
  errno = error;
  return -1;
}

int madvise(void *start, size_t size, int advice) {
  enum { WIPE_ON_FORK = 18 };
  if (advice == WIPE_ON_FORK && refuses("madvise")) return fail(EINVAL);
  return (int)syscall(SYS_madvise, start, size, advice);
}

int renameat2(int from, const char *source, int to, const char *target, unsigned flags) {
  if (flags && refuses("renameat2")) return fail(EINVAL);
  return (int)syscall(SYS_renameat2, from, source, to, target, flags);
}

int linkat(int from, const char *source, int to, const char *target, int flags) {
  if (refuses("link")) return fail(EPERM);
  return (int)syscall(SYS_linkat, from, source, to, target, flags);
}

int flock(int descriptor, int operation) {
  if (refuses("flock")) return fail(ENOLCK);
  if (refuses("turns")) return fail(EWOULDBLOCK);
  return (int)syscall(SYS_flock, descriptor, operation);
}

static int is_lock(int command) { return command >= F_OFD_GETLK && command <= F_OFD_SETLKW; }

int fcntl64(int descriptor, int command, ...) {
  va_list list;
  va_start(list, command);
  void *argument = va_arg(list, void *);
  va_end(list);
  if (is_lock(command) && refuses("locks")) return fail(ENOLCK);
  return (int)syscall(SYS_fcntl, descriptor, command, argument);
}

int fcntl(int descriptor, int command, ...) {
  va_list list;
  va_start(list, command);
  void *argument = va_arg(list, void *);
  va_end(list);
  return fcntl64(descriptor, command, argument);
}

int fsync(int descriptor) {
  struct stat status;
  if (refuses("fsync")) return fail(EINVAL);
  if (refuses("fsyncdir") && !fstat(descriptor, &status) && S_ISDIR(status.st_mode)) return fail(EINVAL);
  return (int)syscall(SYS_fsync, descriptor);
}

void *mmap(void *start, size_t size, int protection, int flags, int descriptor, off_t offset) {
  if (descriptor >= 0 && (flags & MAP_SHARED) && protection & PROT_WRITE && refuses("mmap")) {
    errno = ENODEV;
    return MAP_FAILED;
  }
  return (void *)syscall(SYS_mmap, start, size, protection, flags, descriptor, offset);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
                   void *argument) {
  static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
  if (refuses("threads")) return EAGAIN;
  if (!real) real = (int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *))dlsym(
      RTLD_NEXT, "pthread_create");
  return real(thread, attributes, start, argument);
}

int posix_spawn(pid_t *process, const char *path, const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *attributes, char *const arguments[],
                char *const environment[]) {
  static int (*real)(pid_t *, const char *, const posix_spawn_file_actions_t *,
                     const posix_spawnattr_t *, char *const *, char *const *);
  if (refuses("processes")) return EAGAIN;
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, "posix_spawn");
  return real(process, path, actions, attributes, arguments, environment);
}

long syscall(long number, ...) {
  static long (*real)(long, ...);
  va_list list;
  va_start(list, number);
  long a = va_arg(list, long), b = va_arg(list, long), c = va_arg(list, long);
  long d = va_arg(list, long), e = va_arg(list, long), f = va_arg(list, long);
  va_end(list);
  if (number == SYS_openat2 && refuses("openat2")) return fail(EPERM);
  if (!real) real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
  return real(number, a, b, c, d, e, f);
}

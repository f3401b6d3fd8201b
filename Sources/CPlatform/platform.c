#define _GNU_SOURCE
#include "platform.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

int platform_openat(int directory, const char *path, int flags, mode_t mode) {
  int descriptor;
  do {
    descriptor = openat(directory, path, flags | O_CLOEXEC, mode);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor;
}

static long openat2_call(int directory, const char *path, const struct open_how *how) {
  long descriptor;
  do {
    descriptor = syscall(SYS_openat2, directory, path, how, sizeof *how);
  } while (descriptor < 0 && (errno == EINTR || errno == EAGAIN));
  return descriptor;
}

/* Whether there is no `openat2`: kernels before 5.6 answer ENOSYS, the system call filters of older
 * container engines EPERM, also where nothing is forbidden. */
static int openat2_is_missing(void) {
  static int answer; /* 0: not asked yet, 1: there is one, 2: there is none */
  int known = __atomic_load_n(&answer, __ATOMIC_RELAXED);
  if (!known) {
    const int error = errno;
    const struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC};
    long root = openat2_call(AT_FDCWD, "/", &how);
    known = root < 0 && (errno == ENOSYS || errno == EPERM) ? 2 : 1;
    if (root >= 0) close((int)root);
    __atomic_store_n(&answer, known, __ATOMIC_RELAXED);
    errno = error;
  }
  return known == 2;
}

/* The same promise without `openat2`: each folder on the way is opened alone and is not a link. */
static int open_by_steps(int directory, const char *path, int flags, mode_t mode) {
  if (*path == '/') {
    errno = EXDEV;
    return -1;
  }
  int current = directory;
  for (;;) {
    const char *end = strchrnul(path, '/');
    const size_t length = (size_t)(end - path);
    const int is_last = end[strspn(end, "/")] == 0;
    char name[NAME_MAX + 1];
    int next = -1;
    if (length > NAME_MAX) {
      errno = ENAMETOOLONG;
    } else if (length == 2 && path[0] == '.' && path[1] == '.') {
      errno = EXDEV;
    } else {
      memcpy(name, path, length);
      name[length] = 0;
      next = is_last ? platform_openat(current, name, flags | O_NOFOLLOW | (*end ? O_DIRECTORY : 0), mode)
                     : platform_openat(current, name, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
      /* Where openat2 says that a link was met, O_DIRECTORY says that it is not a folder. */
      struct stat found;
      if (next < 0 && errno == ENOTDIR && !fstatat(current, name, &found, AT_SYMLINK_NOFOLLOW) &&
          S_ISLNK(found.st_mode))
        errno = ELOOP;
      else if (next < 0 && errno == 0)
        errno = ENOENT;
    }
    const int error = errno;
    if (current != directory) close(current);
    errno = error;
    if (next < 0 || is_last) return next;
    current = next;
    path = end + strspn(end, "/");
  }
}

int platform_open_beneath(int directory, const char *path, int flags, mode_t mode) {
  const struct open_how how = {
      .flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
      .mode = (flags & O_CREAT) ? mode : 0,
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
  };
  long descriptor = openat2_call(directory, path, &how);
  if (descriptor < 0 && (errno == ENOSYS || errno == EPERM) && openat2_is_missing())
    return open_by_steps(directory, path, flags, mode);
  return (int)descriptor;
}

ssize_t platform_read_directory(int descriptor, void *buffer, size_t size) {
  return syscall(SYS_getdents64, descriptor, buffer, size);
}

static struct flock whole_file(void) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0};
  return lock;
}

int platform_lock(int descriptor) {
  struct flock lock = whole_file();
  return fcntl(descriptor, F_OFD_SETLK, &lock);
}

int platform_unlock(int descriptor) {
  struct flock lock = whole_file();
  lock.l_type = F_UNLCK;
  return fcntl(descriptor, F_OFD_SETLK, &lock);
}

int platform_lock_folder(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }

int64_t platform_next_data(int descriptor, int64_t offset) {
  return lseek(descriptor, offset, SEEK_DATA);
}

int64_t platform_birth(int descriptor) {
  struct statx found;
  if (statx(descriptor, "", AT_EMPTY_PATH, STATX_BTIME, &found) || !(found.stx_mask & STATX_BTIME))
    return 0;
  return (int64_t)found.stx_btime.tv_sec * 1000000000 + found.stx_btime.tv_nsec;
}

int platform_unlock_folder(int descriptor) { return flock(descriptor, LOCK_UN); }

int platform_duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 0); }

int platform_is_locked(int descriptor) {
  struct flock lock = whole_file();
  if (fcntl(descriptor, F_OFD_GETLK, &lock) < 0) return -1;
  return lock.l_type != F_UNLCK;
}

/* Whether a file system, or a kernel, does not know what it was asked for: NFS, FUSE, 9p, exFAT and
 * others rename only without flags. */
static int is_unknown(int error) {
  return error == EINVAL || error == ENOSYS || error == EOPNOTSUPP;
}

/* A new name for a file is exclusive too where there are links. Else, and for folders, all that is
 * left is to look first: who may race with this holds a lock. */
int platform_rename_noreplace(int from, const char *source, int to, const char *target) {
  if (!renameat2(from, source, to, target, RENAME_NOREPLACE)) return 0;
  if (!is_unknown(errno)) return -1;
  if (!linkat(from, source, to, target, 0)) return unlinkat(from, source, 0);
  if (errno == EEXIST || errno == ENOENT) return -1;
  struct stat found;
  if (!fstatat(to, target, &found, AT_SYMLINK_NOFOLLOW)) {
    errno = EEXIST;
    return -1;
  }
  return errno == ENOENT ? renameat(from, source, to, target) : -1;
}

int platform_rename_exchange(int from, const char *one, int to, const char *other) {
  return renameat2(from, one, to, other, RENAME_EXCHANGE);
}

int platform_has_memory(size_t size) {
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 0;
  munmap(memory, size);
  return 1;
}

int platform_file_system(int descriptor, int64_t *type) {
  struct statfs information;
  if (fstatfs(descriptor, &information) < 0) return -1;
  *type = (int64_t)information.f_type;
  return 0;
}

int platform_allocate(int descriptor, size_t size) {
  int code = posix_fallocate(descriptor, 0, (off_t)size);
  if (!code) return 0;
  errno = code;
  return -1;
}

int platform_process_exists(pid_t pid) { return pid > 0 && (!kill(pid, 0) || errno == EPERM); }

void platform_start_writing(int descriptor) {
  sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
}

int platform_sync_file_system(int descriptor) {
  struct utsname system;
  unsigned major = 0, minor = 0;
  /* syncfs(2) answers for failed writes since 5.8, and for the layer below an overlay since
   * 5.11. */
  if (uname(&system) < 0 || sscanf(system.release, "%u.%u", &major, &minor) != 2 || major < 5 ||
      (major == 5 && minor < 11)) {
    errno = ENOSYS;
    return -1;
  }
  return syncfs(descriptor);
}

uint64_t platform_file_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_FSIZE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY) return UINT64_MAX;
  return limit.rlim_cur;
}

void *platform_map_shared(int descriptor, size_t size) {
  void *memory =
      mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, descriptor, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

void platform_unmap(void *memory, size_t size) { munmap(memory, size); }

enum { LARGE_PAGE = 2 << 20 };

void *platform_allocate_columns(size_t size) {
  if (size < 2 * (size_t)LARGE_PAGE) return malloc(size ? size : 1);
  void *memory = NULL;
  if (posix_memalign(&memory, LARGE_PAGE, size)) return NULL;
  /* A fault for each small page would cost more than reading what goes into it. */
  madvise(memory, size / LARGE_PAGE * LARGE_PAGE, MADV_HUGEPAGE);
  return memory;
}

void platform_release_columns(void *memory) { free(memory); }

/* The page is zeroed by the kernel in every child, so a zero means "new process". The next value is
 * unique among relatives because it holds the process id and the clock. */
uint64_t *platform_generation_page;
static pthread_once_t generation_once = PTHREAD_ONCE_INIT;

static void forget_generation(void) {
  __atomic_store_n(platform_generation_page, 0, __ATOMIC_RELAXED);
}

/* Where the kernel has no such page (before 4.14, gVisor, some system call filters), fork(3) itself
 * calls us in the child. A raw `clone` is then not noticed. */
static void map_generation(void) {
  static uint64_t without_page;
  void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  const int is_wiped = page != MAP_FAILED && !madvise(page, 4096, MADV_WIPEONFORK);
  if (page == MAP_FAILED) page = &without_page;
  __atomic_store_n(&platform_generation_page, page, __ATOMIC_RELEASE);
  if (!is_wiped) pthread_atfork(NULL, NULL, forget_generation);
}

uint64_t platform_new_generation(void) {
  uint64_t *page = __atomic_load_n(&platform_generation_page, __ATOMIC_ACQUIRE);
  if (!page) {
    pthread_once(&generation_once, map_generation);
    page = __atomic_load_n(&platform_generation_page, __ATOMIC_ACQUIRE);
    if (!page) return 1;
  }
  uint64_t value = __atomic_load_n(page, __ATOMIC_RELAXED);
  if (value) return value;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  uint64_t fresh = ((uint64_t)getpid() << 32) ^ ((uint64_t)now.tv_nsec << 1) ^ 1u;
  uint64_t expected = 0;
  __atomic_compare_exchange_n(page, &expected, fresh ? fresh : 1, 0, __ATOMIC_RELAXED,
                              __ATOMIC_RELAXED);
  return __atomic_load_n(page, __ATOMIC_RELAXED);
}

__thread volatile int platform_inside;
__thread volatile int platform_was_refused;

static pthread_key_t text_keys[PLATFORM_THREAD_TEXTS];
static pthread_once_t text_once = PTHREAD_ONCE_INIT;

static void make_text_keys(void) {
  for (int slot = 0; slot < PLATFORM_THREAD_TEXTS; slot++) pthread_key_create(&text_keys[slot], free);
}

char *platform_thread_text(int slot) {
  if (slot < 0 || slot >= PLATFORM_THREAD_TEXTS) return NULL;
  pthread_once(&text_once, make_text_keys);
  return pthread_getspecific(text_keys[slot]);
}

void platform_set_thread_text(int slot, char *text) {
  if (slot < 0 || slot >= PLATFORM_THREAD_TEXTS) return;
  pthread_once(&text_once, make_text_keys);
  free(pthread_getspecific(text_keys[slot]));
  pthread_setspecific(text_keys[slot], text);
}

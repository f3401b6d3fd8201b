#define _GNU_SOURCE
#include "platform.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
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

int platform_open_beneath(int directory, const char *path, int flags, mode_t mode) {
  struct open_how how = {
      .flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
      .mode = (flags & O_CREAT) ? mode : 0,
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
  };
  long descriptor;
  do {
    descriptor = syscall(SYS_openat2, directory, path, &how, sizeof how);
  } while (descriptor < 0 && (errno == EINTR || errno == EAGAIN));
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

int platform_duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 0); }

int platform_is_locked(int descriptor) {
  struct flock lock = whole_file();
  if (fcntl(descriptor, F_OFD_GETLK, &lock) < 0) return -1;
  return lock.l_type != F_UNLCK;
}

int platform_rename_noreplace(int from, const char *source, int to, const char *target) {
  return renameat2(from, source, to, target, RENAME_NOREPLACE);
}

int platform_rename_exchange(int from, const char *one, int to, const char *other) {
  return renameat2(from, one, to, other, RENAME_EXCHANGE);
}

ssize_t platform_copy_range(int from, int to, size_t count) {
  return copy_file_range(from, NULL, to, NULL, count, 0);
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

void platform_start_writing(int descriptor) {
  sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
}

int platform_sync_file_system(int descriptor) {
  struct utsname system;
  unsigned major = 0, minor = 0;
  /* syncfs(2) answers for failed writes since 5.8, and for the layer below an overlay since 5.11. */
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

static void map_generation(void) {
  void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return;
  madvise(page, 4096, MADV_WIPEONFORK);
  __atomic_store_n(&platform_generation_page, page, __ATOMIC_RELEASE);
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

/*
 * What of Sources/CPlatform depends on the processor: checksums by instruction or by table, atomics,
 * the numbers of system calls, the layout of structures. `make check-aarch64` runs it under qemu.
 */
#define _GNU_SOURCE
#include "platform.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int failures;

static void check(int condition, const char *what) {
  if (!condition) failures++;
  printf("%s: %s\n", condition ? "passed" : "FAILED", what);
}

static void check_checksums(void) {
  /* RFC 3720, appendix B.4, and the check value of the catalogue of CRCs. */
  const unsigned char zeros[32] = {0};
  check(platform_crc32c(0, "123456789", 9) == 0xE3069283u, "CRC-32C of 123456789");
  check(platform_crc32c(0, zeros, sizeof zeros) == 0x8A9136AAu, "CRC-32C of 32 zeros");
  check(platform_crc32c(platform_crc32c(0, "1234", 4), "56789", 5) == 0xE3069283u,
        "CRC-32C in two parts");
  const uint64_t time = 0x0102030405060708u, step = 42, exact = 0x400921FB54442D18u;
  const uint32_t single = 0x40490FDBu;
  const uint16_t key = 0x2211;
  unsigned char bytes[64];
  size_t used = 0;
  memcpy(bytes + used, &time, sizeof time), used += sizeof time;
  memcpy(bytes + used, &step, sizeof step), used += sizeof step;
  memcpy(bytes + used, "constant", 8), used += 8;
  memcpy(bytes + used, &single, sizeof single), used += sizeof single;
  check(platform_crc32c_point(0, time, step, "constant", 8, single, 0, 0) ==
            platform_crc32c(0, bytes, used),
        "CRC-32C of a point is that of its bytes");
  memcpy(bytes + used, &key, sizeof key), used += sizeof key;
  memcpy(bytes + used, &exact, sizeof exact), used += sizeof exact;
  check(platform_crc32c_point(0, time, step, "constant", 8, single, key, exact) ==
            platform_crc32c(0, bytes, used),
        "CRC-32C of a point with its exact value is that of its bytes");
}

/* Whether a page that is to be wiped at a fork is: qemu 7.2 says yes to the call, and does nothing. */
static int forks_wipe_pages(void) {
  char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED || madvise(page, 4096, MADV_WIPEONFORK)) return 1;
  *page = 1;
  pid_t child = fork();
  if (child == 0) _exit(*page);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void check_mutex(void) {
  platform_mutex mutex;
  platform_mutex_init(&mutex);
  check(platform_mutex_lock(&mutex) == 0, "a new mutex is taken");
  if (!forks_wipe_pages()) {
    printf("not checked: a child takes the mutex of its parent: no page is wiped at a fork here\n");
    return;
  }
  pid_t child = fork();
  if (child == 0) {
    /* The parent holds it; the child's is made anew, and says so. */
    alarm(20);
    int forked = platform_mutex_lock(&mutex);
    platform_mutex_unlock(&mutex);
    _exit(forked == 1 ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a child takes the mutex of its parent");
  platform_mutex_unlock(&mutex);
  platform_mutex_destroy(&mutex);
}

static void check_files(const char *folder) {
  int directory = open(folder, O_RDONLY | O_DIRECTORY);
  check(directory >= 0, "the folder is opened");
  int file = platform_open_beneath(directory, "file", O_WRONLY | O_CREAT, 0600);
  check(file >= 0, "a file is made beneath it");
  check(symlinkat("/etc", directory, "link") == 0, "a link is made beneath it");
  errno = 0;
  check(platform_open_beneath(directory, "link/passwd", O_RDONLY, 0) < 0 && errno == ELOOP,
        "a link is not followed");
  errno = 0;
  check(platform_open_beneath(directory, "../x", O_RDONLY, 0) < 0 && errno != 0,
        "what is not beneath it is refused");
  check(platform_lock(file) == 0, "a file is locked");
  int other = platform_open_beneath(directory, "file", O_RDWR, 0);
  check(platform_is_locked(other) == 1, "another description sees the lock");
  check(platform_unlock(file) == 0 && platform_is_locked(other) == 0, "and that it is gone");
  close(other), close(file), close(directory);
}

int main(int argc, char *argv[]) {
  check_checksums();
  check_mutex();
  check_files(argc > 1 ? argv[1] : ".");
  printf("%d failed\n", failures);
  return failures != 0;
}

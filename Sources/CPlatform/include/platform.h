/*
 * What Swift cannot call by itself: variadic system calls, `openat2`, open-file-description locks,
 * thread-local storage, the CRC32C instruction and the page that a fork wipes.
 *
 * Every function follows the kernel's convention: a value of zero or more, or -1 with `errno` set.
 */
#ifndef CPLATFORM_H
#define CPLATFORM_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* `openat`, `O_CLOEXEC` always added. */
int platform_openat(int directory, const char *path, int flags, mode_t mode);

/* `openat2` with RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS: the result is below
 * `directory`, whatever the path or anyone racing with us says. Where there is no `openat2`, folder
 * by folder, none of which may be a link. */
int platform_open_beneath(int directory, const char *path, int flags, mode_t mode);

/* Takes the write lock of the whole file for this open file description; EAGAIN if another has
 * it. */
int platform_lock(int descriptor);
int platform_unlock(int descriptor);
/* 1 if another open file description holds the lock of this file, 0 if none does. */
int platform_is_locked(int descriptor);

/* A second descriptor of the same open file description, closed on exec. */
int platform_duplicate(int descriptor);

/* Renames unless something has the name, with EEXIST; also where renames take no flags, in one step
 * if there are links there. */
int platform_rename_noreplace(int from, const char *source, int to, const char *target);

/* Copies within the kernel where it can; as `copy_file_range`. */
ssize_t platform_copy_range(int from, int to, size_t count);

/* The file system's type, as in `statfs.f_type`. */
int platform_file_system(int descriptor, int64_t *type);

/* Gives a file that many bytes of disk, so that a store into its mapping never finds the disk
 * full. */
int platform_allocate(int descriptor, size_t size);
/* Where a file must end by the process's limit (RLIMIT_FSIZE); UINT64_MAX for no limit. */
uint64_t platform_file_limit(void);
/* Begins to write a file's bytes to the disk and does not wait. */
void platform_start_writing(int descriptor);
/* Makes all of a file system durable; fails with ENOSYS where the kernel does not tell what went
 * wrong with it. */
int platform_sync_file_system(int descriptor);
/* Maps a file for stores that survive the process, its pages present; NULL if that fails. */
void *platform_map_shared(int descriptor, size_t size);
void platform_unmap(void *memory, size_t size);
/* Makes a word visible after everything that was stored before it. */
static inline void platform_publish(uint64_t *word, uint64_t value) {
  __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/* What `platform_generation` reads, and how it is made: 0 in a child that has not asked yet. */
extern uint64_t *platform_generation_page;
uint64_t platform_new_generation(void);
/* Changes whenever this process is a fork (also by a raw clone, where the kernel wipes pages for
 * us) of the one that asked before. Costs two loads. Never 0. */
static inline uint64_t platform_generation(void) {
  const uint64_t *page = __atomic_load_n(&platform_generation_page, __ATOMIC_ACQUIRE);
  const uint64_t value = page ? __atomic_load_n(page, __ATOMIC_RELAXED) : 0;
  return value ? value : platform_new_generation();
}

/* A mutex that survives fork(2): the child's first taker finds it free, whoever held it before. */
typedef struct {
  pthread_mutex_t mutex;
  uint64_t generation;
} platform_mutex;
void platform_mutex_init(platform_mutex *mutex);
/* 1 if this is the first take in a forked child, else 0. */
int platform_mutex_lock(platform_mutex *mutex);
/* Takes it only if that needs no waiting, and not for the first time in a forked child: 1, else 0. */
int platform_mutex_trylock(platform_mutex *mutex);
void platform_mutex_unlock(platform_mutex *mutex);
void platform_mutex_destroy(platform_mutex *mutex);

/* Swaps two names atomically; EINVAL, ENOSYS or EOPNOTSUPP where that is not known. */
int platform_rename_exchange(int from, const char *one, int to, const char *other);

/* Whether this thread is inside the library, so that a call of a signal handler that interrupted it
 * is noticed instead of waiting for a lock that its own thread holds. */
extern __thread volatile int platform_inside __attribute__((tls_model("initial-exec")));
extern __thread volatile int platform_was_refused __attribute__((tls_model("initial-exec")));
/* 1 on entering; 0 if the thread is inside already, which is remembered. */
static inline int platform_enter(void) {
  if (platform_inside) {
    platform_was_refused = 1;
    return 0;
  }
  platform_inside = 1;
  return 1;
}
static inline void platform_leave(void) { platform_inside = 0; }
static inline int platform_is_inside(void) { return platform_inside; }
/* A fork waits until no other thread is between these two, and then keeps threads from entering
 * until it is done: the child would find the locks of the Swift runtime, which nobody can reset, as
 * such a thread held them. Never nested. */
void platform_begin_call(void);
void platform_end_call(void);
/* As `platform_enter`, for what may wait, allocate or call the kernel: a fork waits for its end,
 * and the thread cannot be cancelled meanwhile, which would leave locks taken. `cancellation` is
 * for `platform_leave_kernel`. */
static inline int platform_enter_kernel(int *cancellation) {
  if (!platform_enter()) return 0;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, cancellation);
  platform_begin_call();
  return 1;
}
static inline void platform_leave_kernel(int cancellation) {
  platform_end_call();
  pthread_setcancelstate(cancellation, NULL);
  platform_leave();
}
/* Whether the last failure of this thread was a call from within another one. */
static inline int platform_last_was_refused(void) { return platform_was_refused; }
static inline void platform_forget_refused(void) { platform_was_refused = 0; }

/* CRC-32C (Castagnoli), as in RFC 3720, of `count` bytes, continuing from `crc` (0 at the
 * start). */
uint32_t platform_crc32c(uint32_t crc, const void *bytes, size_t count);
/* As `platform_crc32c` of the part of an event that differs from point to point, little-endian:
 * time, step, constant bytes, the float and, unless the key is 0, the exact double with its key.
 * They come by value: to load what was just stored in parts would wait for the stores. */
uint32_t platform_crc32c_point(uint32_t crc, uint64_t time, uint64_t step, const void *bytes,
                               size_t count, uint32_t single, uint16_t exact_key, uint64_t exact);

/* Memory for columns of numbers, in large pages where it is large; NULL if there is none. */
void *platform_allocate_columns(size_t size);
void platform_release_columns(void *memory);

/* One pointer for each thread, released with `free` when the thread ends. */
char *platform_thread_text(int slot);
void platform_set_thread_text(int slot, char *text);
enum { PLATFORM_THREAD_TEXTS = 2 };

/* A child process: its id, the ends of the pipes that carry its output and errors (non-blocking),
 * and a descriptor that becomes readable when it ends (-1 where the kernel has none). `gone` says
 * that it ended before the descriptor could be had, in a host that ignores SIGCHLD. */
struct platform_child {
  pid_t pid;
  int output, errors, exit, gone;
};

/* Starts a program in a directory, in a process group of its own, with nothing but /dev/null and
 * the two pipes open and all signals at their defaults. Never copies the host's memory, as fork
 * does. */
int platform_spawn(struct platform_child *child, const char *path, const char *const arguments[],
                   const char *const environment[], const char *directory);

/* Collects this one child: 1 with its exit code (128 + signal if one killed it), 0 if it still
 * runs, -1 with ECHILD if the host has collected it. */
int platform_reap(pid_t pid, int *status);

/* Whether there is a process of this id in this pid namespace, of whichever user. */
int platform_process_exists(pid_t pid);

/* How many processors this thread may run on. */
int platform_usable_processors(void);

/* How many graphics processors NVIDIA's management library knows; 0 where it is not installed.
 * Starts the library in this process. */
int platform_gpu_count(void);
/* How busy one of them is (percent), its memory (bytes), watts and degrees Celsius; -1 for what it
 * does not tell. */
struct platform_gpu {
  double busy, used, total, watts, celsius;
};
int platform_gpu_read(int number, struct platform_gpu *gpu);

/* Takes the lock of an open folder for this open file description; EWOULDBLOCK if another has
 * it. */
int platform_lock_folder(int descriptor);
int platform_unlock_folder(int descriptor);

/* `write` that never raises SIGPIPE: where nobody reads any more it fails with EPIPE. */
ssize_t platform_write_quietly(int descriptor, const void *bytes, size_t count);

/* Whether a descriptor is one of something. */
static inline _Bool platform_is_open(int descriptor) {
  return fcntl(descriptor, F_GETFD) >= 0;
}

/* Writes what the standard streams of stdio hold for output. Not `fflush(NULL)`, which waits for a thread
 * that reads from any other. */
void platform_flush_output(void);

/* How many columns a terminal has; 0 for what is none, and where the terminal does not say. */
int platform_terminal_columns(int descriptor);

/* How many rows a terminal has; 0 as above. */
int platform_terminal_rows(int descriptor);

/* Whether this process is the one that its terminal belongs to; also where that is unknown. */
int platform_is_in_foreground(int descriptor);

/* Keys are read at once and not shown, until they are given back. */
int platform_take_keys(int descriptor);
void platform_give_keys_back(int descriptor);

/* Takes notice of the signals that end a program (SIGINT, SIGTERM, SIGHUP, SIGQUIT), of a change of the
 * terminal's size, and of SIGTSTP where `stops` says so, instead of what they would do; those that are
 * ignored stay so. A descriptor that becomes readable at one; -1 with EBUSY where another thread does so
 * already. */
int platform_attend(int stops);
/* The next signal that came; 0 if none did. */
int platform_next_signal(void);
/* Stops the process, as SIGTSTP would have done, until it is continued. */
void platform_stop_here(void);
/* Signals do again what they did before. A host that has a handler for the signal that came last gets it
 * now, but for SIGINT. */
int platform_stop_attending(int last);

/* As `poll`, in a call that other threads do not wait for before they fork. */
int platform_wait_for(struct pollfd *events, int count, int milliseconds);

/* Runs a program with this process's descriptors and environment until it ends; SIGINT and SIGQUIT are
 * ignored meanwhile. `ending` is its exit code, or 128 and the number of the signal that ended it. */
int platform_run_program(const char *path, const char *const arguments[], int *ending);

/* Signals that end a program, which wait while something is done that is to be cleaned up. */
struct platform_signals {
  sigset_t before;
  int descriptor;
  int caught;
  int is_held;
};

/* Lets SIGINT, SIGQUIT, SIGTERM and SIGHUP of this thread wait, but those that are ignored.
 * `descriptor` can be read when one has come; -1 where none is to be had. */
void platform_hold_signals(struct platform_signals *held);

/* The next signal that came, 0 for none; `is_told` says whether the terminal has sent it, which sends it
 * to the programs that we run too. */
int platform_take_signal(struct platform_signals *held, int *is_told);

/* Ends the waiting: the last signal that was taken, and those that were not, do what they do. */
void platform_release_signals(struct platform_signals *held);

/* Runs a program that reads nothing from its standard input until it ends; it gets the signals that are
 * held. `ending` as for platform_run_program. */
int platform_run_held(const char *path, const char *const arguments[], struct platform_signals *held,
                      int *ending);

/* The file that this code was loaded from: the library, or the program it is linked into. */
const char *platform_own_file(void);

/* As platform_run_program; the program reads these bytes from its standard input. */
int platform_run_program_reading(const char *path, const char *const arguments[], const void *input,
                                 size_t count, int *ending);

/* Where the next byte from a place on is that is not in a hole of the file; -1 with ENXIO where there is
 * none. What is in a hole reads as zeros and is on no disk. */
int64_t platform_next_data(int descriptor, int64_t offset);

/* When an open file or folder was made, in nanoseconds; 0 where unknown. */
int64_t platform_birth(int descriptor);

/* Whether so many bytes could be had now. Not by malloc and free, which a compiler leaves out. */
int platform_has_memory(size_t size);

/* errno, which Swift may not read reliably after other calls. */
static inline int platform_errno(void) { return errno; }

static inline int platform_is_directory(mode_t mode) { return S_ISDIR(mode); }
static inline int platform_is_regular(mode_t mode) { return S_ISREG(mode); }
static inline int platform_is_link(mode_t mode) { return S_ISLNK(mode); }

/* The next entries of a folder, as `getdents64`: bytes filled, 0 at the end. */
ssize_t platform_read_directory(int descriptor, void *buffer, size_t size);
/* The parts of the entry at a place of that buffer; where words have 64 bits it is a `dirent`. */
static inline size_t platform_entry_size(const void *entry) {
  return ((const struct dirent *)entry)->d_reclen;
}
static inline const char *platform_entry_name(const void *entry) {
  return ((const struct dirent *)entry)->d_name;
}
static inline uint64_t platform_entry_inode(const void *entry) {
  return ((const struct dirent *)entry)->d_ino;
}
static inline unsigned char platform_entry_type(const void *entry) {
  return ((const struct dirent *)entry)->d_type;
}

#endif

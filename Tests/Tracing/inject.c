/*
 * Runs a program until its N-th system call that changes a file, and then
 *
 *   inject kill N PROGRAM...    kills it before the call
 *   inject torn N PROGRAM...    kills it after the call; if that is a write, half of it
 *   inject ERRNO N PROGRAM...   makes this call and all later ones fail with that number
 *   inject ERRNO N-M PROGRAM... makes the calls N to M fail
 *
 * With a `+` before N, calls are counted from the program's first word on its output. Ends as the
 * program did, 128 + 9 for one that was killed. It asks the kernel itself (ptrace), so that it
 * works with programs in any language, and with our library exactly as users have it.
 */
#include "follow.h"

#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>

#ifndef SYS_openat2
#define SYS_openat2 437
#endif

static struct user_regs_struct registers_of(pid_t thread) {
  struct user_regs_struct registers;
  struct iovec all = {&registers, sizeof registers};
  memset(&registers, 0, sizeof registers);
  ptrace(PTRACE_GETREGSET, thread, NT_PRSTATUS, &all);
  return registers;
}

static void set_registers(pid_t thread, struct user_regs_struct registers) {
  struct iovec all = {&registers, sizeof registers};
  ptrace(PTRACE_SETREGSET, thread, NT_PRSTATUS, &all);
}

#if defined(__x86_64__)
#define THIRD(registers) (registers).rdx
#define RESULT(registers) (registers).rax
static void skip(pid_t thread) {
  struct user_regs_struct registers = registers_of(thread);
  registers.orig_rax = (unsigned long long)-1;
  set_registers(thread, registers);
}
#elif defined(__aarch64__)
#define THIRD(registers) (registers).regs[2]
#define RESULT(registers) (registers).regs[0]
static void skip(pid_t thread) {
  int none = -1;
  struct iovec number = {&none, sizeof none};
  ptrace(PTRACE_SETREGSET, thread, NT_ARM_SYSTEM_CALL, &number);
}
#endif

/* The calls by which the library changes files and locks; of an interpreter's own, which reads
 * modules and writes to pipes, next to none. */
static int changes_a_file(const struct call *call) {
  switch (call->number) {
    case SYS_pwrite64:
    case SYS_openat2:
    case SYS_mkdirat:
    case SYS_unlinkat:
    case SYS_renameat2:
#ifdef SYS_renameat
    case SYS_renameat:
#endif
    case SYS_fsync:
    case SYS_fallocate:
    case SYS_copy_file_range:
      return 1;
    case SYS_mmap:
      return (call->arguments[3] & MAP_SHARED) && (call->arguments[2] & PROT_WRITE);
    case SYS_fcntl:
      return call->arguments[1] == F_OFD_SETLK;
  }
  return 0;
}

static struct wish {
  int kill, torn, code, is_silent;
  long first, last;
} wish;

static void parse(const char *what, const char *when) {
  wish = (struct wish){!strcmp(what, "kill"), !strcmp(what, "torn"), atoi(what), 0, 0, 1L << 40};
  wish.is_silent = *when == '+';
  sscanf(when + wish.is_silent, "%ld-%ld", &wish.first, &wish.last);
}

/* The thread inside a call that was changed, and how many calls were counted. */
static pid_t changed;
static long count;

static void answer(pid_t thread, pid_t program) {
  struct user_regs_struct registers = registers_of(thread);
  changed = 0;
  if (wish.torn) kill(program, SIGKILL);
  RESULT(registers) = (unsigned long long)(long long)-wish.code;
  if (!wish.torn) set_registers(thread, registers);
}

static void change(pid_t thread, pid_t program, const struct call *call) {
  if (wish.kill) kill(program, SIGKILL);
  changed = thread;
  if (wish.torn && call->number == SYS_pwrite64) {
    struct user_regs_struct registers = registers_of(thread);
    THIRD(registers) /= 2;
    set_registers(thread, registers);
  }
  if (wish.code) skip(thread);
}

static void at_stop(pid_t thread, pid_t program) {
  struct call call;
  if (thread == changed) {
    answer(thread, program);
  } else if (!is_entry(thread, &call)) {
    /* The end of a call that nothing was done to. */
  } else if (call.number == SYS_write && call.arguments[0] == 1) {
    wish.is_silent = 0;
  } else if (!wish.is_silent && changes_a_file(&call) && ++count >= wish.first &&
             count <= wish.last) {
    change(thread, program, &call);
  }
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  parse(argv[1], argv[2]);
  return follow(argv + 3, 0, at_stop);
}

/*
 * Runs a program and stops it, and whatever it starts, at both ends of every system call (ptrace).
 * For programs of one file: include it once.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef PTRACE_GET_SYSCALL_INFO
#define PTRACE_GET_SYSCALL_INFO 0x420e
#endif

/* The beginning of struct ptrace_syscall_info, ptrace(2). */
struct call {
  uint8_t op;
  uint8_t padding[3];
  uint32_t arch;
  uint64_t instruction_pointer, stack_pointer, number, arguments[6];
};

/* Whether the thread, stopped at a system call, is about to make it; then `call` says which. */
static int is_entry(pid_t thread, struct call *call) {
  return ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof *call, call) > 0 && call->op == 1;
}

/*
 * Runs `arguments` with PTRACE_O_TRACE… `options` and calls `at_stop` with every thread that stands
 * at a system call, its beginning or its end, and with the process that was started. Returns the
 * program's exit status, 128 and the signal's number if one ended it, 2 if it cannot be run.
 */
static int follow(char **arguments, long options, void (*at_stop)(pid_t thread, pid_t program)) {
  int state, result = 1;
  pid_t thread, program = fork();
  if (program == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    execvp(arguments[0], arguments);
    _exit(127);
  }
  options |= PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
  if (waitpid(program, &state, 0) < 0 || ptrace(PTRACE_SETOPTIONS, program, 0, options) < 0) {
    perror("ptrace");
    return 2;
  }
  ptrace(PTRACE_SYSCALL, program, 0, 0);
  while ((thread = waitpid(-1, &state, __WALL)) > 0 || errno == EINTR) {
    long signal = 0;
    if (thread < 0) continue;
    if (WIFEXITED(state) || WIFSIGNALED(state)) {
      if (thread == program)
        result = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
      continue;
    }
    if (WSTOPSIG(state) == (SIGTRAP | 0x80))
      at_stop(thread, program);
    else if (WSTOPSIG(state) != SIGTRAP && WSTOPSIG(state) != SIGSTOP)
      signal = WSTOPSIG(state);
    ptrace(PTRACE_SYSCALL, thread, 0, signal);
  }
  return result;
}

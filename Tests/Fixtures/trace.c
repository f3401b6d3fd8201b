/*
 * Runs a program and writes down which programs it and its children start and to which networks they
 * speak, one line each: `execve PATH`, `connect FAMILY`, `sendto FAMILY`.
 *
 *   trace OUTPUT PROGRAM [ARGUMENT]...
 *
 * It asks the kernel itself (ptrace), so that no call escapes it, whoever makes it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
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

static void read_memory(pid_t process, uint64_t address, void *buffer, size_t size) {
  struct iovec here = {buffer, size}, there = {(void *)(uintptr_t)address, size};
  memset(buffer, 0, size);
  /* At the end of a page less than asked for can be read; go down byte by byte then. */
  while (there.iov_len > 0 && process_vm_readv(process, &here, 1, &there, 1, 0) < 0)
    here.iov_len = --there.iov_len;
}

static void note(FILE *output, pid_t process, const struct call *call) {
  char path[512];
  uint16_t family = 0;
  switch (call->number) {
    case SYS_execve:
    case SYS_execveat:
      read_memory(process, call->arguments[call->number == SYS_execveat], path, sizeof path - 1);
      path[sizeof path - 1] = 0;
      fprintf(output, "execve %s\n", path);
      break;
    case SYS_connect:
      read_memory(process, call->arguments[1], &family, sizeof family);
      fprintf(output, "connect %d\n", family);
      break;
    case SYS_sendto:
      if (call->arguments[4]) read_memory(process, call->arguments[4], &family, sizeof family);
      fprintf(output, "sendto %d\n", family);
      break;
    case SYS_sendmsg:
    case SYS_sendmmsg:
      fprintf(output, "sendmsg\n");
      break;
  }
  fflush(output);
}

int main(int argc, char **argv) {
  const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                       PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
  FILE *output;
  pid_t first, process;
  int state, result = 1;

  if (argc < 3 || !(output = fopen(argv[1], "we"))) return 2;
  first = fork();
  if (first == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    execvp(argv[2], argv + 2);
    _exit(127);
  }
  if (waitpid(first, &state, 0) < 0 || ptrace(PTRACE_SETOPTIONS, first, 0, options) < 0) {
    perror("ptrace");
    return 2;
  }
  ptrace(PTRACE_SYSCALL, first, 0, 0);
  while ((process = waitpid(-1, &state, __WALL)) > 0 || errno == EINTR) {
    long signal = 0;
    if (process < 0) continue;
    if (WIFEXITED(state) || WIFSIGNALED(state)) {
      if (process == first) result = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
      continue;
    }
    if (WSTOPSIG(state) == (SIGTRAP | 0x80)) {
      struct call call;
      if (ptrace(PTRACE_GET_SYSCALL_INFO, process, sizeof call, &call) > 0 && call.op == 1)
        note(output, process, &call);
    } else if (WSTOPSIG(state) != SIGTRAP && WSTOPSIG(state) != SIGSTOP) {
      signal = WSTOPSIG(state);
    }
    ptrace(PTRACE_SYSCALL, process, 0, signal);
  }
  return result;
}

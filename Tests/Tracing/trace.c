/*
 * Runs a program and writes down which programs it and its children start and to which networks
 * they speak, one line each: `execve PATH`, `connect FAMILY`, `sendto FAMILY`.
 *
 *   trace OUTPUT PROGRAM [ARGUMENT]...
 *
 * It asks the kernel itself (ptrace), so that no call escapes it, whoever makes it.
 */
#include "follow.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

static FILE *output;

static void read_memory(pid_t process, uint64_t address, void *buffer, size_t size) {
  struct iovec here = {buffer, size}, there = {(void *)(uintptr_t)address, size};
  memset(buffer, 0, size);
  /* At the end of a page less than asked for can be read; go down byte by byte then. */
  while (there.iov_len > 0 && process_vm_readv(process, &here, 1, &there, 1, 0) < 0)
    here.iov_len = --there.iov_len;
}

static void note(pid_t process, const struct call *call) {
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

static void at_stop(pid_t thread, pid_t program) {
  struct call call;
  (void)program;
  if (is_entry(thread, &call)) note(thread, &call);
}

int main(int argc, char **argv) {
  if (argc < 3 || !(output = fopen(argv[1], "we"))) return 2;
  return follow(argv + 2, PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK, at_stop);
}

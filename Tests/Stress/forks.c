/*
 * Forks while threads are inside the library, from the first millisecond of a process on: no child
 * may hang.
 *
 *   forks PROCESSES FORKS   starts so many processes one after the other, each of which forks so
 *                           often while its threads log everything there is to log
 *
 * A child logs as well. One that has not ended after half a minute hangs: its stack is printed,
 * where there is gdb, and the program ends with 3. It ends with 4 if a child failed otherwise.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "experimenttracker.h"

enum { THREADS = 4, PATIENCE = 30 };

static et_experiment *experiment;
static int stop;

static int is_ok(int status) { return status == ET_OK || status == ET_DEFERRED; }

/* One of every kind of call; 0 if all of them succeed. */
static int log_all(et_experiment *e, const char *who, int64_t number) {
  char key[64], text[64];
  const double values[] = {1, 2, 3};
  snprintf(key, sizeof key, "%s/%d", who, (int)(number % 5));
  const char *keys[] = {key, who};
  if (!is_ok(et_experiment_log_metric(e, key, (double)number, ET_AUTO_STEP))) return 1;
  if (!is_ok(et_experiment_log_metric_int(e, "whole", number, ET_AUTO_STEP))) return 2;
  if (!is_ok(et_experiment_log_metrics(e, keys, values, 2, number))) return 3;
  if (!is_ok(et_experiment_log_series(e, "series", values, NULL, NULL, 3))) return 4;
  if (!is_ok(et_experiment_log_param_int(e, key, number))) return 5;
  if (!is_ok(et_experiment_log_params(e, "{\"model\": {\"depth\": [1, 2.5, null, true]}}"))) return 6;
  if (!is_ok(et_experiment_log_note(e, "a note"))) return 7;
  if (!is_ok(et_experiment_add_tag(e, who))) return 8;
  if (!is_ok(et_experiment_log_fact(e, "data", "{\"rows\": 3}"))) return 9;
  if (!is_ok(et_experiment_log_output(e, "printed\n", 8))) return 10;
  if (number % 4 == 0) {
    snprintf(text, sizeof text, "%s-%d.txt", who, (int)getpid());
    if (et_experiment_save_bytes(e, text, "text", 4, NULL)) return 11;
    if (et_experiment_flush(e, 0)) return 12;
  }
  return 0;
}

static et_experiment *start(const char *name) {
  et_experiment *started = NULL;
  return et_experiment_start(NULL, name, "{\"capture\": false}", &started) ? NULL : started;
}

static void *work(void *argument) {
  char who[16];
  snprintf(who, sizeof who, "thread%ld", (long)argument);
  et_experiment *own = argument ? NULL : start("shared");
  if (own) __atomic_store_n(&experiment, own, __ATOMIC_RELEASE);
  for (int64_t number = 0; !__atomic_load_n(&stop, __ATOMIC_RELAXED); number++) {
    et_experiment *e = __atomic_load_n(&experiment, __ATOMIC_ACQUIRE);
    if (e && log_all(e, who, number)) abort();
  }
  return NULL;
}

static int child(int number) {
  et_experiment *e = __atomic_load_n(&experiment, __ATOMIC_ACQUIRE);
  if (!e || number % 8 == 0) e = start("own");
  return e ? log_all(e, "child", 4 * number) : 20;
}

static void show_stack(pid_t process) {
  char command[128];
  snprintf(command, sizeof command, "gdb -batch -p %d -ex 'thread apply all backtrace' 1>&2",
           (int)process);
  if (system(command)) fprintf(stderr, "there is no gdb to show the stack\n");
}

static int wait_for(pid_t process) {
  const struct timespec pause = {0, 200000};
  for (const time_t end = time(NULL) + PATIENCE;;) {
    int status = 0;
    if (waitpid(process, &status, WNOHANG) == process) {
      if (WIFEXITED(status)) return WEXITSTATUS(status);
      return 128 + WTERMSIG(status);
    }
    if (time(NULL) > end) break;
    nanosleep(&pause, NULL);
  }
  fprintf(stderr, "the child %d hangs:\n", (int)process);
  show_stack(process);
  kill(process, SIGKILL);
  waitpid(process, NULL, 0);
  return 3;
}

static int run(int forks) {
  pthread_t threads[THREADS];
  int worst = 0;
  for (long n = 0; n < THREADS; n++)
    if (pthread_create(&threads[n], NULL, work, (void *)n)) return 5;
  for (int n = 0; n < forks && !worst; n++) {
    const pid_t process = fork();
    if (process < 0) return 6;
    if (process == 0) _exit(child(n) ? 4 : 0);
    worst = wait_for(process);
  }
  __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
  for (int n = 0; n < THREADS; n++) pthread_join(threads[n], NULL);
  if (!worst && et_experiment_finish(experiment, ET_COMPLETED, NULL)) return 7;
  return worst;
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  for (int processes = atoi(arguments[1]); processes > 0; processes--) {
    /* The library is as new in each of them: this one calls nothing of it. */
    const pid_t process = fork();
    if (process < 0) return 6;
    if (process == 0) _exit(run(atoi(arguments[2])));
    int status = 0;
    waitpid(process, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status)) {
      fprintf(stderr, "a process ended with %d\n", status);
      return WIFEXITED(status) ? WEXITSTATUS(status) : 4;
    }
  }
  return 0;
}

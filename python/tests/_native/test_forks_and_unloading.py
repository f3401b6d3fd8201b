"""C programs that fork while threads are inside the library, and that unload it while they are."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from conftest import PATIENCE
from specweave import load_experiment
from stress.forking import fork_while_logging
from support import library_file
from support.c_header import ROOT

UNLOADING = r"""
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
#include "experimenttracker.h"

static int (*start)(et_increment *, const char *, const char *, et_experiment **);
static int (*point)(et_experiment *, const char *, double, int64_t);
static int (*note)(et_experiment *, const char *);
static et_experiment *experiment;
static int stop, logged;

static void *work(void *argument) {
  while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
    if (point(experiment, argument, 1, ET_AUTO_STEP) || note(experiment, argument)) return "failed";
    __atomic_add_fetch(&logged, 1, __ATOMIC_RELAXED);
  }
  return NULL;
}

int main(int count, char **arguments) {
  if (count != 2) return 2;
  void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
  if (!library) return 3;
  *(void **)&start = dlsym(library, "et_experiment_start");
  *(void **)&point = dlsym(library, "et_experiment_log_metric");
  *(void **)&note = dlsym(library, "et_experiment_log_note");
  if (start(NULL, "unloaded", "{\"capture\": false}", &experiment)) return 4;
  pthread_t threads[3];
  char *names[] = {"one", "two", "three"};
  for (int n = 0; n < 3; n++)
    if (pthread_create(&threads[n], NULL, work, names[n])) return 5;
  while (__atomic_load_n(&logged, __ATOMIC_RELAXED) < 50) usleep(1000);
  if (dlclose(library)) return 6;
  const int before = __atomic_load_n(&logged, __ATOMIC_RELAXED);
  while (__atomic_load_n(&logged, __ATOMIC_RELAXED) < before + 50) usleep(1000);
  __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
  for (int n = 0; n < 3; n++) {
    void *result;
    if (pthread_join(threads[n], &result) || result) return 7;
  }
  library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
  int (*finish)(et_experiment *, const char *, const char *);
  *(void **)&finish = dlsym(library, "et_experiment_finish");
  if (finish(experiment, NULL, NULL)) return 8;
  dlclose(library);
  printf("%d\n", logged);
  return 0;
}
"""


def run(command: list[str], project: Path) -> str:
    done = subprocess.run(
        command,
        cwd=project,
        env={**os.environ, "SPECWEAVE_QUIET": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, f"{done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout


def test_no_child_hangs_that_is_forked_while_threads_log(tmp_path: Path) -> None:
    fork_while_logging(tmp_path, processes=6, forks=20)


def test_a_program_may_unload_the_library_while_its_threads_log(
    project: Path, tmp_path: Path
) -> None:
    source, program = tmp_path / "unloading.c", tmp_path / "unloading"
    source.write_text(UNLOADING, "utf-8")
    compiler = ["cc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", f"-I{ROOT / 'include'}"]
    subprocess.run([*compiler, str(source), "-o", str(program), "-pthread", "-ldl"], check=True)
    logged = int(run([str(program), str(library_file.path())], project))
    read = load_experiment("unloaded")
    assert read.status == "completed"
    # Two of the threads may have logged everything before the third one had its turn.
    assert set(read.metrics) <= {"one", "two", "three"}
    assert sum(len(read.history(name)) for name in read.metrics) == logged
    assert len(read.notes) == logged
    assert read._facts()["problems"] == []

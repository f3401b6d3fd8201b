"""Many writers of one experiment: every point once, with its writer, and nothing left over."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from conftest import Run
from specweave import Experiment, load_experiment
from support import polyglot

RANKS = 3

TRAINING = """
import os
import torch.distributed
from specweave import track_experiment

torch.distributed.init_process_group("gloo")
rank = torch.distributed.get_rank()
exp = track_experiment("ranks", capture=False)
for step in range(1000):
    exp.log_metric("loss", rank + step / 1000, step=step)
exp.log_param(f"param/{rank}", rank)
torch.distributed.barrier()
exp.finish()
torch.distributed.destroy_process_group()
open(f"rank{rank}.pid", "w").write(str(os.getpid()))
"""

JOINER = """
#include <stdio.h>
#include <unistd.h>
#include "experimenttracker.h"
int main(void) {
  et_experiment *e = NULL;
  if (et_experiment_start(NULL, "shared", "{\\"join\\": true, \\"rank\\": 7}", &e)) return 1;
  puts("joined");
  fflush(stdout);
  if (getchar() == EOF) return 2;
  for (int step = 0; step < 5000; step++) {
    if (et_experiment_log_metric(e, "loss", step / 7.0, step)) return 3;
    if (et_experiment_log_metric(e, "c", step, ET_AUTO_STEP)) return 3;
  }
  if (et_experiment_log_note(e, "from C")) return 4;
  if (et_experiment_finish(e, NULL, NULL)) return 5;
  printf("%d\\n", getpid());
  et_experiment_free(e);
  return 0;
}
"""


def left_over(exp: Experiment) -> list[str]:
    """Files of the experiment that are neither views nor logs."""
    own = {
        ".gitignore",
        ".gitattributes",
        "params.json",
        "metrics.json",
        "metadata.yaml",
        ".summary.json",
        "events.hparams.tfevents.specweave-ml",
    }
    return [
        path.name
        for path in Path(exp.path).rglob("*")
        if path.is_file() and path.name not in own and not path.name.startswith("events.out.")
    ]


def points_by_writer(exp: Experiment, key: str) -> dict[Any, list[tuple[int, float]]]:
    """The points of a metric by the process id of their writer."""
    history, writers = exp.history(key), exp.writers
    found: dict[Any, list[tuple[int, float]]] = {}
    for step, value, writer in zip(
        history.steps.tolist(), history.values.tolist(), history.writers.tolist(), strict=True
    ):
        found.setdefault(writers[writer]["pid"], []).append((step, value))
    return found


def test_ranks_of_torchrun_write_one_experiment(project: Path) -> None:
    (project / "train.py").write_text(TRAINING, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone",
         f"--nproc-per-node={RANKS}", "train.py"],
        cwd=project, env={**os.environ, "SPECWEAVE_QUIET": "1", "OMP_NUM_THREADS": "1"},
        capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    pids = {rank: int((project / f"rank{rank}.pid").read_text("utf-8")) for rank in range(RANKS)}
    exp = load_experiment("ranks")
    assert exp.status == "completed"
    assert {writer["pid"]: writer["rank"] for writer in exp.writers if writer["rank"]} == {
        pids[rank]: rank for rank in range(1, RANKS)
    }
    assert {writer["host"] for writer in exp.writers} == {socket.gethostname()}
    assert points_by_writer(exp, "loss") == {
        pids[rank]: [(step, rank + step / 1000) for step in range(1000)] for rank in range(RANKS)
    }
    assert exp.params == {f"param/{rank}": rank for rank in range(RANKS)}
    assert left_over(exp) == []


def test_programs_in_two_languages_write_one_experiment(project: Path) -> None:
    source = project / "joiner.c"
    source.write_text(JOINER, "utf-8")
    joiner = polyglot.compile_c(source, project / "joiner")
    from specweave import track_experiment

    exp = track_experiment("shared", capture=False)
    with subprocess.Popen(
        [joiner], cwd=project, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "joined\n"
        assert program.stdin is not None
        program.stdin.write("\n")
        program.stdin.flush()
        for step in range(5000):
            exp.log_metric("loss", step / 3, step=step)
        exp.log_note("from Python")
        said, _ = program.communicate()
    assert program.returncode == 0
    exp.finish()
    read = load_experiment("shared")
    assert points_by_writer(read, "loss") == {
        os.getpid(): [(step, step / 3) for step in range(5000)],
        int(said): [(step, step / 7) for step in range(5000)],
    }
    assert read.history("c").steps.tolist() == list(range(5000))
    assert sorted(str(note) for note in read.notes) == ["from C", "from Python"]
    assert [writer["rank"] for writer in read.writers] == [None, 7]
    assert left_over(read) == []


def test_many_forks_under_load_neither_hang_nor_write_unless_they_log(
    run: Run, experiments: Path
) -> None:
    result = run(
        """
        import os, threading
        from specweave import track_experiment
        exp = track_experiment("forks", capture=False)
        busy = True
        def other(number):
            step = 0
            while busy:
                exp.log_metric(f"thread/{number}", float(step), step=step)
                if step % 50 == 0:
                    exp.log_note(f"{number}: {step}")
                step += 1
        threads = [threading.Thread(target=other, args=(number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        for child in range(40):
            pid = os.fork()
            if pid == 0:
                if child % 2 == 0:
                    for step in range(300):
                        exp.log_metric("child", child + step / 1000, step=step)
                os._exit(0)
            exp.log_metric("loss", float(child), step=child)
            assert os.waitpid(pid, 0)[1] == 0
        busy = False
        for thread in threads:
            thread.join()
        exp.finish()
        """,
        warnings="ignore",
    )
    assert result.returncode == 0, result.stderr
    exp = load_experiment("forks")
    assert exp.history("loss").steps.tolist() == list(range(40))
    children = points_by_writer(exp, "child")
    assert sorted(children.values()) == [
        [(step, child + step / 1000) for step in range(300)] for child in range(0, 40, 2)
    ]
    for number in range(3):
        steps = exp.history(f"thread/{number}").steps.tolist()
        assert steps == list(range(len(steps)))
    assert len(list((experiments / "forks/writers").iterdir())) == 20
    assert left_over(exp) == []

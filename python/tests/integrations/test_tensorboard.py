"""A real TensorBoard sees what Python, C and Swift write, also while they are still running."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from support import polyglot
from support.c_header import ROOT
from support.tensorboard_server import ask, server

LIVE = """
import sys, time
from specweave import track_experiment
exp = track_experiment("live")
for step in range(5):
    exp.log_metric("loss", 1 / (step + 1), step=step)
print("logged", flush=True)
sys.stdin.read()
"""

LIVE_C = """
#include <stdio.h>
#include "experimenttracker.h"
int main(void) {
  et_experiment *experiment = NULL;
  if (et_experiment_start(NULL, "live", NULL, &experiment)) return 1;
  for (int step = 0; step < 5; step++)
    if (et_experiment_log_metric(experiment, "loss", 1.0 / (step + 1), step)) return 1;
  puts("logged");
  fflush(stdout);
  getchar();
  return 0;
}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".specweave/increments/0042-model/experiments").mkdir(parents=True)
    return tmp_path


def experiments(project: Path) -> Path:
    return project / ".specweave/increments/0042-model/experiments"


def write_with_every_language(project: Path) -> dict[str, str]:
    """Run one experiment of each; the metric of each by experiment."""
    script = (
        "from specweave import track_experiment\n"
        "with track_experiment('curve-python') as exp:\n"
        "    [exp.log_metric('loss', 1 / (i + 1), step=i) for i in range(100)]\n"
    )
    polyglot.run([sys.executable, "-c", script], project)
    source = ROOT / "examples/c/quickstart.c"
    polyglot.run([polyglot.compile_c(source, project / "quickstart")], project)
    polyglot.run([polyglot.swift_quickstart()], project)
    return {"curve-python": "loss", "oscillator-c": "energy", "line-swift": "loss"}


def test_values_of_all_languages_arrive(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metrics = write_with_every_language(project)
    monkeypatch.setenv("SPECWEAVE_ROOT", str(project))
    from specweave import load_experiment

    own = {name: load_experiment(name).history(metric) for name, metric in metrics.items()}

    for name, metric in metrics.items():
        reader = EventAccumulator(str(experiments(project) / name), size_guidance={"scalars": 0})
        points = reader.Reload().Scalars(metric)
        assert [point.step for point in points] == list(own[name].steps)
        assert [point.value for point in points] == pytest.approx(list(own[name].values), rel=1e-6)

    with server(experiments(project)) as address:
        ask(f"{address}/tags", lambda tags: metrics.keys() <= tags.keys())
        for name, metric in metrics.items():
            count = len(own[name].values)
            points = ask(
                f"{address}/scalars?run={name}&tag={metric}",
                lambda points, count=count: len(points) == count,
            )
            assert [step for _, step, _ in points] == list(own[name].steps)


def live_program(language: str, project: Path) -> list[str]:
    """A program that logs five values, says so, and sleeps until its input ends."""
    if language == "python":
        return [sys.executable, "-c", LIVE]
    if language == "swift":
        return [polyglot.swift_quickstart(), "live"]
    source = project / "live.c"
    source.write_text(LIVE_C, encoding="utf-8")
    return [polyglot.compile_c(source, project / "live")]


@pytest.mark.parametrize("language", ["python", "c", "swift"])
def test_five_metrics_are_seen_while_the_program_sleeps(project: Path, language: str) -> None:
    program = live_program(language, project)
    environment = {**os.environ, "SPECWEAVE_ROOT": str(project)}
    with subprocess.Popen(
        program, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as sleeper:
        assert sleeper.stdout is not None
        assert sleeper.stdin is not None
        assert sleeper.stdout.readline() == "logged\n"
        try:
            with server(experiments(project)) as address:
                ask(
                    f"{address}/scalars?run=live&tag=loss",
                    lambda points: [step for _, step, _ in points] == [0, 1, 2, 3, 4],
                )
            assert sleeper.poll() is None
        finally:
            sleeper.stdin.close()

"""The C programs of examples/c: compiled strictly, run, and what they leave."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
from pathlib import Path

import pytest

from specweave import load_experiment, track_experiment
from support import polyglot
from support.c_header import ROOT

EXAMPLES = ROOT / "examples" / "c"
STRICT = ["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror"]
PROGRAMS = sorted(path.stem for path in EXAMPLES.glob("*.c") if path.stem != "ranks")


def build(name: str, folder: Path, *flags: str) -> str:
    """Compile an example as its first comment says, strictly."""
    return polyglot.compile_c(EXAMPLES / f"{name}.c", folder / name, *(flags or STRICT))


def output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_example_compiles_strictly_and_says_how(name: str, tmp_path: Path) -> None:
    build(name, tmp_path)
    told = (EXAMPLES / f"{name}.c").read_text("utf-8").split("*/")[0]
    assert f"cc examples/c/{name}.c -Iinclude" in told
    assert f"c/{name}.c" in (ROOT / "examples" / "README.md").read_text("utf-8")


def test_the_examples_are_c_plus_plus_too(project: Path) -> None:
    plus = ["-x", "c++", "-std=c++17", "-Wall", "-Wextra", "-pedantic", "-Werror"]
    output(build("quickstart", project, *plus))
    read = build("read", project, *plus)
    assert "oscillator-c (exp-001)" in output(read, "oscillator-c", "energy")


def test_a_simulation_that_is_told_to_stop_is_interrupted(project: Path) -> None:
    program = build("simulation", project, *STRICT)
    with subprocess.Popen([program, "2000000000"], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "started\n"
        running.send_signal(signal.SIGTERM)
        told = running.stdout.read()
    assert running.returncode == 0
    found = re.fullmatch(r"interrupted after (\d+) steps: energy from [\d.]+ to [\d.]+\n", told)
    assert found is not None, told
    exp = load_experiment("pendulum")
    assert exp.status == "interrupted"
    assert exp.metrics.summary["energy"]["count"] == int(found[1])


def test_a_simulation_that_is_left_alone_completes(project: Path) -> None:
    told = output(build("simulation", project), "500")
    exp = load_experiment("pendulum")
    energy = exp.metrics.summary["energy"]
    assert told == (
        "started\n"
        f"completed after 500 steps: energy from {energy['min']:.6f} to {energy['max']:.6f}\n"
    )
    assert (exp.params, energy["count"]) == ({"dt": 0.001, "steps": 500}, 500)


def test_children_save_files_that_the_program_writes(project: Path) -> None:
    told = output(build("children", project)).splitlines()
    assert [line.split(":")[0] for line in told] == ["euler/0001", "euler/0002", "euler/0003"]
    for line, dt in zip(told, (0.25, 0.125, 0.0625), strict=True):
        child = load_experiment(line.split(":")[0])
        assert child.params == {"dt": dt}
        (saved,) = child.artifacts
        assert (saved["path"], saved["kind"]) == ("trajectory.csv", "table")
        assert saved["sha256"].startswith(line.rsplit(", ", 1)[1])
        assert len(child.artifact_path("trajectory.csv").read_text("utf-8").split()) == 1 / dt + 1
    assert load_experiment("euler").status == "completed"


def test_a_strict_program_stops_where_nothing_can_be_stored(project: Path) -> None:
    program = build("strict", project)
    assert output(program) == "every record is stored\n"

    def no_large_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    stopped = subprocess.run(
        [program], preexec_fn=no_large_files, capture_output=True, text=True, check=False
    )
    assert stopped.returncode == 1, stopped.stdout
    assert re.match(r"stopped at step \d+: .*File too large", stopped.stderr), stopped.stderr


def test_reading_shows_what_python_reads(project: Path) -> None:
    with track_experiment("model", capture=False, tags=["a", "b"]) as exp:
        exp.log_params({"depth": 3, "rate": 0.1, "on": True, "net": {"layers": [1, "x", None]}})
        exp.log_params({"large": 2**70})
        for step in range(100):
            exp.log_metric("loss", (step - 50.5) ** 2, step=step)
        exp.log_note("good")
        exp.save_artifact("notes.txt", "some text")
    told = output(build("read", project), "model", "loss", "10").splitlines()
    loss = exp.metrics.summary["loss"]
    assert told[:14] == [
        f"model (exp-001) in {exp.increment}: completed",
        "param depth = 3",
        "param rate = 0.10000000000000001",
        "param on = true",
        "param net = {layers: [1, x, null]}",
        f"param large = {2**70}",
        f"metric loss: last {loss['last']:.17g}, min {loss['min']:.17g} at 50, "
        f"max {loss['max']:.17g} at 0, mean {loss['mean']:.17g} of 100",
        "tag a",
        "tag b",
        "note good",
        f"artifact notes.txt ({exp.artifacts[0]['size']} bytes): {exp.artifact_path('notes.txt')}",
        *told[11:14],
    ]
    points = [tuple(map(float, line.split())) for line in told[11:]]
    sampled = exp.history("loss", most=10)
    assert points == list(zip(sampled.steps.tolist(), sampled.values.tolist(), strict=True))
    assert (50.0, 0.25) in points
    assert points[-1] == (99.0, 48.5**2)


def test_an_error_is_one_line(project: Path) -> None:
    program = build("read", project)
    done = subprocess.run(
        [program, "nothing", "loss"], capture_output=True, text=True, check=False, timeout=200
    )
    assert done.returncode == 1
    line = r".*read\.c:\d+: ExperimentNotFound: .*'nothing'.*\n"
    assert re.fullmatch(line, done.stderr), done.stderr
    for name in [*PROGRAMS, "ranks"]:
        assert r"\\n" not in (EXAMPLES / f"{name}.c").read_text("utf-8"), name


def test_the_page_s_programs_do_what_they_say(project: Path) -> None:
    page = (ROOT / "docs" / "c.md").read_text("utf-8")
    first, *others = re.findall(r"```c\n(.*?)```", page, re.DOTALL)
    assert len(others) == 2
    functions = [
        f"static int part{place}(et_experiment *experiment) {{\n{block}return 0;\n}}\n"
        for place, block in enumerate(others)
    ]
    body = "".join(f"part{place}(experiment);\n" for place in range(len(others)))
    source = project / "page.c"
    source.write_text(
        f"#include <stdio.h>\n{first.splitlines()[0]}\n{''.join(functions)}int main(void) {{\n"
        + "\n".join(first.splitlines()[1:])
        + '\nif (et_experiment_start(NULL, "page", NULL, &experiment)) return 2;\n'
        + 'et_experiment_log_metric(experiment, "loss", 0.5, 3);\n'
        + 'et_experiment_save_bytes(experiment, "a.txt", "a", 1, NULL);\n'
        + body
        + "et_experiment_free(experiment);\nreturn 0;\n}\n",
        "utf-8",
    )
    unset = ["-Wno-uninitialized", "-Wno-maybe-uninitialized"]
    told = output(polyglot.compile_c(source, project / "page", *STRICT, *unset)).splitlines()
    exp = load_experiment("page")
    assert told == ["running: 0.5, at best 0.5 at step 3", str(exp.artifact_path("a.txt"))]
    assert load_experiment("xgboost-v1").params == {"n_estimators": 100}
    assert exp.metrics.summary["diagonal"]["count"] == 64


def test_the_best_of_a_project_is_found(project: Path) -> None:
    output(build("children", project))
    with track_experiment("user", capture=False) as exp:
        exp.use_artifact("euler/0003", "trajectory.csv")
        exp.log_param("dt", "none")
    told = output(build("best", project)).splitlines()
    assert told[0] == "increment 42: 0042-recommendation-model"
    assert "euler/0003: dt 0.0625" in told
    place = told.index("euler/0003: dt 0.0625")
    assert told[place + 1 : place + 3] == [
        "  produced by 0003",
        "  used by user",
    ]
    assert "user: the parameter 'dt' is text, not a double" in told
    assert told[-1].startswith("best of "), told
    assert os.path.basename(told[-1].split(": ")[1].split(",")[0]).startswith("000")

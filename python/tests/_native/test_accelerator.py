"""The extension behaves as the Python it stands in for, and is there where it can be built."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from conftest import Run
from support.c_header import ROOT

ODD_CALLS = r"""
import enum, inspect, math, pathlib, warnings
from specweave import load_experiment, track_experiment
from specweave_ml.tracking.experiment import Experiment

class Colour(str, enum.Enum):
    RED = "red"

class Text(str):
    pass

CALLS = [
    (("k", 1.0), {}), (("k", 2.0, 7), {}), (("k", 3.0), {"step": 3}), (("k",), {"value": 4.0}),
    ((), {"key": "k", "value": 5.0, "step": 9}), (("k", 6.0, None), {}), (("k", 7), {}),
    (("k", True), {}), (("k", math.nan), {}), (("k", -math.inf, -5), {}), (("k", 2**63), {}),
    (("k", 1.0, 2**63), {}), (("k", 1.0, -(2**63)), {}), (("k", 1.0, 1.5), {}),
    (("k", 1.0, 2.0), {}),
    (("k", "text"), {}), (("k", None), {}), (("", 1.0), {}), ((b"bytes", 1.0), {}), ((5, 1.0), {}),
    (("nul\0l", 1.0), {}), (("\ud800", 1.0), {}), ((Colour.RED, 1.0), {}), ((Text("sub"), 1.0), {}),
    ((pathlib.Path("p"), 1.0), {}), (("k", 1.0, True), {}), ((None, 1.0), {}), (([], 1.0), {}),
    ((), {}), (("k",), {}), (("k", 1.0, 1, 1), {}), (("k", 1.0), {"stop": 1}),
    (("k", 1.0, 1), {"step": 2}), (("k", 1.0), {"value": 2.0}), (("\u6a21\u578b", 1.0), {}),
]
exp = track_experiment("odd", capture=False)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for _ in range(400):  # the loop is hot when the odd calls come
        exp.log_metric("k", 0.5)
    for _ in range(3):
        for positional, named in CALLS:
            try:
                print(exp.log_metric(*positional, **named))
            except Exception as error:
                print(type(error).__name__, str(error).removeprefix("Experiment."). \
                    removeprefix("MetricCalls."))
    TOGETHER = [
        (({"k": 1.0, "j": 0.1},), {}), (({"k": 1.0},), {"step": 3}), (({"k": 1.0}, -4), {}),
        ((), {"k": 1.0}), (({"k": 1.0},), {"j": 2.0}), (({"k": 1, "j": True},), {}), (({},), {}),
        (({"nul\0l": 1.0, "k": 2.0},), {}), (({"": 1.0, "k": 1.0},), {}), (({5: 1.0},), {}),
        (({"k": "text", "j": 1.0},), {}), ((None,), {}), (({"k": 1.0}, 1.5), {}), ((5,), {}),
        (({f"many/{n}": 0.5 for n in range(100)},), {}), (({"k": 1.0}, 1, 1), {}), ((), {}),
        (([("k", 1.0)],), {}), (({"k": 1.0},), {"step": 2**63}), (({"\ud800": 1.0},), {}),
    ]
    for _ in range(3):
        for positional, named in TOGETHER:
            try:
                print(exp.log_metrics(*positional, **named))
            except Exception as error:
                print(type(error).__name__, str(error).removeprefix("Experiment."). \
                    removeprefix("MetricCalls."))
    print(sorted(str(warning.message) for warning in caught))
print(list(inspect.signature(Experiment.log_metric).parameters))
print(list(inspect.signature(Experiment.log_metrics).parameters))
exp.close()
try:
    print(exp.log_metric("k", 1.0))
except Exception as error:
    print(type(error).__name__, error)
read = load_experiment("odd")
print(len(read.metrics))
for key in ("k", "bytes", "5", "red", "sub", "p", "nul\0l", "j", "many/99", "\u6a21\u578b"):
    history = read.history(key)
    print(ascii(key), history.steps.tolist(), list(map(str, history.values.tolist())))
print(read.dropped)
"""


def test_it_is_there_where_it_can_be_built() -> None:
    headers = Path(sysconfig.get_path("include"), "Python.h").is_file()
    found = importlib.util.find_spec("specweave_ml._native._accelerator")
    assert (found is not None) == headers


def test_it_is_left_out_if_told_so(run: Run) -> None:
    program = (
        "from specweave_ml.tracking.experiment import Experiment\n"
        "print(type(Experiment.log_metric).__name__)\n"
    )
    assert run(program, SPECWEAVE_ACCELERATOR="off").stdout == "function\n"
    found = importlib.util.find_spec("specweave_ml._native._accelerator")
    expected = "function\n" if found is None else "method_descriptor\n"
    assert run(program).stdout == expected


def test_the_tests_of_logging_pass_without_it(tmp_path: Path) -> None:
    tests = ["tracking/test_log_metric.py", "_native/test_threads.py", "values/test_values.py"]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-c", str(ROOT / "python" / "pyproject.toml")]
        + [f"--basetemp={tmp_path / 'inner'}", f"--rootdir={ROOT}", "-p", "no:cacheprovider"]
        + [str(ROOT / "python" / "tests" / name) for name in tests],
        env={**os.environ, "SPECWEAVE_ACCELERATOR": "off"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


def test_odd_calls_do_the_same_with_and_without_it(run: Run, experiments: Path) -> None:
    results: list[subprocess.CompletedProcess[str]] = []
    for choice in ("on", "off"):
        results.append(run(ODD_CALLS, SPECWEAVE_ACCELERATOR=choice))
        (experiments / "odd").rename(experiments.parent / f"odd-{choice}")
    for result in results:
        assert result.returncode == 0, result.stderr
    with_it, without_it = (result.stdout.splitlines() for result in results)
    assert with_it == without_it
    assert len(with_it) > 100

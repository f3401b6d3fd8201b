"""Importing and using the package changes nothing in the host process."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import specweave
import specweave_ml
from conftest import Run
from specweave import _import_conflicts, _other_skills
from specweave_ml import public

SNAPSHOT = """
import locale, logging, os, pathlib, random, signal, sys, threading

sys.modules["numpy"] = None  # it starts threads of its own

def snapshot():
    status = pathlib.Path("/proc/self/status").read_text()
    facts = dict(line.split(":", 1) for line in status.splitlines())
    # The C library itself handles signal 33 as soon as there are threads.
    own = ~(1 << 32)
    return {
        "signals": [int(facts[name], 16) & own for name in ("SigBlk", "SigIgn", "SigCgt")],
        "handlers": [signal.getsignal(number) for number in range(1, signal.NSIG)],
        "umask": facts["Umask"],
        "cwd": os.getcwd(),
        "locale": locale.setlocale(locale.LC_ALL),
        "environment": dict(os.environ),
        "threads": threading.active_count(),
        "tasks": len(os.listdir("/proc/self/task")),
        "random": random.getstate(),
        "logging": (logging.root.handlers[:], logging.root.level),
        "hooks": (sys.excepthook, sys.exit, sys.displayhook, threading.excepthook),
        "recursion": sys.getrecursionlimit(),
        "files": sorted(os.listdir("/proc/self/fd")),
    }

before = snapshot()
"""


@pytest.mark.parametrize(
    "use",
    [
        "import specweave",
        "from specweave import track_experiment",
        """
from specweave import track_experiment, load_experiment, compare_experiments
exp = track_experiment("host")
exp.log_metric("x", 1.0)
exp.finish()
load_experiment("host").history("x")
compare_experiments()
exp.close()
del exp
import gc; gc.collect()
""",
    ],
    ids=["import", "from", "use"],
)
def test_host_is_as_it_was(run: Run, use: str) -> None:
    result = run(
        SNAPSHOT
        + use
        + """
import time
for _ in range(5000):
    after = snapshot()
    if after["tasks"] == before["tasks"]: break
    time.sleep(0.02)
changed = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
assert not changed, changed
"""
    )
    assert result.returncode == 0, result.stderr


def test_import_loads_no_library_and_no_other_package(run: Run) -> None:
    result = run(
        """
        import sys
        from pathlib import Path
        before = set(sys.modules)
        from specweave import track_experiment
        new = {name.partition(".")[0] for name in set(sys.modules) - before}
        foreign = new - set(sys.stdlib_module_names) - {"specweave", "specweave_ml"}
        assert not foreign, foreign
        assert "libexperimenttracker" not in Path("/proc/self/maps").read_text()
        """
    )
    assert result.returncode == 0, result.stderr


def test_import_leaves_out_what_only_some_programs_need(run: Run) -> None:
    heavy = ["inspect", "traceback", "html", "dataclasses", "logging", "subprocess", "socket"]
    result = run(
        f"""
        import sys
        for name in {heavy}:
            sys.modules.pop(name, None)  # the environment may have imported it before
        from specweave import track_experiment
        print(sorted(set({heavy}) & set(sys.modules)))
        """
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "[]\n"


def test_the_first_point_imports_only_what_it_needs(run: Run) -> None:
    result = run(
        """
        import sys
        before = set(sys.modules)
        from specweave import track_experiment
        exp = track_experiment("first", capture=False)
        exp.log_metric("x", 1.0)
        known = {"asyncio", "inspect", "logging", "multiprocessing", "platform", "subprocess"}
        known |= {"numpy", "pandas", "tqdm", "traceback", "specweave_ml.tracking.forwarding"}
        print(sorted(known & (set(sys.modules) - before)))
        """
    )
    assert (result.returncode, result.stdout) == (0, "[]\n"), result.stderr


def test_public_names_are_all_there_and_the_same() -> None:
    for name in public.NAMES:
        assert getattr(specweave, name) is getattr(specweave_ml, name)
    assert set(vars(specweave)["__all__"]) == {*public.NAMES, "__version__"}
    assert set(dir(specweave)) == set(vars(specweave)["__all__"])
    assert specweave.__version__ == specweave_ml.__version__


def test_every_public_name_is_documented() -> None:
    for name in public.NAMES:
        assert getattr(specweave, name).__doc__, name


def test_the_types_know_every_public_name_and_where_it_is() -> None:
    stub = Path(specweave.__file__).with_name("__init__.pyi")
    listed = {
        name.asname: (statement.module, name.name)
        for statement in ast.parse(stub.read_text(encoding="utf-8")).body
        if isinstance(statement, ast.ImportFrom)
        for name in statement.names
    }
    table = {name: (f"specweave_ml.{module}", name) for name, module in public.NAMES.items()}
    assert listed == table


@pytest.mark.parametrize(("name", "skill"), _other_skills.SKILL_OF.items())
def test_sibling_says_where_it_belongs(name: str, skill: str) -> None:
    with pytest.raises(AttributeError, match=skill):
        getattr(specweave, name)
    with pytest.raises(ImportError, match="not part of this package"):
        exec(f"from specweave import {name}")  # noqa: S102 - the statement under test


def test_unknown_name_is_unknown() -> None:
    assert not hasattr(specweave, "no_such_name")
    with pytest.raises(ImportError, match="cannot import name"):
        exec("from specweave import no_such_name")  # noqa: S102 - the statement under test


def test_unrelated_package_of_the_same_name_is_named(tmp_path: Path) -> None:
    (tmp_path / "gherkin").mkdir()
    files = _import_conflicts.foreign_files([str(tmp_path)])
    assert files == [str(tmp_path / "gherkin")]
    assert "pip uninstall specweave" in _import_conflicts.message(files)
    assert _import_conflicts.foreign_files(specweave.__path__) == []

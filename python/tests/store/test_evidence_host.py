"""Importing and using the package changes nothing in the process that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Run

SNAPSHOT = """
import atexit, faulthandler, gc, locale, logging, os, random, resource, signal, sys, threading
import warnings, time
import numpy

def descriptors():
    links = (f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd"))
    return sorted(os.readlink(link) for link in links if os.path.lexists(link))

def snapshot():
    os.umask(mask := os.umask(0))
    with open("/proc/self/status") as file:
        status = dict(line.split(":\\t", 1) for line in file if ":\\t" in line)
    # The C library catches two signals of its own, 32 and 33, from the first thread on.
    status["SigCgt"] = hex(int(status["SigCgt"], 16) & ~(3 << 31))
    return {
        "signals": {name: status[name] for name in ("SigBlk", "SigIgn", "SigCgt")},
        "handlers": [signal.getsignal(number) for number in signal.valid_signals()],
        "wakeup": signal.set_wakeup_fd(-1),
        "threads": status["Threads"],
        "python threads": threading.enumerate(),
        "descriptors": descriptors(),
        "folder": os.getcwd(),
        "umask": mask,
        "environment": dict(os.environ),
        "locale": [locale.setlocale(kind) for kind in range(7)],
        "random": random.getstate(),
        "numpy random": numpy.random.get_state()[1].tolist(),
        "root logger": (logging.root.level, list(logging.root.handlers), logging.root.disabled),
        "limits": [resource.getrlimit(kind) for kind in range(16)],
        "priority": os.getpriority(os.PRIO_PROCESS, 0),
        "hooks": (sys.excepthook, threading.excepthook, sys.unraisablehook, sys.displayhook),
        "exit": sys.exit,
        "path": list(sys.path),
        # One that waits for MLflow stays: a path to an increment is then a tracking URI.
        "import hooks": (
            [one for one in sys.meta_path if "specweave_ml" not in type(one).__module__],
            list(sys.path_hooks),
        ),
        "recursion": sys.getrecursionlimit(),
        "switch": sys.getswitchinterval(),
        "warnings": (list(warnings.filters), warnings.showwarning),
        "garbage": (gc.get_threshold(), gc.isenabled(), list(gc.callbacks)),
        "tracing": (sys.gettrace(), sys.getprofile()),
        "faulthandler": faulthandler.is_enabled(),
    }

def changes(before):
    after = snapshot()
    return {name: (value, after[name]) for name, value in before.items() if value != after[name]}
"""

IMPORT = """
before = snapshot()
import specweave
import specweave_ml
print(changes(before))
"""

USE = """
before = snapshot()
from specweave import compare_experiments, list_experiments, load_experiment, track_experiment

def use(name):
    with track_experiment(name, params={"x": 1}, tags=["t"]) as exp:
        exp.log_metrics({"loss": 0.5, "accuracy": 0.9})
        exp.log_note("note")
        exp.save_artifact("weights.npy", numpy.zeros(3))
    exp.close()

use("first")
exp = track_experiment("second")
exp.log_metric("loss", 0.1)
exp.finish()
exp.close()
try:
    with track_experiment("third") as exp:
        raise ValueError
except ValueError:
    exp.close()
compare_experiments().close()
for exp in list_experiments():
    loaded = load_experiment(exp.path)
    loaded.history("loss") if "loss" in loaded.metrics else None
    loaded.close()
del exp, loaded
gc.collect()
deadline = time.monotonic() + 100
while threading.active_count() > 1 and time.monotonic() < deadline:
    time.sleep(0.01)
print(changes(before))
"""


def test_importing_changes_nothing(run: Run) -> None:
    done = run(SNAPSHOT + IMPORT)

    assert (done.stdout, done.stderr) == ("{}\n", "")


def test_using_changes_nothing_that_stays(run: Run) -> None:
    done = run(SNAPSHOT + USE, SPECWEAVE_QUIET="1")

    assert (done.stdout, done.stderr) == ("{}\n", "")


def test_the_snapshot_sees_changes(run: Run) -> None:
    code = "before = snapshot()\nos.environ['X'] = '1'\nsignal.signal(10, lambda *_: 0)\n"
    done = run(SNAPSHOT + code + "print(sorted(changes(before)))")

    assert done.stdout == "['environment', 'handlers', 'signals']\n"

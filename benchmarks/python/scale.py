"""Does the work stay linear, and the memory flat? Many experiments, and many points in one.

    python benchmarks/python/scale.py experiments /tmp/many --count 10000
    python benchmarks/python/scale.py points /tmp/long --count 100000000

makes a store in the folder, if it is not there yet, and reads it in processes of their own. A
hundred million points take about 5 GB of disk.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

INCREMENT = "0042-scale"
MEMORY = Path("/dev/shm")  # noqa: S108
METRICS = ("accuracy", "precision", "recall", "f1", "auc")
PIECE = 1_000_000


def expect(is_so: bool) -> None:
    """Stop where the work was not done: its time would say nothing."""
    if not is_so:
        raise SystemExit("the store does not hold what was asked for; give another folder")


def make_experiments(count: int) -> None:
    """Experiments with four params and five metrics, each started and finished as any other."""
    from specweave_ml import track_experiment

    for number in range(count):
        with track_experiment(f"run-{number:06d}", INCREMENT, capture=False) as experiment:
            experiment.log_params(
                {"depth": number % 12, "lr": 0.1 / (1 + number % 7), "model": "xgboost", "seed": 7}
            )
            for place, metric in enumerate(METRICS):
                experiment.log_metric(metric, 0.5 + (number * (7919 + place) % 1000) / 2511)


def list_all(count: int) -> None:
    """List them, and look at one."""
    from specweave_ml import list_experiments

    experiments = list_experiments(INCREMENT)
    expect(len(experiments) == count)
    expect(experiments[-1].metrics["auc"] > 0)


def read_all(count: int) -> None:
    """List them, and look at each."""
    from specweave_ml import list_experiments

    expect(sum(one.metrics["auc"] > 0 for one in list_experiments(INCREMENT)) == count)


def frame_all(count: int) -> None:
    """List them as a DataFrame."""
    from specweave_ml import list_experiments

    frame = list_experiments(INCREMENT).to_dataframe()
    expect(len(frame) == count and bool((frame["metrics.auc"] > 0).all()))


def compare_all(count: int) -> None:
    """Compare them, and name the best."""
    from specweave_ml import compare_experiments

    comparison = compare_experiments(INCREMENT, sort_by="auc", write=False)
    expect(len(comparison) == count)
    expect(comparison.best is not None)


def make_points(count: int) -> None:
    """One metric, a million points in a call."""
    import numpy

    from specweave_ml import track_experiment

    values = numpy.random.default_rng(1).random(PIECE)
    with track_experiment("long", INCREMENT, capture=False) as experiment:
        for start in range(0, count, PIECE):
            experiment.log_series("loss", values[: count - start])
        expect(experiment.metrics.summary["loss"]["count"] == count)


def summarise(count: int) -> None:
    """What is known of the metric, from the event file alone."""
    from specweave_ml import load_experiment

    experiment = load_experiment("long", INCREMENT)
    for view in ("params.json", "metrics.json", "metadata.yaml", ".summary.json"):
        (experiment.path / view).unlink(missing_ok=True)
    expect(load_experiment("long", INCREMENT).metrics.summary["loss"]["count"] == count)


def read_points(count: int) -> None:
    """All points, a million at a time."""
    from specweave_ml import load_experiment

    blocks = load_experiment("long", INCREMENT).history_blocks("loss", PIECE)
    expect(sum(block.values.size for block in blocks) == count)


def measured(work: Callable[[int], None], count: int) -> None:
    """Do the work here and print how long it took and the most memory this process ever had."""
    from specweave_ml._native.library import library

    library()
    if work in (make_points, read_points, summarise):
        import numpy  # noqa: F401
    if work is frame_all:
        import pandas  # noqa: F401
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, busy = time.perf_counter(), time.process_time()
    work(count)
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{work.__name__:<17}{count:>12,} {seconds:>9.2f} s {busy:>9.2f} s of processor"
        f" {seconds / count * 1e6:>9.3f} µs each {peak / 1024:>6.0f} MB at most,"
        f" {start / 1024:.0f} at the start"
    )


SUBJECTS: dict[str, tuple[Callable[[int], None], tuple[Callable[[int], None], ...]]] = {
    "experiments": (make_experiments, (list_all, read_all, frame_all, compare_all)),
    "points": (make_points, (read_points, summarise)),
}


def main() -> None:
    """Make the store, then read it in other processes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("subject", choices=SUBJECTS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument(
        "--cold", action="store_true", help="empty the page cache before each; asks for root"
    )
    parser.add_argument("--work", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    make, readers = SUBJECTS[chosen.subject]
    if chosen.work:
        measured({work.__name__: work for work in (make, *readers)}[chosen.work], chosen.count)
        return
    environment = {**os.environ, "SPECWEAVE_QUIET": "1"}

    def run(work: Callable[[int], None], root: Path) -> None:
        command = [sys.executable, __file__, chosen.subject, str(root), "--work", work.__name__]
        subprocess.run(
            [*command, "--count", str(chosen.count)],
            check=True,
            cwd=root,
            env={**environment, "SPECWEAVE_ROOT": str(root)},
        )

    store = chosen.folder / ".specweave"
    if not store.exists():
        chosen.folder.mkdir(parents=True, exist_ok=True)
        if make is make_experiments and MEMORY.is_dir():
            # Thousands of file syncs would be measured, and they are not what is asked here.
            with tempfile.TemporaryDirectory(dir=MEMORY) as memory:
                run(make, Path(memory))
                shutil.copytree(Path(memory) / ".specweave", store)
        else:
            run(make, chosen.folder)
    for _ in range(chosen.repeat):
        for work in readers:
            if chosen.cold:
                os.sync()
                Path("/proc/sys/vm/drop_caches").write_text("3", encoding="ascii")
            run(work, chosen.folder)


if __name__ == "__main__":
    main()

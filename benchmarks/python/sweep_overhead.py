"""What a tracked search costs more than scikit-learn's own, and what it leaves on the disk.

.venv/bin/python benchmarks/python/sweep_overhead.py                      300 combinations
.venv/bin/python benchmarks/python/sweep_overhead.py --combinations 20    a quick look

The fits take their time asleep, so that every difference is ours. Both searches run twice, in
turns; the shorter time of each counts. Run it on an otherwise idle machine.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import GridSearchCV

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from trackbench import machine

from specweave import compare_experiments, track_grid_search

X = np.random.default_rng(0).normal(size=(100, 4))
Y = (X[:, 0] > 0).astype(int)


class Asleep(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Takes its time and learns nothing."""

    def __init__(self, a: int = 0, b: int = 0, seconds: float = 0.1) -> None:
        self.a = a
        self.b = b
        self.seconds = seconds

    def fit(self, X: Any, y: Any) -> Asleep:  # noqa: N803
        """Sleep."""
        time.sleep(self.seconds)
        self.classes_ = np.unique(y)
        return self

    def predict(self, X: Any) -> Any:  # noqa: N803
        """Depends on the parameters."""
        return (X[:, 0] > (self.a - self.b) / 50).astype(int)


def main() -> None:
    """Measure and print."""
    options = arguments()
    grid = {"a": list(range(10)), "b": list(range(max(1, options.combinations // 10)))}
    combinations = 10 * len(grid["b"])
    model = Asleep(seconds=options.seconds)
    with tempfile.TemporaryDirectory(dir=options.work) as work:
        increment = Path(work) / ".specweave" / "increments" / "0042-overhead"
        increment.mkdir(parents=True)

        def plain() -> None:
            GridSearchCV(model, grid, cv=options.folds).fit(X, Y)

        def tracked() -> Any:
            return track_grid_search(model, grid, X, Y, increment, cv=options.folds)[1]

        held: list[list[Path]] = []
        sizes: list[int] = []
        times: dict[str, list[float]] = {"plain": [], "tracked": []}
        for _ in range(options.rounds):
            times["plain"].append(seconds(plain)[0])
            took, results = seconds(tracked)
            times["tracked"].append(took)
            held = [[file for file in child.path.rglob("*") if file.is_file()] for child in results]
            sizes = [sum(file.stat().st_size for file in files) for files in held]
        comparing, _ = seconds(lambda: compare_experiments(increment))
        where = machine.facts(Path(work))
    best = {name: min(values) for name, values in times.items()}
    more = best["tracked"] - best["plain"]
    print(*where.values(), f"scikit-learn {sklearn.__version__}", sep=", ")
    print(f"{combinations} combinations, {options.folds} folds, {options.seconds} s a fit")
    print(f"GridSearchCV        {best['plain']:8.2f} s")
    print(f"track_grid_search   {best['tracked']:8.2f} s")
    each = more / combinations * 1000
    print(f"more                {more / best['plain']:8.1%}   {each:.2f} ms a combination")
    print(f"files a combination {max(map(len, held)):8}   {sum(sizes) / len(sizes):.0f} bytes")
    print(f"compare_experiments {comparing:8.3f} s")


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long it takes, and what it gives."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def arguments() -> argparse.Namespace:
    """What is measured."""
    parser = argparse.ArgumentParser(description="The overhead of a tracked search.")
    parser.add_argument("--combinations", type=int, default=300)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.1, help="of a fit")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--work", type=Path, help="a folder on the disk to measure")
    return parser.parse_args()


if __name__ == "__main__":
    os.environ.setdefault("SPECWEAVE_QUIET", "1")
    main()

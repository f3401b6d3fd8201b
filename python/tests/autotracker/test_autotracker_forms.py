"""`AutoTracker` on every form of function, and wherever Python code lives."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest

from conftest import Run
from specweave import AutoTracker, current_experiment, load_experiment
from support import polyglot
from support.c_header import ROOT

tracker = AutoTracker(increment="0042", capture=False)


def current() -> Any:
    return current_experiment()


class Trainer:
    def __init__(self, rate: float) -> None:
        self.rate = rate

    @tracker.track(name="method")
    def fit(self, epochs: int = 2) -> float:
        loss = self.rate / epochs
        return loss  # noqa: RET504 - the name is what is under test

    @tracker.track(name="static")
    @staticmethod
    def evaluate(threshold: float = 0.5) -> float:
        recall = threshold * 2
        return recall  # noqa: RET504

    @tracker.track(name="class")
    @classmethod
    def build(cls, rate: float = 0.25) -> Trainer:
        return cls(rate)


def test_methods_leave_out_the_instance() -> None:
    trainer = Trainer(0.5)

    assert trainer.fit() == 0.25
    assert load_experiment("method").params == {"epochs": 2}
    assert load_experiment("method").metrics == {"loss": 0.25}
    assert Trainer.evaluate(0.25) == 0.5
    assert load_experiment("static").params == {"threshold": 0.25}
    assert load_experiment("static").metrics == {"recall": 0.5}
    assert Trainer.build().rate == 0.25
    assert load_experiment("class").params == {"rate": 0.25}


def test_function_keeps_its_name_text_and_kind() -> None:
    @tracker.track
    def train(depth: int = 3) -> int:
        """Train it well.

        And more.
        """
        return depth

    assert train.__name__ == "train"
    assert (train.__doc__ or "").startswith("Train it well.")
    assert str(inspect.signature(train)) == "(depth: 'int' = 3) -> 'int'"
    train()
    assert "Train it well." in (load_experiment("train").path / "metadata.yaml").read_text()


def test_coroutines_run_together_and_keep_apart() -> None:
    @tracker.track(name="async")
    async def train(wait: float) -> dict[str, float]:
        await asyncio.sleep(wait)
        around = current_experiment()
        assert around is not None
        around.log_note(f"waited {wait}")
        return {"loss": wait}

    async def both() -> Any:
        return await asyncio.gather(train(0.02), train(0.01))

    assert inspect.iscoroutinefunction(train)
    assert asyncio.run(both()) == [{"loss": 0.02}, {"loss": 0.01}]
    second = load_experiment("async").path
    for folder in (second.with_name("async"), second):
        found = load_experiment(folder)
        assert found.metrics["loss"] == found.params["wait"]
        assert found.notes == [f"waited {found.params['wait']}"]


def test_cancelled_coroutine_is_interrupted() -> None:
    @tracker.track(name="cancelled")
    async def train() -> None:
        await asyncio.sleep(6000)

    async def cancel() -> None:
        task = asyncio.ensure_future(train())
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert load_experiment("cancelled").status == "interrupted"


def test_generator_is_tracked_until_it_ends() -> None:
    @tracker.track(name="generator")
    def train(epochs: int) -> Generator[int, str | None, dict[str, float]]:
        for epoch in range(epochs):
            around = current_experiment()
            assert around is not None
            around.log_metric("loss", 1.0 / (epoch + 1))
            got = yield epoch
            if got:
                around.log_note(got)
        return {"auc": 0.75}

    running = train(2)
    assert next(running) == 0
    assert current() is None
    assert load_experiment("generator").status == "running"
    assert running.send("hello") == 1
    with pytest.raises(StopIteration) as end:
        next(running)
    assert end.value.value == {"auc": 0.75}
    found = load_experiment("generator")
    assert found.status == "completed"
    assert list(found.history("loss").values) == [1.0, 0.5]
    assert found.metrics["auc"] == 0.75
    assert found.notes == ["hello"]


def test_generator_left_early_or_failing() -> None:
    @tracker.track(name="left")
    def train() -> Iterator[int]:
        try:
            yield 1
            yield 2
        except KeyError:
            yield 3

    running: Any = train()
    next(running)
    running.close()
    assert load_experiment("left").status == "completed"

    running = train()
    next(running)
    assert running.throw(KeyError("seen inside")) == 3
    with pytest.raises(ValueError, match="not seen"):
        running.throw(ValueError("not seen"))
    assert load_experiment("left").status == "failed"


def test_asynchronous_generator_is_tracked_until_it_ends() -> None:
    @tracker.track(name="stream")
    async def train(epochs: int) -> AsyncIterator[int]:
        for epoch in range(epochs):
            await asyncio.sleep(0)
            around = current_experiment()
            assert around is not None
            around.log_metric("loss", epoch)
            yield epoch

    async def use() -> list[int]:
        seen = []
        async for epoch in train(3):
            assert current() is None
            seen.append(epoch)
        return seen

    assert asyncio.run(use()) == [0, 1, 2]
    found = load_experiment("stream")
    assert found.status == "completed"
    assert list(found.history("loss").values) == [0, 1, 2]


SCRIPT = """
from specweave import AutoTracker
tracker = AutoTracker(increment="0042", capture=False)
@tracker.track(name="{name}")
def train(depth=3):
    auc = 0.5 * depth
    return auc, 7
print(train())
"""


def test_without_source_numbers_are_named_by_position(project: Path) -> None:
    code = f"exec({SCRIPT.format(name='no-source')!r})"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=False
    )
    assert result.stdout == "(1.5, 7)\n", result.stderr
    assert load_experiment("no-source").metrics == {"result_0": 1.5, "result_1": 7}


def test_under_python_minus_c_it_works(project: Path) -> None:
    code = SCRIPT.format(name="dash-c")
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=False
    )
    assert result.stdout == "(1.5, 7)\n", result.stderr
    assert list(load_experiment("dash-c").metrics.values()) == [1.5, 7]


def test_in_a_notebook_cell_the_source_is_that_of_the_cell() -> None:
    cells = [SCRIPT.format(name="cell"), SCRIPT.format(name="cell").replace("auc", "f1")]
    v4: Any = nbformat.v4
    book = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(book, kernel_name="python3", timeout=200).execute()

    newest = load_experiment("cell")
    assert newest.metrics == {"f1": 1.5, "result_1": 7}
    assert load_experiment(newest.path.parent / "cell").metrics == {"auc": 1.5, "result_1": 7}


def test_pickled_to_the_processes_of_loky(run: Run) -> None:
    result = run(
        textwrap.dedent(
            """
            from joblib import Parallel, delayed
            from specweave import AutoTracker

            tracker = AutoTracker(increment="0042", capture=False)

            @tracker.track(name="parallel")
            def train(depth):
                auc = depth / 4
                return auc

            if __name__ == "__main__":
                print(Parallel(n_jobs=2, backend="loky")(delayed(train)(d) for d in range(4)))
            """
        ),
        warnings="default",
    )
    assert result.stdout == "[0.0, 0.25, 0.5, 0.75]\n", result.stderr
    folders = sorted(load_experiment("parallel").path.parent.glob("parallel*"))
    assert len(folders) == 4
    for folder in folders:
        found = load_experiment(folder)
        assert found.metrics["auc"] == found.params["depth"] / 4


def test_the_example_runs(project: Path) -> None:
    output = polyglot.run([sys.executable, str(ROOT / "examples/python/auto_tracker.py")], project)

    newest = load_experiment("tree")
    assert newest.path.name == "tree-3"
    assert newest.params["max_depth"] == 6
    assert newest.metrics.keys() == {"accuracy", "f1"}
    assert "mean radius" in newest.facts["data"]["X_train"]["columns"]
    assert "Accuracy" in output

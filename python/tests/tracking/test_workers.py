"""Workers that import the user's program for its functions start no runs of their own."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import PATIENCE, Run
from specweave import load_experiment

TOP = """
import multiprocessing as mp
import os
import sys
from specweave import list_experiments, track_experiment

exp = track_experiment("train", capture=False)
exp.log_param("lr", 0.1)

def work(number):
    exp.log_metric("inner", number)
    return number * exp.params["lr"]
"""
POOLS = {
    "Pool, spawn": """
        with mp.get_context("spawn").Pool(2) as pool:
            found = pool.map(work, range(4))
        """,
    "Pool, forkserver": """
        with mp.get_context("forkserver").Pool(2) as pool:
            found = pool.map(work, range(4))
        """,
    "ProcessPoolExecutor, spawn": """
        from concurrent.futures import ProcessPoolExecutor
        with ProcessPoolExecutor(2, mp_context=mp.get_context("spawn")) as pool:
            found = list(pool.map(work, range(4)))
        """,
    "ProcessPoolExecutor, forkserver": """
        from concurrent.futures import ProcessPoolExecutor
        with ProcessPoolExecutor(2, mp_context=mp.get_context("forkserver")) as pool:
            found = list(pool.map(work, range(4)))
        """,
    "Process": """
        queue = mp.get_context("spawn").SimpleQueue()
        process = mp.get_context("spawn").Process(target=put, args=(queue,))
        process.start()
        found = queue.get()
        process.join()
        assert process.exitcode == 0
        """,
    "torch DataLoader": """
        from torch.utils.data import DataLoader
        loader = DataLoader(range(4), 1, num_workers=2, collate_fn=first,
                            multiprocessing_context="spawn")
        found = list(loader)
        """,
}
FUNCTIONS = """
def put(queue):
    queue.put([work(number) for number in range(4)])

def first(numbers):
    return work(numbers[0])
"""


def indented(code: str) -> str:
    lines = code.strip("\n").splitlines()
    margin = len(lines[0]) - len(lines[0].lstrip())
    return "".join(f"    {line[margin:]}\n" for line in lines)


@pytest.mark.parametrize("pool", POOLS)
def test_a_run_at_the_top_of_the_program_starts_once(run: Run, pool: str) -> None:
    program = TOP + FUNCTIONS + '\nif __name__ == "__main__":\n' + indented(POOLS[pool])
    program += "    exp.finish()\n"
    program += "    assert found == [0.0, 0.1, 0.2, 0.1 * 3], found\n"
    program += "    print([one.path.name for one in list_experiments(children=True)])\n"
    result = run(program, warnings="default")
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "['train']"
    assert load_experiment("train").status == "completed"
    assert load_experiment("train").params == {"lr": 0.1}
    # Once, but again if the worker that said it was over before the other one began.
    assert result.stderr.count("'train' is not started again in") in (1, 2), result.stderr


@pytest.mark.parametrize("how", ["Pool", "loky"])
def test_a_module_that_is_imported_for_its_function_starts_none(
    run: Run, project: Path, how: str
) -> None:
    (project / "train.py").write_text(TOP)
    result = run(
        f"""
        import multiprocessing as mp
        if __name__ == "__main__":
            from joblib import Parallel, delayed
            from specweave import list_experiments
            import train
            if {how!r} == "Pool":
                with mp.get_context("spawn").Pool(2) as pool:
                    found = pool.map(train.work, range(4))
            else:
                found = Parallel(2)(delayed(train.work)(number) for number in range(4))
            assert found == [0.0, 0.1, 0.2, 0.1 * 3], found
            train.exp.finish()
            print([one.path.name for one in list_experiments(children=True)])
        """,
        warnings="default",
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "['train']"


def test_whatever_starts_runs_at_the_top_starts_none_in_a_worker(run: Run) -> None:
    result = run(
        """
        import multiprocessing as mp
        from sklearn.datasets import load_iris
        from sklearn.model_selection import GridSearchCV
        from sklearn.tree import DecisionTreeClassifier
        from specweave import (
            AutoTracker, ExperimentPipeline, autolog, list_experiments, load_experiment,
            register_tracking_backend, track_cross_validation, track_experiment, track_grid_search,
        )

        @register_tracking_backend
        class Told:
            def __init__(self):
                with open("told.txt", "a") as file:
                    file.write("started ")
            def log_metric(self, key, value):
                pass

        X, y = load_iris(return_X_y=True)
        with track_experiment("study", capture=False) as study:
            with track_experiment("child", parent=study, capture=False) as child:
                child.log_metric("a", 1)
        again = track_experiment("again", resume="allow", capture=False)
        again.log_metric("b", 1)
        options = {"name": "sweep", "importance": False, "progress": False, "resume": "allow"}
        track_grid_search(DecisionTreeClassifier(), {"max_depth": [1, 2]}, X, y, **options)
        track_cross_validation(DecisionTreeClassifier(), X, y, cv=2, name="folds")
        pipeline = ExperimentPipeline("pipeline", resume="allow")
        with pipeline.stage("first") as stage:
            stage.log_metric("c", 1)
        tracked = AutoTracker().track(name="tracked")(lambda: {"d": 1.0})
        tracked()
        autolog()
        DecisionTreeClassifier().fit(X, y)
        autolog(False)

        def work(number):
            with track_experiment(f"asked-for-{number}", capture=False) as own:
                own.log_metric("e", number)
            with pipeline.stage(f"of-the-worker-{number}") as stage:
                stage.log_metric("c", 2)
            return sorted({str(one.path) for one in list_experiments(children=True)})

        if __name__ == "__main__":
            before = {str(one.path) for one in list_experiments(children=True)}
            count = len(open("told.txt").read().split())
            with mp.get_context("spawn").Pool(1) as pool:
                pool.map(work, [1, 2])
            after = {str(one.path) for one in list_experiments(children=True)}
            print(sorted(path.rpartition("/")[2] for path in after - before))
            print(len(open("told.txt").read().split()) - count)
        """,
        warnings="default",
    )
    assert result.returncode == 0, result.stderr
    # What a worker starts when it is asked to work is not an import.
    assert result.stdout.splitlines() == ["['asked-for-1', 'asked-for-2']", "2"]


def test_a_handle_that_is_passed_to_a_worker_logs_into_the_run(run: Run) -> None:
    result = run(
        TOP
        + """
def pass_on(given):
    given.log_metric("inner", 7)

if __name__ == "__main__":
    with mp.get_context("spawn").Pool(1) as pool:
        pool.map(pass_on, [exp])
    exp.finish()
""",
        warnings="default",
    )
    assert result.returncode == 0, result.stderr
    assert load_experiment("train").metrics == {"inner": 7}


def test_a_module_that_the_user_imports_in_a_worker_may_start_runs(run: Run, project: Path) -> None:
    (project / "train.py").write_text(TOP)
    result = run(
        """
        import multiprocessing as mp, runpy

        def work(number):
            import train
            train.exp.finish()
            runpy.run_path("train.py")["exp"].finish()

        if __name__ == "__main__":
            from specweave import list_experiments
            with mp.get_context("spawn").Pool(1) as pool:
                pool.map(work, [1])
            print(len(list_experiments()))
        """
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "2"


def test_what_a_killed_worker_left_is_removed_by_the_next(project: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    program = """
import sys, time
from specweave import track_experiment
exp = track_experiment("a", capture=False)
print(exp.path, flush=True)
if sys.argv[1:]:
    time.sleep(600)
"""
    environment = {"PATH": "", "TMPDIR": str(temporary), "SPECWEAVE_MODE": "disabled"}
    environment |= {"PYTHONPATH": ":".join(sys.path)}
    command = [sys.executable, "-c", program]
    with subprocess.Popen(
        [*command, "wait"], env=environment, stdout=subprocess.PIPE, text=True
    ) as killed:
        assert killed.stdout is not None
        path = Path(killed.stdout.readline().strip())
        subprocess.run(command, env=environment, check=True, timeout=PATIENCE)
        assert path.exists()  # its process is alive
        killed.send_signal(signal.SIGKILL)
        killed.wait(PATIENCE)
    assert path.exists()
    subprocess.run(command, env=environment, check=True, timeout=PATIENCE)
    assert list(temporary.iterdir()) == []

"""A notebook driven through its kernel: cells run again, interrupts, kernels that end."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from conftest import PATIENCE
from specweave import load_experiment

CELL = """
from specweave import track_experiment
with track_experiment("cell") as exp:
    exp.log_metric("accuracy", 0.5)
exp
"""
LONG = """
import time
with track_experiment("long") as exp:
    exp.log_metric("epoch", 1.0)
    print("inside", flush=True)
    time.sleep(6000)
"""


class Notebook:
    """A kernel and its client."""

    def __init__(self, folder: Path) -> None:
        self.manager = KernelManager()
        self.manager._kernel_spec = KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            language="python",
            display_name="Python",
        )
        self.manager.start_kernel(cwd=str(folder))
        self.manager.shutdown_wait_time = PATIENCE  # it may end as slowly as the machine is
        self.client = self.connect()

    def connect(self) -> Any:
        client = self.manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=PATIENCE)
        return client

    def run(self, code: str) -> list[dict[str, Any]]:
        """Run a cell and give back its outputs."""
        outputs: list[dict[str, Any]] = []
        self.client.execute_interactive(
            code, timeout=PATIENCE, output_hook=lambda message: outputs.append(message)
        )
        return outputs

    def stop(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture
def notebook(project: Path) -> Iterator[Notebook]:
    notebook = Notebook(project)
    yield notebook
    notebook.stop()


pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


def shown(outputs: list[dict[str, Any]], kind: str) -> str:
    data = [output["content"].get("data", {}) for output in outputs]
    return "".join(entry.get(kind, "") for entry in data)


def errors(outputs: list[dict[str, Any]]) -> list[str]:
    return [o["content"]["ename"] for o in outputs if o["msg_type"] == "error"]


def test_cell_run_three_times_makes_three_folders(notebook: Notebook, experiments: Path) -> None:
    for _ in range(2):
        assert errors(notebook.run(CELL)) == []
    outputs = notebook.run(CELL)
    assert errors(outputs) == []
    assert sorted(path.name for path in experiments.glob("cell*")) == ["cell", "cell-2", "cell-3"]
    assert load_experiment("cell").path.name == "cell-3"
    html = shown(outputs, "text/html")
    assert "cell" in html
    assert "completed" in html
    cells = (experiments / "cell-3/environment/code/cells.py").read_text()
    assert "track_experiment" in cells


def test_interrupt_inside_the_block(notebook: Notebook) -> None:
    notebook.run("from specweave import track_experiment")
    message = notebook.client.execute(LONG)
    while notebook.client.get_iopub_msg(timeout=PATIENCE)["content"].get("text") != "inside\n":
        pass
    notebook.manager.interrupt_kernel()
    reply = notebook.client.get_shell_msg(timeout=PATIENCE)
    while reply["parent_header"].get("msg_id") != message:
        reply = notebook.client.get_shell_msg(timeout=PATIENCE)
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert load_experiment("long").status == "interrupted"
    notebook.run('exp.log_note("stopped by hand")')
    assert load_experiment("long").notes == ["stopped by hand"]


def test_failing_cell_fails_its_block_but_no_open_handle(notebook: Notebook) -> None:
    notebook.run('from specweave import track_experiment\nopen = track_experiment("open")')
    outputs = notebook.run('with track_experiment("failing"):\n    1 / 0')
    assert errors(outputs) == ["ZeroDivisionError"]
    assert load_experiment("failing").status == "failed"
    assert load_experiment("open").status == "running"
    notebook.manager.shutdown_kernel()
    assert load_experiment("open").status == "completed"


@pytest.mark.parametrize(("now", "status"), [(False, "completed"), (True, "crashed")])
def test_restart_with_an_open_handle(notebook: Notebook, now: bool, status: str) -> None:
    notebook.run('from specweave import track_experiment\nexp = track_experiment("open")')
    notebook.run('exp.log_metric("x", 1.0)')
    assert load_experiment("open").status == "running"
    notebook.client.stop_channels()
    notebook.manager.restart_kernel(now=now)
    notebook.client = notebook.connect()
    deadline = time.monotonic() + PATIENCE
    while load_experiment("open").status != status and time.monotonic() < deadline:
        time.sleep(0.1)
    assert load_experiment("open").status == status
    outputs = notebook.run(
        'from specweave import track_experiment\nexp = track_experiment("open")\nexp.finish()'
    )
    assert errors(outputs) == []
    assert load_experiment("open").path.name == "open-2"


def test_second_kernel_at_work_on_the_same_experiment(notebook: Notebook, project: Path) -> None:
    notebook.run('from specweave import track_experiment\nexp = track_experiment("shared")')
    notebook.run('exp.log_metric("first", 1.0)')
    second = Notebook(project)
    try:
        outputs = second.run('from specweave import *\ntrack_experiment("shared", resume=True)')
        assert errors(outputs) == ["ExperimentBusyError"]
        second.run('exp = load_experiment("shared")\nexp.log_metric("second", 2.0)')
        outputs = second.run("exp.metrics")
        assert "'first': 1.0, 'second': 2.0" in shown(outputs, "text/plain")
    finally:
        second.stop()
    notebook.run("exp.finish()")
    read = load_experiment("shared")
    assert dict(read.metrics) == {"first": 1.0, "second": 2.0}
    assert read.status == "completed"


def test_what_the_cells_print_is_shown_as_ever_and_recorded(notebook: Notebook) -> None:
    def printed(code: str) -> str:
        outputs = notebook.run(code)
        assert errors(outputs) == []
        return "".join(o["content"].get("text", "") for o in outputs if o["msg_type"] == "stream")

    printed(
        "import sys\nfrom specweave import track_experiment\n"
        "exp = track_experiment('cells', capture=False, capture_output=True)"
    )
    assert printed("print('one', flush=True)") == "one\n"
    assert printed("sys.stderr.write('red\\n'); sys.stderr.flush()") == "red\n"
    printed("exp.finish()")
    assert printed("print('after', flush=True)") == "after\n"
    text = (load_experiment("cells").path / "output.log").read_text("utf-8")
    assert text == "one\nred\n"


REPORTED = """
__session__ = "/home/ada/work/train.ipynb"
from specweave import track_experiment
with track_experiment("whole") as exp:
    pass
exp.save_report()
with track_experiment("bare", capture=("command", "environment")) as exp:
    pass
exp.save_report()
"""


def test_the_report_names_the_cells_that_were_kept(notebook: Notebook, experiments: Path) -> None:
    notebook.run(REPORTED)

    whole = (experiments / "whole" / "report.md").read_text("utf-8")
    bare = (experiments / "bare" / "report.md").read_text("utf-8")
    assert (
        "run the cells of the notebook `train.ipynb` in the order in which they were run: "
        "[environment/code/cells.py](environment/code/cells.py)"
    ) in whole
    assert "run the notebook `train.ipynb`, of which no cells were kept" in bare
    assert "run `notebook`" not in whole + bare

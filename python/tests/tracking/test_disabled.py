"""`SPECWEAVE_MODE=disabled`: the same calls and answers, and nothing is left."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
from specweave import list_experiments, track_experiment
with track_experiment("nothing", increment="0042") as exp:
    exp.log_param("a", 1)
    exp.log_metric("b", 2.0)
    exp.log_note("c")
    exp.save_artifact("d.txt", "d")
assert exp.status == "completed"
assert exp.params == {"a": 1}
assert list(exp.history("b").values) == [2.0]
assert exp.load_artifact("d.txt") == "d"
with track_experiment("parent") as parent:
    with track_experiment("child", parent=parent) as child:
        child.log_metric("b", 1.0)
assert len(list_experiments(children=True)) == 2
print(exp.path)
"""


def test_everything_answers_and_nothing_is_left(project: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    before = sorted(project.rglob("*"))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        cwd=project,
        env={**os.environ, "SPECWEAVE_MODE": "disabled", "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not Path(done.stdout.strip()).exists()
    assert list(temporary.iterdir()) == []
    assert [path for path in sorted(project.rglob("*")) if path != temporary] == before

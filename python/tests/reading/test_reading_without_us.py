"""docs/reading-without-us.md is true: its blocks run where our package cannot be imported."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.c_header import ROOT

WRITER = """
from specweave import track_experiment

for name, accuracy in (("xgboost", 0.97), ("forest", 0.95)):
    with track_experiment(name, tags=["candidate"], params={"max_depth": 6}) as exp:
        for step in range(5):
            exp.log_metric("validation_0/logloss", 1 / (step + 1), step=step)
        exp.log_metrics({"accuracy": accuracy, "f1": accuracy / 2})
        exp.log_note("Trained on Monday.")
        exp.log_histogram("weights", [0, 1, 1], step=4, buckets=2)
        exp.save_artifact("model.txt", "a model")
"""

CHECKS = """
import sys
assert not any(name.startswith("specweave") for name in sys.modules)
assert params == {"max_depth": 6}
assert metrics["accuracy"] == 0.97 and metrics["f1"] == 0.485
assert metadata["status"] == "completed"
assert metadata["tags"] == ["candidate"]
assert [note["text"] for note in metadata["notes"]] == ["Trained on Monday."]
assert {"model.txt": 7}.items() <= {a["path"]: a["size"] for a in metadata["artifacts"]}.items()
points = [(p.step, p.value) for p in reader.Scalars("validation_0/logloss")]
assert [step for step, _ in points] == [0, 1, 2, 3, 4]
assert all(abs(value - 1 / (step + 1)) < 1e-7 for step, value in points)
rows = [row.tolist() for row in make_ndarray(shown[0].tensor)]
assert rows == [[0.0, 0.5, 1.0], [0.5, 1.0, 2.0]]
assert list(table.index) == ["forest", "xgboost"]
assert table.loc["forest", "accuracy"] == 0.95
"""


def blocks() -> list[str]:
    text = (ROOT / "docs/reading-without-us.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def test_every_block_of_the_page_reads_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".specweave/increments/0042-recommendation-model").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    subprocess.run([sys.executable, "-c", WRITER], check=True)
    forbid = "import sys\nsys.modules.update({'specweave': None, 'specweave_ml': None})\n"
    release = "del sys.modules['specweave'], sys.modules['specweave_ml']\n"

    program = forbid + "\n".join(blocks()) + release + CHECKS
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert len(blocks()) == 7
    assert "Trained on Monday." in done.stdout

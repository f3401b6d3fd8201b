"""The examples of docs/wandb.md that need no package, as written there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from specweave_ml import public
from support.c_header import ROOT

load_experiment = public.load("load_experiment")
SECTION = re.compile(r"^## Without the package\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)


def test_the_page(run: Any, project: Path) -> None:
    page = (ROOT / "docs" / "wandb.md").read_text("utf-8")
    section = SECTION.search(page)
    assert section is not None
    printed = []
    for example in re.findall(r"```python\n(.*?)```", section[1], re.DOTALL):
        done = run(example, SPECWEAVE_WANDB="")
        assert done.returncode == 0, done.stderr
        printed.append(done.stdout)
    assert len(printed) == 6
    found = load_experiment("first")
    assert list(found.history("loss").steps)[-1] == 31
    assert list(found.history("val/acc").steps) == [0, 1, 2]
    assert found.params == {"lr": 0.1}
    assert found.facts["wandb.summary"] == {"note": "converged", "val/acc": {"max": 0.7}}
    assert load_experiment("second").metrics["loss"] == 0.5
    media = load_experiment("media").path
    assert (media / "media/charts/matrix_1.png").is_file()
    assert len(list((media / "media/images").iterdir())) == 2
    assert (project / "artifacts/digits:v0/digits.csv").read_text() == "a,b\n1,2\n"
    assert printed[4] == f"first 0.1 {1 / 30} {1 / 30}\n"
    assert printed[5].splitlines()[-1] == "0.1"
    assert "3 trials, 0 failed" in (load_experiment("learning-rates").path / "sweep.md").read_text()

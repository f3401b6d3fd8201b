"""The examples of the document that use Weights & Biases, as written there."""

from __future__ import annotations

import re
from pathlib import Path

from conftest import INCREMENT
from specweave_ml.tracking.lookup import load_experiment
from support.c_header import ROOT
from wandb_mirror.conftest import Program, points

SECTION = re.compile(r"^## With the package\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)


def test_option_3_weights_and_biases(program: Program, project: Path) -> None:
    (project / "model.pkl").write_bytes(b"a model")
    done = program(
        """
        import wandb
        from specweave import configure_wandb

        # Auto-configures W&B project = increment ID
        configure_wandb(increment="0042")

        run = wandb.init(name="xgboost-v1")
        run.log({"auc": 0.87})
        run.log_model("model.pkl")

        assert run.project == "0042-recommendation-model"
        """,
        beginning="",
    )
    assert done.returncode == 0, done.stderr
    # W&B dashboard + local logs in increment folder
    found = load_experiment("xgboost-v1", "0042")
    assert points(found, "auc") == [(0, 0.87)]
    assert found.status == "completed"
    assert len(list(project.rglob("offline-run-*"))) == 1
    contents = (project / ".specweave" / "artifacts").rglob("*")
    assert [path for path in contents if path.is_file() and path.read_bytes() == b"a model"]


def test_option_1_pure_wandb(program: Program) -> None:
    done = program(
        f"""
        import specweave
        import wandb
        wandb.init(project="{INCREMENT}")
        wandb.log({{"auc": 0.8}})
        """,
        beginning="",
        WANDB_MODE="offline",
    )
    assert done.returncode == 0, done.stderr
    found = load_experiment(1, INCREMENT)
    assert (found.name, found.metrics["auc"]) == ("exp-001", 0.8)


def test_option_2_specweave_wrapper(program: Program) -> None:
    done = program(
        """
        from specweave import wandb as sw_wandb

        run = sw_wandb.init(increment="0042", name="xgboost")
        # Syncs to increment folder + W&B dashboard
        run.log({"auc": 0.9})
        """,
        beginning="",
    )
    assert done.returncode == 0, done.stderr
    assert load_experiment("xgboost", "0042").metrics["auc"] == 0.9


def test_the_page(program: Program) -> None:
    section = SECTION.search((ROOT / "docs" / "wandb.md").read_text("utf-8"))
    assert section is not None
    (example,) = re.findall(r"```python\n(.*?)```", section[1], re.DOTALL)
    done = program(example, beginning="")
    assert done.returncode == 0, done.stderr
    found = load_experiment("xgboost-v1")
    assert (found.params, points(found, "auc")) == ({"max_depth": 6}, [(0, 0.87)])

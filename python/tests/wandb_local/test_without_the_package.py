"""What the mirror says, and costs, where Weights & Biases is not installed or not imported."""

from __future__ import annotations

from typing import Any

import pytest

from specweave_ml import public
from specweave_ml.errors import MissingExtraError


def test_configure_wandb_names_both_ways() -> None:
    with pytest.raises(MissingExtraError) as refused:
        public.load("configure_wandb")(increment="0042")
    assert str(refused.value) == (
        "configure_wandb() needs wandb: pip install 'specweave-ml[wandb]'. Without wandb, and "
        "without an account, `import specweave.wandb as wandb` records the same runs"
    )


def test_the_wrapper_records_without_the_package(run: Any) -> None:
    done = run(
        """
        from specweave import load_experiment
        from specweave import wandb as sw_wandb

        run = sw_wandb.init(increment="0042", name="xgboost")
        run.log({"auc": 0.9})
        run.finish()
        assert load_experiment("xgboost", "0042").metrics["auc"] == 0.9
        assert run.project == "0042-recommendation-model"
        """,
        SPECWEAVE_WANDB="local",
    )
    assert done.returncode == 0, done.stderr


def test_importing_specweave_imports_nothing_of_it(run: Any) -> None:
    done = run(
        """
        import sys
        import specweave
        loaded = {name.partition(".")[0] for name in sys.modules}
        assert "wandb" not in loaded
        ours = sorted(name for name in sys.modules if name.startswith("specweave_ml.wandb"))
        assert ours == ["specweave_ml.wandb", "specweave_ml.wandb.waiting"], ours
        assert "specweave_ml.tracking" not in sys.modules
        """
    )
    assert done.returncode == 0, done.stderr

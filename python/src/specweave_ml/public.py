"""The public names, and the module that each lives in; loaded at their first use."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

ERRORS = (
    "AmbiguousIncrementError",
    "ClosedError",
    "ExperimentBusyError",
    "ExperimentNotFoundError",
    "FormatError",
    "IncrementNotFoundError",
    "InternalError",
    "InvalidArgumentError",
    "InvalidNameError",
    "LibraryError",
    "MissingExtraError",
    "NotFoundError",
    "SerialisationError",
    "StorageError",
    "TrackingError",
    "TrackingWarning",
)

NAMES: Mapping[str, str] = {
    "ArtifactUse": "artifacts.lineage",
    "AutoTracker": "autotrack.tracker",
    "Comparison": "comparing",
    "CrossValidation": "evaluating.cross_validation",
    "Experiment": "experiment",
    "ExperimentDifference": "differing",
    "ExperimentList": "finding",
    "ExperimentMetadata": "metadata",
    "ExperimentPipeline": "pipelines",
    "FoldSummary": "evaluating.folds",
    "History": "history",
    "HuggingFaceCallback": "integrations.huggingface",
    "KerasCallback": "integrations.keras",
    "LightGBMCallback": "integrations.lightgbm",
    "LightningLogger": "integrations.lightning",
    "ModelExperiment": "integrations.model_experiments",
    "Stage": "stages",
    "SweepResults": "sweeps.results",
    "TensorBoardCallback": "integrations.keras",
    "XGBoostCallback": "integrations.xgboost",
    "autolog": "autologging.switch",
    "compare_experiments": "comparing",
    "compare_models": "evaluating.model_comparison",
    "configure_optuna": "integrations.optuna",
    "current_experiment": "current",
    "find_artifact": "artifacts.lineage",
    "list_experiments": "finding",
    "load_experiment": "finding",
    "register_tracking_backend": "mirroring.trackers",
    "run_experiments": "integrations.model_experiments",
    "set_increment": "_native.increments",
    "track_artifacts": "artifacts.watching",
    "track_boosting_model": "integrations.boosting",
    "track_cross_validation": "evaluating.cross_validation",
    "track_experiment": "tracking",
    "track_grid_search": "sweeps.doors",
    "track_hyperparameters": "sweeps.doors",
    "track_model": "integrations.model",
    "track_pytorch_model": "integrations.pytorch",
    "track_sklearn_model": "integrations.sklearn",
    **dict.fromkeys(ERRORS, "errors"),
}


def load(name: str) -> Any:
    """The object behind a public name."""
    return getattr(import_module(f"{__package__}.{NAMES[name]}"), name)

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
    "ArchiveEntry": "tracking.archiving",
    "ArchiveReport": "tracking.archiving",
    "ArtifactUse": "tracking.artifact_search",
    "AutoTracker": "autotracker.tracker",
    "Comparison": "comparison.comparison",
    "CrossValidation": "model_selection.cross_validation",
    "Experiment": "tracking.experiment",
    "ExperimentDifference": "reading.difference",
    "ExperimentList": "tracking.lookup",
    "ExperimentMetadata": "tracking.metadata",
    "ExperimentPipeline": "pipelines.pipeline",
    "Explanation": "reading.explanation",
    "FoldSummary": "model_selection.folds",
    "History": "reading.history",
    "HuggingFaceCallback": "integrations.huggingface",
    "KerasCallback": "integrations.keras",
    "LightGBMCallback": "integrations.lightgbm",
    "LightningLogger": "integrations.lightning",
    "LivingDocs": "tracking.living_docs",
    "LivingDocsFile": "tracking.living_docs",
    "ModelExperiment": "integrations.model_experiments",
    "Reproduction": "tracking.reproduction",
    "Review": "comparison.review",
    "Stage": "pipelines.stage",
    "StoreFinding": "tracking.store_check",
    "StoreReport": "tracking.store_check",
    "SweepResults": "model_selection.results",
    "TensorBoardCallback": "integrations.keras",
    "XGBoostCallback": "integrations.xgboost",
    "archive_experiments": "tracking.archiving",
    "autolog": "autologging.autolog",
    "check_store": "tracking.store_check",
    "compare_experiments": "comparison.comparison",
    "compare_models": "model_selection.compare_models",
    "configure_mlflow": "mlflow.configure",
    "configure_optuna": "integrations.optuna",
    "current_experiment": "tracking.current",
    "delete_experiment": "tracking.archiving",
    "find_artifact": "tracking.artifact_search",
    "github_issue": "comparison.github",
    "list_experiments": "tracking.lookup",
    "load_experiment": "tracking.lookup",
    "register_tracking_backend": "tracking.backends",
    "reproduce": "tracking.reproduction",
    "restore_experiment": "tracking.archiving",
    "review": "comparison.review",
    "run_experiments": "integrations.model_experiments",
    "set_increment": "_native.increments",
    "sync_living_docs": "tracking.living_docs",
    "track_artifacts": "tracking.artifact_folder",
    "track_boosting_model": "integrations.boosting",
    "track_cross_validation": "model_selection.cross_validation",
    "track_experiment": "tracking.start",
    "track_grid_search": "model_selection.search",
    "track_hyperparameters": "model_selection.search",
    "track_model": "integrations.model",
    "track_pytorch_model": "integrations.pytorch",
    "track_sklearn_model": "integrations.sklearn",
    **dict.fromkeys(ERRORS, "errors"),
}


def load(name: str) -> Any:
    """Return the object behind a public name."""
    return getattr(import_module(f"{__package__}.{NAMES[name]}"), name)

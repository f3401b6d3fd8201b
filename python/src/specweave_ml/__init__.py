"""Experiment tracking as files: the code behind the package `specweave`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _version, public

if TYPE_CHECKING:
    from ._native.increments import set_increment as set_increment
    from .autologging.autolog import autolog as autolog
    from .autotracker.tracker import AutoTracker as AutoTracker
    from .comparison.comparison import Comparison as Comparison
    from .comparison.comparison import compare_experiments as compare_experiments
    from .errors import AmbiguousIncrementError as AmbiguousIncrementError
    from .errors import ClosedError as ClosedError
    from .errors import ExperimentBusyError as ExperimentBusyError
    from .errors import ExperimentNotFoundError as ExperimentNotFoundError
    from .errors import FormatError as FormatError
    from .errors import IncrementNotFoundError as IncrementNotFoundError
    from .errors import InternalError as InternalError
    from .errors import InvalidArgumentError as InvalidArgumentError
    from .errors import InvalidNameError as InvalidNameError
    from .errors import LibraryError as LibraryError
    from .errors import MissingExtraError as MissingExtraError
    from .errors import NotFoundError as NotFoundError
    from .errors import SerialisationError as SerialisationError
    from .errors import StorageError as StorageError
    from .errors import TrackingError as TrackingError
    from .errors import TrackingWarning as TrackingWarning
    from .integrations.boosting import track_boosting_model as track_boosting_model
    from .integrations.huggingface import HuggingFaceCallback as HuggingFaceCallback
    from .integrations.keras import KerasCallback as KerasCallback
    from .integrations.keras import TensorBoardCallback as TensorBoardCallback
    from .integrations.lightgbm import LightGBMCallback as LightGBMCallback
    from .integrations.lightning import LightningLogger as LightningLogger
    from .integrations.model import track_model as track_model
    from .integrations.model_experiments import ModelExperiment as ModelExperiment
    from .integrations.model_experiments import run_experiments as run_experiments
    from .integrations.optuna import configure_optuna as configure_optuna
    from .integrations.pytorch import track_pytorch_model as track_pytorch_model
    from .integrations.sklearn import track_sklearn_model as track_sklearn_model
    from .integrations.xgboost import XGBoostCallback as XGBoostCallback
    from .model_selection.compare_models import compare_models as compare_models
    from .model_selection.cross_validation import CrossValidation as CrossValidation
    from .model_selection.cross_validation import track_cross_validation as track_cross_validation
    from .model_selection.folds import FoldSummary as FoldSummary
    from .model_selection.results import SweepResults as SweepResults
    from .model_selection.search import track_grid_search as track_grid_search
    from .model_selection.search import track_hyperparameters as track_hyperparameters
    from .pipelines.pipeline import ExperimentPipeline as ExperimentPipeline
    from .pipelines.stage import Stage as Stage
    from .reading.difference import ExperimentDifference as ExperimentDifference
    from .reading.history import History as History
    from .tracking.artifact_folder import track_artifacts as track_artifacts
    from .tracking.artifact_search import ArtifactUse as ArtifactUse
    from .tracking.artifact_search import find_artifact as find_artifact
    from .tracking.backends import register_tracking_backend as register_tracking_backend
    from .tracking.current import current_experiment as current_experiment
    from .tracking.experiment import Experiment as Experiment
    from .tracking.lookup import ExperimentList as ExperimentList
    from .tracking.lookup import list_experiments as list_experiments
    from .tracking.lookup import load_experiment as load_experiment
    from .tracking.metadata import ExperimentMetadata as ExperimentMetadata
    from .tracking.start import track_experiment as track_experiment

__version__ = _version.VERSION

__all__ = [*public.NAMES, "__version__"]


if not TYPE_CHECKING:  # which would take every misspelt name for one

    def __getattr__(name: str) -> Any:
        if name not in public.NAMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = public.load(name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted(__all__)

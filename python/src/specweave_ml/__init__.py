"""Experiment tracking as files: the code behind the package `specweave`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _version, public

if TYPE_CHECKING:
    from ._native.increments import set_increment as set_increment
    from .artifacts.lineage import ArtifactUse as ArtifactUse
    from .artifacts.lineage import find_artifact as find_artifact
    from .artifacts.watching import track_artifacts as track_artifacts
    from .autologging.switch import autolog as autolog
    from .autotrack.tracker import AutoTracker as AutoTracker
    from .comparing import Comparison as Comparison
    from .comparing import compare_experiments as compare_experiments
    from .current import current_experiment as current_experiment
    from .differing import ExperimentDifference as ExperimentDifference
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
    from .evaluating.cross_validation import CrossValidation as CrossValidation
    from .evaluating.cross_validation import track_cross_validation as track_cross_validation
    from .evaluating.folds import FoldSummary as FoldSummary
    from .evaluating.model_comparison import compare_models as compare_models
    from .experiment import Experiment as Experiment
    from .finding import ExperimentList as ExperimentList
    from .finding import list_experiments as list_experiments
    from .finding import load_experiment as load_experiment
    from .history import History as History
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
    from .metadata import ExperimentMetadata as ExperimentMetadata
    from .mirroring.trackers import register_tracking_backend as register_tracking_backend
    from .pipelines import ExperimentPipeline as ExperimentPipeline
    from .stages import Stage as Stage
    from .sweeps.doors import track_grid_search as track_grid_search
    from .sweeps.doors import track_hyperparameters as track_hyperparameters
    from .sweeps.results import SweepResults as SweepResults
    from .tracking import track_experiment as track_experiment

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

"""What the library refuses becomes MLflow's exception; what it can store later is warned of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import (
    INTERNAL_ERROR,
    INVALID_PARAMETER_VALUE,
    INVALID_STATE,
    RESOURCE_DOES_NOT_EXIST,
)

from .._native.experiment_handle import ExperimentHandle
from .._native.status import failure
from ..errors import (
    ExperimentBusyError,
    ExperimentNotFoundError,
    IncrementNotFoundError,
    InvalidArgumentError,
    InvalidNameError,
    NotFoundError,
    SerialisationError,
    TrackingError,
)

CODES: tuple[tuple[type[TrackingError], int], ...] = (
    (InvalidArgumentError, INVALID_PARAMETER_VALUE),
    (InvalidNameError, INVALID_PARAMETER_VALUE),
    (SerialisationError, INVALID_PARAMETER_VALUE),
    (ExperimentNotFoundError, RESOURCE_DOES_NOT_EXIST),
    (IncrementNotFoundError, RESOURCE_DOES_NOT_EXIST),
    (NotFoundError, RESOURCE_DOES_NOT_EXIST),
    (ExperimentBusyError, INVALID_STATE),
)


def exception_of(error: TrackingError) -> MlflowException:
    """Return what MLflow raises for an error of the library."""
    code = next((code for kind, code in CODES if isinstance(error, kind)), INTERNAL_ERROR)
    return MlflowException(str(error), code)


@contextmanager
def as_mlflow_exceptions() -> Iterator[None]:
    """Turn an error of the library that leaves the block into MLflow's exception."""
    try:
        yield
    except TrackingError as error:
        raise exception_of(error) from error


def recorded(experiment: ExperimentHandle, code: int, what: str) -> None:
    """Raise what was refused; warn once of what is stored as soon as the disk accepts it.

    Raises:
        MlflowException: The library refused it.
    """
    if code < 0:
        raise exception_of(failure(code))
    if code > 0:
        experiment._judge(code, what)

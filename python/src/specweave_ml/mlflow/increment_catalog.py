"""The increments of a project as MLflow's experiments."""

from __future__ import annotations

import os
import re
import time
from ctypes import byref
from typing import Any, NamedTuple

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import (
    INVALID_PARAMETER_VALUE,
    RESOURCE_ALREADY_EXISTS,
    RESOURCE_DOES_NOT_EXIST,
)

from .._native.folder_lock import locked
from .._native.increments import Increment
from .._native.library import library
from .._native.pointers import IncrementPointer
from .._native.status import check
from .._native.text import encoded, encoded_path
from ..errors import AmbiguousIncrementError, IncrementNotFoundError
from . import experiment_file
from .projects import STORE, IncrementFolder, increments_of, key_of
from .store_uri import StorePlace

DEFAULT_ID = "0"
DEFAULT_NAME = "Default"
FIRST_SLUG = "experiments"
MAXIMUM_NUMBER = 9999
MAXIMUM_SLUG = 60


class KnownIncrement(NamedTuple):
    """An increment, and what MLflow knows of it."""

    folder: IncrementFolder | None
    """None for the default experiment while it has no folder."""
    members: dict[str, Any]

    @property
    def id(self) -> str:
        """MLflow's id: the number, unless another one was given."""
        if self.folder is None:
            return DEFAULT_ID
        return str(self.members.get("experiment_id", self.folder.key))

    @property
    def name(self) -> str:
        """MLflow's name: the folder's, unless another one was given."""
        if self.folder is None:
            return DEFAULT_NAME
        return str(self.members.get("name", self.folder.name))

    @property
    def is_deleted(self) -> bool:
        """Whether MLflow has deleted it; the increment itself stays as it is."""
        return self.members.get("lifecycle_stage") == "deleted"


class IncrementCatalog:
    """Finds and makes the increments of one project."""

    def __init__(self, place: StorePlace) -> None:
        self.place = place
        self.opened = int(time.time() * 1000)
        """Since when the default experiment is there that has no folder, in milliseconds."""

    def all(self) -> list[KnownIncrement]:
        """Return all increments, and the default experiment also while it has no folder."""
        found = self.with_folder()
        if self.place.increment is None and is_made_by_mlflow(found):
            found.append(KnownIncrement(None, {}))
        return found

    def with_folder(self) -> list[KnownIncrement]:
        """Return the increments that are there."""
        folders = increments_of(self.place.project)
        return [KnownIncrement(folder, experiment_file.read(folder.path)) for folder in folders]

    def by_id(self, experiment_id: Any) -> KnownIncrement:
        """Return the increment of an id; None and ``"0"`` are the default experiment.

        Raises:
            MlflowException: There is none.
        """
        wanted = DEFAULT_ID if experiment_id in (None, "") else str(experiment_id)
        match = re.fullmatch(r"0*(\d+[A-Za-z]?)|-\d+", wanted)
        if match is None:
            raise MlflowException(
                f"Invalid experiment ID '{wanted}'. Experiment ID must be a valid integer. It is "
                "the number of an increment.",
                INVALID_PARAMETER_VALUE,
            )
        key = (match[1] or wanted).upper()
        for known in self.all():
            if known.id == key:
                return known
        if key == DEFAULT_ID:
            return self.default()
        raise MlflowException(f"No Experiment with id={wanted} exists", RESOURCE_DOES_NOT_EXIST)

    def by_name(self, name: str) -> KnownIncrement | None:
        """Return the increment of a name: MLflow's, the folder's, or else its number."""
        known = self.all()
        for increment in known:
            if increment.name == name:
                return increment
        for increment in known:
            if increment.folder is not None and increment.folder.name == name:
                return increment
        number = re.fullmatch(r"(\d{4}[A-Za-z]?)(?:\.\.\.|…)?", str(name))
        if number is None:
            return None
        key = number[1].lstrip("0").upper()
        return next(
            (one for one in known if one.folder is not None and one.folder.key == key), None
        )

    def default(self) -> KnownIncrement:
        """Return the default experiment: the increment that the URI names, else the active one.

        Raises:
            MlflowException: It is not clear which one is meant.
        """
        if self.place.increment is None:
            found = self.with_folder()
            if is_made_by_mlflow(found):
                return KnownIncrement(None, {})
        try:
            folder = self.found_by_library()
        except (IncrementNotFoundError, AmbiguousIncrementError) as error:
            raise MlflowException(
                f"{error}\nWith MLflow: mlflow.set_experiment(<folder or number>), or the tracking "
                "URI specweave:<number>",
                RESOURCE_DOES_NOT_EXIST,
            ) from error
        return KnownIncrement(folder, experiment_file.read(folder.path))

    def found_by_library(self) -> IncrementFolder:
        """Return the increment that the URI names, or the active one, by the library's rules."""
        pointer = IncrementPointer()
        name = None if self.place.increment is None else encoded(self.place.increment)
        project = encoded_path(self.place.project)
        check(library().et_increment_open(name, project, byref(pointer)))
        increment = Increment(pointer)
        path, folder = str(increment.path), increment.name
        return IncrementFolder(folder, path, key_of(folder))

    def make(self, name: str, members: dict[str, Any], slug: str | None = None) -> KnownIncrement:
        """Make an increment under the next free number.

        Raises:
            MlflowException: Another experiment has the name, or there is no free number.
        """
        top = os.path.join(self.place.project, STORE, "increments")
        os.makedirs(top, exist_ok=True)
        with locked(top):
            self.check_name_is_free(name)
            known = increments_of(self.place.project)
            number = 1 + max((folder.number for folder in known), default=0)
            if number > MAXIMUM_NUMBER:
                raise MlflowException(
                    f"{top} has an increment {MAXIMUM_NUMBER}: there is no number for another",
                    INVALID_PARAMETER_VALUE,
                )
            folder = f"{number:04d}-{slug or slug_of(name)}"
            path = os.path.join(top, folder)
            pointer = IncrementPointer()
            check(library().et_increment_ensure(encoded_path(path), None, byref(pointer)))
            increment = Increment(pointer)
            path = str(increment.path)
            now = int(time.time() * 1000)

            def fill(stored: dict[str, Any]) -> None:
                stored |= {"made": True, "name": name, "creation_time": now}
                stored |= {"last_update_time": now, **members}

            experiment_file.change(path, fill)
        made = IncrementFolder(increment.name, path, str(number))
        return KnownIncrement(made, experiment_file.read(path))

    def check_name_is_free(self, name: str) -> None:
        """Refuse a name that an experiment has."""
        known = next((one for one in self.all() if one.folder and one.name == name), None)
        if known is None:
            return
        state = " in the deleted state: restore it, or use another name" * known.is_deleted
        raise MlflowException(
            f"Experiment(name={name}) already exists{state}.", RESOURCE_ALREADY_EXISTS
        )

    def with_place(self, known: KnownIncrement) -> KnownIncrement:
        """Return the same with a folder: the default experiment gets it with its first run."""
        if known.folder is not None:
            return known
        for other in self.with_folder():
            if other.id == DEFAULT_ID:
                return other
        return self.make(DEFAULT_NAME, {"experiment_id": DEFAULT_ID}, FIRST_SLUG)


def is_made_by_mlflow(known: list[KnownIncrement]) -> bool:
    """Return whether the project has no increments but those that MLflow made, no default yet.

    Else the default experiment is the active increment: no other is made beside it.
    """
    return all(increment.members.get("made") for increment in known) and not any(
        increment.id == DEFAULT_ID for increment in known
    )


def slug_of(name: str) -> str:
    """Return what can be read of a name in a folder's name."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", str(name).lower()).strip("-._")
    return plain[:MAXIMUM_SLUG].strip("-._") or "experiment"

"""Experiments that a push has sent, put together again from the files of their record."""

from __future__ import annotations

import os
import shutil
import uuid
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from mlflow.exceptions import MlflowException

from .._native.projects import folder_name
from ..errors import TrackingError
from ..tracking.experiment import Experiment, open_path
from ..tracking.foreign import moved
from .brought_parts import Brought, bring_tags, downloaded, is_there
from .experiment_record import FILE, FOLDER, artifacts_of, contained, unpack
from .push_marks import Marks, state_of


class SentExperiment:
    """An experiment that another MLflow has with its record."""

    def __init__(self, run: Any, repository: Any, place: str) -> None:
        self.run = run
        self.marks = Marks.of(run.data.tags)
        self._repository = repository
        self._place = place
        """The folder in which it is put together."""

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.run.info.run_name or self.run.info.run_id)

    def put_in(self, parent: str, brought: Brought) -> str | None:
        """Put it in a folder, and return its path; None if there is no whole record."""
        with self._put_together(brought) as unfinished:
            if unfinished is None:
                return None
            return moved(unfinished, parent, folder_name(self.name))

    def replace(self, path: str, children: Collection[str], brought: Brought) -> bool:
        """Put it in the place of what was brought of it before it had ended.

        Args:
            path: Where that is.
            children: The paths of the experiments inside it, which stay.
            brought: Takes note of what is wrong.

        Returns:
            Whether there is a whole record; else nothing is changed.
        """
        with self._put_together(brought) as unfinished:
            if unfinished is None:
                return False
            # What a pull that is killed now leaves is brought again by the next one.
            earlier = os.path.join(self._place, uuid.uuid4().hex)
            os.rename(path, earlier)
            os.rename(unfinished, path)
            names = [os.path.relpath(child, path) for child in children]
            for name in [".numbers", *(name for name in names if os.sep not in name)]:
                if os.path.isdir(os.path.join(earlier, name)):
                    shutil.rmtree(os.path.join(path, name), ignore_errors=True)
                    os.rename(os.path.join(earlier, name), os.path.join(path, name))
            shutil.rmtree(earlier, ignore_errors=True)
            return True

    def check(self, path: str, brought: Brought) -> Experiment:
        """Say what is not as it was sent, bring the tags of now, and return the experiment."""
        experiment = open_path(path)
        facts = experiment._facts()
        brought.is_new = True
        brought.points = sum(metric["count"] for metric in facts["metrics"].values())
        for artifact in artifacts_of(facts):
            brought.artifacts += 1
            try:
                experiment.check_artifact(artifact)
            except TrackingError as error:
                brought.left_out.append(str(error))
        if state_of(facts) != self.marks.state:
            brought.left_out.append(
                f"{experiment.name}: what came back is not what was sent; its files differ in size"
            )
        bring_tags(self.run, experiment)
        return experiment

    @contextmanager
    def _put_together(self, brought: Brought) -> Iterator[str | None]:
        """Give the folder in which it has been put together; None if the record is not whole."""
        # Not a folder of `tempfile`, which only its owner may read.
        unfinished = os.path.join(self._place, uuid.uuid4().hex)
        os.mkdir(unfinished)
        try:
            fault = self._unpacked(unfinished)
            if fault:
                brought.left_out.append(
                    f"{self.name}: {FOLDER}/{FILE} {fault}; what MLflow shows of it was brought"
                )
                yield None
            else:
                self._add_artifacts(unfinished)
                yield unfinished
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def _add_artifacts(self, unfinished: str) -> None:
        """Add the artifacts; one that is missing there is said where they are checked."""
        for path in self.marks.artifacts:
            place = os.path.join(unfinished, contained(path))
            os.makedirs(os.path.dirname(place), exist_ok=True)
            name = self.marks.names.get(path, path)
            try:
                with downloaded(self._repository, name) as file:
                    shutil.move(file, place)
            except (MlflowException, OSError):
                if is_there(self._repository, name):
                    raise

    def _unpacked(self, folder: str) -> str:
        """Unpack the record into a folder, and return what is wrong with it."""
        try:
            with downloaded(self._repository, f"{FOLDER}/{FILE}") as archive:
                try:
                    unpack(archive, folder)
                except (zipfile.BadZipFile, zlib.error, EOFError, FileExistsError) as error:
                    return f"is damaged ({error})"
        except (MlflowException, OSError):
            if is_there(self._repository, f"{FOLDER}/{FILE}"):
                raise
            return "is missing"
        if not os.path.isfile(os.path.join(folder, "metadata.yaml")):
            return "is damaged (it holds no experiment)"
        return ""

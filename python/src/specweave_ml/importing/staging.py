"""An increment aside, in which experiments are put together before they appear in the real one.

An experiment that is being written is visible from its first moment. One that is imported shall be
there whole or not at all, also after a kill. So it is written in an increment of the same name
within the hidden folder of `tracking.foreign`, and its folder is moved when it has ended. It is
reached through a link, since a path into a store means that store.

What the real increment decides is taken from there: numbers are claimed in the real one, names that
are taken are taken here too, and the experiment around one is a stand-in with a copy of its record.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from typing import Any

from .._native.increments import Increment
from ..errors import InvalidNameError, StorageError
from ..tracking.experiment import Experiment, open_path
from ..tracking.foreign import moved
from ..tracking.start import native_start

NUMBERS = ".numbers"
ARCHIVE = "_archive"
MOST_TRIES = 1000
PREFIX = "specweave-import-"


class Staging:
    """The increment aside."""

    def __init__(self, increment: Increment, place: str) -> None:
        self.top = os.path.join(str(increment.path), "experiments")
        below = os.path.join(".specweave", "increments", increment.name)
        os.makedirs(os.path.join(place, below, "experiments"))
        remove_links(place)
        self._link = tempfile.mkdtemp(prefix=PREFIX)
        os.symlink(place, os.path.join(self._link, "project"))
        self.path = os.path.join(self._link, "project", below)
        self.experiments = os.path.join(self.path, "experiments")
        self._stand_ins: set[str] = set()
        take_names(self.top, self.experiments)
        take_names(os.path.join(self.top, ARCHIVE), self.experiments)
        self._take_numbers(increment)

    def close(self) -> None:
        """Remove the link."""
        shutil.rmtree(self._link, ignore_errors=True)

    def start(
        self, names: list[str | None], options: dict[str, Any], parent: str | None
    ) -> Experiment:
        """Start an experiment under the first of the names that can be one.

        Args:
            names: The names to try; the last may be None.
            options: The options of the library.
            parent: The folder of the experiment around it in the real increment.
        """
        around = None if parent is None else open_path(self._stand_in(parent))
        for _ in range(MOST_TRIES):
            experiment = self._started(names, options, around)
            if self._claimed(experiment, parent):
                return experiment
            # Another program took the number in the meantime; it is taken here too now.
            path = str(experiment.path)
            experiment.close()
            shutil.rmtree(path)
        raise StorageError(f"{self.top}: no number is free")

    def finish(self, experiment: Experiment, parent: str | None) -> str:
        """Move an experiment that is complete to its name, and return its folder."""
        here = str(experiment.path)
        experiment.close()
        name = os.path.basename(here)
        path = moved(here, self.top if parent is None else parent, name)
        os.mkdir(here)  # the name is taken
        return path

    def discard(self, experiment: Experiment) -> None:
        """Remove what cannot be completed."""
        path = str(experiment.path)
        experiment.close()
        shutil.rmtree(path, ignore_errors=True)

    def _started(
        self, names: list[str | None], options: dict[str, Any], around: Experiment | None
    ) -> Experiment:
        refusal: InvalidNameError | None = None
        for name in names:
            try:
                pointer, _ = native_start(name, self.path, around, options)
            except InvalidNameError as error:
                refusal = error
                continue
            return Experiment(pointer, strict=True)
        raise refusal or InvalidNameError("no name")

    def _claimed(self, experiment: Experiment, parent: str | None) -> bool:
        """Claim the number that an experiment has in the real increment too."""
        facts = experiment._facts()
        number = facts["number"] or facts["child"]
        numbers = os.path.join(self.top if parent is None else parent, NUMBERS)
        ours = os.path.join(os.path.dirname(str(experiment.path)), NUMBERS)
        if not os.path.isdir(ours):  # one whose place was given claims none
            return True
        if not os.path.isdir(numbers):
            shutil.copytree(ours, numbers, dirs_exist_ok=True)
            return True
        try:
            os.close(os.open(file_of(numbers, number), os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except FileExistsError:
            return False
        return True

    def _take_numbers(self, increment: Increment) -> None:
        """Take the numbers that the real increment's experiments have or had."""
        numbers = os.path.join(self.top, NUMBERS)
        if os.path.isdir(numbers):
            copy_names(numbers, os.path.join(self.experiments, NUMBERS))
            return
        # A clone has no such folder, which git leaves out: the experiments themselves say them.
        listed = increment.listing(archived=True)["experiments"]
        highest = max((int(facts["number"]) for facts in listed), default=0)
        if highest:
            ours = os.path.join(self.experiments, NUMBERS)
            os.mkdir(ours)
            with open(os.path.join(ours, ".gitignore"), "w") as file:
                file.write("*\n")
            for number in range(1, highest + 1):
                open(file_of(ours, number), "x").close()

    def _stand_in(self, parent: str) -> str:
        """Return the folder here that stands for an experiment of the real increment."""
        here, there = self.experiments, self.top
        for part in os.path.relpath(parent, self.top).split(os.sep):
            here, there = os.path.join(here, part), os.path.join(there, part)
            if here in self._stand_ins:
                continue
            self._stand_ins.add(here)
            os.makedirs(here, exist_ok=True)
            for entry in os.scandir(there):
                if entry.is_file(follow_symlinks=False):
                    shutil.copyfile(entry.path, os.path.join(here, entry.name))
            if os.path.isdir(os.path.join(there, NUMBERS)):
                copy_names(os.path.join(there, NUMBERS), os.path.join(here, NUMBERS))
            take_names(there, here)
        return here


def remove_links(place: str) -> None:
    """Remove the links that imports have left which were killed: to this place, or to nothing."""
    folder = tempfile.gettempdir()
    for name in os.listdir(folder):
        if name.startswith(PREFIX):
            with suppress(OSError):
                link = os.path.join(folder, name, "project")
                if os.readlink(link) == place or not os.path.exists(link):
                    shutil.rmtree(os.path.join(folder, name), ignore_errors=True)


def take_names(source: str, target: str) -> None:
    """Make an empty folder for each folder that is in another one."""
    with suppress(FileNotFoundError):
        for entry in os.scandir(source):
            if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                os.makedirs(os.path.join(target, entry.name), exist_ok=True)


def copy_names(source: str, target: str) -> None:
    """Make an empty file of the same name for each file in another folder."""
    os.makedirs(target, exist_ok=True)
    for name in os.listdir(source):
        open(os.path.join(target, name), "x").close()


def file_of(numbers: str, number: int) -> str:
    """Return the file that stands for a number, as the library names it."""
    return os.path.join(numbers, f"{number:03d}")

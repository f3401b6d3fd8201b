"""Writing the runs of another tool into an increment, what is new of them each time."""

from __future__ import annotations

import json
import os
import warnings
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ctypes import POINTER, c_double, c_int64, cast
from typing import Any

from .._native.increments import Increment
from .._native.library import library
from .._native.projects import folder_name
from .._native.status import check
from .._native.text import encoded, encoded_json, encoded_path
from ..errors import InvalidNameError, TrackingError, TrackingWarning
from ..mlflow.experiment_record import artifacts_of
from ..mlflow.param_values import REDACTED
from ..reading.listing import paths_in
from ..reading.params import params_of
from ..tracking.experiment import Experiment, open_path
from ..tracking.foreign import end, place_in
from ..values.conversion import ConversionError
from ..values.json_values import json_value
from ..values.scalars import AUTOMATIC_STEP
from ..wandb.runs.shown import show
from . import equality
from .identity import identity_of
from .report import RunReport
from .runs import ForeignFile, ForeignRun, Series
from .staging import Staging
from .summaries import add_summaries, compare_summaries

SECTION = "imported"
"""The facts of where an experiment comes from."""
VALUES = "history.jsonl"
"""The artifact of the values with a step that are no numbers, a line of JSON each."""
OUTPUT = "output.log"
"""What the program printed."""
FOLDER = "artifacts"
"""Where files lie whose own names the store keeps for itself."""


class Writer:
    """Writes runs into one increment."""

    def __init__(self, increment: Increment, tool: str, kind: str, source: str) -> None:
        self.increment = increment
        self.tool = tool
        self.kind = kind
        self.source = source
        self.here: dict[str, str] = {}
        self._staging: Staging | None = None
        self._place = ""

    @contextmanager
    def open(self) -> Iterator[None]:
        """Give the increment to this import alone."""
        top = os.path.join(str(self.increment.path), "experiments")
        os.makedirs(top, exist_ok=True)
        with place_in(top) as self._place:
            self.here = paths_in(self.increment)
            try:
                yield
            finally:
                if self._staging is not None:
                    self._staging.close()

    def write(self, run: ForeignRun) -> RunReport:
        """Write what is new of a run, and compare what is stored with it.

        What cannot be written is in the report and keeps no other run from it.
        """
        identity = identity_of(self.tool, self._scope(run), run.id)
        report = RunReport(run.name or run.id, run.id, identity)
        report.left_out += run.left_out
        report.problems += run.problems
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", TrackingWarning)
            try:
                path = self.here.get(identity)
                if path is None:
                    path = self._create(run, identity, report)
                else:
                    self._extend(run, path, report)
                self.here[identity] = report.path = path
                compare(run, open_path(path), report)
            except (TrackingError, OSError) as error:
                report.problems.append(str(error))
        said = [str(one.message) for one in caught if issubclass(one.category, TrackingWarning)]
        report.left_out += [text for text in dict.fromkeys(said) if text not in report.left_out]
        report.changed |= report.is_new
        return report

    def _create(self, run: ForeignRun, identity: str, report: RunReport) -> str:
        """Make the experiment of a run, whole or not at all, and return its folder."""
        if self._staging is None:
            self._staging = Staging(self.increment, self._place)
        scope = self._scope(run)
        parent = self.here.get(identity_of(self.tool, scope, run.parent)) if run.parent else None
        options: dict[str, Any] = {
            "capture": False, "id": identity, "host": run.host or self.tool, "about": {},
            "created": began(run),
        }  # fmt: skip
        if run.author:
            options["author"] = run.author
        if run.kind != "experiment":
            options["kind"] = run.kind
        if parent is not None and run.child is not None:
            options["child"] = run.child
        names = list(dict.fromkeys([run.name or run.id, run.id, None]))
        experiment = self._staging.start(names, options, parent)
        try:
            members = {"tool": self.tool, "kind": self.kind, "source": self.source, "id": run.id}
            if run.scope:
                members["scope"] = run.scope
            if run.name and run.name != experiment.name:
                members["name"] = run.name
            if run.parent and parent is None:
                members["parent"] = run.parent
            log_facts(experiment, SECTION, members)
            self._add(run, experiment, report)
            if run.status != "running":
                end(experiment, run.status, ended(run), is_new=True, failure=run.failure)
        except BaseException:
            self._staging.discard(experiment)
            raise
        report.is_new = True
        path = self._staging.finish(experiment, parent)
        return archived(path) if run.deleted and parent is None else path

    def _extend(self, run: ForeignRun, path: str, report: RunReport) -> None:
        """Add to an experiment what the run has got since."""
        experiment = Experiment(open_path(path)._native, strict=True)
        report.changed = self._add(run, experiment, report)
        if run.status not in ("running", experiment._facts()["status"]):
            end(experiment, run.status, ended(run), is_new=False, failure=run.failure)
            report.changed = True
        elif report.changed:
            experiment.flush()
        experiment.close()

    def _scope(self, run: ForeignRun) -> str:
        """Return what the id of a run is unique in."""
        return self.source if run.scope is None else run.scope

    def _add(self, run: ForeignRun, experiment: Experiment, report: RunReport) -> bool:
        """Add what an experiment lacks, and return whether there was anything."""
        return any(
            [
                add_params(run, experiment, report),
                add_points(run, experiment, report),
                add_texts(run, experiment),
                add_facts(run, experiment),
                show_values(run, experiment),
                add_files(run, experiment, report),
                add_output(run, experiment),
                add_summaries(run, experiment, report),
            ]
        )


def add_params(run: ForeignRun, experiment: Experiment, report: RunReport) -> bool:
    """Log the parameters that are not there, or are others there."""
    known = params_of(experiment._facts())
    changed = False
    new: dict[str, Any] = {}
    for key, value in run.params.items():
        try:
            usable = json_value(value)
        except ConversionError as reason:
            report.problems.append(f"the parameter {key!r}: {reason}")
            continue
        if key not in known or not is_same_param(known[key], usable):
            new[key] = usable
    if not new:
        return False
    core = library()
    if core.et_experiment_log_params(experiment._native, encoded_json(new)) == 0:
        changed = True
    else:  # one of them is refused
        for key, value in new.items():
            try:
                check(core.et_experiment_log_params(experiment._native, encoded_json({key: value})))
                changed = True
            except TrackingError as error:
                report.problems.append(f"the parameter {key!r}: {error}")
    experiment._warn_of_notices()
    return changed


def is_same_param(stored: Any, value: Any) -> bool:
    """Return whether a parameter is the one that is stored; a credential is never stored."""
    return stored == REDACTED or equality.canonical(stored) == equality.canonical(value)


def add_points(run: ForeignRun, experiment: Experiment, report: RunReport) -> bool:
    """Log the points that are not there."""
    changed = False
    for series in run.series:
        if AUTOMATIC_STEP in series.steps:
            # It would be stored as the step after the others.
            report.problems.append(
                f"the metric {series.key!r} is left out: it has a point at the step "
                f"{AUTOMATIC_STEP}, which means the next step here"
            )
            continue
        try:
            new = equality.new_points(experiment, series)
            if new is not None:
                log_points(experiment, new, ended(run))
                report.points_new += len(new)
                changed = True
        except TrackingError as error:
            report.problems.append(f"the metric {series.key!r}: {error}")
    return changed


def log_points(experiment: Experiment, series: Series, otherwise: float | None) -> None:
    """Log a series as it is; points without times get the one of the run's end, if it is known."""
    times = series.times
    if times is None and otherwise is not None:
        times = array("d", [otherwise]) * len(series)
    check(
        library().et_experiment_log_series(
            experiment._native,
            encoded(series.key),
            cast(series.values.buffer_info()[0], POINTER(c_double)),
            cast(series.steps.buffer_info()[0], POINTER(c_int64)),
            None if times is None else cast(times.buffer_info()[0], POINTER(c_double)),
            len(series),
        )
    )


def add_texts(run: ForeignRun, experiment: Experiment) -> bool:
    """Add the tags, the notes and the description that are not there."""
    facts = experiment._facts()
    tags = [tag for tag in dict.fromkeys(run.tags) if tag not in facts["tags"]]
    there = Counter(note["text"] for note in facts["notes"])
    notes = list((Counter(run.notes) - there).elements())
    for tag in tags:
        check(library().et_experiment_add_tag(experiment._native, encoded(tag)))
    for note in notes:
        check(library().et_experiment_log_note(experiment._native, encoded(note)))
    described = bool(run.description) and not facts["facts"].get("about", {}).get("description")
    if described:
        log_facts(experiment, "about", {"description": run.description})
    return bool(tags or notes or described)


def add_facts(run: ForeignRun, experiment: Experiment) -> bool:
    """Record the facts that are not there, or are others there."""
    known = experiment._facts()["facts"]
    changed = False
    for section, members in run.facts.items():
        there = known.get(section, {})
        new = {
            key: value
            for key, value in ((key, json_value(value)) for key, value in members.items())
            if key not in there
            or equality.canonical(strict(value)) != equality.canonical(there[key])
        }
        if new:
            log_facts(experiment, section, new)
            changed = True
    return changed


def strict(value: Any) -> Any:
    """Return a value as the library returns it: a number that is not finite is a word."""
    if isinstance(value, float) and value - value != 0:
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: strict(item) for key, item in value.items()}
    return [strict(item) for item in value] if isinstance(value, list) else value


def log_facts(experiment: Experiment, section: str, members: Mapping[str, Any]) -> None:
    """Record members of a section."""
    code = library().et_experiment_log_fact(
        experiment._native, encoded(section), encoded_json(dict(members))
    )
    check(code)


def add_output(run: ForeignRun, experiment: Experiment) -> bool:
    """Append what the program has printed since."""
    printed = run.output.encode("utf-8", "backslashreplace")
    path = experiment.path / OUTPUT
    there = path.read_bytes() if path.is_file() else b""
    if len(printed) <= len(there) or not printed.startswith(there):
        return False
    new = printed[len(there) :]
    check(library().et_experiment_log_output(experiment._native, new, len(new)))
    return True


def show_values(run: ForeignRun, experiment: Experiment) -> bool:
    """Show those values in TensorBoard that it knows and that are new, such as histograms."""
    there = Counter(stored_lines(experiment))
    for value, line in zip(run.values, value_lines(run), strict=True):
        if there[line] > 0:
            there[line] -= 1
        else:
            show(experiment, value.key, value.step, value.time, value.value)
    return False  # the file of the values says whether there were new ones


def stored_lines(experiment: Experiment) -> list[str]:
    """Return the lines of the values that are stored."""
    if VALUES not in artifacts_of(experiment._facts()):
        return []
    with open(experiment.artifact_path(VALUES), encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file]


def files_of(run: ForeignRun) -> list[ForeignFile]:
    """Return the files of a run, with that of its values."""
    if not run.values:
        return run.files
    content = "".join(line + "\n" for line in value_lines(run)).encode("utf-8", "surrogatepass")
    return [*run.files, ForeignFile(VALUES, content=content, kind="table")]


def value_lines(run: ForeignRun) -> list[str]:
    """Return the values of a run as lines of JSON."""
    return [
        json.dumps({"key": one.key, "step": one.step, "time": one.time, "value": one.value})
        for one in run.values
    ]


def add_files(run: ForeignRun, experiment: Experiment, report: RunReport) -> bool:
    """Save the files that are not there, or have other content there."""
    known = artifacts_of(experiment._facts())
    changed = False
    for file in files_of(run):
        if place_of(file, experiment, known) is not None:
            continue
        try:
            saved = save(experiment, file)
        except (TrackingError, OSError) as error:
            report.problems.append(f"the artifact {file.name!r}: {error}")
            continue
        report.artifacts_new += file.name != VALUES
        changed = changed or saved
    experiment._warn_of_notices()
    return changed


def place_of(file: ForeignFile, experiment: Experiment, known: Mapping[str, str]) -> str | None:
    """Return the path under which a file is stored with its content of now; None if it is not."""
    for name in names_of(file):
        if name in known:
            return name if is_same_file(file, experiment, name, known[name]) else None
    return None


def is_same_file(file: ForeignFile, experiment: Experiment, name: str, digest: str) -> bool:
    """Return whether a stored artifact has the content of a file or folder."""
    if file.content is not None:
        import hashlib

        return hashlib.sha256(file.content).hexdigest() == digest
    if os.path.isdir(file.source):
        return equality.is_same_folder(file.source, str(experiment.artifact_path(name)))
    try:
        return equality.digest_of(file.source) == digest
    except OSError:
        return False


def names_of(file: ForeignFile) -> list[str]:
    """Return the paths that a file may get: its own, or one that the store allows."""
    inside = f"{FOLDER}/{file.name}"
    plain = "/".join(folder_name(part) for part in file.name.split("/") if part) or "file"
    return list(dict.fromkeys([file.name, inside, f"{FOLDER}/{plain}"]))


def save(experiment: Experiment, file: ForeignFile) -> bool:
    """Save a file under the first of its names that can be one."""
    refusal: InvalidNameError | None = None
    for name in names_of(file):
        details = dict(file.details)
        if name != file.name:
            details["original_path"] = file.name
        options: dict[str, Any] = {"details": details}
        if file.kind is not None:
            options["kind"] = file.kind
        try:
            if file.content is not None:
                check(
                    library().et_experiment_save_bytes(
                        experiment._native, encoded(name), file.content, len(file.content),
                        encoded_json(options),
                    )
                )  # fmt: skip
            else:
                check(
                    library().et_experiment_save_file(
                        experiment._native, encoded_path(file.source), encoded(name),
                        encoded_json(options),
                    )
                )  # fmt: skip
        except InvalidNameError as error:
            refusal = refusal or error
            continue
        return True
    raise refusal or InvalidNameError(f"{file.name!r} cannot be the name of an artifact")


def compare(run: ForeignRun, experiment: Experiment, report: RunReport) -> None:
    """Read an experiment back, and count what equals the run."""
    params = params_of(experiment._facts())
    report.params = len(run.params)
    for key, value in run.params.items():
        try:
            usable = json_value(value)
        except ConversionError:
            continue
        report.params_equal += key in params and is_same_param(params[key], usable)
    for series in run.series:
        report.points += len(series)
        report.points_equal += equality.equal_points(experiment, series)
    known = artifacts_of(experiment._facts())
    report.artifacts = len(run.files)
    report.artifacts_equal = sum(
        place_of(file, experiment, known) is not None for file in run.files
    )
    report.values = len(run.values)
    if run.values:
        there = Counter(stored_lines(experiment))
        report.values_equal = (Counter(value_lines(run)) & there).total()
    compare_summaries(run, experiment, report)
    experiment.close()


def archived(path: str) -> str:
    """Move an experiment to the archive, and return its folder there."""
    experiment = open_path(path)
    experiment.archive(force=True)
    return str(experiment.path)


def began(run: ForeignRun) -> float | None:
    """Return when a run began: as the tool says, else at its first point."""
    if run.created is not None:
        return run.created
    return min((min(one.times) for one in run.series if one.times), default=None)


def ended(run: ForeignRun) -> float | None:
    """Return when a run ended: as the tool says, else at its last point."""
    if run.ended is not None:
        return run.ended
    return max((max(one.times) for one in run.series if one.times), default=began(run))

"""Starting an experiment."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from ctypes import byref
from typing import TYPE_CHECKING, Any, TypeVar

from .._native.increments import Increment, IncrementName
from .._native.library import library
from .._native.pointers import ExperimentPointer
from .._native.status import check
from .._native.text import encoded, encoded_json
from .._native.warn import warn
from ..capture import worker
from ..values.conversion import ConversionError, brief
from ..values.json_values import json_value, mapping_of
from ..values.several import several
from . import backends, console, exit_hooks, output, workers
from .experiment import Experiment
from .params import safe_text

if TYPE_CHECKING:
    from .metadata import ExperimentMetadata

Form = TypeVar("Form", bound=Experiment)


def track_experiment(
    name: str | os.PathLike[str] | ExperimentMetadata | None = None,
    increment: IncrementName | None = None,
    *,
    description: str | None = None,
    tags: Iterable[str] | str = (),
    params: Any = None,
    resume: bool | str = False,
    replace: bool = False,
    join: bool = False,
    parent: Experiment | None = None,
    capture: bool | Iterable[str] = True,
    strict: bool = False,
    sync: str | float | None = None,
    writes: str | None = None,
    author: str | None = None,
    git_commit: str | None = None,
    data_version: str | None = None,
    primary_metric: str | None = None,
    about: Mapping[str, Any] | None = None,
    kind: str | None = None,
    rank: int | None = None,
    ranks: str | float | None = None,
    system_metrics: bool | float = False,
    capture_output: bool = False,
) -> Experiment:
    """Start an experiment, for a ``with`` block or to be ended by ``finish()``.

    It makes ``.specweave/increments/<increment>/experiments/<name>/`` with params.json,
    metrics.json, metadata.yaml and a TensorBoard event file. The same name again makes a re-run in
    a folder of its own; nothing is overwritten.

    Args:
        name: The name, kept exactly, or an `ExperimentMetadata`; None is ``exp-NNN``.
        increment: Its number or folder name, such as ``"0042"``; None is the active one: that of
            ``SPECWEAVE_INCREMENT_ID``, of the working directory, of the git branch, or the one in
            progress. In a project without any, ``0001-experiments`` is made.
        description: A sentence about it.
        tags: Tags from the start on.
        params: Parameters from the start on: a dict, a Namespace, a dataclass …
        resume: True continues the newest of this name; "allow" continues it, or starts one if
            there is none; "auto" continues what an earlier attempt of the same job of a scheduler
            (SLURM, PBS, LSF, torchrun) was writing under this name, or starts one; "force"
            continues it even if another host may still write it.
        replace: Move the newest of this name to ``_archive`` first.
        join: Attach to a running one as a further writer.
        parent: The experiment around it: a sweep, a pipeline, a stage.
        capture: False, or a choice of "git", "command", "environment", "packages", "code".
        strict: Let logging raise where it would warn and continue.
        sync: When data is forced to the disk, so that a power cut does not lose it: "close", at the
            end (the default), "always", or a number of seconds. An experiment with a ``parent``
            follows it, and short ones are forced to the disk together with its end.
        writes: How points get to the disk: "direct" writes each of them; "buffered" collects those
            of hot loops in memory on every file system; None or "automatic" does so only on those
            that are known to be local.
        author: Who made it.
        git_commit: The commit, if it is not the one of the working directory.
        data_version: The version of the data.
        primary_metric: The metric by which experiments are compared.
        about: Further facts for metadata.yaml.
        kind: What it is: "experiment", "sweep", "stage", "fold" …
        rank: The rank of this writer among several, with ``join``.
        ranks: In the processes of one run of torchrun, mpirun or srun: "join" (the default) lets
            the ranks beyond 0 join what rank 0 starts; a number is how many seconds they wait for
            it, 60 without one; "separate" gives each an experiment of its own.
        system_metrics: Sample processors, memory and graphics processors as metrics ``system/…``,
            during calls that log, at most every ten seconds; a number is another interval in
            seconds.
        capture_output: Write what Python code prints to stdout and stderr to ``output.log`` too;
            of a progress bar only the last state. What C libraries and child processes write is
            not recorded.

    Returns:
        The experiment, whose ``with`` block finishes it.

    Raises:
        AmbiguousIncrementError: Several increments fit; the message lists them.
        ExperimentBusyError: It is to be resumed, and another process is writing it.
        ExperimentNotFoundError: It is to be resumed or joined, and there is none of this name.
        InvalidNameError: The name cannot be stored.
        StorageError: The folder cannot be made.

    Example:
        >>> with track_experiment("forest", tags=["baseline"]) as exp:
        ...     exp.log_param("max_depth", 6)
        ...     exp.log_metric("auc", 0.87)
    """
    options: dict[str, Any] = {}
    if name is not None and not isinstance(name, (str, os.PathLike)):
        if not callable(getattr(name, "options", None)):
            raise TypeError(
                f"a name is a str, a path, an ExperimentMetadata or None, not "
                f"{type(name).__name__}: {brief(name)}"
            )
        options, name = name.options(), name.name
    options |= {
        key: value
        for key, value in {
            "description": description,
            "author": author,
            "git_commit": git_commit,
            "data_version": data_version,
            "primary_metric": primary_metric,
            "about": about,
            "kind": kind,
            "rank": rank,
            "ranks": ranks,
            "system_metrics": system_metrics,
            "resume": resume,
            "replace": replace,
            "join": join,
            "strict": strict,
            "sync": sync,
            "writes": writes,
            "params": params,
        }.items()
        if value is not None and value is not False
    }
    options["tags"] = [*texts(options.get("tags", ())), *texts(tags)]
    text = None if name is None else os.fspath(name)
    experiment = start(text, increment, parent, options, capture)
    if capture_output and not experiment._off:
        output.begin(experiment)
    return experiment


def start(
    name: str | None,
    increment: IncrementName | None,
    parent: Experiment | None,
    given: dict[str, Any],
    wanted: bool | Iterable[str],
) -> Experiment:
    """Start it with options that are as the user gave them."""
    return start_as(Experiment, name, increment, parent, given, wanted)


def start_as(
    form: type[Form],
    name: str | None,
    increment: IncrementName | None,
    parent: Experiment | None,
    given: dict[str, Any],
    wanted: bool | Iterable[str],
) -> Form:
    """Start it with a handle of this class."""
    if parent is not None and parent._off:
        return start_off(form, name, parent, given)
    if not given.get("join") and workers.is_importing_program():
        experiment = start_off(form, name, None, given)
        workers.tell(repr(name) if name is not None else "an experiment")
        return experiment
    parts, seconds = worker.parts_of(wanted), worker.limit()
    options = {key: usable(key, value) for key, value in given.items()}
    options |= worker.start_options(parts)
    pointer, used_increment = native_start(name, increment, parent, options)
    joined = bool(options.get("join"))
    experiment = backends.form_of(form)(
        pointer, strict=bool(options.get("strict")), started=not joined
    )
    try:
        console.at_start(experiment, used_increment)
        if options.get("params"):
            experiment._warn_of_notices()
        if not joined:
            exit_hooks.remember(experiment)
            worker.begin(experiment, parts, seconds)
        backends.begin(experiment, given)
    except BaseException as error:
        # Ctrl-C before there is a block that would see it.
        experiment.finish(error=error)
        raise
    return experiment


def start_off(
    form: type[Form], name: str | None, parent: Experiment | None, given: dict[str, Any]
) -> Form:
    """Return a handle that records nothing, as with ``SPECWEAVE_MODE=disabled``."""
    options = {
        key: usable(key, value)
        for key, value in given.items()
        if key not in ("resume", "replace", "join")
    }
    with workers.switched_off():
        pointer, _ = native_start(name, None, parent, options)
        experiment = form(pointer, strict=bool(options.get("strict")), started=True)
    experiment._off = True
    return experiment


def native_start(
    name: str | None,
    increment: IncrementName | None,
    parent: Experiment | None,
    options: dict[str, Any],
) -> tuple[ExperimentPointer, Increment | None]:
    """Start it in the library, in an increment or inside another experiment."""
    text = None if name is None else encoded(name)
    pointer = ExperimentPointer()
    if parent is not None:
        check(
            library().et_experiment_start_child(
                parent._native, text, encoded_json(options), byref(pointer)
            )
        )
        return pointer, None
    target = Increment.find(increment, create=True)
    check(
        library().et_experiment_start(target._native, text, encoded_json(options), byref(pointer))
    )
    return pointer, target


def usable(option: str, value: Any) -> Any:
    """Return an option as JSON; what cannot be stored in it is left out with a warning."""
    if option not in ("params", "about"):
        return str.__str__(value) if isinstance(value, str) else value
    entries: dict[str, Any] = {}
    for key, item in mapping_of_option(option, value).items():
        try:
            entries[key if type(key) is str else safe_text(key)] = json_value(item)
        except ConversionError as reason:
            warn(f"{option} {brief(key)} was not recorded: {reason}")
    return entries


def mapping_of_option(option: str, value: Any) -> dict[Any, Any]:
    """Return the named values of an option."""
    try:
        return mapping_of(value)
    except ConversionError as reason:
        raise TypeError(f"{option}: {reason}") from reason


def texts(tags: Iterable[str] | str) -> list[str]:
    """Return tags as a list; a single one may be given as a text."""
    return [safe_text(tag) for tag in several("tags", tags)]

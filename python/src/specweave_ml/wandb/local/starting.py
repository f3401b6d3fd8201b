"""``wandb.init``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from typing import Any

from ..._native.increments import IncrementName
from ...display.terminal import ipython_shell
from ...errors import ExperimentNotFoundError
from ...tracking import output
from ...tracking.start import start_off
from ..runs.facts import RunFacts
from ..runs.places import increment_of
from ..runs.recorder import RunExperiment, RunRecorder
from . import current, notices
from .branching import Moment, begin_with, source_of
from .config import file_defaults, parse_config
from .errors import Error, UsageError
from .identifiers import generate_id
from .resuming import choose_id
from .run import Run
from .session import session_settings
from .settings import Settings, merged
from .sweeps.environment import active_in_environment

_increment: ContextVar[IncrementName | None] = ContextVar("wandb_increment", default=None)


def init(
    entity: str | None = None,
    project: str | None = None,
    dir: str | os.PathLike[str] | None = None,
    id: str | None = None,
    name: str | None = None,
    notes: str | None = None,
    tags: Iterable[str] | None = None,
    config: Any = None,
    config_exclude_keys: list[str] | None = None,
    config_include_keys: list[str] | None = None,
    allow_val_change: bool | None = None,
    group: str | None = None,
    job_type: str | None = None,
    mode: str | None = None,
    force: bool | None = None,
    anonymous: Any = None,
    reinit: bool | str | None = None,
    resume: bool | str | None = None,
    resume_from: str | None = None,
    fork_from: str | None = None,
    save_code: bool | None = None,
    tensorboard: bool | None = None,
    sync_tensorboard: bool | None = None,
    monitor_gym: bool | None = None,
    settings: Settings | Mapping[str, Any] | None = None,
    magic: Any = None,
) -> Run:
    """Start a run: an experiment in the increment that the project names, or in the active one.

    Args:
        entity: The user or team; kept as a fact.
        project: The project; the number or name of an increment chooses that one.
        dir: Where Weights & Biases would keep its files; kept as a setting.
        id: The identifier; None makes one.
        name: The name of the experiment; None is ``exp-NNN``.
        notes: The description.
        tags: Tags.
        config: The parameters: a dict, a Namespace, flags of absl, or the name of a YAML file.
        config_exclude_keys: Parameters that are left out.
        config_include_keys: The only parameters that are taken.
        allow_val_change: Whether parameters may change later without being told so.
        group: The name of a group of runs.
        job_type: What kind of work it does.
        mode: "disabled" stores nothing; all others store the run here.
        force: Ignored: nobody has to log in.
        anonymous: Ignored: there are no accounts.
        reinit: What becomes of a run that is open: "return_previous" (the default) gives it back,
            "finish_previous" or True ends it, "create_new" leaves it open.
        resume: "allow" continues the run of this id or starts one, "must" only continues, "never"
            refuses an id that is there, "auto" or True continues what this project left unfinished.
        resume_from: "id?_step=200": begin with that run's history, under its id.
        fork_from: "id?_step=200": begin with that run's history, under an id of its own.
        save_code: False keeps no code.
        tensorboard: As ``sync_tensorboard``.
        sync_tensorboard: Take over what the program writes for TensorBoard.
        monitor_gym: Keep the videos that gymnasium records.
        settings: Further settings.
        magic: Ignored.

    Raises:
        UsageError: The arguments contradict each other, or a run to be continued is not there.
    """
    given = {
        "entity": entity,
        "project": project,
        "root_dir": dir,
        "run_id": id,
        "run_name": name,
        "run_notes": notes,
        "run_tags": tags,
        "allow_val_change": allow_val_change,
        "run_group": group,
        "run_job_type": job_type,
        "mode": mode,
        "reinit": reinit,
        "resume": resume,
        "resume_from": resume_from,
        "fork_from": fork_from,
        "save_code": save_code,
        "sync_tensorboard": sync_tensorboard if tensorboard is None else tensorboard,
    }
    chosen = merged(
        session_settings(), settings, {key: x for key, x in given.items() if x is not None}
    )
    if magic:
        notices.once("magic", "wandb.init(magic=…) means nothing here, nor in newer wandb")
    previous = previous_run(chosen)
    if previous is not None:
        return previous
    values = initial_config(config, config_exclude_keys, config_include_keys)
    run = start(chosen, values)
    if chosen.sync_tensorboard:
        from .tensorboard_sync import follow

        follow(run)
    if monitor_gym:
        from .gym_videos import follow_videos

        follow_videos(run)
    return run


def init_in(increment: IncrementName | None, *arguments: Any, **options: Any) -> Run:
    """Start a run as `init` does, in an increment of its own choice."""
    token = _increment.set(increment)
    try:
        return init(*arguments, **options)
    finally:
        _increment.reset(token)


def previous_run(settings: Settings) -> Run | None:
    """Return the open run if it is to be used again; end open runs if that is wanted."""
    newest = current.newest()
    if newest is None or settings.reinit == "create_new":
        return None
    if settings.reinit == "finish_previous" or (
        settings.reinit == "default" and ipython_shell() is not None
    ):
        for run in reversed(current.opened()):
            run.finish()
        return None
    if settings.resume == "must":
        raise Error(
            "Cannot resume a run while another run is active. You must either finish it using "
            "run.finish(), or use reinit='create_new' when calling wandb.init()."
        )
    if settings.reinit == "default":
        notices.once(
            "reinit",
            f"wandb.init() returns the run {newest.id}, which is still open; finish() it first, or "
            f"use reinit='finish_previous' or 'create_new'",
        )
    return newest


def initial_config(config: Any, exclude: Any, include: Any) -> dict[str, Any]:
    """Return the parameters that a run begins with, before those of a sweep."""
    given = parse_config(config, exclude, include)
    return {**file_defaults(), **given}


def start(settings: Settings, values: dict[str, Any]) -> Run:
    """Start the run of these settings."""
    if current.sweep is None and settings.sweep_id is not None:
        current.sweep = active_in_environment()
    if current.sweep is not None:
        settings.sweep_id = current.sweep.sweep_id
    if settings.mode == "disabled":
        return started_disabled(settings, values)
    given_project = settings.project
    increment = _increment.get()
    place = increment_of(given_project, increment)
    if given_project is None:
        settings.project = place.name
    moment, source = beginning(settings)
    resumed = choose_id(settings, place, given_project)
    facts = facts_of(settings, given_project)
    try:
        recorder = RunRecorder.start(
            facts,
            increment=increment,
            resume="must" if resumed else False,
            **options_of(settings),
            **options_of_sweep(resumed=resumed),
        )
    except ExperimentNotFoundError as error:
        raise UsageError(str(error)) from error
    step = recorder.last_step + 1
    if moment is not None and source is not None:
        begin_with(recorder, moment, source)
        step = moment.step + 1
    run = Run(recorder, settings, resumed=resumed, starting_step=step)
    if resumed:
        run._config.inherit(recorder.experiment.params)
        run._tags = tuple(recorder.experiment.tags)
    configure(run, values, resumed=resumed)
    if settings.console not in ("off", "disable"):
        output.begin(recorder.experiment)
    current.add(run, is_global=settings.reinit != "create_new")
    return run


def started_disabled(settings: Settings, values: dict[str, Any]) -> Run:
    """Start a run that stores nothing."""
    settings.run_id = settings.run_id or generate_id()
    settings.run_name = settings.run_name or f"dummy-{settings.run_id}"
    settings.project = settings.project or "dummy"
    experiment = start_off(RunExperiment, settings.run_name, None, {})
    run = Run(RunRecorder(experiment), settings, resumed=False, starting_step=0)
    configure(run, values, resumed=False)
    current.add(run, is_global=settings.reinit != "create_new")
    return run


def configure(run: Run, values: dict[str, Any], *, resumed: bool) -> None:
    """Set the parameters that a run begins with; a sweep has decided some of them."""
    if current.sweep is not None:
        run.config.update_locked(dict(current.sweep.config), user="sweep")
    run.config.update(values, allow_val_change=resumed or None)


def facts_of(settings: Settings, project: str | None) -> RunFacts:
    """Return what is known of a run from its settings, and the project that was given."""
    further = {
        "project": settings.project,
        "sweep_id": settings.sweep_id,
        "mode": settings.mode if settings.was_set("mode") else None,
        "resume": settings.resume,
        "fork_from": settings.fork_from,
        "resume_from": settings.resume_from,
        "host": settings.host,
    }
    return RunFacts(
        id=settings.run_id,
        project=project,
        entity=settings.entity,
        name=settings.run_name,
        notes=settings.run_notes,
        tags=settings.run_tags,
        group=settings.run_group,
        job_type=settings.run_job_type,
        further={**further, "source": "specweave.wandb"},
    )


def options_of(settings: Settings) -> dict[str, Any]:
    """Return the options of the experiment."""
    parts = ["git", "command", "environment", "packages", "code"]
    if settings.disable_git:
        parts.remove("git")
    if settings.disable_code or settings.save_code is False:
        parts.remove("code")
    interval = settings.x_stats_sampling_interval
    return {
        "capture": parts,
        "author": settings.username,
        "git_commit": settings.git_commit,
        "system_metrics": interval or None,
    }


def options_of_sweep(*, resumed: bool) -> dict[str, Any]:
    """Return the options of the first run that a sweep's function starts: it is a trial."""
    sweep = current.sweep
    if sweep is None or resumed or sweep.started:
        return {}
    sweep.started = True
    return {"parent": sweep.experiment, "kind": "trial"}


def beginning(settings: Settings) -> tuple[Moment | None, Any]:
    """Return the moment of another run that this one begins with, and its experiment."""
    if settings.fork_from is None and settings.resume_from is None:
        return None, None
    if settings.fork_from is not None and settings.resume_from is not None:
        raise UsageError("`fork_from` and `resume_from` cannot be used together")
    if settings.resume is not None:
        raise UsageError("`resume` and `fork_from` or `resume_from` cannot be used together")
    if settings.resume_from is not None:
        moment = Moment.of(settings.resume_from, "resume_from")
        settings.run_id = moment.run
    else:
        moment = Moment.of(settings.fork_from, "fork_from")
        if settings.run_id == moment.run:
            raise UsageError("`fork_from` needs an id other than that of the run it begins with")
    return moment, source_of(moment, settings.project)

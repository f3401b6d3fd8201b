"""What a run of wandb says of itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..runs.facts import RunFacts

RESUMING = ("allow", "must", "auto", True)


def facts_of(run: Any) -> RunFacts:
    """Return what is known of a run that has just been started."""
    settings = run.settings
    further = {
        "mode": asked(lambda: settings.mode),
        "url": asked(lambda: None if settings._offline else settings.run_url),
        "sweep_id": asked(lambda: run.sweep_id),
        "resumed": asked(lambda: run.resumed) or None,
        "folder": asked(lambda: str(folder_of(run))),
        "forked_from": asked(lambda: str(settings.fork_from or settings.resume_from or "")),
    }
    return RunFacts(
        id=run.id,
        project=asked(lambda: run.project),
        entity=asked(lambda: run.entity),
        name=asked(lambda: given_name(run)),
        notes=asked(lambda: run.notes),
        tags=asked(lambda: run.tags) or (),
        group=asked(lambda: run.group),
        job_type=asked(lambda: run.job_type),
        config=asked(lambda: config_of(run.config)) or {},
        further=further,
    )


def asked(question: Callable[[], Any]) -> Any:
    """Return the answer; None where this version of wandb, or this run, has none."""
    try:
        return question()
    except Exception:
        return None


def given_name(run: Any) -> str | None:
    """Return the name that the run was given, or has from the server."""
    name = run.name
    return str(name) if name else None


def config_of(config: Any) -> dict[str, Any]:
    """Return a configuration without what wandb keeps in it for itself."""
    return {str(key): value for key, value in config.items() if key != "_wandb"}


def resumes(run: Any) -> bool:
    """Return whether the run continues one of its id, as far as there is one."""
    if asked(lambda: run.resumed):
        return True
    return asked(lambda: run.settings.resume) in RESUMING


def is_disabled(run: Any) -> bool:
    """Return whether wandb itself records nothing of the run."""
    settings = asked(lambda: run.settings)
    return bool(asked(lambda: run.disabled) or asked(lambda: settings._noop))


def folder_of(run: Any) -> Path:
    """Return the folder of the run, which has the file ``run-<id>.wandb``."""
    found = asked(lambda: run.sync_dir) or asked(lambda: run.settings.sync_dir)
    return Path(found) if found else Path(run.dir).parent


def first_step(run: Any) -> int:
    """Return the step of the next row."""
    found = asked(lambda: run.starting_step)
    return found if isinstance(found, int) and found > 0 else 0

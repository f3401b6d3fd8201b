"""``login``, ``setup``, ``teardown``, ``finish``: what is not about one run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import current
from .settings import Settings, merged

_settings: Settings | None = None


class Session:
    """What ``wandb.setup()`` returns."""

    @property
    def settings(self) -> Settings:
        """The settings that all runs begin with."""
        return merged(_settings)

    @property
    def most_recent_active_run(self) -> Any:
        """The run that was started last and is not finished."""
        return current.newest()


def session_settings() -> Settings | None:
    """Return the settings that ``setup`` was given."""
    return _settings


def setup(settings: Settings | Mapping[str, Any] | None = None) -> Session:
    """Set what all later runs begin with."""
    global _settings
    if settings is not None:
        _settings = _settings or Settings()
        _settings.update(settings)
    return Session()


def teardown(exit_code: int | None = None) -> None:
    """Finish all runs, and forget what ``setup`` was given."""
    global _settings
    for run in reversed(current.opened()):
        run.finish(exit_code)
    _settings = None


def finish(exit_code: int | None = None, quiet: bool | None = None) -> None:
    """Finish the open run."""
    run = current.run()
    if run is not None:
        run.finish(exit_code, quiet=quiet)


def login(
    anonymous: Any = None,
    key: str | None = None,
    relogin: bool | None = None,
    host: str | None = None,
    force: bool | None = None,
    timeout: int | None = None,
    verify: bool = False,
    referrer: str | None = None,
) -> bool:
    """Return True: there is nothing to log in to. A key is not kept."""
    return True


def require(requirement: Any = None, experiment: Any = None) -> None:
    """Accept whatever a script requires."""


def ensure_configured() -> None:
    """Do nothing: nothing has to be configured."""

"""Whether wandb has what it needs to reach its server, without asking the server."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

VARIABLES = ("WANDB_API_KEY", "WANDB_IDENTITY_TOKEN_FILE")
USUAL_HOSTS = ("api.wandb.ai",)


def has_key() -> bool:
    """Return whether there is a key: in the environment, in ``.netrc``, or from ``wandb.login``."""
    return (
        any(os.environ.get(name) for name in VARIABLES)
        or any(host in machines() for host in hosts())
        or has_logged_in()
    )


def hosts() -> Iterator[str]:
    """Yield the hosts that wandb would ask."""
    yield from USUAL_HOSTS
    with suppress(Exception):
        yield host_of(os.environ.get("WANDB_BASE_URL") or settings().base_url)


def host_of(url: str) -> str:
    """Return the host of a URL, with its port."""
    return urlsplit(url).netloc


def settings() -> Any:
    """Return the settings that wandb has without a run."""
    return sys.modules["wandb"].Settings()


def machines() -> set[str]:
    """Return the hosts that ``.netrc`` has something for."""
    import netrc

    named = os.environ.get("NETRC")
    paths = [Path(named)] if named else [Path.home() / ".netrc", Path.home() / "_netrc"]
    found: set[str] = set()
    for path in paths:
        with suppress(OSError, netrc.NetrcParseError, UnicodeDecodeError):
            found |= netrc.netrc(str(path)).hosts.keys()
    return found


def has_logged_in() -> bool:
    """Return whether the program has called ``wandb.login`` with a key; newer versions keep it."""
    with suppress(Exception):
        from wandb.sdk.lib import wbauth

        return wbauth.session_credentials(host=settings().base_url) is not None
    return False


def is_session_started() -> bool:
    """Return whether wandb has read its variables, as ``wandb.login`` makes it do."""
    module = sys.modules.get("wandb.sdk.wandb_setup")
    with suppress(Exception):
        older = getattr(module, "_WandbSetup", None)
        kept = getattr(module, "_singleton", None) or getattr(older, "_instance", None)
        return kept is not None and getattr(kept, "_settings", kept) is not None
    return False


def settings_file() -> Path:
    """Return the file in which ``wandb login --host`` and its kind keep settings."""
    folder = os.environ.get("WANDB_CONFIG_DIR") or Path.home() / ".config" / "wandb"
    return Path(folder) / "settings"

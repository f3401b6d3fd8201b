"""Programs of sweeps: ``program: train.py`` and ``command: [...]``, run once for each trial."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from .config import SweepConfig

USUAL = ("${env}", "${interpreter}", "${program}", "${args}")


def run_program(config: SweepConfig, values: Mapping[str, Any]) -> int:
    """Run the program of a sweep with its values as arguments, and return its exit status."""
    command = command_of(config, values)
    return subprocess.run(command, check=False).returncode


def command_of(config: SweepConfig, values: Mapping[str, Any]) -> list[str]:
    """Return the words of the command; ``${args}`` and the like stand for what they do in W&B."""
    given = config.members.get("command") or USUAL
    flat = {key: text_of(value) for key, value in flattened(values).items()}
    parts: Mapping[str, list[str]] = {
        "${env}": ["/usr/bin/env"] if os.path.exists("/usr/bin/env") else [],
        "${interpreter}": [sys.executable],
        "${program}": [str(config.program)] if config.program else [],
        "${args}": [f"--{key}={value}" for key, value in flat.items()],
        "${args_no_hyphens}": [f"{key}={value}" for key, value in flat.items()],
        "${args_no_boolean_flags}": [
            f"--{key}" if value == "True" else f"--{key}={value}"
            for key, value in flat.items()
            if value != "False"
        ],
        "${args_json}": [json.dumps(values)],
    }
    words: list[str] = []
    for word in given:
        text = str(word)
        if text in parts:
            words += parts[text]
        elif text.startswith("${envvar:") and text.endswith("}"):
            words.append(os.environ.get(text[9:-1], ""))
        else:
            words.append(text)
    return words


def flattened(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return values by name, those within others with dots."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            found |= flattened(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = value
    return found


def text_of(value: Any) -> str:
    """Return a value as an argument of a command."""
    return value if isinstance(value, str) else str(value)

"""Identifiers of runs."""

from __future__ import annotations

import secrets
import string

ALPHABET = string.ascii_lowercase + string.digits


def generate_id(length: int = 8) -> str:
    """Return a new identifier: letters and digits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))

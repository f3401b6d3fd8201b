"""Artifacts: Python objects as files of an experiment, and back."""

from __future__ import annotations

from .loading import load
from .saving import save, save_model

__all__ = ["load", "save", "save_model"]

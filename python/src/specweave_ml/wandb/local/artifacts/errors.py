"""What goes wrong with artifacts, under the names that Weights & Biases has for it."""

from __future__ import annotations


class ArtifactStatusError(AttributeError):
    """The artifact is not in the state that this needs."""


class ArtifactNotLoggedError(ArtifactStatusError):
    """The artifact has to be logged first."""


class ArtifactFinalizedError(ArtifactStatusError):
    """The artifact is logged, and its files stay as they are."""


class WaitTimeoutError(Exception):
    """The artifact was not logged in time."""

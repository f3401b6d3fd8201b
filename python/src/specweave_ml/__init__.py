"""Experiment tracking as files: the code behind the package `specweave`."""

from ._version import VERSION as __version__

__all__ = ["__version__"]

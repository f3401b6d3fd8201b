"""The names of the package `specweave`."""

from specweave import *  # noqa: F403 - all of them
from specweave import __version__ as __version__

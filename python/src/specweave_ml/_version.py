"""The version of the package and of the C library that it is made for."""

VERSION = "0.1.0"

ABI_VERSION = 1
"""``ET_ABI_VERSION`` of include/experimenttracker.h; another one must not be called."""

"""Callbacks and wrappers for the packages that people train with, one file each."""

"""Callbacks and small doors for the packages that people train with, one file each."""

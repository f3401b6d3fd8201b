"""Experiment tracking as files."""

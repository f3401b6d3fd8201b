"""Judging models: cross-validation, and comparing models on the same data."""

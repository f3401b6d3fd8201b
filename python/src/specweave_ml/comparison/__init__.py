"""Comparing experiments."""

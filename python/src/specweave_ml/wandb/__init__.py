"""Runs of Weights & Biases as experiments: mirrored, imported, or written without that package."""

"""Sweeps: parameters chosen by a grid, by chance or by Optuna, and the runs that try them."""

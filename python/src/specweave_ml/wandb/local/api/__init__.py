"""``wandb.Api()``: projects, runs, artifacts and sweeps of this project, read from its files."""

from .api import Api

__all__ = ["Api"]

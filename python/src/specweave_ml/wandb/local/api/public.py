"""``wandb.apis.public``: the classes that `Api` returns."""

from .api import Api
from .files import File, Files
from .projects import Project
from .run import Run
from .runs import Runs
from .sweeps import Sweep

__all__ = ["Api", "File", "Files", "Project", "Run", "Runs", "Sweep"]

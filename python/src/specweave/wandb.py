"""Weights & Biases, with every run an experiment of the project.

    import specweave.wandb as wandb

    run = wandb.init(project="0042-recommendation-model", config={"lr": 0.1})
    run.log({"loss": 0.3})
    run.finish()

Where the package ``wandb`` is installed everything in here is its own, and its runs are mirrored.
Where it is not, or with ``SPECWEAVE_WANDB=local``, the same names work without it and without an
account: runs are written into the active increment, or the one that the project names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specweave_ml.wandb import choice

if TYPE_CHECKING:
    from specweave_ml._native.increments import IncrementName


def install() -> bool:
    """Let ``import wandb`` find the stand-in, also in other packages, if the real one is absent.

    Returns:
        Whether ``import wandb`` gives the stand-in now.
    """
    from specweave_ml.wandb.local import installing

    return installing.install()


def init(*arguments: Any, increment: IncrementName | None = None, **options: Any) -> Any:
    """Start a run as `wandb.init` does, which takes all other arguments.

        run = wandb.init(increment="0042", name="xgboost")

    With the real package the run is recorded in the increment too, without it only there.

    Args:
        arguments: Those of `wandb.init`.
        increment: The increment; None is the one that the project names, or the active one.
        options: Those of `wandb.init`.
    """
    if choice.is_local():
        from specweave_ml.wandb.local.starting import init_in

        return init_in(increment, *arguments, **options)
    from specweave_ml.wandb.configure import start_run

    return start_run(increment, options, *arguments)


def __getattr__(name: str) -> Any:
    if name.startswith("__") and name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(choice.implementation(), name)


def __dir__() -> list[str]:
    return sorted({*dir(choice.implementation()), "init", "install"})

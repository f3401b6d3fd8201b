"""The programs ``specweave-ml-push`` and ``specweave-ml-pull``.

The command line runs them for its commands ``push`` and ``pull``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any

from .._native.optional_packages import need
from ..errors import TrackingError

NOT_FOUND = 3
AMBIGUOUS = 4


def push(arguments: Sequence[str] | None = None) -> int:
    """Send an increment's experiments to another MLflow, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="specweave-ml push",
        description="Copy an increment's experiments to an MLflow server. Pushed again, only what "
        "is new is sent; what was interrupted is continued.",
    )
    parser.add_argument("--to", required=True, metavar="URI", help="MLflow's tracking URI")
    parser.add_argument("--increment", metavar="NUMBER", help="default: the active increment")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    options = parser.parse_args(arguments)

    def run() -> Any:
        from .transfer import push_to_mlflow

        return push_to_mlflow(options.increment, to=options.to, progress=not options.quiet)

    return ended("push", run)


def pull(arguments: Sequence[str] | None = None) -> int:
    """Bring runs of another MLflow into an increment, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="specweave-ml pull",
        description="Bring the runs of an experiment of MLflow into an increment. Pulled again, "
        "only what is new is added.",
    )
    parser.add_argument(
        "--from", dest="source", required=True, metavar="URI", help="MLflow's tracking URI"
    )
    parser.add_argument(
        "--increment", metavar="NUMBER",
        help="default: the active increment; a full NNNN-name that does not exist is created",
    )  # fmt: skip
    parser.add_argument(
        "--experiment", metavar="NAME", help="default: the one called as the increment's folder"
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    options = parser.parse_args(arguments)

    def run() -> Any:
        from .transfer import pull_from_mlflow

        return pull_from_mlflow(
            options.increment, source=options.source, experiment=options.experiment,
            progress=not options.quiet,
        )  # fmt: skip

    return ended("pull", run)


def ended(command: str, run: Callable[[], Any]) -> int:
    """Run a command to its end; what it has to say of a failure goes to the standard error."""
    try:
        need("mlflow", f"specweave-ml {command}", extra="mlflow")
        report = run()
    except (TrackingError, ImportError) as error:
        print(f"specweave-ml {command}: {error}", file=sys.stderr)
        return code_of(error)
    except KeyboardInterrupt:
        print(f"specweave-ml {command}: interrupted; the next one continues it", file=sys.stderr)
        return 130
    except Exception as error:
        if not is_of_mlflow(error):
            raise
        print(f"specweave-ml {command}: MLflow: {error}", file=sys.stderr)
        return 1
    print(report)
    return 1 if report.left_out else 0


def is_of_mlflow(error: Exception) -> bool:
    """Return whether MLflow, its database or the way to it failed."""
    from mlflow.exceptions import MlflowException

    # SQLAlchemy is not installed everywhere; a failed request of artifacts is an OSError.
    is_of_database = type(error).__module__.startswith("sqlalchemy.")
    return is_of_database or isinstance(error, (MlflowException, OSError))


def code_of(error: BaseException) -> int:
    """Return the exit code of a failure, as the command line has them."""
    if getattr(error, "candidates", None) and "Ambiguous" in type(error).__name__:
        return AMBIGUOUS
    return NOT_FOUND if isinstance(error, LookupError) else 1

"""An attempt that fails and is worth remembering. Run it: `python examples/python/failures.py`

The exception makes the experiment failed, with its traceback, and is raised again; the handle stays
usable, so that the reason can be written down. Needs numpy.
"""

from __future__ import annotations

import numpy as np

from specweave import Experiment, track_experiment

WORLD = 10**17


class GreedyModel:
    """Wants more memory than there is."""

    def fit(self, X: np.ndarray, y: np.ndarray) -> None:
        np.zeros((WORLD, X.shape[1]))


def main() -> Experiment:
    X, y = np.ones((10, 3)), np.ones(10)
    exp = track_experiment("neural-net-attempt")
    try:
        with exp:
            GreedyModel().fit(X, y)
    except MemoryError as error:
        exp.log_note(f"FAILED: {error}")
        exp.log_note("Reason: out of memory, need smaller batch size")
        exp.set_status("failed")
    return exp


if __name__ == "__main__":
    exp = main()
    print(f"{exp.name} is {exp.status}: {(exp.failure or {})['type']}")
    for note in exp.notes:
        print(f"  {note.time:%Y-%m-%d %H:%M} UTC  {note}")

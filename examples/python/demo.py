"""The demo: baselines and models in one increment, compared, and where to look next.

Run it: `make demo`, or `python examples/python/demo.py`. Everything lands in the folder `demo`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from specweave import compare_experiments, load_experiment

INCREMENT = "0042-recommendation-model"
METRICS = ["accuracy", "precision", "recall", "f1", "training_time"]


def main() -> None:
    project = Path("demo").resolve()
    project.mkdir(exist_ok=True)
    os.environ.update(
        SPECWEAVE_ROOT=str(project), SPECWEAVE_INCREMENT_ID=INCREMENT, MPLBACKEND="Agg"
    )

    for script in ("baselines.py", "model_comparison.py"):
        print(f"Running examples/python/{script} …", flush=True)
        command = [sys.executable, str(Path(__file__).with_name(script))]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    best = compare_experiments(metrics=METRICS, sort_by="accuracy").best
    if best is not None:
        load_experiment(best.path).select(rationale=["Highest accuracy on the held-out data"])
    comparison = compare_experiments(metrics=METRICS, sort_by="accuracy")

    experiments = project / ".specweave" / "increments" / INCREMENT / "experiments"
    print(f"\n{comparison}\n")
    print("Where to look next:")
    print(f"  one experiment   ls {experiments / 'xgboost'}")
    print(f"  the report       {experiments / 'comparison.md'}")
    print(
        f"  the curves       {Path(sys.executable).parent / 'tensorboard'} --logdir {experiments}"
    )
    print("  the code         examples/python/model_comparison.py")


if __name__ == "__main__":
    main()

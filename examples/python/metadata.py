"""What is known of an experiment besides its numbers. Run it: `python examples/python/metadata.py`

Description, tags, author and versions from the start; a tag and a decision weeks later, from
another program. Needs scikit-learn.
"""

from __future__ import annotations

from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

from specweave import Experiment, ExperimentMetadata, load_experiment, track_experiment

METADATA = ExperimentMetadata(
    name="logistic-v3",
    description="Logistic regression without regularisation",
    tags=["production-candidate", "feature-eng-v2"],
    git_commit="a3b8c9d",
    data_version="v2024-01",
    author="ada@example.org",
)


def main() -> Experiment:
    X, y = load_iris(return_X_y=True)
    with track_experiment(METADATA) as exp:
        scores = cross_val_score(LogisticRegression(C=1e6, max_iter=1000), X, y)
        exp.log_metric("accuracy", scores.mean())

    later = load_experiment("logistic-v3")
    later.add_tag("production")
    later.select(rationale=["Best accuracy of all linear models", "Answers within 1 ms"])
    return later


if __name__ == "__main__":
    exp = main()
    print(f"{exp.name}: {', '.join(exp.tags)}")
    for section in ("about", "git", "data"):
        print(f"{section}: {exp.facts.get(section)}")
    print(f"selected because: {'; '.join((exp.selection or {})['rationale'])}")

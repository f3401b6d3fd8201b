"""Which data it was, exactly. Run it: `python examples/python/data_versions.py`

A version that people name, and a fingerprint of the content that nobody has to name. Needs
scikit-learn and pandas.
"""

from __future__ import annotations

from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from specweave import Experiment, track_experiment


def main() -> Experiment:
    X, y = load_iris(return_X_y=True, as_frame=True)
    with track_experiment("logistic-v1") as exp:
        exp.log_param("data_commit", "dvc:a3b8c9d")
        exp.log_param("data_url", "s3://bucket/data/v2024-01")
        exp.log_data("train", X)
        exp.log_metric("accuracy", LogisticRegression(max_iter=1000).fit(X, y).score(X, y))
    return exp


if __name__ == "__main__":
    exp = main()
    print(exp.params)
    for name, value in exp.facts["data"]["train"].items():
        print(f"{name:<10} {value}")

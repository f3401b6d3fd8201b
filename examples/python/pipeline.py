"""A pipeline of stages, each an experiment. Run it: `python examples/python/pipeline.py`

Stages know what they depend on and how long they took; pipeline.md shows them as a diagram. A
pipeline that failed continues with `resume="allow"`. Needs scikit-learn and pandas.
"""

from __future__ import annotations

from sklearn.datasets import load_diabetes
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.model_selection import cross_val_score
from sklearn.preprocessing import PolynomialFeatures

from specweave import ExperimentPipeline


def main() -> ExperimentPipeline:
    pipeline = ExperimentPipeline("diabetes-full-pipeline")

    with pipeline.stage("preprocessing") as stage:
        frame = load_diabetes(as_frame=True).frame
        stage.log_metric("rows_before", len(frame))
        frame = frame[frame["bmi"].abs() < frame["bmi"].std() * 3]
        stage.log_metric("rows_after", len(frame))

    with pipeline.stage("features") as stage:
        X = PolynomialFeatures(2, interaction_only=True).fit_transform(frame.drop(columns="target"))
        stage.log_metric("num_features", X.shape[1])

    with pipeline.stage("training") as stage:
        model = GradientBoostingRegressor(n_estimators=40, random_state=42)
        stage.log_metric("r2", cross_val_score(model, X, frame["target"], cv=3).mean())

    return pipeline


if __name__ == "__main__":
    print((main().path / "pipeline.md").read_text(encoding="utf-8"))

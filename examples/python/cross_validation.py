"""How much a score varies from fold to fold. Run it: `python examples/python/cross_validation.py`

The scores are those of scikit-learn's `cross_validate`; each fold is a step of `fold/…`, and their
spread is a picture in the experiment's folder. Needs scikit-learn.
"""

from __future__ import annotations

from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from specweave import CrossValidation, track_cross_validation


def main() -> CrossValidation:
    X, y = load_diabetes(return_X_y=True, as_frame=True)
    model = make_pipeline(StandardScaler(), Ridge(alpha=1.0))
    return track_cross_validation(
        model=model,
        X=X,
        y=y,
        cv=KFold(5, shuffle=True, random_state=42),
        scoring=["r2", "neg_root_mean_squared_error"],
        name="ridge",
    )


if __name__ == "__main__":
    results = main()
    print(results)
    for fold, score in enumerate(results["test_r2"]):
        print(f"fold {fold}: R² {score:.3f}")
    print(f"the picture: {results.experiment.artifact_path('fold_scores.png')}")

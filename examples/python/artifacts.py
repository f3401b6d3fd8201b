"""Everything a training leaves, each in the form its name asks for.

Run it: `python examples/python/artifacts.py`. Models, figures, tables, text and dictionaries are
saved as what they are; each is hashed, and an older one of the same name is kept. Needs
scikit-learn, pandas and matplotlib.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import ConfusionMatrixDisplay, RocCurveDisplay
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from specweave import Experiment, track_artifacts, track_experiment


def main() -> Experiment:
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=42, stratify=y)

    with track_experiment("forest-v1") as exp:
        preprocessor = StandardScaler().set_output(transform="pandas").fit(X_train)
        model = RandomForestClassifier(random_state=42)
        model.fit(preprocessor.transform(X_train), y_train)
        exp.save_artifact("preprocessor.pkl", preprocessor)
        exp.save_artifact("model.pkl", model)

        rows = preprocessor.transform(X_test)
        confusion = ConfusionMatrixDisplay.from_estimator(model, rows, y_test)
        exp.save_artifact("confusion_matrix.png", confusion)
        exp.save_artifact("roc_curve.png", RocCurveDisplay.from_estimator(model, rows, y_test))

        importance = pd.Series(model.feature_importances_, X.columns, name="importance")
        exp.save_artifact("feature_importance.csv", importance.sort_values().to_frame())
        exp.save_artifact("requirements.txt", "scikit-learn\npandas\n")
        exp.save_artifact("conda_env.yaml", {"name": "forest", "dependencies": ["scikit-learn"]})

        with TemporaryDirectory() as scratch:
            reports = Path(scratch, "reports")
            reports.mkdir()
            with track_artifacts(reports):  # whatever is written there becomes an artifact
                X_test.describe().to_csv(reports / "test_data.csv")
    return exp


if __name__ == "__main__":
    exp = main()
    for saved in exp.artifacts:
        print(f"{saved['path']:<30} {saved['size']:>9,} bytes  sha256 {saved['sha256'][:12]}")
    print(exp.load_artifact("conda_env.yaml"))
    print(exp.load_artifact("model.pkl", trust=True))

"""`autolog` is for all classes and packages, whenever they come, and ends without a trace."""

from __future__ import annotations

import sys
from typing import Any

import lightgbm
import numpy as np
import pytest
import sklearn.base
import xgboost
from sklearn.datasets import load_iris
from sklearn.linear_model import Ridge
from sklearn.svm import SVC

from conftest import Run
from specweave import autolog, load_experiment
from support.autologged import names, off_at_the_end  # noqa: F401

X, y = load_iris(return_X_y=True)


def test_classes_that_are_defined_later_are_recorded() -> None:
    autolog(increment="0042", models=False)

    class Later(sklearn.base.ClassifierMixin, sklearn.base.BaseEstimator):  # type: ignore[misc]
        def fit(self, X: Any, y: Any) -> Any:  # noqa: N803
            self.classes_ = np.unique(y)
            return self

        def predict(self, X: Any) -> Any:  # noqa: N803
            return np.full(len(X), self.classes_[0])

    Later().fit(X, y)
    autolog(False)
    Later().fit(X, y)
    assert names() == ["later"]


def estimators() -> list[Any]:
    found: list[Any] = [sklearn.base.BaseEstimator]
    for kind in found:
        found.extend(one for one in kind.__subclasses__() if one not in found)
    return found


def test_off_puts_every_function_back() -> None:
    def everything() -> dict[Any, Any]:
        held: dict[Any, Any] = {(kind, "fit"): vars(kind).get("fit") for kind in estimators()}
        held |= {"xgboost": xgboost.train, "lightgbm": lightgbm.train}
        codes = {key: getattr(one, "__code__", None) for key, one in held.items()}
        facts = {key: dict(getattr(one, "__dict__", {})) for key, one in held.items()}
        held["subclass"] = vars(sklearn.base.BaseEstimator).get("__init_subclass__")
        return {"held": held, "codes": codes, "facts": facts}

    before, finders = everything(), list(sys.meta_path)
    autolog(increment="0042")
    autolog(increment="0042")  # twice is once
    for key in ((Ridge, "fit"), "xgboost", "lightgbm"):
        assert everything()["held"][key] is before["held"][key]
        assert everything()["codes"][key] is not before["codes"][key]
    autolog(False)

    assert everything() == before
    assert sys.meta_path == finders
    SVC().fit(X, y)
    assert names() == []


def test_what_somebody_else_replaced_since_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    autolog(increment="0042")
    held = Ridge.fit

    def theirs(self: Any, *arguments: Any, **named: Any) -> Any:
        return held(self, *arguments, **named)

    monkeypatch.setattr(Ridge, "fit", theirs)
    autolog(False)
    assert Ridge.fit is theirs
    Ridge().fit(X, y)
    assert names() == []


def test_packages_imported_later_are_recorded_and_nothing_is_imported_for_it(run: Run) -> None:
    result = run(
        """
        import sys
        import specweave
        specweave.autolog(increment="0042")
        assert not {"sklearn", "numpy", "keras", "xgboost"} & set(sys.modules)
        from sklearn.linear_model import LogisticRegression
        LogisticRegression(C=0.5, max_iter=50).fit([[0.0], [1.0]], [0, 1])
        loader = sys.modules["sklearn.base"].__spec__.loader
        assert type(loader).__name__ == "SourceFileLoader", loader
        specweave.autolog(False)
        LogisticRegression(C=0.7).fit([[0.0], [1.0]], [0, 1])
        """
    )
    assert result.returncode == 0, result.stderr
    assert names() == ["logistic-regression"]
    assert load_experiment("logistic-regression").params["C"] == 0.5


def test_a_class_of_the_program_itself_travels_to_other_processes(run: Run) -> None:
    result = run(
        """
        import specweave
        from sklearn.datasets import load_iris
        from sklearn.model_selection import GridSearchCV
        from sklearn.tree import DecisionTreeClassifier

        specweave.autolog(increment="0042")

        class Own(DecisionTreeClassifier):
            def fit(self, X, y):
                return super().fit(X, y)

        if __name__ == "__main__":
            X, y = load_iris(return_X_y=True)
            GridSearchCV(Own(), {"max_depth": [1, 2]}, cv=2, n_jobs=2).fit(X, y)
        """,
        warnings="default",
    )
    assert result.returncode == 0, result.stderr
    assert names() == ["grid-search-own"]

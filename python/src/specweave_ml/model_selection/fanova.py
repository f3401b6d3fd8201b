"""Functional analysis of variance of a function that is known at some points (Hutter et al., 2014).

A forest of regression trees is fitted to the scores. For each tree, which is constant on boxes, the
variance over the whole space is divided exactly into what each parameter explains alone and what
pairs explain beyond that; the shares are averaged over the trees.

A parameter takes one of several levels, each with the share of the runs that had it; the space is
the product of these. For a full grid that is every combination with equal weight.

F. Hutter, H. Hoos, K. Leyton-Brown: An Efficient Approach for Assessing Hyperparameter Importance.
ICML 2014, https://proceedings.mlr.press/v32/hutter14.html
"""

from __future__ import annotations

from typing import Any

TREES = 64
DEPTH = 64


class Fanova:
    """The division of the variance.

    Args:
        levels: For each run (row) and parameter (column) which of the parameter's levels it had, as
            integers from 0.
        scores: The score of each run; all finite.
        seed: For the randomness of the forest.
    """

    def __init__(self, levels: Any, scores: Any, seed: int = 0) -> None:
        import numpy as np
        from sklearn.ensemble import RandomForestRegressor

        self.levels = np.asarray(levels, dtype=np.int64)
        self.weights = [np.bincount(column) / len(column) for column in self.levels.T]
        forest = RandomForestRegressor(
            n_estimators=TREES, max_depth=DEPTH, random_state=seed, oob_score=True, n_jobs=1
        )
        forest.fit(self.levels, np.asarray(scores, dtype=np.float64))
        self.fit_quality = float(forest.oob_score_)
        """R² of the forest on the runs that a tree did not see; little means little to tell."""
        boxes = [Boxes(estimator.tree_, self.weights) for estimator in forest.estimators_]
        self.trees = [tree for tree in boxes if tree.variance > 0]

    def main(self, parameter: int) -> float:
        """Return the share of the variance that a parameter explains alone."""
        return average([tree.main(parameter) / tree.variance for tree in self.trees])

    def pair(self, first: int, second: int) -> float:
        """Return the share that two parameters explain together beyond what each explains."""
        return average([tree.pair(first, second) / tree.variance for tree in self.trees])


def average(values: list[float]) -> float:
    """Return the mean; 0 if all trees are constant."""
    return sum(values) / len(values) if values else 0.0


class Boxes:
    """A tree as the boxes of its leaves: for each parameter, which levels lie within."""

    def __init__(self, tree: Any, weights: list[Any]) -> None:
        import numpy as np

        self.weights = weights
        values, masks = [], []
        nodes = [(0, [np.ones(len(weight), dtype=bool) for weight in weights])]
        while nodes:
            node, mask = nodes.pop()
            if tree.children_left[node] == tree.children_right[node]:
                values.append(tree.value[node].item())
                masks.append(mask)
                continue
            split, threshold = tree.feature[node], tree.threshold[node]
            below = np.arange(len(weights[split])) <= threshold
            for child, side in ((tree.children_left, below), (tree.children_right, ~below)):
                inner = list(mask)
                inner[split] = mask[split] & side
                nodes.append((child[node], inner))
        self.masks = [np.array(column, dtype=np.float64) for column in zip(*masks, strict=True)]
        shares = [mask @ weight for mask, weight in zip(self.masks, weights, strict=True)]
        self.shares = np.array(shares)
        self.volumes = np.prod(self.shares, axis=0)
        # Around the mean, so that the differences below lose no digits.
        self.values = np.array(values) - np.array(values) @ self.volumes
        self.variance = float(self.values**2 @ self.volumes)
        self._main: dict[int, float] = {}

    def main(self, parameter: int) -> float:
        """Return the variance of the mean over all other parameters."""
        if parameter not in self._main:
            # No share is 0: a tree splits only between levels that occurred.
            others = self.values * self.volumes / self.shares[parameter]
            means = others @ self.masks[parameter]
            self._main[parameter] = float(means**2 @ self.weights[parameter])
        return self._main[parameter]

    def pair(self, first: int, second: int) -> float:
        """Return the variance of the mean over all but two, less what each explains alone."""
        others = self.values * self.volumes / self.shares[first] / self.shares[second]
        means = (self.masks[first] * others[:, None]).T @ self.masks[second]
        both = float(self.weights[first] @ means**2 @ self.weights[second])
        return max(0.0, both - self.main(first) - self.main(second))

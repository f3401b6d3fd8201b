"""The values that a parameter of a sweep can have: the distributions of Weights & Biases."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...._native.optional_packages import need


@dataclass(frozen=True)
class Space:
    """The values of one parameter."""

    path: tuple[str, ...]
    distribution: str
    said: Mapping[str, Any]

    def grid(self) -> Sequence[Any]:
        """Return all values, for a grid.

        Raises:
            ValueError: There are infinitely many.
        """
        if self.distribution == "constant":
            return [self.said["value"]]
        if self.distribution == "categorical":
            return list(self.said["values"])
        if self.distribution == "int_uniform":
            return range(int(self.said["min"]), int(self.said["max"]) + 1)
        if self.distribution == "q_uniform":
            step, low, high = (float(self.said[key]) for key in ("q", "min", "max"))
            count = math.floor((high - low) / step + 1e-9)
            return [quantised(low + index * step, step) for index in range(count + 1)]
        raise ValueError(
            f"{'.'.join(self.path)}: a grid needs values, integers from min to max, or steps q, "
            f"not the distribution {self.distribution!r}"
        )

    def draw(self, chance: random.Random) -> Any:
        """Return a value by chance."""
        if self.distribution == "constant":
            return self.said["value"]
        if self.distribution == "categorical":
            weights = self.said.get("probabilities")
            return chance.choices(list(self.said["values"]), weights)[0]
        if self.distribution == "int_uniform":
            return chance.randint(int(self.said["min"]), int(self.said["max"]))
        base = self.distribution.removeprefix("q_")
        value = DRAWS[base](chance, self.said)
        if base == self.distribution:
            return value
        return quantised(value, float(self.said.get("q", 1)))

    def optuna_distribution(self) -> Any:
        """Return the distribution of Optuna; None for what it does not choose."""
        kinds = need("optuna.distributions", "A sweep with the method 'bayes'")
        if self.distribution in ("constant", "beta", "q_beta"):
            return None
        if self.distribution == "categorical":
            return kinds.CategoricalDistribution(range(len(self.said["values"])))
        if self.distribution == "int_uniform":
            return kinds.IntDistribution(int(self.said["min"]), int(self.said["max"]))
        low, high, log = self.bounds()
        return kinds.FloatDistribution(low, high, log=log)

    def bounds(self) -> tuple[float, float, bool]:
        """Return smallest and largest value, and whether their logarithm is even."""
        base = self.distribution.removeprefix("q_").removeprefix("inv_")
        if base in ("normal", "log_normal"):
            mean, deviation = float(self.said.get("mu", 0)), float(self.said.get("sigma", 1))
            low, high = mean - 3 * deviation, mean + 3 * deviation
            return (math.exp(low), math.exp(high), True) if base == "log_normal" else (
                low, high, False
            )  # fmt: skip
        low, high = float(self.said["min"]), float(self.said["max"])
        if base == "log_uniform":
            return math.exp(low), math.exp(high), True
        return low, high, base == "log_uniform_values"

    def from_optuna(self, value: Any) -> Any:
        """Return the value that a choice of Optuna means."""
        if self.distribution == "categorical":
            return self.said["values"][int(value)]
        if self.distribution.startswith("q_"):
            return quantised(float(value), float(self.said.get("q", 1)))
        return value

    def to_optuna(self, value: Any) -> Any:
        """Return a value as Optuna knows it."""
        if self.distribution == "categorical":
            return list(self.said["values"]).index(value)
        return value


def quantised(value: float, step: float) -> float | int:
    """Return the nearest multiple of a step; an integer where the step is one."""
    found = round(value / step) * step
    if float(step).is_integer():
        return int(found)
    digits = max(0, -math.floor(math.log10(step))) + 6
    return round(found, digits)


def between(chance: random.Random, said: Mapping[str, Any]) -> float:
    """Return a number between min and max."""
    return chance.uniform(float(said["min"]), float(said["max"]))


def log_values(said: Mapping[str, Any]) -> dict[str, float]:
    """Return the logarithms of min and max."""
    return {key: math.log(float(said[key])) for key in ("min", "max")}


def inverse(chance: random.Random, low: float, high: float) -> float:
    """Return a number whose distance from the upper end is log-uniform."""
    found = math.exp(chance.uniform(math.log(low), math.log(high)))
    return low + high - found


DRAWS: Mapping[str, Callable[[random.Random, Mapping[str, Any]], float]] = {
    "uniform": between,
    "log_uniform": lambda chance, said: math.exp(between(chance, said)),
    "log_uniform_values": lambda chance, said: math.exp(between(chance, log_values(said))),
    "inv_log_uniform": lambda chance, said: inverse(
        chance, math.exp(float(said["min"])), math.exp(float(said["max"]))
    ),
    "inv_log_uniform_values": lambda chance, said: inverse(
        chance, float(said["min"]), float(said["max"])
    ),
    "normal": lambda chance, said: chance.gauss(
        float(said.get("mu", 0)), float(said.get("sigma", 1))
    ),
    "log_normal": lambda chance, said: chance.lognormvariate(
        float(said.get("mu", 0)), float(said.get("sigma", 1))
    ),
    "beta": lambda chance, said: chance.betavariate(
        float(said.get("a", 1)), float(said.get("b", 1))
    ),
}
"""How numbers of each distribution are drawn; with ``q_`` before the name, in steps of ``q``."""

BOUNDED = ("uniform", "log_uniform", "log_uniform_values")
KNOWN = ("constant", "categorical", "int_uniform", *DRAWS, *(f"q_{name}" for name in DRAWS))


def space_of(path: tuple[str, ...], said: Mapping[str, Any]) -> Space:
    """Return the values that a parameter's description means.

    Raises:
        ValueError: It means none.
    """
    kind = said.get("distribution") or usual_distribution(said)
    kind = "categorical" if kind == "categorical_w_probabilities" else kind
    if kind not in KNOWN:
        raise ValueError(f"the distribution {kind!r} is none of {', '.join(KNOWN)}")
    check(kind, said)
    return Space(path, kind, said)


def usual_distribution(said: Mapping[str, Any]) -> str:
    """Return the distribution of a description that names none."""
    if "value" in said:
        return "constant"
    if "values" in said:
        return "categorical"
    if "min" in said and "max" in said:
        whole = all(isinstance(said[key], int) for key in ("min", "max"))
        if "q" in said:
            return "q_uniform"
        return "int_uniform" if whole else "uniform"
    if "mu" in said or "sigma" in said:
        return "normal"
    raise ValueError("it has neither value, values, min and max, nor a distribution")


def check(kind: str, said: Mapping[str, Any]) -> None:
    """Raise unless a description has what its distribution needs."""
    if kind == "constant" and "value" not in said:
        raise ValueError("a constant has a value")
    if kind == "categorical":
        values = said.get("values")
        if not isinstance(values, list) or not values:
            raise ValueError(f"values is a list with at least one value, not {values!r}")
        weights = said.get("probabilities")
        if weights is not None and (len(weights) != len(values) or not sum(weights) > 0):
            raise ValueError("probabilities has a number for each of the values")
    base = kind.removeprefix("q_").removeprefix("inv_")
    if kind != "int_uniform" and base not in BOUNDED:
        return
    for key in ("min", "max"):
        limit = said.get(key)
        if isinstance(limit, bool) or not isinstance(limit, (int, float)) or limit - limit != 0:
            raise ValueError(
                f"the distribution {kind} has a number as {key}, not {said.get(key)!r}"
            )
    if said["min"] > said["max"]:
        raise ValueError(f"min {said['min']} is larger than max {said['max']}")
    if base == "log_uniform_values" and said["min"] <= 0:
        raise ValueError(f"the distribution {kind} has a min above 0, not {said['min']}")
    if kind.startswith("q_") and not float(said.get("q", 1)) > 0:
        raise ValueError(f"q is a step above 0, not {said['q']!r}")

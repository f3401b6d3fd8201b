"""``run.watch``: gradients and parameters of torch modules as histograms."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from ..._native.optional_packages import is_a
from ..._native.warn import warn
from .media.graph import Graph
from .media.histogram import Histogram
from .run_logging import RunLogging

KINDS = ("gradients", "parameters", "all", None)


class RunWatching(RunLogging):
    """Watching modules while they are trained."""

    def watch(
        self,
        models: Any,
        criterion: Any = None,
        log: str | None = "gradients",
        log_freq: int = 1000,
        idx: int | None = None,
        log_graph: bool = False,
    ) -> None:
        """Log histograms of a module's gradients or parameters with the rows of the run.

        Args:
            models: A module of torch, or several.
            criterion: Without meaning here.
            log: "gradients", "parameters", "all" or None.
            log_freq: Every how many backward passes, or forward passes for the parameters.
            idx: The number of the first module, in the names of the histograms.
            log_graph: Log the layers too.

        Raises:
            ValueError: ``log`` is something else, or a module is watched already.
            TypeError: It is no module of torch.
        """
        self._require_open("watch")
        if log not in KINDS:
            raise ValueError("log must be one of 'gradients', 'parameters', 'all', or None")
        if log_freq < 1:
            raise ValueError(f"log_freq is a number of passes of at least 1, not {log_freq}")
        modules = list(models) if isinstance(models, (list, tuple)) else [models]
        for module in modules:
            if not is_a(module, "torch.nn.Module", "torch.nn.modules.module.Module"):
                raise TypeError(
                    f"Expected a pytorch model (torch.nn.Module). Received {type(module)}"
                )
        watched = self._watched()
        for place, module in enumerate(modules, len(watched) if idx is None else idx):
            if any(one.module() is module for one in watched):
                raise ValueError(
                    "You can only call `wandb.watch` once per model.  Pass a new instance of the "
                    "model if you need to call wandb.watch again in your code."
                )
            prefix = f"graph_{place}" if place else ""
            if self.disabled:
                continue
            watched.append(Watched(self, module, prefix, log, log_freq))
            if log_graph:
                self.log({f"{prefix}graph" if prefix else "graph": graph_of(module)}, commit=False)

    def unwatch(self, models: Any = None) -> None:
        """Log no more histograms of a module, or of any."""
        modules = list(models) if isinstance(models, (list, tuple)) else [models]
        watched = self._watched()
        for one in list(watched):
            if models is None or any(one.module() is module for module in modules):
                one.end()
                watched.remove(one)

    def _watched(self) -> list[Watched]:
        found: list[Watched] = vars(self).setdefault("_watched_modules", [])
        return found


class Watched:
    """A module that is watched; its hooks log into the run as long as that is open."""

    def __init__(
        self, run: RunWatching, module: Any, prefix: str, log: str | None, frequency: int
    ) -> None:
        self.run = weakref.ref(run)
        self.module = weakref.ref(module)
        self.prefix = prefix
        self.frequency = frequency
        self.handles: list[Any] = []
        if log in ("gradients", "all"):
            for name, parameter in module.named_parameters():
                if parameter.requires_grad:
                    self.handles.append(parameter.register_hook(self._gradient(name)))
        if log in ("parameters", "all"):
            self.handles.append(module.register_forward_hook(self._forward()))

    def _gradient(self, name: str) -> Callable[[Any], None]:
        """Return the hook that logs the gradients of one parameter."""
        passes = 0

        def hook(gradient: Any) -> None:
            nonlocal passes
            passes += 1
            if passes % self.frequency == 0:
                self._log({f"gradients/{self.prefix}{name}": gradient})

        return hook

    def _forward(self) -> Callable[[Any, Any, Any], None]:
        """Return the hook that logs all parameters."""
        passes = 0

        def hook(module: Any, inputs: Any, output: Any) -> None:
            nonlocal passes
            if not module.training:
                return
            passes += 1
            if passes % self.frequency == 0:
                named = module.named_parameters()
                self._log({f"parameters/{self.prefix}{name}": value for name, value in named})

        return hook

    def _log(self, tensors: dict[str, Any]) -> None:
        """Log histograms of tensors; training goes on whatever happens."""
        run = self.run()
        if run is None or run._is_finished:
            return
        try:
            found = {key: histogram_of(tensor) for key, tensor in tensors.items()}
            run.log({key: one for key, one in found.items() if one is not None}, commit=False)
        except Exception as reason:
            warn(f"watch() could not log {', '.join(tensors)}: {reason}")

    def end(self) -> None:
        """Take the hooks out of the module."""
        for handle in self.handles:
            handle.remove()
        self.handles.clear()


def histogram_of(tensor: Any) -> Histogram | None:
    """Return a histogram of the finite values of a tensor; None if it has none."""
    values = tensor.detach()
    values = (values.coalesce().values() if values.is_sparse else values).float().cpu().flatten()
    values = values[values.isfinite()]
    return Histogram(values) if len(values) else None


def graph_of(module: Any) -> Graph:
    """Return the layers of a module of torch."""
    graph = Graph("torch")
    for name, layer in module.named_modules():
        own = sum(parameter.numel() for parameter in layer.parameters(recurse=False))
        graph.add_node(
            id=name or "model", name=name or "model", class_name=type(layer).__name__,
            num_parameters=own,
        )  # fmt: skip
        parent = name.rpartition(".")[0] or "model"
        if name and parent in graph.nodes_by_id:
            graph.add_edge(graph.nodes_by_id[parent], graph.nodes_by_id[name])
    return graph

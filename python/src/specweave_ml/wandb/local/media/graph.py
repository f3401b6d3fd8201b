"""The layers of a network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from .json_text import plain
from .run_files import RunFiles
from .value import Media


class Node:
    """A layer: its name, its class, its sizes."""

    def __init__(self, id: Any = None, name: str | None = None, **attributes: Any) -> None:
        self.id = id
        self.name = name
        self.attributes = attributes

    def to_json(self) -> dict[str, Any]:
        """Return what is known of it."""
        known = {"id": self.id, "name": self.name, **self.attributes}
        return {key: plain(value) for key, value in known.items() if value is not None}

    def __repr__(self) -> str:
        return f"<Node {self.name or self.id!r}>"


class Graph(Media):
    """Nodes and the edges between them; ``from_keras`` takes a model of Keras."""

    _log_type: ClassVar[str] = "graph-file"
    folder: ClassVar[str] = "media/graph"

    def __init__(self, format: str = "keras") -> None:
        super().__init__()
        self.format = format
        self.nodes: list[Node] = []
        self.nodes_by_id: dict[Any, Node] = {}
        self.edges: list[tuple[Node, Node]] = []

    def add_node(self, node: Node | None = None, **attributes: Any) -> Node:
        """Add a node, or make one."""
        added = Node(**attributes) if node is None else node
        self.nodes.append(added)
        self.nodes_by_id[added.id] = added
        return added

    def add_edge(self, from_node: Node, to_node: Node) -> tuple[Node, Node]:
        """Connect two nodes."""
        self.edges.append((from_node, to_node))
        return self.edges[-1]

    def __getitem__(self, node: Any) -> Node:
        return self.nodes_by_id[node]

    @classmethod
    def from_keras(cls, model: Any) -> Graph:
        """Return the layers of a model of Keras, in order."""
        graph = cls()
        before: Node | None = None
        for layer in model.layers:
            node = graph.add_node(
                id=layer.name, name=layer.name, class_name=type(layer).__name__,
                output_shape=getattr(layer, "output_shape", None),
                num_parameters=layer.count_params(),
            )  # fmt: skip
            if before is not None:
                graph.add_edge(before, node)
            before = node
        return graph

    def for_run(self, files: RunFiles, key: str, step: int | str) -> dict[str, Any]:
        """Put the graph into the run and return its JSON."""
        edges = [[start.id, end.id] for start, end in self.edges]
        content = {"format": self.format, "nodes": [node.to_json() for node in self.nodes]}
        self._set_bytes(json.dumps({**content, "edges": edges}).encode(), ".graph.json")
        return super().for_run(files, key, step)

    def pprint(self) -> Sequence[dict[str, Any]]:
        """Return the nodes as dicts."""
        return [node.to_json() for node in self.nodes]

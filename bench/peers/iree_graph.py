"""IREE on graphs: our modules without our attributes, what a model carries as constants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from bench.graph import GRAPHS, arrays
from bench.graph_module import graph_text
from bench.peers.base import Prepared
from bench.peers.iree import NAME, Iree, constant
from bench.workload import Workload


class IreeGraph(Iree):
    """The llvm-cpu backend; a softmax by its parts is as fast as the named op."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """All graphs in f32."""
        named = arrays(workload, inputs)
        constants = {name: constant(named.pop(name)) for name in GRAPHS[workload.op].constants}
        text = graph_text(workload, NAME, constants)
        return self.bound(text, list(named.values()), ["f32"] * len(named), "f32")

"""Our other entries on graphs: the named softmax, a chain by two kernels, a product alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from bench import dtype as types
from bench import op
from bench.graph_module import NAMED, graph_text
from bench.module import NAME, module_text
from bench.peers.base import Prepared, Unsupported
from bench.peers.morello import Morello, bound
from bench.workload import Workload


class Named(Morello):
    """`linalg.softmax`."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Softmaxes."""
        text = graph_text(workload, NAME, form=NAMED)
        kernel = self._compiled(workload, text, self.options["schedule"])
        return bound(workload, inputs, kernel)


class Apart(Morello):
    """Every product is a kernel of its own; the second reads what the first left."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Chains of two products."""
        a, b, c = inputs
        first = self._product(workload, a, b)
        assert first.result is not None
        second = self._product(workload, first.result()[0], c)

        def run() -> None:
            first.run()
            second.run()

        return Prepared(run, second.result)

    def _product(self, workload: Workload, a: NDArray[Any], b: NDArray[Any]) -> Prepared:
        product = replace(workload, op=op.MATMUL, inputs=workload.inputs[:2])
        kernel = self._compiled(product, module_text(product), self.options["schedule"])
        return bound(product, (a, b), kernel)


class ProductAlone(Apart):
    """What stands before the epilogue, which the whole is compared with."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Products; the result is compared here, being another than the workload's."""
        a, b, _ = inputs
        prepared = self._product(workload, a, b)
        prepared.run()
        assert prepared.result is not None
        right = types.widen(a, "f32") @ types.widen(b, "f32")
        wrong = op.disagreement(workload, *prepared.result(), right)
        if wrong:
            raise Unsupported(wrong)
        return Prepared(prepared.run, None, "the product alone")

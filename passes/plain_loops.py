"""Numbers and loops that only ask, on the interpreter's buffers.

`run_scalar` computes one number, from others or an element of a tensor. `run_loop` runs an
`scf.for` whose body does that and asserts what it says of the numbers, as `asserts.py` writes it:
`InterpretError` has the text of an assert that fails. Read next: `plain_ops.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from mlir import ir

from ..dialect.blocks import operations
from ..dialect.extracts import read_number
from ..dialect.region import UnsupportedOp
from ..dtype import ALL, DType
from ..evaluate import apply, constant, numpy_type
from ..expr import Apply, Arg, Const, Expr
from ..interpreter import InterpretError, Memory

Scalars = dict[Any, Any]


def run_loop(op: Any, values: dict[Any, Memory], places_of: Callable[[Any], Any]) -> None:
    """Run a loop, with the buffers of values and where elements of these lie."""
    _Numbers(values, places_of).run(op, {})


def run_scalar(op: Any, values: dict[Any, Memory], places_of: Callable[[Any], Any]) -> None:
    """Compute one number."""
    scalars: Scalars = {}
    _Numbers(values, places_of).step(op, scalars)
    for result, number in scalars.items():
        values[result] = Memory(np.asarray([number]), np.ones(1, bool))


class _Numbers:
    """Numbers, and loops in each other."""

    def __init__(self, values: dict[Any, Memory], places_of: Callable[[Any], Any]) -> None:
        self.values, self.places_of = values, places_of

    def run(self, op: Any, scalars: Scalars) -> None:
        """Run one, with the scalars that are known around it."""
        low, high, step = (int(self._scalar(v, scalars)) for v in list(op.operands)[:3])
        if len(op.operands) != 3:
            raise UnsupportedOp(f"{op.name} that carries values is not known to the interpreter")
        block = op.regions[0].blocks[0]
        *body, _ = operations(op, block)
        for number in range(low, high, step):
            inner = {**scalars, block.arguments[0]: np.int64(number)}
            for each in body:
                self.step(each, inner)

    def step(self, op: Any, scalars: Scalars) -> None:
        """Run one op; its result goes to `scalars`."""
        if op.name == "scf.for":
            self.run(op, scalars)
        elif op.name == "cf.assert":
            if not self._scalar(op.operands[0], scalars):
                raise InterpretError(ir.StringAttr(op.attributes["msg"]).value)
        elif op.name == "tensor.extract":
            scalars[op.results[0]] = self._element(op, scalars)
        elif op.name.startswith("arith."):
            scalars[op.results[0]] = self._computed(op, scalars)
        else:
            raise UnsupportedOp(f"{op.name} is not known to the interpreter")

    def _scalar(self, value: Any, scalars: Scalars) -> Any:
        if value in scalars:
            return scalars[value]
        if not isinstance(value, ir.BlockArgument) and value.owner.name == "arith.constant":
            return self._computed(value.owner.operation, scalars)
        if value not in self.values:
            raise UnsupportedOp("a number is of what is not known to the interpreter")
        return self.values[value].data[0]

    def _element(self, op: Any, scalars: Scalars) -> Any:
        array, *places = op.operands
        at = tuple(int(self._scalar(v, scalars)) for v in places)
        flat = self.places_of(array).reshape(tuple(array.type.shape))[at]
        memory = self.values[array]
        if not memory.known[flat]:
            raise InterpretError(f"{op.name} of an element that nobody wrote")
        return memory.data[flat]

    def _computed(self, op: Any, scalars: Scalars) -> Any:
        given: list[Any] = []

        def read(value: Any) -> Expr:
            given.append(np.asarray(self._scalar(value, scalars)))
            return Arg(len(given) - 1, _dtype(given[-1]))

        e = read_number(op, read)
        if isinstance(e, Apply):
            return apply(e, given)
        return constant(e) if isinstance(e, Const) else given[e.index]


def _dtype(element: Any) -> DType:
    return next(t for t in ALL if numpy_type(t) == element.dtype)

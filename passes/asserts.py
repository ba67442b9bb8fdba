"""Asserts in bodies that look rows up stand before their op: `move_asserts_out`.

PyTorch asks in the body of an embedding whether each index is a row of the table. A Spec computes
and does nothing else, so that is asked before, once for each index and not for each element of its
row, in an `scf.for`: a `linalg.generic` without results would count as dead.

Before: `linalg.generic` whose body has `cf.assert %c` and `tensor.extract`; after: loops over the
iterators that `%c` depends on, which compute and assert it, then the op without it. Asserts that
depend on what the op has computed stay. Read next: `prepare.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mlir import ir

from ..dialect.blocks import operations
from ..dialect.extracts import EXTRACT
from ..dialect.region import PURE, UnsupportedOp
from ..dialect.structured import dims_of, extents_of, indexing_maps
from .linalg_ops import linalg_ops

_ASSERT = "cf.assert"


def move_asserts_out(module: Any) -> None:
    """Rewrite `module` in place."""
    for op in list(linalg_ops(module.operation)):
        if op.name == "linalg.generic" and len(op.results):
            _move_out(op)


def _move_out(op: Any) -> None:
    body = operations(op, op.regions[0].blocks[0])
    asserts = [each for each in body if each.name == _ASSERT]
    names = {each.name for each in body} - {_ASSERT}
    if not asserts or EXTRACT not in names or {n.split(".")[0] for n in names} - PURE:
        return
    try:
        checks = _Checks(op, extents_of(op), asserts)
    except UnsupportedOp:
        return
    if checks.reads_output:
        return
    with op.location, ir.InsertionPoint(op):
        checks.write()
    for each in reversed(body[:-1]):
        if each.name == _ASSERT or not any(True for r in each.results for _ in r.uses):
            each.erase()


@dataclass
class _Checks:
    """The asserts of a body, as loops over the iterators that they depend on."""

    op: Any
    extents: tuple[int, ...]
    asserts: list[Any]
    values: dict[Any, Any] = field(default_factory=dict)

    @property
    def block(self) -> Any:
        """The body."""
        return self.op.regions[0].blocks[0]

    @property
    def reads_output(self) -> bool:
        """Whether any depends on an old element of a result."""
        first = len(self.op.operands) - len(self.op.results)
        return any(
            isinstance(v, ir.BlockArgument) and v.arg_number >= first for v in self._needed()
        )

    def write(self) -> None:
        """The loops, at the insertion point."""
        needed: set[int] = set()
        for value in self._needed():
            if isinstance(value, ir.BlockArgument):
                needed |= dims_of(indexing_maps(self.op)[value.arg_number].value)
            elif value.owner.name == "linalg.index":
                needed.add(ir.IntegerAttr(value.owner.attributes["dim"]).value)
        self._loops(sorted(needed), {})

    def _needed(self) -> Iterator[Any]:
        """The values in the body that they depend on."""
        todo, done = [each.operands[0] for each in self.asserts], set()
        while todo:
            value = todo.pop()
            inside = _block_of(value)
            if value in done or inside != self.block:
                continue
            done.add(value)
            yield value
            if not isinstance(value, ir.BlockArgument):
                todo += value.owner.operands

    def _loops(self, left: list[int], at: Mapping[int, Any]) -> None:
        if not left:
            for each in self.asserts:
                condition = self._value(each.operands[0], at)
                text = {"msg": each.attributes["msg"]}
                ir.Operation.create(_ASSERT, operands=[condition], attributes=text)
            return
        bounds = [_constant(0), _constant(self.extents[left[0]]), _constant(1)]
        loop = ir.Operation.create("scf.for", operands=bounds, regions=1)
        block = ir.Block.create_at_start(loop.regions[0], [ir.IndexType.get()])
        with ir.InsertionPoint(block):
            self._loops(left[1:], {**at, left[0]: block.arguments[0]})
            ir.Operation.create("scf.yield")

    def _value(self, value: Any, at: Mapping[int, Any]) -> Any:
        """A value of the body where the iterators are `at`."""
        if _block_of(value) != self.block:
            return value
        if value not in self.values:
            is_argument = isinstance(value, ir.BlockArgument)
            made = self._element(value, at) if is_argument else self._copied(value, at)
            self.values[value] = made
        return self.values[value]

    def _element(self, argument: Any, at: Mapping[int, Any]) -> Any:
        array = self.op.operands[argument.arg_number]
        if not isinstance(array.type, ir.ShapedType):
            return array
        places = [_index(e, at) for e in indexing_maps(self.op)[argument.arg_number].value.results]
        return ir.Operation.create(EXTRACT, [argument.type], [array, *places]).result

    def _copied(self, value: Any, at: Mapping[int, Any]) -> Any:
        op = value.owner.operation
        if op.name == "linalg.index":
            return at[ir.IntegerAttr(op.attributes["dim"]).value]
        operands = [self._value(v, at) for v in op.operands]
        attributes = {name: op.attributes[name] for name in op.attributes}
        kinds = [r.type for r in op.results]
        made = ir.Operation.create(op.name, kinds, operands, attributes)
        return made.results[list(op.results).index(value)]


def _block_of(value: Any) -> Any:
    return value.owner if isinstance(value, ir.BlockArgument) else value.owner.operation.block


def _index(e: Any, at: Mapping[int, Any]) -> Any:
    """The value of an index of an operand."""
    if isinstance(e, ir.AffineDimExpr):
        return at[ir.AffineDimExpr(e).position]
    if isinstance(e, ir.AffineConstantExpr):
        return _constant(ir.AffineConstantExpr(e).value)
    count = max(at, default=-1) + 1
    whole = ir.AffineMapAttr.get(ir.AffineMap.get(count, 0, [e]))
    places = [at[d] if d in at else _constant(0) for d in range(count)]
    kind = [ir.IndexType.get()]
    return ir.Operation.create("affine.apply", kind, places, {"map": whole}).result


def _constant(number: int) -> Any:
    kind = ir.IndexType.get()
    value = ir.IntegerAttr.get(kind, number)
    return ir.Operation.create("arith.constant", [kind], attributes={"value": value}).result

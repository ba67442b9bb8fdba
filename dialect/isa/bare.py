"""Instructions without `@emission`: where operands are stands in the types of `@semantics`.

    func.func @semantics(%a: memref<4x4xf32, strided<[?, 1]>>, %c: memref<4x4xf32, "tiles">)

An operand in the machine's explicit memory has its name as memory space, and its elements are the
lanes of one register in row-major order. The others are in memory, with the strides that their
types have. `morello.masks = [0, 1]` lists the axes along which the instruction can do with fewer
elements: it touches no memory beyond them, and reads it as zero. Read next: `reader.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mlir import ir

from ...spec import Spec
from .faulty import Faulty
from .template import strides_of


@dataclass(frozen=True, slots=True)
class Places:
    """Per argument of `@semantics`: the memory it is in, or None; and its strides there."""

    spaces: tuple[str | None, ...]
    strides: tuple[tuple[int | None, ...], ...]

    def in_memory(self, number: int) -> bool:
        """Whether an argument is outside of the explicit memory."""
        return self.spaces[number] is None


def read_places(meaning: Any, nearest: str) -> Places:
    """Read the places of the arguments, and leave them with plain types."""
    spaces: list[str | None] = []
    strides = []
    for number, argument in enumerate(meaning.arguments):
        kind = argument.type
        if not isinstance(kind, ir.MemRefType):
            raise Faulty(f"@semantics: argument {number} is {kind}, no memref", meaning.location)
        space = kind.memory_space
        if space is not None:
            if not isinstance(space, ir.StringAttr) or space.value != nearest:
                raise Faulty(
                    f'@semantics: argument {number} is in {space}, explicit memory is "{nearest}"',
                    meaning.location,
                )
            spaces.append(nearest)
            kind = ir.MemRefType.get(kind.shape, kind.element_type)
        else:
            spaces.append(None)
        strides.append(strides_of(kind))
        argument.set_type(ir.MemRefType.get(kind.shape, kind.element_type))
    return Places(tuple(spaces), tuple(strides))


def read_partial(op: Any, spec: Spec) -> tuple[str, ...]:
    """The axes of `morello.masks`."""
    if "morello.masks" not in op.attributes:
        return ()
    listed = op.attributes["morello.masks"]
    numbers = list(listed) if isinstance(listed, ir.ArrayAttr) else [None]
    count = len(spec.axes)
    names: list[str] = []
    for number in numbers:
        at = number.value if isinstance(number, ir.IntegerAttr) else -1
        if not 0 <= at < count or spec.axes[at].name in names:
            raise Faulty(
                f"morello.masks = {listed}; it lists axes of the op, from 0 to {count - 1}"
            )
        names.append(spec.axes[at].name)
    return tuple(names)

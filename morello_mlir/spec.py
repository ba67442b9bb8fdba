"""Spec: a goal. What to compute, over which iterators, on operands placed exactly so.

A Spec says nothing of how. It holds axes (iterators), operands with affine indexing maps, a scalar
body, how the terms of a reduction combine, what is left of each memory level, and whether it must
stay on one thread. Any linalg op is one form of it, so each Action is one rule for every op.

Invariants (of every Spec that `canonical` returns): no axis has extent one; axis names are unique;
every axis occurs in some operand's map; a Spec without `combine` has no reduction axes. Read next:
`impl.py`, `action/`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from math import gcd, prod
from typing import TYPE_CHECKING

from .dtype import DType
from .expr import Arg, Expr
from .linear import Linear
from .lookup import Lookup
from .memory import Limits, Placement


class Kind(Enum):
    """Whether the points of an axis are independent or combine into one result."""

    PARALLEL = "parallel"
    REDUCTION = "reduction"


class Start(Enum):
    """What the output holds when a combining Spec begins."""

    NOTHING = "nothing"  # the Spec initialises it
    VALUE = "value"  # the Spec adds to it
    FIRST = "first"  # nothing on the first step of the enclosing reduction loop, a value later


@dataclass(frozen=True, slots=True)
class Axis:
    """An iterator."""

    name: str
    kind: Kind
    extent: int


@dataclass(frozen=True, slots=True)
class Border:
    """What is read beyond both ends of a buffer along some of its dimensions: a constant."""

    value: str
    dims: tuple[int, ...]

    def without(self, dims: frozenset[int]) -> Border | None:
        """The border without those dimensions."""
        left = tuple(d for d in self.dims if d not in dims)
        return replace(self, dims=left) if left else None


@dataclass(frozen=True, slots=True)
class Operand:
    """A view of a buffer of logical `shape`: what the Spec reads or writes, and where it lies.

    `map` gives the logical index of an element from the axes, relative to where the view starts.
    `align` holds, per dimension, a number that divides every start of the view (0: it starts at 0).
    `dims` are names for the dimensions: the axis that indexes one alone at first, or d0, d1, ...
    Only with a `border` may an input reach beyond its buffer; with a `lookup` the rows of what it
    reads lie where an array says. `within` names the result in whose memory a value lies until that
    is written.
    """

    name: str
    dtype: DType
    map: tuple[Linear, ...]
    shape: tuple[int, ...]
    placement: Placement
    align: tuple[int, ...] = ()
    dims: tuple[str, ...] = ()
    border: Border | None = None
    within: str = ""
    lookup: Lookup | None = None

    def __post_init__(self) -> None:
        if not self.align:
            object.__setattr__(self, "align", (0,) * len(self.shape))
        if not self.dims:
            object.__setattr__(self, "dims", self._dim_names())

    @property
    def axes(self) -> frozenset[str]:
        """The axes that the operand varies along."""
        return frozenset(v for m in self.map for v in m.names)

    def dim_of(self, axis: str) -> int | None:
        """The one dimension that `axis` moves along, or None."""
        dims = [d for d, m in enumerate(self.map) if m.coefficient(axis)]
        return dims[0] if len(dims) == 1 else None

    def buffered(self, shape: tuple[int, ...], placement: Placement) -> Operand:
        """A buffer for the elements from where the operand's own indices begin."""
        return replace(
            self,
            dtype=self.dtype.value,
            map=tuple(m + -m.const for m in self.map),
            shape=shape,
            placement=placement,
            align=(0,) * len(shape),
            border=None,
            lookup=None,
            within="",
        )

    def __str__(self) -> str:
        index = [str(m) for m in self.map]
        if self.lookup is not None:
            rank = self.lookup.rank
            index = [f"row[{', '.join(index[:rank])}]", *index[rank:]]
        return f"{self.name}:{self.dtype}[{', '.join(index)}]"

    def _dim_names(self) -> tuple[str, ...]:
        names: list[str] = []
        for d, m in enumerate(self.map):
            own = m.names[0] if len(m.terms) == 1 and m.names[0] not in names else f"d{d}"
            names.append(own)
        return tuple(names)


def has_window(operand: Operand) -> bool:
    """Whether several axes walk along one dimension."""
    return any(len(m.terms) > 1 for m in operand.map)


class Walked:
    """What runs along axes over operands: a Spec, or several as one goal (`graph.py`)."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def axes(self) -> tuple[Axis, ...]:
            """The axes."""

        @property
        def operands(self) -> tuple[Operand, ...]:
            """All operands."""

    @property
    def extents(self) -> dict[str, int]:
        """Extent by axis name."""
        return {a.name: a.extent for a in self.axes}

    def axis(self, name: str) -> Axis | None:
        """The axis of that name, or None where nothing runs along it."""
        return next((a for a in self.axes if a.name == name), None)

    def operand(self, name: str) -> int:
        """The position in `operands` of the operand of that name; `KeyError` if there is none."""
        for i, o in enumerate(self.operands):
            if o.name == name:
                return i
        raise KeyError(name)

    def extent_of(self, operand: Operand) -> tuple[int, ...]:
        """The extents of the part of its buffer that the operand covers, per dimension."""
        last = {a.name: a.extent - 1 for a in self.axes}
        return tuple(1 + sum(abs(c) * last[v] for v, c in m.terms) for m in operand.map)


@dataclass(frozen=True, slots=True)
class Spec(Walked):
    """A structured op as a goal; see the module's text."""

    axes: tuple[Axis, ...]
    inputs: tuple[Operand, ...]
    output: Operand
    body: Expr
    combine: str | None = None
    start: Start = Start.NOTHING
    limits: Limits = field(default_factory=lambda: Limits(()))
    serial: bool = False

    @property
    def operands(self) -> tuple[Operand, ...]:
        """Inputs in order, then the output."""
        return (*self.inputs, self.output)

    @property
    def points(self) -> int:
        """Points of the iteration space."""
        return prod(a.extent for a in self.axes)

    @property
    def reductions(self) -> tuple[Axis, ...]:
        """The reduction axes, in order."""
        return tuple(a for a in self.axes if a.kind is Kind.REDUCTION)

    @property
    def is_copy(self) -> bool:
        """Whether the Spec only moves elements."""
        return self.combine is None and self.body == Arg(0, self.output.dtype)

    def is_dense(self, operand: Operand) -> bool:
        """Whether the operand touches every element of the box it covers, each by one point."""
        extents = self.extents
        points = prod(extents[a] for a in operand.axes)
        return prod(self.extent_of(operand)) == points

    def covers(self, operand: Operand) -> bool:
        """Whether the operand touches every element of its buffer."""
        return self.is_dense(operand) and self.extent_of(operand) == operand.shape

    def with_operand(self, position: int, operand: Operand) -> Spec:
        """The Spec with one operand exchanged."""
        if position == len(self.inputs):
            return replace(self, output=operand)
        inputs = (*self.inputs[:position], operand, *self.inputs[position + 1 :])
        return replace(self, inputs=inputs)

    def tiled(self, axis: str, size: int, step: int) -> Spec:
        """The Spec of one tile: `axis` shrunk to `size`, views starting at multiples of `step`."""
        axes = tuple(replace(a, extent=size) if a.name == axis else a for a in self.axes)

        def shifted(o: Operand) -> Operand:
            align = tuple(
                gcd(a, abs(m.coefficient(axis)) * step) for a, m in zip(o.align, o.map, strict=True)
            )
            return replace(o, align=align)

        return replace(
            self, axes=axes, inputs=tuple(map(shifted, self.inputs)), output=shifted(self.output)
        ).canonical()

    def canonical(self) -> Spec:
        """The Spec without axes of extent one, which its maps no longer mention."""
        gone = frozenset(a.name for a in self.axes if a.extent == 1)
        if not gone:
            return self

        def trimmed(o: Operand) -> Operand:
            return replace(o, map=tuple(m.without(gone) for m in o.map))

        return replace(
            self,
            axes=tuple(a for a in self.axes if a.extent != 1),
            inputs=tuple(map(trimmed, self.inputs)),
            output=trimmed(self.output),
        )

    def key(self) -> Spec:
        """The Spec with neutral names: equal for goals that differ in what things are called."""
        names = {a.name: f"a{i}" for i, a in enumerate(self.axes)}

        def neutral(o: Operand, i: int) -> Operand:
            maps = tuple(m.rename(names) for m in o.map)
            return replace(o, name=f"x{i}", map=maps, dims=tuple(f"d{d}" for d in range(len(maps))))

        return replace(
            self,
            axes=tuple(replace(a, name=names[a.name]) for a in self.axes),
            inputs=tuple(neutral(o, i) for i, o in enumerate(self.inputs)),
            output=neutral(self.output, len(self.inputs)),
        )

    def __str__(self) -> str:
        sizes = " ".join(f"{a.name}={a.extent}" for a in self.axes)
        places = ", ".join(f"{o.name} {o.placement.describe(o.dims)}" for o in self.operands)
        return f"{self.formula()} | {sizes} | {places}" if sizes else f"{self.formula()} | {places}"

    def formula(self) -> str:
        """What is computed, as `C[m, n] += mulf(A[m, k], B[k, n])`."""

        body = str(self.body)
        for i, o in reversed(list(enumerate(self.inputs))):  # %10 before %1
            body = body.replace(f"%{i}", str(o))
        if self.combine is None:
            sign = "="
        else:
            op = self.combine.split(".", 1)[1].rstrip("fi")
            sign = {"add": "+=", "mul": "*="}.get(op, f"{op}=")
            sign = {Start.NOTHING: f"{sign} 0", Start.FIRST: f"{sign} first"}.get(self.start, sign)
        return f"{self.output} {sign} {body}"


def name_axes(kinds: tuple[Kind, ...], maps: tuple[frozenset[int], ...]) -> tuple[str, ...]:
    """Names for iterators, from the operands they index (inputs first, the output last).

    In an op of two inputs: `b` indexes all three, `m` the first input and the output, `n` the
    second and the output, `k` both inputs. Elsewhere parallel iterators are `i`, `j`, `p`, `q`, ...
    in order and reductions are `k`. Several of one role are numbered: `m0`, `m1`.
    """
    two = len(maps) == 3 and Kind.REDUCTION in kinds
    plain = iter("ijpqrstuvwxyz")
    roles: list[str] = []
    for a, kind in enumerate(kinds):
        if kind is Kind.REDUCTION:
            roles.append("k")
        elif two:
            roles.append(
                {(True, True): "b", (True, False): "m", (False, True): "n"}.get(
                    (a in maps[0], a in maps[1]), "p"
                )
            )
        else:
            roles.append(next(plain, "z"))
    counts: dict[str, int] = {}
    names = []
    for role in roles:
        if roles.count(role) > 1:
            names.append(f"{role}{counts.get(role, 0)}")
            counts[role] = counts.get(role, 0) + 1
        else:
            names.append(role)
    return tuple(names)


def element_name(position: int, inputs: int) -> str:
    """The name of an operand: inputs `A`, `B`, `D`, ..., `Z`, `A1`, `B1`, ...; the output `C`."""
    if position == inputs:
        return "C"
    letters = "ABDEFGHIJKLMNOPQRSTUVWXYZ"
    again, letter = divmod(position, len(letters))
    return letters[letter] + (str(again) if again else "")

"""`online AXIS SIZE`: a sum that waits for a maximum over the same axis is done chunk by chunk.

    M = max of A[k]                      M'[c] = max of A[c, k]        over chunks c of SIZE terms
    E[k] = exp(A[k] - M)       ->        E'[c, k] = exp(A[c, k] - M'[c])
    D = sum of E[k]                      D'[c] = sum of E'[c, k]
                                         M = max of M'[c]; F[c] = exp(M'[c] - M)
                                         D = sum of D'[c] F[c]; E[c, k] = E'[c, k] F[c]

Chunks need only themselves, so one loop over them reads A once. It takes that what is summed has
the maximum in one factor `exp(... - M)` and nowhere else: any power of e can be taken out of a sum
again. The chunk of a maximum that is minus infinity is taken as if it were zero, whose powers are
zero as well. Roundings differ: under `strict-fp` it does not apply.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..dtype import BY_NAME
from ..expr import Apply, Arg, Const, Expr, arguments, infinity, substituted
from ..graph import Goal, Graph, goal_of, ordered
from ..impl import Impl, Open
from ..impl import Online as OnlineImpl
from ..layout import row_major
from ..linear import Linear
from ..memory import Placement
from ..spec import Axis, Kind, Operand, Spec, Start
from ..target.target import Target
from .base import NotApplicable, known_axis, several
from .inline import without_free

SUM, MAX = "arith.addf", ("arith.maximumf", "arith.maxnumf")


@dataclass(frozen=True, slots=True)
class Online:
    """Chunks that do not wait for each other."""

    axis: str
    size: int

    def __str__(self) -> str:
        return f"online {self.axis} {self.size}"

    def apply(self, spec: Goal, target: Target) -> Impl:
        """See the module's text."""
        graph = several(spec)
        extent = known_axis(graph, self.axis)
        if target.strict_fp:
            raise NotApplicable("strict-fp keeps the order of terms")
        if not 1 < self.size < extent or extent % self.size:
            raise NotApplicable(
                f"axis {self.axis}: chunks of {self.size} do not divide {extent} into equal parts"
            )
        chunk = f"{self.axis}c"
        if graph.axis(chunk) is not None:
            raise NotApplicable(f"axis {self.axis}: is done in chunks already")
        body = _Chunks(graph, self.axis, chunk, self.size).rewritten()
        return OnlineImpl(graph, self.axis, self.size, Open(body))


@dataclass
class _Chunks:
    """The rewriting of one graph."""

    graph: Graph
    axis: str
    chunk: str
    size: int
    done: list[Spec] = field(default_factory=list)
    powers: set[str] = field(default_factory=set)
    """Values of the graph that have the maximum in a factor."""

    def rewritten(self) -> Goal:
        """The goal in chunks."""
        peak = self._maximum()
        for node in self.graph.nodes:
            self._add(node, peak)
        if not self.powers:
            raise NotApplicable(f"axis {self.axis}: no sum has {peak.output.name} in a factor")
        g = self.graph
        return without_free(goal_of(ordered(self.done), g.results, g.placed, g.limits, g.serial))

    def _maximum(self) -> Spec:
        """The one maximum over the axis."""
        found = [n for n in self.graph.nodes if self._reduces(n) and n.combine in MAX]
        if len(found) != 1:
            raise NotApplicable(f"axis {self.axis}: {len(found)} maxima over it; one can wait")
        return found[0]

    def _reduces(self, node: Spec) -> bool:
        return any(a.name == self.axis for a in node.reductions)

    def _add(self, node: Spec, peak: Spec) -> None:
        name = node.output.name
        reads = {o.name for o in node.inputs}
        if node is peak:
            self._peak(node)
        elif self.axis not in {a.name for a in node.axes}:
            self.done.append(node)
        elif self._reduces(node) and reads & self.powers:
            self._sum_of_powers(node, peak)
        elif self._reduces(node):
            self._refuse(node, peak)
            self._plain_sum(node)
        elif node.combine is None and peak.output.name in reads:
            self._power(node, peak)
        elif node.combine is None:
            self.done.append(self._split(node))
        else:
            raise NotApplicable(f"value {name}: is a sum along another axis")

    def _refuse(self, node: Spec, peak: Spec) -> None:
        if peak.output.name in {o.name for o in node.inputs}:
            raise NotApplicable(f"value {node.output.name}: has {peak.output.name} in no factor")

    def _peak(self, node: Spec) -> None:
        """Maxima of chunks, their maximum, and what makes a power of one a power of the other."""
        parts = self._part(node, part_of(node.output.name))
        total = self._total(node, parts.output, Arg(0, node.output.dtype), (parts.output,))
        dtype = node.output.dtype
        difference = Apply("arith.subf", (_safe(Arg(0, dtype)), Arg(1, dtype)), dtype)
        factor = replace(
            total,
            axes=tuple(replace(a, kind=Kind.PARALLEL) for a in total.axes),
            inputs=(parts.output, node.output),
            output=replace(parts.output, name=f"{node.output.name}f"),
            body=Apply("math.exp", (difference,), dtype),
            combine=None,
            start=Start.NOTHING,
        )
        self.done += [parts, total, factor]

    def _power(self, node: Spec, peak: Spec) -> None:
        """A power of e by the maximum of its chunk, and the value itself from that."""
        name = node.output.name
        at = [o.name for o in node.inputs].index(peak.output.name)
        if not _is_factor(node.body, at):
            raise NotApplicable(f"value {name}: has {peak.output.name} in no factor")
        whole = self._split(node)
        parts = self._found(part_of(peak.output.name))
        body = substituted(node.body, lambda arg: _safe(arg) if arg.index == at else arg)
        inputs = (*whole.inputs[:at], parts.output, *whole.inputs[at + 1 :])
        own = _fresh(replace(whole.output, name=part_of(name)))
        factor = self._found(f"{peak.output.name}f").output
        dtype = node.output.dtype
        both = Apply("arith.mulf", (Arg(0, dtype), Arg(1, dtype)), dtype)
        self.done.append(replace(whole, inputs=inputs, body=body, output=own))
        self.done.append(replace(whole, inputs=(own, factor), body=both))
        self.powers.add(name)

    def _sum_of_powers(self, node: Spec, peak: Spec) -> None:
        """Sums of chunks, and the sum of those, each with its factor."""
        powers = [i for i, o in enumerate(node.inputs) if o.name in self.powers]
        if node.combine != SUM or len(powers) != 1 or not _is_linear(node.body, powers[0]):
            raise NotApplicable(f"value {node.output.name}: is no sum of one power each")
        self._refuse(node, peak)
        part = self._part(node, part_of(node.output.name))
        power = self._found(part_of(node.inputs[powers[0]].name)).output
        part = replace(
            part, inputs=(*part.inputs[: powers[0]], power, *part.inputs[powers[0] + 1 :])
        )
        factor = self._found(f"{peak.output.name}f").output
        dtype = node.output.dtype
        both = Apply("arith.mulf", (Arg(0, dtype), Arg(1, dtype)), dtype)
        self.done += [part, self._total(node, part.output, both, (part.output, factor))]

    def _plain_sum(self, node: Spec) -> None:
        part = self._part(node, part_of(node.output.name))
        self.done += [
            part,
            self._total(node, part.output, Arg(0, node.output.dtype), (part.output,)),
        ]

    def _part(self, node: Spec, name: str) -> Spec:
        """What a reduction is for each chunk: one element more for each."""
        whole = self._split(node)
        out = node.output
        count = self.graph.extents[self.axis] // self.size
        shape = (*node.extent_of(out), count)
        place = Placement("mem", row_major(len(shape)))
        maps = (*(m + -m.const for m in out.map), Linear.var(self.chunk))
        return replace(whole, output=Operand(name, out.dtype, maps, shape, place))

    def _total(self, node: Spec, part: Operand, body: Expr, inputs: tuple[Operand, ...]) -> Spec:
        """The reduction over what the chunks gave."""
        kept = tuple(a for a in node.axes if a.name in node.output.axes)
        count = self.graph.extents[self.axis] // self.size
        axes = (*kept, Axis(self.chunk, Kind.REDUCTION, count))
        return replace(node, axes=axes, inputs=inputs, body=body)

    def _split(self, node: Spec) -> Spec:
        """The node with the axis as chunks and what is inside of one."""
        index = Linear.of({self.chunk: self.size, self.axis: 1})
        axes: list[Axis] = []
        for a in node.axes:
            if a.name == self.axis:
                axes.append(Axis(self.chunk, Kind.PARALLEL, a.extent // self.size))
                a = replace(a, extent=self.size)
            axes.append(a)

        def walked(o: Operand) -> Operand:
            return replace(o, map=tuple(m.substitute({self.axis: index}) for m in o.map))

        inputs, output = tuple(map(walked, node.inputs)), walked(node.output)
        return replace(node, axes=tuple(axes), inputs=inputs, output=output)

    def _found(self, name: str) -> Spec:
        return next(n for n in self.done if n.output.name == name)


def part_of(value: str) -> str:
    """What a value's part for each chunk is called."""
    return f"{value}c"


def _fresh(o: Operand) -> Operand:
    """An operand for a value that has no place."""
    return replace(o, placement=Placement("mem", row_major(len(o.shape))))


def _safe(value: Expr) -> Expr:
    """The value, or zero where it is minus infinity."""
    dtype = value.dtype
    low = Const(infinity(dtype, negative=True), dtype)
    is_low = Apply("arith.cmpf", (value, low), BY_NAME["i1"], "predicate = 1 : i64")
    return Apply("arith.select", (is_low, Const("0.0", dtype), value), dtype)


def _is_factor(e: Expr, at: int) -> bool:
    """Whether an argument stands in one factor `exp(... - argument)`, and only there."""
    if at not in arguments(e) or not isinstance(e, Apply):
        return False
    if e.op == "arith.mulf":
        return sum(at in arguments(a) for a in e.args) == 1 and any(
            _is_factor(a, at) for a in e.args
        )
    if e.op != "math.exp" or not isinstance(e.args[0], Apply):
        return False
    inner = e.args[0]
    if inner.op != "arith.subf" or at in arguments(inner.args[0]):
        return False
    return isinstance(inner.args[1], Arg)


def _is_linear(e: Expr, at: int) -> bool:
    """Whether an argument is one factor of a product, or all there is."""
    if isinstance(e, Arg):
        return e.index == at
    if not isinstance(e, Apply) or e.op != "arith.mulf":
        return False
    return sum(at in arguments(a) for a in e.args) == 1 and any(_is_linear(a, at) for a in e.args)

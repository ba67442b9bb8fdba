"""What the search makes of several Specs: what is done together, and at the price that it said.

Graphs are made as the passes make them, from Specs that read each other (`join.py`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest

from morello_mlir.action import NotApplicable, Online
from morello_mlir.action.inline import normal
from morello_mlir.dialect.isa import with_instructions
from morello_mlir.dtype import F32
from morello_mlir.expr import Apply, Arg, Const, Expr
from morello_mlir.graph import Graph
from morello_mlir.impl import Bufferize, Impl, Move, children
from morello_mlir.join import Part, join
from morello_mlir.layout import row_major
from morello_mlir.linear import Linear
from morello_mlir.memory import Placement
from morello_mlir.price import price
from morello_mlir.search.beginnings import Beginnings
from morello_mlir.search.epilogue import kernel_of
from morello_mlir.search.fusion import Fusion
from morello_mlir.search.known import Found
from morello_mlir.search.room import Room
from morello_mlir.search.scheduler import Scheduler
from morello_mlir.spec import Axis, Border, Kind, Operand, Spec
from morello_mlir.target.cpus import cpu_target
from morello_mlir.target.target import Target

A, B = Arg(0, F32), Arg(1, F32)
RELU = Apply("arith.maximumf", (A, Const("0.0", F32)), F32)
Sizes = dict[str, int]


@lru_cache(maxsize=1)
def target() -> Target:
    return with_instructions(cpu_target("skylake-avx512", 1))


def view(name: str, axes: str, sizes: Sizes) -> Operand:
    maps = tuple(map(Linear.var, axes))
    place = Placement("mem", row_major(len(axes)))
    return Operand(name, F32, maps, tuple(sizes[a] for a in axes), place)


def op(name: str, *args: Expr) -> Expr:
    return Apply(name if "." in name else f"arith.{name}", args, F32)


def spec(sizes: Sizes, reads: str, writes: str, body: Expr, combine: str | None = None) -> Spec:
    """`reads` and `writes` are the axes of operands; those that are not written are reduced."""
    names = sorted({*"".join(reads.split()), *writes})
    kinds = {True: Kind.PARALLEL, False: Kind.REDUCTION}
    axes = tuple(Axis(n, kinds[n in writes], sizes[n]) for n in names)
    inputs = tuple(view(f"x{i}", a, sizes) for i, a in enumerate(reads.split()))
    return Spec(axes, inputs, view("y", writes, sizes), body, combine)


def graph(parts: list[Part], *results: str) -> Graph:
    found = normal(join(parts, frozenset(results), target().limits).goal)
    assert isinstance(found, Graph)
    return found


def softmax(m: int, n: int) -> Graph:
    s = {"m": m, "n": n}
    return graph(
        [
            Part(spec(s, "mn", "m", A, "arith.maximumf"), ("x", "max")),
            Part(spec(s, "mn m", "mn", op("math.exp", op("subf", A, B))), ("x", "max", "e")),
            Part(spec(s, "mn", "m", A, "arith.addf"), ("e", "sum")),
            Part(spec(s, "mn m", "mn", op("divf", A, B)), ("e", "sum", "out")),
        ],
        "out",
    )


def layer(m: int, n: int, k: int) -> Graph:
    """A product with a bias and a relu."""
    s = {"m": m, "n": n, "k": k}
    return graph(
        [
            Part(spec(s, "mk kn", "mn", op("mulf", A, B), "arith.addf"), ("a", "b", "ab")),
            Part(spec(s, "mn n", "mn", op("addf", A, B)), ("ab", "bias", "sum")),
            Part(spec(s, "mn", "mn", RELU), ("sum", "out")),
        ],
        "out",
    )


def convolved(side: int, channels: int, filters: str = "ijcn") -> Graph:
    """A convolution of 3 x 3 over a border, a factor that is one over a root, and a relu."""
    s = {"y": side, "x": side, "n": 40, "c": channels, "i": 3, "j": 3}
    last = filters[-1]
    total = spec(s, f"yxc {filters}", f"yx{last}", op("mulf", A, B), "arith.addf")
    image = total.inputs[0]
    windows = (Linear.of({a: 1, t: 1}, -1) for a, t in ("yi", "xj"))
    border = Border("0.000000e+00", (0, 1))
    image = replace(image, map=(*windows, image.map[2]), border=border)
    return graph(
        [
            Part(total.with_operand(0, image), ("a", "b", "ab")),
            Part(spec(s, last, last, op("math.rsqrt", A)), ("f", "root")),
            Part(spec(s, f"yx{last} {last}", f"yx{last}", op("mulf", A, B)), ("ab", "root", "d")),
            Part(spec(s, f"yx{last}", f"yx{last}", RELU), ("d", "out")),
        ],
        "out",
    )


def planned(goal: Graph) -> tuple[Found, Impl]:
    found = Fusion(Scheduler(target())).plan(goal)
    return found, found.schedule.apply(goal, target())


def every(impl: Impl) -> list[Impl]:
    return [impl, *(x for _, child in children(impl) for x in every(child))]


@pytest.mark.parametrize(("m", "n"), [(8, 512), (3, 100), (64, 20)])
def test_rows_of_a_softmax_are_done_together(m: int, n: int) -> None:
    goal = softmax(m, n)
    assert [x.output.name for x in goal.nodes] == ["V0", "V1", "V2", "V3", "C"]
    found, impl = planned(goal)
    assert price(impl, target()).cycles == pytest.approx(found.cycles, rel=0.02)
    apart = sum(Scheduler(target()).plan(goal.goal(x)).cycles[0] for x in goal.nodes)
    assert found.cycles < 0.8 * apart
    buffers = [x.buffer for x in every(impl) if isinstance(x, Bufferize)]
    assert all(b.placement.level == "L1" for b in buffers)


@pytest.mark.parametrize(("m", "n", "k"), [(100, 96, 64), (17, 50, 33), (256, 256, 256)])
def test_what_follows_a_product_is_done_in_registers(m: int, n: int, k: int) -> None:
    goal = layer(m, n, k)
    found, impl = planned(goal)
    assert price(impl, target()).cycles == pytest.approx(found.cycles, rel=0.05)
    plain = Scheduler(target()).plan(goal.goal(goal.nodes[0])).cycles[0]
    assert found.cycles < 1.15 * plain
    (value,) = {x.buffer.name for x in every(impl) if isinstance(x, Bufferize)}
    assert value == "V0"
    moved = [x for x in every(impl) if isinstance(x, Move) and x.store is not None]
    assert not moved, "no sum is stored"


@pytest.mark.parametrize(("side", "channels"), [(14, 24), (28, 16)])
def test_what_follows_a_convolution_is_done_in_registers(side: int, channels: int) -> None:
    goal = convolved(side, channels)
    found, impl = planned(goal)
    assert price(impl, target()).cycles == pytest.approx(found.cycles, rel=0.05)
    levels = {x.buffer.name: x.buffer.placement.level for x in every(impl) if type(x) is Bufferize}
    assert levels == {"V0": "reg", "V1": "L1"}, "roots are taken once"
    moved = [x for x in every(impl) if isinstance(x, Move) and x.store is not None]
    assert not moved, "no sum is stored"


def test_lanes_do_not_run_along_a_batch() -> None:
    goal = convolved(56, 40, "ijc")
    assert all("b" in o.axes for o in goal.nodes[0].operands)
    assert Beginnings(target(), Room(target(), False), frozenset()).batch(goal) is None


def test_a_kernel_is_one_product_and_elementwise_specs() -> None:
    goal = layer(8, 8, 8)
    kernel = kernel_of(goal)
    assert kernel is not None and kernel[1].value == "V0" and len(kernel[1].nodes) == 1
    assert kernel_of(softmax(8, 8)) is None


def test_long_rows_can_be_done_in_chunks() -> None:
    goal = softmax(2, 256)
    (impl,) = [Online("k", 64).apply(goal, target())]
    chunks = impl.spec, next(child.spec for _, child in children(impl))
    assert "k" in chunks[0].extents and chunks[1].extents["k"] == 64
    assert chunks[1].extents["kc"] == 4
    with pytest.raises(NotApplicable, match="do not divide 256 into equal parts"):
        Online("k", 100).apply(goal, target())
    with pytest.raises(NotApplicable, match="0 maxima over it"):
        Online("k", 4).apply(layer(8, 8, 8), target())

"""Reading linalg ops: names, maps, placements, accumulation, and what is refused and why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from mlir import ir

from morello_mlir.dialect.region import UnsupportedOp
from morello_mlir.dialect.structured import HUGE, Structured, is_structured, read_structured
from morello_mlir.dtype import BF16, F32, I8, I32, U8
from morello_mlir.expr import Apply, Arg
from morello_mlir.layout import Layout, Part, row_major
from morello_mlir.passes.linalg_ops import function_of, linalg_ops
from morello_mlir.spec import Kind, Spec, Start


@pytest.fixture(autouse=True)
def context() -> Iterator[None]:
    with ir.Context(), ir.Location.unknown():
        yield
        ALIVE.clear()


ALIVE: list[ir.Module] = []  # an op that `walk` found does not keep its module


def structured(source: str) -> Structured:
    """The last linalg op of a module."""
    module = ir.Module.parse(source)
    ALIVE.append(module)
    op = list(linalg_ops(module.operation))[-1]
    assert is_structured(op)
    return read_structured(op)


def one(arguments: str, op: str, returns: str = "") -> Structured:
    """The op of a function with those arguments."""
    tail = "%r" if returns else ""
    result = "%r = " if returns else ""
    kind = f" : {returns}" if returns else ""
    arrow = f" -> {returns}" if returns else ""
    return structured(f"func.func @f({arguments}){arrow} {{\n{result}{op}\nreturn {tail}{kind}\n}}")


def generic(
    maps: list[str], kinds: list[str], types: list[str], body: str, arguments: str = ""
) -> Structured:
    """A generic whose last operand is the output; its block has %x0, %x1, ..."""
    names = [f"%v{i}" for i in range(len(types))]
    elements = [t.removeprefix("memref<").split("x")[-1].rstrip(">") for t in types]
    block = ", ".join(f"%x{i}: {e}" for i, e in enumerate(elements))
    ins = f"ins({', '.join(names[:-1])} : {', '.join(types[:-1])})"
    quoted = ", ".join(f'"{k}"' for k in kinds)
    listed = ", ".join(f"affine_map<{m}>" for m in maps)
    head = ", ".join(f"{n}: {t}" for n, t in zip(names, types, strict=True))
    return one(
        head + arguments,
        f"linalg.generic {{indexing_maps = [{listed}], iterator_types = [{quoted}]}} {ins}"
        f" outs({names[-1]} : {types[-1]}) {{\n^bb0({block}):\n{body}\n}}",
    )


def matmul(a: str = "8x4xf32", b: str = "4x6xf32", c: str = "8x6xf32") -> Structured:
    types = [f"memref<{t}>" for t in (a, b, c)]
    return one(
        f"%a: {types[0]}, %b: {types[1]}, %c: {types[2]}",
        f"linalg.matmul ins(%a, %b : {types[0]}, {types[1]}) outs(%c : {types[2]})",
    )


def exp(kind: str) -> Structured:
    return one(f"%a: {kind}", f"linalg.exp ins(%a : {kind}) outs(%a : {kind})")


ID, SCALAR = "(i) -> (i)", "(i) -> ()"
ROW = ["parallel"]


def test_a_matmul() -> None:
    read = matmul()
    spec = read.spec
    assert spec.formula() == "C:f32[m, n] += mulf(A:f32[m, k], B:f32[k, n])"
    assert spec.extents == {"m": 8, "n": 6, "k": 4}
    assert [a.kind for a in spec.axes] == [Kind.PARALLEL, Kind.PARALLEL, Kind.REDUCTION]
    assert (spec.combine, spec.start) == ("arith.addf", Start.VALUE)
    assert spec.body == Apply("arith.mulf", (Arg(0, F32), Arg(1, F32)), F32)
    assert {o.placement.level for o in spec.operands} == {"mem"}
    assert read.positions == (0, 1, 2)
    assert list(read.values) == list(read.op.operands)


def test_tensors_and_memrefs_make_one_spec() -> None:
    a, b, c = "tensor<8x4xf32>", "tensor<4x6xf32>", "tensor<8x6xf32>"
    on_tensors = one(
        f"%a: {a}, %b: {b}, %c: {c}",
        f"linalg.matmul ins(%a, %b : {a}, {b}) outs(%c : {c}) -> {c}",
        c,
    )
    assert on_tensors.spec == matmul().spec


def test_a_mixed_matmul_widens_in_its_body() -> None:
    spec = matmul("8x4xbf16", "4x6xbf16").spec
    assert [o.dtype for o in spec.operands] == [BF16, BF16, F32]
    assert str(spec.body) == "mulf(extf(%0 to f32), extf(%1 to f32))"


@pytest.mark.parametrize("old_first", [True, False])
def test_the_old_value_may_stand_on_either_side(old_first: bool) -> None:
    pair = "%x1, %x0" if old_first else "%x0, %x1"
    read = generic(
        [ID, SCALAR], ["reduction"], ["memref<9xf32>", "memref<f32>"],
        f"%s = arith.addf {pair} : f32\nlinalg.yield %s : f32",
    )  # fmt: skip
    assert read.spec.formula() == "C:f32[] += A:f32[k]"


@pytest.mark.parametrize(
    "op", ["addf", "mulf", "maximumf", "maxnumf", "minimumf", "minnumf"]
)  # fmt: skip
def test_every_way_to_combine(op: str) -> None:
    read = generic(
        [ID, SCALAR], ["reduction"], ["memref<9xf32>", "memref<f32>"],
        f"%s = arith.{op} %x0, %x1 : f32\nlinalg.yield %s : f32",
    )  # fmt: skip
    assert read.spec.combine == f"arith.{op}"


@pytest.mark.parametrize(
    ("body", "formula"),
    [
        ("%s = math.fma %x0, %x1, %x2 : f32", "C:f32[] += mulf(A:f32[k], B:f32[k])"),
        (
            "%p = arith.mulf %x0, %x1 : f32\n%s = arith.subf %x2, %p : f32",
            "C:f32[] += negf(mulf(A:f32[k], B:f32[k]))",
        ),
    ],
)
def test_sums_in_other_words(body: str, formula: str) -> None:
    read = generic(
        [ID, ID, SCALAR], ["reduction"], ["memref<9xf32>", "memref<9xf32>", "memref<f32>"],
        f"{body}\nlinalg.yield %s : f32",
    )  # fmt: skip
    assert read.spec.formula() == formula


def test_an_array_of_truth_values_is_refused() -> None:
    with pytest.raises(UnsupportedOp, match="i1"):
        generic([ID, ID], ROW, ["memref<9xi1>", "memref<9xi1>"], "linalg.yield %x0 : i1")


def test_flags_are_dropped() -> None:
    plain, fast = (
        generic(
            [ID, SCALAR], ["reduction"], ["memref<9xf32>", "memref<f32>"],
            f"%s = arith.addf %x0, %x1 {flags} : f32\nlinalg.yield %s : f32",
        )
        for flags in ("", "fastmath<reassoc>")
    )  # fmt: skip
    assert plain.spec == fast.spec


def test_an_old_value_that_is_no_term_is_an_input() -> None:
    read = generic(
        [ID, ID], ROW, ["memref<9xf32>", "memref<9xf32>"],
        "%s = arith.subf %x1, %x0 : f32\nlinalg.yield %s : f32",
    )  # fmt: skip
    assert read.spec.formula() == "C:f32[i] = subf(A:f32[i], B:f32[i])"
    assert read.positions == (1, 0, 1)
    assert read.spec.combine is None


def test_adding_in_place_is_an_accumulation_without_reduction() -> None:
    read = generic(
        [ID, ID], ROW, ["memref<9xf32>", "memref<9xf32>"],
        "%s = arith.addf %x1, %x0 : f32\nlinalg.yield %s : f32",
    )  # fmt: skip
    assert read.spec.formula() == "C:f32[i] += A:f32[i]"
    assert read.spec.start is Start.VALUE


def test_operands_that_are_not_read_are_dropped() -> None:
    read = generic(
        [ID, ID, ID], ROW, ["memref<9xf32>"] * 3, "linalg.yield %x1 : f32"
    )  # fmt: skip
    assert read.positions == (1, 2)
    assert read.spec.is_copy


def test_inputs_are_numbered_by_first_use() -> None:
    read = generic(
        [ID, ID, ID], ROW, ["memref<9xf32>"] * 3,
        "%s = arith.subf %x1, %x0 : f32\nlinalg.yield %s : f32",
    )  # fmt: skip
    assert read.positions == (1, 0, 2)
    assert str(read.spec.body) == "subf(%0, %1)"


def test_a_scalar_is_in_a_register() -> None:
    read = one("%f: f32, %c: memref<4xf32>", "linalg.fill ins(%f : f32) outs(%c : memref<4xf32>)")
    assert read.spec.inputs[0].placement.in_registers
    assert not read.spec.output.placement.in_registers


def test_constants_of_the_body() -> None:
    read = generic(
        [ID, ID], ROW, ["memref<9xf32>", "memref<9xf32>"],
        "%h = arith.constant 0.5 : f32\n%s = arith.mulf %x0, %h : f32\nlinalg.yield %s : f32",
    )  # fmt: skip
    assert str(read.spec.body) == "mulf(%0, 5.000000e-01)"


def test_attributes_of_the_body_are_kept() -> None:
    specs = [
        generic(
            [ID, ID], ROW, ["memref<9xf32>", "memref<9xf32>"],
            f"%c = arith.cmpf {word}, %x0, %x1 : f32\n"
            "%s = arith.select %c, %x0, %x1 : f32\nlinalg.yield %s : f32",
        )
        for word in ("olt", "ogt")
    ]  # fmt: skip
    assert specs[0].spec != specs[1].spec


@pytest.mark.parametrize(
    ("left", "right", "types"),
    [("extui", "extsi", [U8, I8]), ("extsi", "extui", [I8, U8]), ("extsi", "extsi", [I8, I8])],
)
def test_bytes_are_signed_by_how_they_are_read(left: str, right: str, types: list[object]) -> None:
    read = generic(
        [ID, ID, SCALAR], ["reduction"], ["memref<9xi8>", "memref<9xi8>", "memref<i32>"],
        f"%a = arith.{left} %x0 : i8 to i32\n%b = arith.{right} %x1 : i8 to i32\n"
        "%p = arith.muli %a, %b : i32\n%s = arith.addi %p, %x2 : i32\nlinalg.yield %s : i32",
    )  # fmt: skip
    assert [o.dtype for o in read.spec.operands] == [*types, I32]


def test_a_byte_read_in_two_ways_stays_as_it_is() -> None:
    read = generic(
        [ID, ID], ROW, ["memref<9xi8>", "memref<9xi32>"],
        "%a = arith.extui %x0 : i8 to i32\n%b = arith.extsi %x0 : i8 to i32\n"
        "%s = arith.addi %a, %b : i32\nlinalg.yield %s : i32",
    )  # fmt: skip
    assert read.spec.inputs[0].dtype == I8


def test_axes_of_extent_one_are_gone() -> None:
    spec = matmul("1x4xf32", "4x6xf32", "1x6xf32").spec
    assert spec.extents == {"n": 6, "k": 4}
    assert [str(m) for m in spec.output.map] == ["0", "n"]


def test_a_window() -> None:
    read = generic(
        ["(i, k) -> (i * 2 + k)", "(i, k) -> (k)", "(i, k) -> (i)"], ["parallel", "reduction"],
        ["memref<11xf32>", "memref<3xf32>", "memref<5xf32>"],
        "%p = arith.mulf %x0, %x1 : f32\n%s = arith.addf %p, %x2 : f32\nlinalg.yield %s : f32",
    )  # fmt: skip
    assert read.spec.formula() == "C:f32[m] += mulf(A:f32[k + 2*m], B:f32[k])"
    assert read.spec.extents == {"m": 5, "k": 3}


def test_a_constant_index() -> None:
    read = generic(
        ["(i) -> (i, 3)", ID], ROW, ["memref<9x7xf32>", "memref<9xf32>"], "linalg.yield %x0 : f32"
    )
    assert [str(m) for m in read.spec.inputs[0].map] == ["i", "3"]


def placed(spec: Spec) -> Layout:
    return spec.output.placement.layout


@pytest.mark.parametrize(
    ("kind", "layout"),
    [
        ("memref<4x8xf32>", row_major(2)),
        ("memref<4x8xf32, strided<[8, 1]>>", row_major(2)),
        ("memref<4x8xf32, strided<[8, 1], offset: ?>>", row_major(2)),
        ("memref<4x8xf32, strided<[1, 4]>>", Layout((Part(1), Part(0)))),
        ("memref<4x8xf32, strided<[12, 1], offset: 5>>", Layout((Part(0), Part(1)), (12, 1))),
        ("memref<4x8xf32, strided<[1, 6]>>", Layout((Part(1), Part(0)), (6, 1))),
        ("memref<4x8xf32, strided<[24, 3]>>", Layout((Part(0), Part(1)), (24, 3))),
        ("memref<2x3x4xf32, strided<[4, 8, 1]>>", Layout((Part(1), Part(0), Part(2)))),
    ],
)
def test_layouts(kind: str, layout: Layout) -> None:
    assert placed(exp(kind).spec) == layout


def test_strides_of_extents_of_one_mean_nothing() -> None:
    assert exp("memref<4x1xf32, strided<[1, 1]>>").spec == exp("memref<4x1xf32>").spec


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("memref<?x4xf32>", r"has a dynamic shape, memref<\?x4xf32>; shapes must be static"),
        ("memref<0x4xf32>", "has nothing to compute: memref<0x4xf32>"),
        ("memref<4x8xf32, strided<[?, 1]>>", "has dynamic strides"),
        ("memref<4x8xf32, strided<[0, 1]>>", "has strides that are not positive"),
        ("memref<4x8xf32, strided<[-8, 1]>>", "has strides that are not positive"),
        ("memref<4x8xf32, strided<[4, 1]>>", "has rows that overlap"),
        (
            "memref<4x8xf32, affine_map<(i, j) -> (i floordiv 2, j)>>",
            "a layout that is not strided",
        ),
        ("memref<4xf80>", "has elements of type f80"),
    ],
)
def test_shapes_and_layouts_that_are_refused(kind: str, reason: str) -> None:
    with pytest.raises(UnsupportedOp, match=reason):
        exp(kind)


def test_the_largest_operand() -> None:
    assert exp(f"memref<{HUGE}xf32>").spec.extents == {"i": HUGE}
    with pytest.raises(UnsupportedOp, match="is too large"):
        exp(f"memref<{HUGE + 1}xf32>")


@pytest.mark.parametrize(
    ("maps", "kinds", "types", "body", "reason"),
    [
        (
            [ID, SCALAR], ["reduction"], ["memref<9xf32>", "memref<f32>"],
            "linalg.yield %x0 : f32",
            "has reduction iterators, but its body does not read the output",
        ),
        (
            [ID, SCALAR], ["reduction"], ["memref<9xf32>", "memref<f32>"],
            "%s = arith.subf %x0, %x1 : f32\nlinalg.yield %s : f32",
            "reduces by other than a sum, product, minimum or maximum: subf",
        ),
        (
            [ID, SCALAR], ["reduction"], ["memref<9xf32>", "memref<f32>"],
            "%p = arith.mulf %x0, %x1 : f32\n%s = arith.addf %p, %x1 : f32\n"
            "linalg.yield %s : f32",
            "reduces by other than a sum",
        ),
        (
            ["(i) -> (i floordiv 2)", ID], ROW, ["memref<5xf32>", "memref<9xf32>"],
            "linalg.yield %x0 : f32", "has an index that is not a sum of iterators",
        ),
        (
            [ID, ID], ROW, ["memref<9xi64>", "memref<9xi64>"],
            "%i = linalg.index 0 : index\n%s = arith.index_cast %i : index to i64\n"
            "linalg.yield %s : i64",
            "linalg.index",
        ),
    ],
)  # fmt: skip
def test_generics_that_are_refused(
    maps: list[str], kinds: list[str], types: list[str], body: str, reason: str
) -> None:
    with pytest.raises(UnsupportedOp, match=reason):
        generic(maps, kinds, types, body)


def test_a_body_that_reads_from_outside_is_refused() -> None:
    with pytest.raises(UnsupportedOp, match="reads a value from outside of its body"):
        generic(
            [ID, ID], ROW, ["memref<9xf32>"] * 2,
            "%s = arith.addf %x0, %f : f32\nlinalg.yield %s : f32", ", %f: f32",
        )  # fmt: skip


def test_two_results_are_refused() -> None:
    with pytest.raises(UnsupportedOp, match="has 2 results"):
        one(
            "%a: memref<4xf32>, %b: memref<4xf32>",
            "linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],"
            ' iterator_types = ["parallel"]} outs(%a, %b : memref<4xf32>, memref<4xf32>) {\n'
            "^bb0(%x: f32, %y: f32):\nlinalg.yield %y, %x : f32, f32\n}",
        )


def test_ops_in_the_order_in_which_they_stand() -> None:
    module = ir.Module.parse(
        """
        func.func @f(%a: memref<4xf32>) {
          linalg.exp ins(%a : memref<4xf32>) outs(%a : memref<4xf32>)
          %c0 = arith.constant 0 : index
          %c1 = arith.constant 1 : index
          scf.for %i = %c0 to %c1 step %c1 {
            linalg.map {math.log} ins(%a : memref<4xf32>) outs(%a : memref<4xf32>)
          }
          return
        }
        module @inner {
          func.func @g(%a: memref<4xf32>) {
            linalg.copy ins(%a : memref<4xf32>) outs(%a : memref<4xf32>)
            return
          }
        }
        """
    )
    found = [(op.name, function_of(op)) for op in linalg_ops(module.operation)]
    assert found == [("linalg.exp", "f"), ("linalg.map", "f"), ("linalg.copy", "g")]

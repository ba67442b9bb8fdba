"""Weights of four bits: groups with scales and zero points, as arguments and as constants.

Two numbers lie in a byte, the first in the low half; answers are numpy's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from morello_mlir import compile
from morello_mlir.compiler import CompileError
from morello_mlir.simulate import interpret

TARGET = "x86-64-v3"
pytestmark = pytest.mark.needs_cpu("avx2", "fma")


@dataclass(frozen=True)
class Layer:
    """A product with weights of `rows` x `groups` x `length`, dequantised before it."""

    inputs: int
    rows: int
    groups: int
    length: int
    signed: bool = False
    points: bool = True
    constant: bool = False

    def __str__(self) -> str:
        """For a test's name."""
        signs = ("s" if self.signed else "u") + "p" * self.points
        return f"{self.inputs}x{self.rows}x{self.groups}x{self.length}-{signs}"

    @property
    def weights(self) -> Any:
        """The numbers."""
        low, high = (-8, 8) if self.signed else (0, 16)
        shape = self.rows, self.groups, self.length
        return np.random.default_rng(3).integers(low, high, shape).astype(np.int8)

    @property
    def others(self) -> tuple[Any, Any, Any]:
        """What is multiplied, scales and zero points."""
        rng = np.random.default_rng(4)
        a = rng.standard_normal((self.inputs, self.groups, self.length)).astype(np.float32)
        scales = rng.random((self.rows, self.groups)).astype(np.float32)
        return a, scales, rng.integers(0, 16, scales.shape).astype(np.float32)

    @property
    def answer(self) -> Any:
        """The product in f64."""
        a, scales, points = (x.astype(np.float64) for x in self.others)
        real = self.weights - points[..., None] * self.points
        return np.einsum("mgk,ngk->mn", a, real * scales[..., None])

    @property
    def text(self) -> str:
        """The module: `f(a, scales, points)`, with the weights last unless they are a constant."""
        m, n, g, k = self.inputs, self.rows, self.groups, self.length
        a, w, s = f"tensor<{m}x{g}x{k}xf32>", f"tensor<{n}x{g}x{k}xi4>", f"tensor<{n}x{g}xf32>"
        c, d = f"tensor<{m}x{n}xf32>", f"tensor<{n}x{g}x{k}xf32>"
        given = f"%w = arith.constant dense<{self.weights.tolist()}> : {w}" * self.constant
        sign = "s" if self.signed else "u"
        moved = "arith.subf %f, %z : f32" if self.points else "arith.addf %f, %zero : f32"
        return f"""
func.func @f(%a: {a}, %s: {s}, %p: {s}{"" if self.constant else f", %w: {w}"}) -> {c} {{
  {given}
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : {c}
  %r = tensor.empty() : {d}
  %o = linalg.fill ins(%zero : f32) outs(%e : {c}) -> {c}
  %v = linalg.generic {{
      indexing_maps = [affine_map<(n, g, k) -> (n, g, k)>, affine_map<(n, g, k) -> (n, g)>,
                       affine_map<(n, g, k) -> (n, g)>, affine_map<(n, g, k) -> (n, g, k)>],
      iterator_types = ["parallel", "parallel", "parallel"]}}
      ins(%w, %s, %p : {w}, {s}, {s}) outs(%r : {d}) {{
  ^bb0(%x: i4, %q: f32, %z: f32, %old: f32):
    %i = arith.ext{sign}i %x : i4 to i32
    %f = arith.{sign}itofp %i : i32 to f32
    %h = {moved}
    %y = arith.mulf %h, %q : f32
    linalg.yield %y : f32
  }} -> {d}
  %y = linalg.generic {{
      indexing_maps = [affine_map<(m, n, g, k) -> (m, g, k)>, affine_map<(m, n, g, k) -> (n, g, k)>,
                       affine_map<(m, n, g, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction", "reduction"]}}
      ins(%a, %v : {a}, {d}) outs(%o : {c}) {{
  ^bb0(%x: f32, %z: f32, %old: f32):
    %t = arith.mulf %x, %z : f32
    %u = arith.addf %old, %t : f32
    linalg.yield %u : f32
  }} -> {c}
  return %y : {c}
}}
"""

    def check(self, function: Any) -> None:
        """Call a kernel's function and compare."""
        given = () if self.constant else (in_bytes(self.weights),)
        found = function(*self.others, *given)
        np.testing.assert_allclose(found, self.answer, rtol=1e-4, atol=1e-3)


def in_bytes(numbers: Any) -> Any:
    """The bytes that hold numbers of four bits: half the last dimension, or a row if it is odd."""
    halves = numbers.reshape(-1).view(np.uint8) & 15
    halves = np.append(halves, np.zeros(halves.size % 2, np.uint8))
    row = (halves[0::2] | halves[1::2] << 4).view(np.int8)
    *outer, last = numbers.shape
    return row if last % 2 else row.reshape(*outer, last // 2)


def kernel(text: str, schedule: str = "synthesize", target: str = TARGET) -> Any:
    return compile(text, schedule=schedule, target=target, db="none")["f"]


SIGNS = cycle((s, p) for s in (False, True) for p in (True, False))
LAYERS = [
    Layer(inputs, rows, groups, length, signed=signed, points=points)
    for groups, length in ((4, 32), (1, 128), (3, 6), (5, 10), (3, 7))
    for (inputs, rows), (signed, points) in zip(((1, 24), (7, 33)), SIGNS, strict=False)
]


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_weights_are_read_as_they_lie(layer: Layer) -> None:
    layer.check(kernel(layer.text))


@pytest.mark.needs_cpu("avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512cd")
@pytest.mark.parametrize("layer", LAYERS[::3], ids=str)
def test_the_same_with_avx512(layer: Layer) -> None:
    layer.check(kernel(layer.text, target="skylake-avx512"))


@pytest.mark.parametrize("signed", (False, True))
@pytest.mark.parametrize("points", (False, True))
@pytest.mark.parametrize("length", (32, 5))
def test_weights_are_constants(length: int, points: bool, signed: bool) -> None:
    layer = Layer(3, 9, 2, length, signed=signed, points=points, constant=True)
    layer.check(kernel(layer.text))


@pytest.mark.parametrize("layer", LAYERS[::4], ids=str)
def test_the_plain_rule_and_the_interpreter_know_them(layer: Layer) -> None:
    layer.check(kernel(layer.text, "finish"))
    layer.check(interpret(layer.text, target=TARGET, db="none")["f"])


def test_nothing_is_dequantised_in_memory_for_one_row() -> None:
    text = Layer(1, 64, 16, 32).text
    found = compile(text, schedule="synthesize", target=TARGET, db="none").mlir
    assert "memref<32768xf32>" not in found and "vector.interleave" in found


def test_arrays_of_ml_dtypes_are_packed_on_the_way() -> None:
    for signed, dtype in ((True, ml_dtypes.int4), (False, ml_dtypes.uint4)):
        for length in (6, 7):
            layer = Layer(2, 5, 3, length, signed=signed)
            found = kernel(layer.text)(*layer.others, layer.weights.astype(dtype))
            np.testing.assert_allclose(found, layer.answer, rtol=1e-4, atol=1e-3)


def test_a_wrong_array_of_bytes_says_what_it_is_to_hold() -> None:
    layer = Layer(2, 5, 3, 6)
    function = kernel(layer.text)
    what = r"'arg3', i4 of shape \(5, 3, 6\) two to a byte, must have"
    with pytest.raises(ValueError, match=what + r" shape \(5, 3, 3\), not \(5, 3, 6\)"):
        function(*layer.others, layer.weights)
    with pytest.raises(TypeError, match=what + " dtype int8 or uint8, not float32"):
        function(*layer.others, layer.weights.astype(np.float32))
    with pytest.raises(TypeError, match="not int4"):
        function(*layer.others, layer.weights[:4].astype(ml_dtypes.int4))


BYTES = """
func.func @f(%a: tensor<9x{k}xi8>, %b: tensor<{b}xi4>) -> tensor<9x20xi32> {{
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<9x20xi32>
  %o = linalg.fill ins(%zero : i32) outs(%e : tensor<9x20xi32>) -> tensor<9x20xi32>
  %y = linalg.generic {{
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> ({order})>,
                       affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}}
      ins(%a, %b : tensor<9x{k}xi8>, tensor<{b}xi4>) outs(%o : tensor<9x20xi32>) {{
  ^bb0(%x: i8, %z: i4, %old: i32):
    %i = arith.extui %x : i8 to i32
    %j = arith.extsi %z : i4 to i32
    %t = arith.muli %i, %j : i32
    %u = arith.addi %old, %t : i32
    linalg.yield %u : i32
  }} -> tensor<9x20xi32>
  return %y : tensor<9x20xi32>
}}
"""


def bytes_by_halves(schedule: str, target: str, turned: bool, k: int) -> Any:
    """A product of u8 and i4, run and compared; the kernel."""
    shape, order = ((20, k), "n, k") if turned else ((k, 20), "k, n")
    text = BYTES.format(k=k, b="x".join(map(str, shape)), order=order)
    rng = np.random.default_rng(5)
    a = rng.integers(0, 256, (9, k)).astype(np.uint8)
    b = rng.integers(-8, 8, shape).astype(np.int8)
    made = compile(text, schedule=schedule, target=target, db="none")
    wanted = a.astype(np.int32) @ (b.T if turned else b).astype(np.int32)
    np.testing.assert_array_equal(made["f"](a, in_bytes(b)), wanted)
    return made


@pytest.mark.parametrize("turned", (False, True))
@pytest.mark.parametrize("k", (40, 11))
@pytest.mark.parametrize("schedule", ("synthesize", "finish"))
def test_products_of_bytes_and_halves(schedule: str, k: int, turned: bool) -> None:
    bytes_by_halves(schedule, TARGET, turned, k)


BY_HAND = (
    "move B L1 [n/8][k][8n]; finish",
    "move B L2 [k][n]; tile m 3; finish",
    "tile n 8; move B reg; finish",
    "tile n 7; tile k 3; move B L1; finish",
    "move B L2; tile m 4; move C reg; accumulate; finish",
    "tile m 1; tile n 3; move C reg [m][n/3]<3n>; accumulate; tile k 1; select lanes",
)


@pytest.mark.parametrize("turned", (False, True))
@pytest.mark.parametrize("schedule", BY_HAND)
def test_a_move_makes_bytes_and_lanes_read_them_in_any_number(schedule: str, turned: bool) -> None:
    found = bytes_by_halves(schedule, TARGET, turned, 13).mlir
    assert "i4" not in found.replace("morello.nibbles", "")


@pytest.mark.needs_cpu("avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512cd", "avx512vnni")
def test_dot_products_read_what_a_move_unpacked() -> None:
    made = bytes_by_halves("synthesize", "cascadelake", False, 40)
    assert "vpdpbusd" in made.asm


@pytest.mark.needs_cpu("avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512cd", "avx512vnni")
def test_so_they_do_where_bytes_are_read_as_they_lie() -> None:
    """The instruction takes four neighbours from memory, which half bytes must leave first."""
    text = BYTES.format(k=40, b="40x20", order="k, n")
    swapped = {"9x40xi8": "9x40xi4", "40x20xi4": "40x20xi8", "%x: i8, %z: i4": "%x: i4, %z: i8"}
    swapped |= {"%x : i8": "%x : i4", "%z : i4": "%z : i8"}
    for old, new in swapped.items():
        text = text.replace(old, new)
    made = compile(text, schedule="synthesize", target="cascadelake", db="none")
    rng = np.random.default_rng(5)
    a = rng.integers(0, 16, (9, 40)).astype(np.uint8)
    b = rng.integers(-128, 128, (40, 20)).astype(np.int8)
    wanted = a.astype(np.int32) @ b.astype(np.int32)
    np.testing.assert_array_equal(made["f"](in_bytes(a), b), wanted)
    assert "vpdpbusd" in made.asm


READ = """
func.func @f{name}(%w: tensor<3x{length}xi4>) -> tensor<3x{length}xi8> {{
  %e = tensor.empty() : tensor<3x{length}xi8>
  %y = linalg.generic {{indexing_maps = [affine_map<(i, j) -> (i, j)>,
                                         affine_map<(i, j) -> (i, j)>],
                        iterator_types = ["parallel", "parallel"],
                        morello.schedule = "tile i 1; tile j {lanes}{order}; select lanes"}}
      ins(%w : tensor<3x{length}xi4>) outs(%e : tensor<3x{length}xi8>) {{
  ^bb0(%x: i4, %old: i8):
    %r = arith.ext{sign}i %x : i4 to i8
    linalg.yield %r : i8
  }} -> tensor<3x{length}xi8>
  return %y : tensor<3x{length}xi8>
}}
"""


@pytest.mark.parametrize("sign", ("s", "u"))
@pytest.mark.parametrize("order", ("", " unrolled"))
def test_every_offset_and_number_of_lanes(order: str, sign: str) -> None:
    """Rows and tiles of odd lengths begin in either half of a byte: the code knows which, or finds
    out as it runs. Bytes around the array are none of its elements."""
    cases = [(length, lanes) for length in (16, 37) for lanes in (*range(1, 10), 15, 16, 31)]
    cases = [(length, lanes) for length, lanes in cases if lanes <= length]
    texts = (
        READ.format(name=i, length=length, lanes=lanes, order=order, sign=sign)
        for i, (length, lanes) in enumerate(cases)
    )
    made = compile("\n".join(texts), schedule="finish", target=TARGET)
    for i, (length, lanes) in enumerate(cases):
        numbers = np.random.default_rng(i).integers(0, 16, (3, length)).astype(np.uint8)
        wanted = (numbers ^ 8).view(np.int8) - 8 if sign == "s" else numbers.view(np.int8)
        found = made[f"f{i}"](in_bytes(numbers))
        np.testing.assert_array_equal(found, wanted, str((length, lanes)))


def test_reshapes_of_weights_are_other_shapes_of_the_same_bytes() -> None:
    layer = Layer(2, 5, 3, 6)
    text = layer.text.replace("%w: tensor<5x3x6xi4>", "%flat: tensor<5x18xi4>").replace(
        "%zero = arith.constant 0.0 : f32",
        "%zero = arith.constant 0.0 : f32\n  %w = tensor.expand_shape %flat [[0], [1, 2]]"
        " output_shape [5, 3, 6] : tensor<5x18xi4> into tensor<5x3x6xi4>",
    )
    found = kernel(text)(*layer.others, in_bytes(layer.weights.reshape(5, 18)))
    np.testing.assert_allclose(found, layer.answer, rtol=1e-4, atol=1e-3)


def one_op(body: Sequence[str], result: str = "i8", attributes: str = "") -> str:
    lines = "\n    ".join(body)
    return f"""
func.func @f(%w: tensor<8xi4>{attributes}) -> tensor<8x{result}> {{
  %e = tensor.empty() : tensor<8x{result}>
  %y = linalg.generic {{indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
                        iterator_types = ["parallel"]}}
      ins(%w : tensor<8xi4>) outs(%e : tensor<8x{result}>) {{
  ^bb0(%x: i4, %old: {result}):
    {lines}
    linalg.yield %r : {result}
  }} -> tensor<8x{result}>
  return %y : tensor<8x{result}>
}}
"""


REFUSED = {
    "reads elements of type i4 both with a sign and without": one_op(
        ("%a = arith.extsi %x : i4 to i8", "%b = arith.extui %x : i4 to i8",
         "%r = arith.addi %a, %b : i8")
    ),
    "has elements of type i4, which only arguments": one_op(
        ("%a = arith.addi %x, %x : i4", "%r = arith.extsi %a : i4 to i8")
    ),
    "reads elements of type i4 by other than a cast": one_op(
        ("%r = arith.cmpi eq, %x, %x : i4",), "i1"
    ).replace("8xi1", "8xi8").replace("yield %r : i1", "yield %s : i8").replace(
        "old: i1", "old: i8"
    ).replace("linalg.yield", "%s = arith.extui %r : i1 to i8\n    linalg.yield"),
}  # fmt: skip


@pytest.mark.parametrize("reason", REFUSED)
def test_what_reads_them_otherwise_is_refused(reason: str) -> None:
    with pytest.raises(CompileError, match=reason) as refusal:
        kernel(REFUSED[reason], "finish")
    assert "linalg.generic has an array of i4" in str(refusal.value)


def test_nothing_is_made_of_them_without_a_schedule() -> None:
    text = one_op(("%r = arith.extsi %x : i4 to i8",))
    with pytest.raises(CompileError, match="of which only morello-apply makes code"):
        compile(text, target=TARGET)
    assert (kernel(text, "finish")(in_bytes(np.arange(-4, 4, dtype=np.int8))) == range(-4, 4)).all()


def test_a_result_of_four_bits_is_refused() -> None:
    text = one_op(("%r = arith.trunci %s : i8 to i4",), "i4").replace(
        "%r =", "%s = arith.extsi %x : i4 to i8\n    %r ="
    )
    with pytest.raises(CompileError, match="has elements of type i4, which only arguments"):
        kernel(text, "finish")


def test_they_have_no_layout_of_their_own() -> None:
    body = ("%r = arith.extsi %x : i4 to i8",)
    with pytest.raises(CompileError, match="but has elements of type i4, which only"):
        kernel(one_op(body, attributes=' {morello.layout = "[d0/4][4d0]"}'), "finish")


TWO = """
#map = affine_map<(i, j) -> (i, j)>
func.func @f(%w: tensor<6x7xi4>) -> tensor<6x7xf32> {
  %e = tensor.empty() : tensor<6x7xf32>
  %a = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]}
      ins(%w : tensor<6x7xi4>) outs(%e : tensor<6x7xf32>) {
  ^bb0(%x: i4, %old: f32):
    %r = arith.sitofp %x : i4 to f32
    linalg.yield %r : f32
  } -> tensor<6x7xf32>
  %b = linalg.generic {indexing_maps = [#map, #map, #map],
                       iterator_types = ["parallel", "parallel"]}
      ins(%w, %a : tensor<6x7xi4>, tensor<6x7xf32>) outs(%e : tensor<6x7xf32>) {
  ^bb0(%x: i4, %y: f32, %old: f32):
    %f = arith.uitofp %x : i4 to f32
    %r = arith.mulf %f, %y : f32
    linalg.yield %r : f32
  } -> tensor<6x7xf32>
  return %b : tensor<6x7xf32>
}
"""


def test_two_ops_of_a_group_may_read_them_by_two_signs() -> None:
    numbers = (np.arange(42).reshape(6, 7) % 16).astype(np.uint8)
    found = kernel(TWO)(in_bytes(numbers))
    np.testing.assert_array_equal(found, numbers * ((numbers ^ 8) - 8.0))


RESOURCE = """
func.func @f() -> tensor<5xi8> {{
  %w = arith.constant dense_resource<w> : tensor<5xi4>
  %e = tensor.empty() : tensor<5xi8>
  %y = linalg.generic {{indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
                        iterator_types = ["parallel"]}}
      ins(%w : tensor<5xi4>) outs(%e : tensor<5xi8>) {{
  ^bb0(%x: i4, %old: i8):
    %r = arith.extsi %x : i4 to i8
    linalg.yield %r : i8
  }} -> tensor<5xi8>
  return %y : tensor<5xi8>
}}
{{-# dialect_resources: {{ builtin: {{ w: "0x01000000{data}" }} }} #-}}
"""


@pytest.mark.parametrize("data", ("21C30F", "01020F0C0F", "F1F20F0C0F", "2103"))
def test_resources_have_them_in_halves_or_in_bytes(data: str) -> None:
    text = RESOURCE.format(data=data)
    if data == "2103":
        with pytest.raises(CompileError, match=r"arith\.constant has an array of i4"):
            kernel(text, "finish")
        return
    wanted = [1, 2, 3, -4, -1] if data == "21C30F" else [1, 2, -1, -4, -1]
    np.testing.assert_array_equal(kernel(text, "finish")(), wanted)


def test_a_constant_may_be_one_number() -> None:
    text = RESOURCE.split("{{-#")[0].format().replace("dense_resource<w>", "dense<-3>")
    np.testing.assert_array_equal(kernel(text, "finish")(), [-3] * 5)

"""strict-fp: sums keep the order and the roundings of the source, bit for bit.

The reference is stock lowering, plain loops in the order of the op; and numpy's own, added up in a
loop, for sums and products. Numbers differ in size so much that any other order shows.
"""

from __future__ import annotations

from typing import Any

import ml_dtypes  # noqa: F401  (gives numpy the name bfloat16)
import numpy as np
import numpy.typing as npt
import pytest

from morello_mlir import compile

Array = npt.NDArray[Any]


def generic(
    maps: list[str], kinds: str, types: list[str], body: str, result: str, start: str = ""
) -> str:
    """A function of one reduction; `start` is filled in before it, if given."""
    *inputs, output = types
    element = output.rpartition("x")[2] if "x" in output else output
    dims = ", ".join(f"d{i}" for i in range(len(kinds)))
    listed = ", ".join(f"affine_map<({dims}) -> ({m})>" for m in maps)
    words = ", ".join('"reduction"' if k == "r" else '"parallel"' for k in kinds)
    names = [f"%a{i}" for i in range(len(inputs))]
    arguments = ", ".join(f"{n}: memref<{t}>" for n, t in zip([*names, "%c"], types, strict=True))
    scalars = ", ".join(
        [f"%x{i}: {t.rpartition('x')[2]}" for i, t in enumerate(inputs)] + [f"%o: {element}"]
    )
    fill = ""
    if start:
        fill = f"""%s = arith.constant {start} : {element}
        linalg.fill ins(%s : {element}) outs(%c : memref<{output}>)"""
    kinds_in = ", ".join(f"memref<{t}>" for t in inputs)
    return f"""func.func @f({arguments}) {{
        {fill}
        linalg.generic {{indexing_maps = [{listed}], iterator_types = [{words}]}}
          ins({", ".join(names)} : {kinds_in}) outs(%c : memref<{output}>) {{
        ^bb0({scalars}):
          {body}
          linalg.yield {result} : {element}
        }}
        return
      }}"""


def numbers(shape: tuple[int, ...], kind: str, seed: int) -> Array:
    rng = np.random.default_rng(seed)
    spread = rng.choice([1.0, 1e-3, 1e4], shape)
    name = {"f32": "float32", "f64": "float64", "bf16": "bfloat16"}[kind]
    return np.asarray((rng.standard_normal(shape) * spread).astype(name))


def shape_of(kind: str) -> tuple[tuple[int, ...], str]:
    *extents, element = kind.split("x")
    return tuple(map(int, extents)), element


def results(source: str, types: list[str], **options: Any) -> Array:
    arrays = [numbers(*shape_of(t), seed) for seed, t in enumerate(types)]
    compile(source, db="none", **options)["f"](*arrays)
    return arrays[-1]


PRODUCT = "%p = arith.mulf %x0, %x1 : {e}\n%r = arith.addf %o, %p : {e}"
SUM = "%r = arith.addf %o, %x0 : {e}"

MATMUL = ["d0, d2", "d2, d1", "d0, d1"]
CASES: dict[str, tuple[list[str], str, list[str], str, str]] = {
    "matmul": (MATMUL, "ppr", ["37x83xf32", "83x45xf32", "37x45xf32"], PRODUCT, "0.0"),
    "matmul onto": (MATMUL, "ppr", ["37x83xf32", "83x45xf32", "37x45xf32"], PRODUCT, ""),
    "matmul of f64": (MATMUL, "ppr", ["16x83xf64", "83x24xf64", "16x24xf64"], PRODUCT, "0.0"),
    "rows": (["d0, d1", "d0"], "pr", ["19x333xf32", "19xf32"], SUM, "0.0"),
    "one row": (["d0, d1", "d0"], "pr", ["1x999xf32", "1xf32"], SUM, "0.0"),
    "rows onto": (["d0, d1", "d0"], "pr", ["19x333xf32", "19xf32"], SUM, ""),
    "columns": (["d0, d1", "d1"], "rp", ["333x70xf32", "70xf32"], SUM, "0.0"),
    "rows of bf16": (["d0, d1", "d0"], "pr", ["8x64xbf16", "8xbf16"], SUM, "0.0"),
    "products": (
        ["d0, d1", "d0"],
        "pr",
        ["5x70xf64", "5xf64"],
        "%r = arith.mulf %o, %x0 : {e}",
        "1.0",
    ),
    "both axes": (["d0, d1, d2", "d1"], "rpr", ["17x9x23xf32", "9xf32"], SUM, "0.0"),
    "all axes": (["d0, d1", "0"], "rr", ["33x47xf32", "1xf32"], SUM, "0.0"),
    "convolution": (
        ["d0 + d2, d1 + d3, d4", "d2, d3, d4, d5", "d0, d1, d5"],
        "pprrrp",
        ["12x12x7xf32", "3x3x7x20xf32", "10x10x20xf32"],
        PRODUCT,
        "0.0",
    ),
}


@pytest.mark.parametrize("target", ["native", "x86-64-v3"])
@pytest.mark.parametrize("schedule", ["synthesize", "finish"])
@pytest.mark.parametrize("case", CASES)
def test_bits_are_those_of_the_loops(case: str, schedule: str, target: str) -> None:
    maps, kinds, types, body, start = CASES[case]
    _, element = shape_of(types[-1])
    source = generic(maps, kinds, types, body.format(e=element), "%r", start)
    expected = results(source, types, target=target)
    found = results(source, types, target=target, schedule=schedule, strict_fp=True)
    assert found.tobytes() == expected.tobytes()


def test_numbers_are_such_that_another_order_shows() -> None:
    for case in ("matmul", "rows"):
        maps, kinds, types, body, start = CASES[case]
        source = generic(maps, kinds, types, body.format(e="f32"), "%r", start)
        free, kept = (
            results(source, types, target="x86-64-v3", schedule="synthesize", strict_fp=strict)
            for strict in (False, True)
        )
        assert free.tobytes() != kept.tobytes()


def test_sums_and_products_are_numpys() -> None:
    maps, kinds, types, body, start = CASES["matmul"]
    source = generic(maps, kinds, types, body.format(e="f32"), "%r", start)
    a, b = (numbers(*shape_of(t), seed) for seed, t in enumerate(types[:2]))
    expected = np.zeros((37, 45), np.float32)
    for k in range(83):
        expected += a[:, k, None] * b[k]
    found = results(source, types, schedule="synthesize", strict_fp=True)
    assert found.tobytes() == expected.tobytes()
    maps, kinds, types, body, start = CASES["rows"]
    source = generic(maps, kinds, types, body.format(e="f32"), "%r", start)
    a = numbers((19, 333), "f32", 0)
    total = np.zeros(19, np.float32)
    for k in range(333):
        total += a[:, k]
    found = results(source, types, schedule="synthesize", strict_fp=True)
    assert found.tobytes() == total.tobytes()


def test_sums_of_zeros_keep_their_sign() -> None:
    """Lanes that hold no term add nothing, not even +0 to -0."""
    source = generic(["d0", "0"], "r", ["11xf32", "1xf32"], SUM.format(e="f32"), "%r")
    minus = np.full(11, -0.0, np.float32)
    for schedule in ("synthesize", "select lanes", "finish"):
        total = np.full(1, -0.0, np.float32)
        compile(source, schedule=schedule, db="none", strict_fp=True)["f"](minus, total)
        assert np.signbit(total[0]), schedule


def test_fused_sums_stay_as_they_are() -> None:
    """A sum by math.fma rounds once a term; it is left to stock lowering."""
    types = CASES["matmul"][2]
    body = "%r = math.fma %x0, %x1, %o : f32"
    source = generic(MATMUL, "ppr", types, body, "%r", "0.0")
    found = results(source, types, schedule="synthesize", strict_fp=True)
    assert found.tobytes() == results(source, types).tobytes()


def test_parallel_axes_are_vectors() -> None:
    maps, kinds, types, body, start = CASES["matmul"]
    types = ["64x64xf32", "64x64xf32", "64x64xf32"]
    source = generic(maps, kinds, types, body.format(e="f32"), "%r", start)
    asm = compile(source, target="x86-64-v3", schedule="synthesize", db="none", strict_fp=True).asm
    assert "vmulps" in asm and "vaddps" in asm and "vfmadd" not in asm


PADDED = """
func.func @f(%x: tensor<1x9x11x5xf32>, %k: tensor<3x3x5x18xf32>) -> tensor<1x9x11x18xf32> {
  %z = arith.constant 0.0 : f32
  %p = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %z : f32
  } : tensor<1x9x11x5xf32> to tensor<1x11x13x5xf32>
  %e = tensor.empty() : tensor<1x9x11x18xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<1x9x11x18xf32>) -> tensor<1x9x11x18xf32>
  %r = linalg.conv_2d_nhwc_hwcf ins(%p, %k : tensor<1x11x13x5xf32>, tensor<3x3x5x18xf32>)
    outs(%i : tensor<1x9x11x18xf32>) -> tensor<1x9x11x18xf32>
  return %r : tensor<1x9x11x18xf32>
}
"""


def test_terms_of_a_border_are_added() -> None:
    """An infinite weight times the zeros around the image is NaN, here as there."""
    x, k = numbers((1, 9, 11, 5), "f32", 0), numbers((3, 3, 5, 18), "f32", 1)
    k[0, 1, 2, 3] = np.inf
    expected = compile(PADDED)["f"](x, k)
    found = compile(PADDED, schedule="synthesize", db="none", strict_fp=True)["f"](x, k)
    assert np.isnan(expected).any()
    np.testing.assert_array_equal(found, expected)

"""Which fills are folded into the op that adds to them, and which must stay."""

from __future__ import annotations

import pytest
from mlir import ir

from morello_mlir.passes.apply import ApplyPass
from morello_mlir.passes.base import Report, Severity

M = "memref<8x8xf32>"
HEAD = f"func.func @f(%a: {M}, %b: {M}, %c: {M}, %d: {M}, %x: f32) {{"
MATMUL = f"linalg.matmul ins(%a, %b : {M}, {M}) outs(%c : {M})"


def count(source: str) -> int:
    """How many linalg ops become programs of their own: a folded fill does not."""
    with ir.Context():
        module = ir.Module.parse(source)
        report = Report()
        ApplyPass(target="x86-64-v3", finish=True, print_impl=True).run(module, report)
        assert module.operation.verify()
        assert "linalg" not in str(module)
        remarks = [d for d in report.diagnostics if d.severity is Severity.REMARK]
        return sum(d.message.startswith("after 'finish'") for d in remarks)


def memrefs(*lines: str, value: str = "0.0") -> str:
    body = "\n".join([f"%z = arith.constant {value} : f32", *lines])
    return f"{HEAD}\n{body}\nreturn\n}}"


def fill(name: str = "%c") -> str:
    return f"linalg.fill ins(%z : f32) outs({name} : {M})"


def test_a_fill_before_a_matmul() -> None:
    assert count(memrefs(fill(), MATMUL)) == 1


def test_without_a_fill_the_old_value_counts() -> None:
    assert count(memrefs(MATMUL)) == 1


@pytest.mark.parametrize(
    "between",
    [
        "%k = arith.constant 3 : index",
        f"%n = memref.alloc() : {M}",
    ],
)
def test_what_may_stand_between(between: str) -> None:
    assert count(memrefs(fill(), between, MATMUL)) == 1


@pytest.mark.parametrize(
    "between",
    [
        f"linalg.exp ins(%a : {M}) outs(%c : {M})",  # another writer
        f"linalg.exp ins(%c : {M}) outs(%d : {M})",  # a reader
        f"linalg.exp ins(%a : {M}) outs(%d : {M})",  # neither, but %d may be %c
        fill("%d"),
    ],
)
def test_an_op_between_keeps_the_fill(between: str) -> None:
    assert count(memrefs(fill(), between, MATMUL)) == 3


@pytest.mark.parametrize(
    "between",
    [
        "%i = arith.constant 0 : index\nmemref.store %x, %c[%i, %i] : " + M,
        "func.call @g() : () -> ()",
        f"memref.copy %a, %c : {M} to {M}",
    ],
)
def test_other_dialects_between_keep_the_fill(between: str) -> None:
    source = memrefs(fill(), between, MATMUL) + "\nfunc.func private @g()"
    assert count(source) == 2


def test_a_fill_of_another_memref_stays() -> None:
    assert count(memrefs(fill("%d"), MATMUL)) == 2


def test_the_later_of_two_fills_is_folded() -> None:
    """The first is dead, but nothing here removes it."""
    assert count(memrefs(fill(), fill(), MATMUL)) == 2


def test_a_fill_of_what_may_be_the_same_memory_keeps_its_place() -> None:
    """%d may be %c: its fill after %c's must not be skipped when it holds another value."""
    lines = (fill(), f"linalg.fill ins(%x : f32) outs(%d : {M})", MATMUL)
    assert count(memrefs(*lines)) == 3


@pytest.mark.parametrize("value", ["1.0", "-0.0", "0x7FC00000", "1.0e-45"])
def test_the_wrong_value_stays(value: str) -> None:
    assert count(memrefs(fill(), MATMUL, value=value)) == 2


@pytest.mark.parametrize("value", ["0.0", "0.000000e+00", "0.0e5", "0x00000000"])
def test_spellings_of_zero(value: str) -> None:
    assert count(memrefs(fill(), MATMUL, value=value)) == 1


def test_an_unknown_value_stays() -> None:
    assert count(memrefs(f"linalg.fill ins(%x : f32) outs(%c : {M})", MATMUL)) == 2


def test_an_input_that_is_the_filled_memref() -> None:
    """C = C B with C filled before: the op reads the fill's zeros as an input as well."""
    same = f"linalg.matmul ins(%c, %b : {M}, {M}) outs(%c : {M})"
    assert count(memrefs(fill(), same)) == 2


@pytest.mark.parametrize("index", ["i + 1", "2 * i"])
def test_an_op_that_writes_a_part_of_what_is_filled(index: str) -> None:
    source = f"""
func.func @f(%a: memref<3xf32>, %c: memref<9xf32>) {{
  %z = arith.constant 0.0 : f32
  linalg.fill ins(%z : f32) outs(%c : memref<9xf32>)
  linalg.generic {{indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ({index})>],
                  iterator_types = ["parallel"]}}
      ins(%a : memref<3xf32>) outs(%c : memref<9xf32>) {{
  ^bb0(%x: f32, %y: f32):
    %s = arith.addf %x, %y : f32
    linalg.yield %s : f32
  }}
  return
}}"""
    assert count(source) == 2


def reduction(combine: str, value: str, kind: str = "f32") -> str:
    v, s = f"memref<9x{kind}>", f"memref<{kind}>"
    return f"""
func.func @f(%a: {v}, %c: {s}) {{
  %z = arith.constant {value} : {kind}
  linalg.fill ins(%z : {kind}) outs(%c : {s})
  linalg.reduce {{arith.{combine}}} ins(%a : {v}) outs(%c : {s}) dimensions = [0]
  return
}}"""


@pytest.mark.parametrize(
    ("combine", "value", "kind"),
    [
        ("addf", "0.0", "f32"),
        ("mulf", "1.0", "f32"),
        ("maximumf", "0xFF800000", "f32"),
        ("maxnumf", "0xFF800000", "f32"),
        ("minimumf", "0x7F800000", "f32"),
        ("minimumf", "0x7F80", "bf16"),
        ("maximumf", "0xFC00", "f16"),
        ("maximumf", "0xFFF0000000000000", "f64"),
        ("addi", "0", "i32"),
        ("muli", "1", "i32"),
        ("maxsi", "-2147483648", "i32"),
        ("minsi", "2147483647", "i32"),
        ("maxui", "0", "i32"),
        ("minui", "-1", "i32"),
        ("andi", "-1", "i32"),
        ("ori", "0", "i32"),
        ("xori", "0", "i32"),
        ("maxsi", "-128", "i8"),
        ("minsi", "9223372036854775807", "i64"),
    ],
)
def test_neutral_elements(combine: str, value: str, kind: str) -> None:
    assert count(reduction(combine, value, kind)) == 1


@pytest.mark.parametrize(
    ("combine", "value", "kind"),
    [
        ("addf", "-0.0", "f32"),
        ("mulf", "0.0", "f32"),
        ("maximumf", "0.0", "f32"),
        ("maximumf", "0x7F800000", "f32"),
        ("maximumf", "-3.40282347E+38", "f32"),
        ("minimumf", "0xFF800000", "f32"),
        ("maxsi", "0", "i32"),
        ("maxsi", "-2147483647", "i32"),
        ("minsi", "9223372036854775806", "i64"),
        ("maxsi", "-9223372036854775807", "i64"),
        ("andi", "0", "i32"),
        ("minui", "0", "i32"),
    ],
)
def test_elements_that_are_not_neutral(combine: str, value: str, kind: str) -> None:
    assert count(reduction(combine, value, kind)) == 2


T = "tensor<8x8xf32>"


def tensors(*lines: str, returns: str = "%r", value: str = "0.0") -> str:
    body = "\n".join(lines)
    names = returns.split(", ")
    kinds = ", ".join([T] * len(names))
    return f"""
func.func @f(%a: {T}, %b: {T}) -> ({kinds}) {{
  %z = arith.constant {value} : f32
  %e = tensor.empty() : {T}
  %c = linalg.fill ins(%z : f32) outs(%e : {T}) -> {T}
{body}
  return {returns} : {kinds}
}}"""


def product(result: str, left: str, right: str, init: str) -> str:
    return f"{result} = linalg.matmul ins({left}, {right} : {T}, {T}) outs({init} : {T}) -> {T}"


def test_a_fill_of_a_tensor() -> None:
    assert count(tensors(product("%r", "%a", "%b", "%c"))) == 1


def test_a_fill_of_a_tensor_with_an_op_between() -> None:
    between = f"%d = linalg.exp ins(%a : {T}) outs(%e : {T}) -> {T}"
    assert count(tensors(between, product("%r", "%d", "%b", "%c"))) == 2


def test_a_fill_with_two_users_that_both_fold_it() -> None:
    lines = (product("%r", "%a", "%b", "%c"), product("%s", "%b", "%a", "%c"))
    assert count(tensors(*lines, returns="%r, %s")) == 2


def test_a_fill_that_is_also_returned() -> None:
    assert count(tensors(product("%r", "%a", "%b", "%c"), returns="%r, %c")) == 2


def test_a_fill_that_is_also_an_input() -> None:
    lines = (product("%r", "%a", "%b", "%c"), product("%s", "%c", "%a", "%r"))
    assert count(tensors(*lines, returns="%s")) == 3


def test_a_fill_of_a_tensor_with_the_wrong_value() -> None:
    assert count(tensors(product("%r", "%a", "%b", "%c"), value="-0.0")) == 2

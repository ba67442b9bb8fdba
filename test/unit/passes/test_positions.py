"""Where positions become inputs, and where not."""

from __future__ import annotations

import pytest
from mlir import ir

from morello_mlir.passes import positions
from morello_mlir.passes.base import Report
from morello_mlir.passes.prepare import prepare


def prepared(body: str, shape: str = "5x37", kind: str = "i64", outside: str = "") -> str:
    """A function with two ops of that body, after `prepare`."""
    op = f"""linalg.generic {{indexing_maps = [#all], iterator_types = ["parallel", "parallel"]}}
      outs(%e : tensor<{shape}x{kind}>) {{
  ^bb0(%old: {kind}):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    {body}
    linalg.yield %r : {kind}
  }} -> tensor<{shape}x{kind}>"""
    text = f"""
#all = affine_map<(d0, d1) -> (d0, d1)>
func.func @f(%e: tensor<{shape}x{kind}>, %t: tensor<9xi64>, %n: index)
    -> (tensor<{shape}x{kind}>, tensor<{shape}x{kind}>) {{
  {outside}
  %a = {op}
  %b = {op}
  return %a, %b : tensor<{shape}x{kind}>, tensor<{shape}x{kind}>
}}"""
    with ir.Context(), ir.Location.unknown():
        module = ir.Module.parse(text)
        prepare(module, Report())
        module.operation.verify()
        once = str(module)
        prepare(module, Report())
        assert str(module) == once
        return once


SUM = "%s = arith.addi %i, %j : index\n%r = arith.index_cast %s : index to i64"


def test_there_is_one_constant_for_each_length() -> None:
    text = prepared(SUM)
    assert text.count("arith.constant dense<") == 2
    assert text.count("tensor<5xi32>, tensor<37xi32>)") == 2


def test_positions_are_added_in_i32_and_extended_last() -> None:
    text = prepared(SUM)
    assert "index" not in text.replace("indexing_maps", "").replace("%n: index", "").replace(
        "%arg2: index", ""
    )
    assert (
        text.count("arith.addi %in, %in_1 : i32") + text.count("arith.addi %in, %in_2 : i32") == 2
    )
    assert text.count("arith.extsi") == 2


def test_a_position_that_nothing_reads_is_no_input() -> None:
    text = prepared("%r = arith.index_cast %j : index to i64")
    assert "ins(%cst : tensor<37xi32>)" in text and text.count("dense<") == 1


@pytest.mark.parametrize(("body", "outside"), [
    ("%r = tensor.extract %t[%j] : tensor<9xi64>", ""),
    ("%s = arith.addi %j, %n : index\n%r = arith.index_cast %s : index to i64", ""),
    ("%s = affine.apply affine_map<(d) -> (d mod 2)>(%j)\n"
     "%r = arith.index_cast %s : index to i64", ""),
    ("%d = tensor.dim %t, %j : tensor<9xi64>\n%r = arith.index_cast %d : index to i64", ""),
    ("%c = arith.cmpi eq, %i, %j : index\ncf.assert %c, \"no\"\n"
     "%r = arith.index_cast %j : index to i64", ""),
])  # fmt: skip
def test_bodies_that_do_more_keep_their_indices(body: str, outside: str) -> None:
    text = prepared(body, outside=outside)
    assert "linalg.index" in text and "dense<" not in text


def test_a_long_dimension_and_one_of_unknown_length_keep_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "linalg.index" in prepared(SUM, "?x37")
    monkeypatch.setattr(positions, "LONGEST", 36)
    assert "linalg.index" in prepared(SUM)
    monkeypatch.setattr(positions, "LONGEST", 37)
    assert "linalg.index" not in prepared(SUM)

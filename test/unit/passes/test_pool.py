"""Scratch memory: what is pooled and what is left to malloc. `test_compiler.py` runs it."""

from __future__ import annotations

import re

import pytest
from mlir import ir

from morello_mlir.passes.base import PassFailure, Report
from morello_mlir.passes.pool import PoolPass


def pooled(body: str, min_bytes: int = 4096, before: str = "") -> str:
    source = f"{before}\nfunc.func @f(%c: i1, %n: index) {{\n{body}\n  return\n}}"
    with ir.Context() as context:
        context.allow_unregistered_dialects = True
        module = ir.Module.parse(source)
        PoolPass(min_bytes).run(module, Report())
        assert module.operation.verify()
        return str(module)


def buffer(name: str, kind: str, alignment: int = 64) -> str:
    return f"""
      %{name} = memref.alloc() {{alignment = {alignment}}} : {kind}
      "use"(%{name}) : ({kind}) -> ()
      memref.dealloc %{name} : {kind}"""


def test_a_pair_becomes_a_part_of_a_kept_block() -> None:
    text = pooled(buffer("a", "memref<1024xf32>"))
    assert "memref.alloc" not in text and "memref.dealloc" not in text
    assert text.count("llvm.call @morello.acquire") == 1
    assert "llvm.func @f_free_workspace() attributes {morello.release}" in text
    assert text.index("@morello.release(", text.index('"use"')) > text.index('"use"')


def test_several_buffers_share_one_block_without_overlap() -> None:
    text = pooled(
        """
      %a = memref.alloc() : memref<1000xi8>
      %b = memref.alloc() {alignment = 256} : memref<3x5xbf16>
      %c0 = memref.alloc() : memref<1024xf64>
      "use"(%a, %b, %c0) : (memref<1000xi8>, memref<3x5xbf16>, memref<1024xf64>) -> ()
      memref.dealloc %c0 : memref<1024xf64>
      memref.dealloc %a : memref<1000xi8>
      memref.dealloc %b : memref<3x5xbf16>"""
    )
    function = text[text.index("func.func @f(") :]
    offsets = [int(n) for n in re.findall(r"getelementptr %\S+?\[(\d+)\]", function)]
    assert offsets == [0, 1024, 1088]
    size = 1088 + 8 * 1024
    assert f"llvm.mlir.constant({-(-size // 256) * 256} : i64)" in function
    assert "llvm.mlir.constant(256 : i64)" in function
    assert text.count("llvm.call @morello.acquire") == 1


@pytest.mark.parametrize(("elements", "alignment"), [(65535, 64), (65536, 2 << 20)])
def test_large_blocks_begin_at_a_huge_page_and_ask_for_some(elements: int, alignment: int) -> None:
    text = pooled(buffer("a", f"memref<{elements}xf32>"))
    function = text[text.index("func.func @f(") :]
    found = [int(n) for n in re.findall(r"llvm.mlir.constant\((\d+) : i64\)", function)]
    assert found[:2] == [alignment, max(elements * 4 + -elements * 4 % 64, alignment)]
    offsets = [int(n) for n in re.findall(r"getelementptr %\S+?\[(\d+)\]", function)]
    assert offsets == [0 if alignment == 64 else 1088]
    assert "llvm.call @madvise(" in text


@pytest.mark.parametrize(
    "body",
    [
        buffer("a", "memref<1023xf32>"),
        '%a = memref.alloc() : memref<4096xf32>\n"use"(%a) : (memref<4096xf32>) -> ()',
        '%a = memref.alloc(%n) : memref<?xf32>\n"use"(%a) : (memref<?xf32>) -> ()\n'
        "memref.dealloc %a : memref<?xf32>",
        f"scf.if %c {{\n{buffer('a', 'memref<4096xf32>')}\n}}",
        "%a = memref.alloc() : memref<4096xf32>\nscf.if %c {\n"
        "memref.dealloc %a : memref<4096xf32>\n}",
        buffer("a", "memref<4096xf32, 1>"),
        buffer("a", "memref<4096xcomplex<f32>>"),
    ],
)
def test_what_is_small_dynamic_or_unmatched_is_left(body: str) -> None:
    text = pooled(body)
    assert "memref.alloc" in text
    assert "morello." not in text


def test_the_smallest_size_is_an_option() -> None:
    assert "memref.alloc" not in pooled(buffer("a", "memref<1xf32>"), min_bytes=4)
    assert "memref.alloc" in pooled(buffer("a", "memref<4096xf32>"), min_bytes=1 << 20)


def test_a_symbol_that_exists_is_an_error() -> None:
    before = "func.func @f_free_workspace() {\n  return\n}"
    with pytest.raises(PassFailure):
        pooled(buffer("a", "memref<4096xf32>"), before=before)

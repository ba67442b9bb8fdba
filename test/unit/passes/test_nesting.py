"""The guard against text that is nested deeper than the parser's stack."""

from __future__ import annotations

import pytest

from morello_mlir.passes.nesting import LIMIT, too_deep


@pytest.mark.parametrize("bracket", [b"(", b"[", b"{", b"<", b"module {\n"])
def test_deep_text_is_found(bracket: bytes) -> None:
    assert too_deep(bracket * LIMIT) is None
    at = too_deep(b"x" + bracket * (LIMIT + 1))
    assert at == len(b"x" + bracket * (LIMIT + 1)) - len(bracket.lstrip(b"module "))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"ML\xefR" + b"{" * (LIMIT + 1),
        b'"\\"((({{{" ' * LIMIT,
        b"// a comment ({[<\n" * LIMIT,
        b"() -> {}" * (2 * LIMIT),
        b"func.func @f() { return }\n" * LIMIT,
        b"([{<>}])" * LIMIT,
    ],
)
def test_other_text_is_not(text: bytes) -> None:
    assert too_deep(text) is None

"""Scalar bodies as text: `arith.mulf(%0: f32, arith.extf(%1: bf16): f32): f32`, and back.

`%N: TYPE` is an element of input N, `const(TEXT: TYPE)` a literal as MLIR spells it, and what is
written in `{...}` after an op's name are its attributes. Invariant: `parse_body(print_body(e))`
is `e`.
"""

from __future__ import annotations

import re

from ..dtype import DType, dtype
from ..expr import Apply, Arg, Const, Expr


def print_body(body: Expr) -> str:
    """The text of an expression."""
    if isinstance(body, Arg):
        return f"%{body.index}: {body.dtype}"
    if isinstance(body, Const):
        return f"const({body.text}: {body.dtype})"
    attributes = f"{{{body.attrs}}}" if body.attrs else ""
    return f"{body.op}{attributes}({', '.join(map(print_body, body.args))}): {body.dtype}"


def parse_body(text: str) -> Expr:
    """Read an expression; `ValueError` says what was expected and where."""
    body, rest = _expression(text)
    if rest.strip():
        raise ValueError(f"body: nothing is expected at '{rest.strip()}'")
    return body


_ARG = re.compile(r"\s*%(\d+)\s*:\s*(\w+)")
_CONST = re.compile(r"\s*const\(\s*([^:()]+?)\s*:\s*(\w+)\s*\)")
_OP = re.compile(r"\s*((?:arith|math)\.\w+)\s*(\{)?")
_TYPE = re.compile(r"\s*:\s*(\w+)")


def _expression(text: str) -> tuple[Expr, str]:
    if found := _ARG.match(text):
        return Arg(int(found[1]), _type(found[2])), text[found.end() :]
    if found := _CONST.match(text):
        return Const(found[1], _type(found[2])), text[found.end() :]
    if found := _OP.match(text):
        attributes, rest = "", text[found.end() :]
        if found[2]:
            attributes, rest = _until_closed(rest)
        arguments, rest = _arguments(rest)
        of_type = _TYPE.match(rest)
        if of_type is None:
            raise _unexpected(": and a type", rest)
        return Apply(found[1], arguments, _type(of_type[1]), attributes), rest[of_type.end() :]
    raise _unexpected("%N: TYPE, const(...) or an op of arith or math", text)


def _arguments(text: str) -> tuple[tuple[Expr, ...], str]:
    rest = text.lstrip()
    if not rest.startswith("("):
        raise _unexpected("(", rest)
    arguments = []
    rest = rest[1:]
    while not rest.lstrip().startswith(")"):
        argument, rest = _expression(rest)
        arguments.append(argument)
        rest = rest.lstrip()
        if rest.startswith(","):
            rest = rest[1:]
        elif not rest.startswith(")"):
            raise _unexpected(", or )", rest)
    return tuple(arguments), rest.lstrip()[1:]


def _until_closed(text: str) -> tuple[str, str]:
    """Attributes, which may hold braces of their own, and what follows them."""
    depth = 1
    for at, letter in enumerate(text):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if depth == 0:
            return text[:at], text[at + 1 :]
    raise _unexpected("}", "")


def _type(name: str) -> DType:
    return dtype(name)


def _unexpected(wanted: str, rest: str) -> ValueError:
    return ValueError(f"body: {wanted} expected at '{rest.strip() or 'the end'}'")

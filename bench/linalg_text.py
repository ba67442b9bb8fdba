"""Plain linalg on tensors of f32, written op by op: what the modules of graphs are made of.

A generic op is given as its operands' indices, one letter per axis, and a body in short:
`"d = subf a b; r = math.exp d"`, where `a`, `b`, ... are the operands, `o` the old output and `r`
what is yielded.
"""

from __future__ import annotations

from collections.abc import Sequence

Shape = tuple[int, ...]
MINUS_INFINITY = "0xFF800000"


class Text:
    """The body of a function; values are known by their names, which begin with `%`."""

    def __init__(self) -> None:
        """No op is written yet."""
        self.lines: list[str] = []
        self.shapes: dict[str, Shape] = {}
        self.scalars: dict[str, str] = {}

    def given(self, name: str, shape: Shape) -> str:
        """An argument or a constant that the caller writes."""
        self.shapes[f"%{name}"] = shape
        return f"%{name}"

    def op(self, shape: Shape, text: str) -> str:
        """An op with one result."""
        name = f"%r{len(self.lines)}"
        self.shapes[name] = shape
        self.lines.append(f"  {name} = {text}")
        return name

    def scalar(self, value: float | str) -> str:
        """A constant, as bodies name it: without `%`."""
        text = value if isinstance(value, str) else f"{value:.9e}"
        if text not in self.scalars:
            self.scalars[text] = f"c{len(self.scalars)}"
        return self.scalars[text]

    def typed(self, name: str) -> str:
        """The type of a value."""
        return tensor(self.shapes[name])

    def filled(self, value: float | str, shape: Shape) -> str:
        """A tensor of one value."""
        empty = self.op(shape, f"tensor.empty() : {tensor(shape)}")
        outs = f"outs({empty} : {tensor(shape)}) -> {tensor(shape)}"
        return self.op(shape, f"linalg.fill ins(%{self.scalar(value)} : f32) {outs}")

    def named(
        self,
        op: str,
        ins: Sequence[str],
        shape: Shape,
        attributes: str = "",
        start: float | None = 0.0,
    ) -> str:
        """A named op; it adds to `start`, if there is one."""
        if start is None:
            out = self.op(shape, f"tensor.empty() : {tensor(shape)}")
        else:
            out = self.filled(start, shape)
        given = f"ins({', '.join(ins)} : {', '.join(self.typed(each) for each in ins)})"
        outs = f"outs({out} : {tensor(shape)}) -> {tensor(shape)}"
        return self.op(shape, f"{op} {attributes} {given} {outs}".replace("  ", " "))

    def generic(
        self,
        reads: Sequence[tuple[str, str]],
        writes: str,
        body: str,
        start: float | str | None = None,
    ) -> str:
        """A generic op: (value, its indices) each, and the indices of the result."""
        extents: dict[str, int] = {}
        for value, letters in reads:
            extents |= dict(zip(letters, self.shapes[value], strict=True))
        shape = tuple(extents[letter] for letter in writes)
        if start is None:
            out = self.op(shape, f"tensor.empty() : {tensor(shape)}")
        else:
            out = self.filled(start, shape)
        axes = [*writes, *(letter for letter in extents if letter not in writes)]
        maps = [_map(axes, letters) for letters in (*(each for _, each in reads), writes)]
        kinds = ['"parallel"' if axis in writes else '"reduction"' for axis in axes]
        values = [value for value, _ in reads]
        given = ", ".join(values), ", ".join(self.typed(each) for each in values)
        block = ", ".join(f"{_local(letter)}: f32" for letter in (*"abcdefgh"[: len(reads)], "o"))
        lines = [
            f"linalg.generic {{indexing_maps = [{', '.join(maps)}],",
            f"      iterator_types = [{', '.join(kinds)}]}}",
            f"      ins({given[0]} : {given[1]}) outs({out} : {tensor(shape)}) {{",
            f"  ^bb0({block}):",
            *(f"    {_scalar_op(each)}" for each in body.split(";")),
            f"    linalg.yield {_local('r')} : f32",
            f"  }} -> {tensor(shape)}",
        ]
        return self.op(shape, "\n".join(lines))

    def function(self, head: str, first: Sequence[str], result: str) -> str:
        """The whole: `head` up to the result type, lines that come first, and what is returned."""
        scalars = [f"  %{name} = arith.constant {v} : f32" for v, name in self.scalars.items()]
        end = f"  return {result} : {self.typed(result)}"
        body = [*first, *scalars, *self.lines, end]
        return "\n".join([f"{head} -> {self.typed(result)} {{", *body, "}"]) + "\n"


def tensor(shape: Shape) -> str:
    """The type."""
    return f"tensor<{'x'.join(map(str, shape))}xf32>"


def _map(axes: Sequence[str], letters: str) -> str:
    return f"affine_map<({', '.join(axes)}) -> ({', '.join(letters)})>"


def _scalar_op(text: str) -> str:
    name, _, op, *operands = text.split()
    full = op if "." in op else f"arith.{op}"
    return f"{_local(name)} = {full} {', '.join(map(_local, operands))} : f32"


def _local(name: str) -> str:
    """A value of a body, a single letter, kept apart from those around it."""
    return f"%_{name}" if len(name) == 1 else f"%{name}"

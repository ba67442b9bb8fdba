"""The text being written: lines, fresh names, and values that are written once per scope.

Addresses and constants repeat many times in unrolled code; `Writer.once` writes the first of them
in the current scope and gives the same name to the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from ...linear import Linear


@dataclass
class Writer:
    """Lines of one function body. `prologue` comes before them, `epilogue` after."""

    lines: list[str] = field(default_factory=list)
    prologue: list[str] = field(default_factory=list)
    epilogue: list[str] = field(default_factory=list)
    ranges: dict[str, int] = field(default_factory=dict)
    uses: dict[tuple[int, int], object] = field(default_factory=dict)
    """What is known of leaves, by the identity of their Spec and match."""
    _scopes: list[dict[object, str]] = field(default_factory=lambda: [{}])
    _count: int = 0

    def fresh(self, stem: str = "v") -> str:
        """A new SSA name."""
        self._count += 1
        return f"%{stem}{self._count}"

    def line(self, text: str) -> None:
        """One line in the current scope."""
        self.lines.append("  " * len(self._scopes) + text)

    def value(self, text: str, stem: str = "v") -> str:
        """One op with one result; its name."""
        name = self.fresh(stem)
        self.line(f"{name} = {text}")
        return name

    def top(self, text: str, stem: str = "c") -> str:
        """One op at the top of the function, written once however often it is asked for."""
        known = self._scopes[0].get(text)
        if known is None:
            known = self.fresh(stem)
            self.prologue.append(f"  {known} = {text}")
            self._scopes[0][text] = known
        return known

    def once(self, text: str) -> str:
        """One pure op, reused where it is already in scope."""
        for scope in reversed(self._scopes):
            if text in scope:
                return scope[text]
        name = self.value(text)
        self._scopes[-1][text] = name
        return name

    def all_of(self, tests: Sequence[str]) -> str:
        """Whether all tests hold, of one at least."""
        test = tests[0]
        for other in tests[1:]:
            test = self.once(f"arith.andi {test}, {other} : i1")
        return test

    @contextmanager
    def block(self, header: str, footer: str = "}") -> Iterator[None]:
        """Lines inside a region."""
        if header:
            self.line(header)
        self._scopes.append({})
        yield
        self._scopes.pop()
        self.line(footer)

    @contextmanager
    def loop(self, count: int) -> Iterator[Linear]:
        """A loop of `count` steps around lines, with the step's number; no loop for one step."""
        if count == 1:
            yield Linear()
            return
        variable = self.fresh("i")
        self.ranges[variable] = count
        bounds = f"{self.index(0)} to {self.index(count)} step {self.index(1)}"
        with self.block(f"scf.for {variable} = {bounds} {{"):
            yield Linear.var(variable)

    def index(self, value: int) -> str:
        """A constant index."""
        return self.top(f"arith.constant {value} : index")

    def constant(self, literal: str, kind: str) -> str:
        """A constant of a scalar or vector type."""
        text = f"dense<{literal}>" if kind.startswith("vector") else literal
        return self.top(f"arith.constant {text} : {kind}")

    def address(self, index: Linear) -> str:
        """A linear expression over SSA names, as an index value."""
        if not index.terms:
            return self.index(index.const)
        names = index.names
        if len(names) > 1 or index.terms[0][1] != 1:
            dims = [f"d{i}" for i in range(len(names))]
            total = " + ".join(f"{d} * {c}" for d, (_, c) in zip(dims, index.terms, strict=True))
            base = self.once(
                f"affine.apply affine_map<({', '.join(dims)}) -> ({total})>({', '.join(names)})"
            )
        else:
            base = names[0]
        if not index.const:
            return base
        return self.once(f"affine.apply affine_map<(d0) -> (d0 + {index.const})>({base})")

    def divide(self, index: Linear, by: int) -> tuple[Linear, Linear]:
        """Quotient and remainder of an expression that is never negative."""
        if by == 1:
            return index, Linear()
        terms = index.terms
        whole = Linear(tuple((v, c // by) for v, c in terms if c % by == 0), index.const // by)
        left = Linear(tuple((v, c) for v, c in terms if c % by), index.const % by)
        most = left.const + sum(c * (self.ranges[v] - 1) for v, c in left.terms)
        if most < by:
            return whole, left
        value = self.address(left)
        quotient = self.once(f"affine.apply affine_map<(d0) -> (d0 floordiv {by})>({value})")
        self.ranges[quotient] = most // by + 1
        return whole + Linear.var(quotient), left + Linear.var(quotient, -by)

    def text(self) -> str:
        """All of it."""
        return "\n".join([*self.prologue, *self.lines, *self.epilogue])

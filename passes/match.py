"""`morello-match`: say how each linalg op could be computed by instructions.

Takes any module and leaves it as it was. Every linalg op that is understood gets a remark with all
its mappings, those with the least bound first: the cycles that the instruction takes at least,
padding included; its name; which of its axes runs along which of the Spec's, in which steps, and
what becomes of a rest; the loops around it; which of the op's operands is which of its own, and
where it takes it from. `refused` adds why the other instructions do not map. Ops that are not
understood get a remark that says why.
Read next: `../morello_mlir/target/mapping.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from ..dialect.isa import LIBRARIES, library
from ..graph import specs_of
from ..search.selection import ranked_mappings
from ..spec import Spec
from ..target.mapping import Mapping, Rest, mappings
from ..target.target import Target
from .base import Report, option
from .goals import goals_of, target_of

_RESTS = {
    Rest.PADDED: "padded",
    Rest.MASKED: "under a mask",
    Rest.PACKED: "padded where it is packed, else apart",
    Rest.APART: "apart",
}


@dataclass(frozen=True)
class MatchPass:
    """Say how each linalg op could be computed by instructions, as remarks."""

    name: ClassVar[str] = "morello-match"
    target: str = option("native", "the machine: native, or a CPU that morello-compile lists")
    features: str = option("", "changes, such as +avx512bf16,-avxvnni, or a list: avx2,fma")
    refused: bool = option(False, "say why other instructions do not map")

    def run(self, module: Any, report: Report) -> None:
        """Report on the ops of `module`."""
        target = target_of(self.target, self.features, 1, report)
        for goal in goals_of(module, target, report, strict=False):
            for spec in specs_of(goal.spec):
                report.remark(goal.op.location, "\n  ".join(self._lines(spec, target)))

    def _lines(self, spec: Spec, target: Target) -> Iterator[str]:
        found = ranked_mappings(spec, target)
        sizes = " ".join(f"{a.name}={a.extent}" for a in spec.axes)
        count = "1 mapping" if len(found) == 1 else f"{len(found)} mappings"
        yield f"{count} of {spec.formula()}{' | ' if sizes else ''}{sizes}"
        for cycles, mapping in found:
            yield f"{_rounded(cycles)} cycles: {described(mapping, spec)}"
        if self.refused:
            yield from _refusals(spec, target)


def _rounded(cycles: float) -> str:
    return f"{cycles:.0f}" if cycles >= 100 else f"{cycles:.3g}"


def described(mapping: Mapping, spec: Spec) -> str:
    """A mapping in one line."""
    extents, sizes, rests = spec.extents, mapping.sizes, mapping.rests(spec)
    axes = []
    for its, mine in mapping.axes:
        text = f"{its} -> {mine} in steps of {sizes[mine]}"
        if mine in rests:
            text += f" (the last {extents[mine] % sizes[mine]} {_RESTS[rests[mine]]})"
        axes.append(text)
    loops = " ".join(f"{a.name}={a.extent}" for a in mapping.outer(spec))
    order = (*mapping.inputs, len(spec.inputs))
    operands = [
        f"{its.name} = {spec.operands[p].name} "
        f"in {'registers' if its.placement.in_registers else 'memory'}"
        for p, its in zip(order, mapping.instruction.spec.operands, strict=True)
    ]
    around = f"; loops {loops}" if loops else ""
    along = f", {', '.join(axes)}" if axes else ""
    return f"{mapping.instruction.name}{along}{around}; {', '.join(operands)}"


def _refusals(spec: Spec, target: Target) -> Iterator[str]:
    """Why instructions do not map: those of the target, then those that it does not have."""
    names = {i.name for i in target.instructions}
    for i in target.instructions:
        why: list[str] = []
        if next(mappings(spec, i, why), None) is None:
            yield f"not {i.name}: {'; '.join(dict.fromkeys(why))}"
    for name in LIBRARIES:
        for i in library(name).instructions:
            if i.name not in names:
                names.add(i.name)
                lacks = ", ".join(sorted(i.features - target.features))
                yield f"not {i.name}: {target.name} lacks {lacks}"

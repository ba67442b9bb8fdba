"""Choosing among the k best schedules by measurement, function by function.

`Ranked` is a module whose ops list their cheapest schedules (`morello.schedules`). Form N has on
every op its N-th, or its last if there are fewer. All forms are compiled and timed
(`runtime/contest.py`), and one more kernel has in each function the form that was fastest there.
Read next: `compiler.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlir import ir

from morello_mlir.dialect.morello import RANKED, SCHEDULE
from morello_mlir.passes import upstream
from morello_mlir.passes.base import Diagnostic, Report, Severity
from morello_mlir.passes.linalg_ops import function_of
from morello_mlir.passes.source import new_context, read_module
from morello_mlir.runtime.contest import Contest, contest

if TYPE_CHECKING:
    from morello_mlir.compiler import Kernel


@dataclass(frozen=True)
class Ranked:
    """A module's text, how many forms each function has, and what the search had to say."""

    text: str
    forms: Mapping[str, int]
    diagnostics: tuple[Diagnostic, ...]

    @staticmethod
    def of(module: Any, diagnostics: tuple[Diagnostic, ...]) -> Ranked:
        """A module after `morello-schedule`."""
        forms: dict[str, int] = {}
        for op in upstream.walk(module.operation):
            if RANKED in op.attributes:
                name, count = function_of(op), len(ir.ArrayAttr(op.attributes[RANKED]))
                forms[name] = max(count, forms.get(name, 1))
        text = module.operation.get_asm(enable_debug_info=True)
        return Ranked(text, forms, diagnostics)

    def choosing(self, choice: Mapping[str, int]) -> str:
        """The module's text with the form of each function, from 1, that is chosen."""
        with new_context():
            module = read_module(self.text, Report())
            for op in upstream.walk(module.operation):
                if RANKED in op.attributes:
                    every = ir.ArrayAttr(op.attributes[RANKED])
                    chosen = min(choice[function_of(op)], len(every))
                    op.attributes[SCHEDULE] = every[chosen - 1]
                    del op.attributes[RANKED]
            return str(module.operation.get_asm(enable_debug_info=True))


def fastest(
    ranked: Ranked, given: Mapping[str, Sequence[Any]], load: Callable[[str], Kernel]
) -> Kernel:
    """The kernel whose functions are the fastest measured; `given` has arguments by function."""
    names = ranked.forms
    most = max(names.values(), default=1)
    kernels = [load(ranked.choosing(dict.fromkeys(names, n + 1))) for n in range(most)]
    if unknown := set(given) - set(kernels[0]):
        raise ValueError(f"measure: no function '{min(unknown)}' in {', '.join(kernels[0])}")
    measured: dict[str, Contest] = {}
    for name, count in names.items():
        if name in kernels[0]:
            forms = [kernel[name] for kernel in kernels[:count]]
            measured[name] = contest(forms, given.get(name))
    choice = {name: measured[name].fastest if name in measured else 1 for name in names}
    uniform = next((n for n in range(most) if all(c == n + 1 for c in choice.values())), None)
    found = kernels[uniform] if uniform is not None else load(ranked.choosing(choice))
    said = [Diagnostic(Severity.REMARK, None, f"@{name}: {c}") for name, c in measured.items()]
    return found.chosen(measured, (*ranked.diagnostics, *said))

"""What becomes of every linalg op: search, compile, run, compare, and name the instructions it got.

`python test/every_op.py` writes the tables of `docs/ops.md`; `run/test_every_op.py` runs the same
cases and compares what comes out with what stands there. Read next: `named_ops.py`, `generic.py`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import written_ops
from generic import generalized, generics, meaning
from mlir import ir
from named_ops import FORMS, Case, cases, definition, family, op_names
from written_ops import UNTRIED, WRITTEN

from morello_mlir.compiler import compile
from morello_mlir.dialect.morello import SCHEDULE, read_schedule
from morello_mlir.impl import Impl, Leaf, Loop, children
from morello_mlir.passes.base import Report
from morello_mlir.passes.goal import is_plain
from morello_mlir.passes.goals import goals_of, target_of
from morello_mlir.passes.schedule import SchedulePass
from morello_mlir.passes.source import new_context
from morello_mlir.spec import Spec
from morello_mlir.target.match import Lanes

TARGET = "x86-64-v3"
PAGE = Path(__file__).parent.parent / "docs" / "ops.md"
BEGIN, END = "<!-- ops -->\n", "<!-- /ops -->\n"
TOLERANCE = {"f64": 1e-12, "f32": 2e-5, "f16": 4e-3, "bf16": 3e-2}
STOCK = "stock lowering"


@dataclass(frozen=True)
class Row:
    """One line of the table: an op on some types, and what it became in each form."""

    family: str
    op: str
    types: str
    states: tuple[str, ...]

    def __str__(self) -> str:
        return f"| `{self.op}` | {self.types} | {' | '.join(self.states)} |"


def tried() -> list[str]:
    """The ops that there are cases of."""
    return [n for n in op_names() if n not in UNTRIED]


def rows(name: str) -> list[Row]:
    """Run all cases of an op; AssertionError names the one that gives a wrong answer."""
    todo = list(written_ops.cases(name) if name in WRITTEN else cases(name))
    states = run(todo)
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    for c in todo:
        kind, label = _named(c)
        found.setdefault((kind, label, _types(c)), {})[c.form] = states[c.name]
    return [Row(*key, tuple(forms.get(form, "") for form in FORMS)) for key, forms in found.items()]


def _named(c: Case) -> tuple[str, str]:
    """The family of a case, and what it is called in the table."""
    if definition(c.op) is not None:
        return family(c.op), c.op
    fits = (
        w for w in WRITTEN[c.op] if c.name.startswith(f"{c.op}_{w.label}") and c.types in w.types
    )
    written = max(fits, key=lambda w: len(w.label))
    return written.family, " ".join(filter(None, (c.op, written.label)))


def _types(c: Case) -> str:
    *inputs, output = dict.fromkeys(c.types[:-1]), c.types[-1]
    named = ", ".join(inputs[0]) if inputs else ""
    return f"{named} to {output}" if named != output else output


def run(todo: list[Case]) -> dict[str, str]:
    """By name, what each case became."""
    text = "".join(c.text for c in todo)
    with new_context():
        module = ir.Module.parse(text)
        report = Report()
        SchedulePass(target=TARGET, db="none").run(module, report)
        states = dict.fromkeys((c.name for c in todo), STOCK)
        states.update(_states(module))
        text = str(module)
    with new_context():
        plain = generalized("".join(c.text for c in todo))
        answers = {c.name: _answer(c, plain) for c in todo}
    kernel = compile(text, TARGET)
    for c in todo:
        check(c, kernel, answers[c.name])
    return states


def _answer(c: Case, plain: ir.Module) -> Any:
    (answer,) = meaning(generics(plain, c.name)[-1], [*c.inputs, c.output])
    return answer


def check(c: Case, kernel: Any, answer: Any) -> None:
    """Run a case and compare."""
    if c.form == "memref":
        got = c.output.copy()
        kernel[c.name](*c.inputs, got)
    else:
        got = kernel[c.name](*c.inputs)
    if got.dtype.kind in "iub":
        np.testing.assert_array_equal(got, answer, c.text)
    else:
        wide, near = answer.astype(np.float64), TOLERANCE[c.types[-1]]
        np.testing.assert_allclose(got.astype(np.float64), wide, near, near, err_msg=c.text)


def _states(module: ir.Module) -> Iterator[tuple[str, str]]:
    """The functions whose op has a schedule, with the instructions that do most of its work."""
    target = target_of(TARGET, "", 1, Report())
    for goal in goals_of(module, target, Report(), strict=False):
        attributes = goal.op.attributes
        alone = goal.function.split("_")[0] in ("copy", "fill", "transpose", "broadcast")
        if (
            SCHEDULE in attributes
            and isinstance(goal.spec, Spec)
            and (alone or not is_plain(goal.spec))
        ):
            impl = read_schedule(attributes[SCHEDULE]).apply(goal.spec, target)
            yield goal.function, kind_of(goal.spec, impl)


def kind_of(goal: Spec, impl: Impl) -> str:
    """The family of instructions that computes most points of a goal: `fma`, `dot4`, `lanes`."""
    count: Counter[str] = Counter()
    for leaf, times in _leaves(impl, 1):
        same = (leaf.spec.combine, leaf.spec.body) == (goal.combine, goal.body)
        if same and len(leaf.spec.inputs) == len(goal.inputs):
            name = str(leaf.match).split("_")[0]
            if isinstance(leaf.match, Lanes) and leaf.match.count == 1:
                name = "scalar"
            count[name] += times * leaf.spec.points
    return count.most_common(1)[0][0]


def _leaves(impl: Impl, times: int) -> Iterator[tuple[Leaf, int]]:
    if isinstance(impl, Leaf):
        yield impl, times
    for label, child in children(impl):
        again = impl.trips if isinstance(impl, Loop) and label == "main" else 1
        yield from _leaves(child, times * again)


def tables(found: list[Row]) -> str:
    """The tables, one for each family."""
    parts = []
    for kind in dict.fromkeys(r.family for r in found):
        columns = f"| op | types | {' | '.join(FORMS)} |\n|---|---|---|---|"
        head = f"### {kind[0].upper()}{kind[1:]}\n\n{columns}"
        lines = [str(r) for r in found if r.family == kind]
        parts.append("\n".join([head, *lines, ""]))
    untried = "\n".join(f"| `{n}` | {why} |" for n, why in UNTRIED.items())
    parts.append(f"### Not in the tables\n\n| op | what becomes of it |\n|---|---|\n{untried}\n")
    return "\n".join(parts)


def documented() -> str:
    """What stands in the page between the marks."""
    text = PAGE.read_text()
    return text[text.index(BEGIN) + len(BEGIN) : text.index(END)]


def main() -> None:
    """Write the tables into the page."""
    found = []
    for name in tried():
        print(name, file=sys.stderr, flush=True)
        found += rows(name)
    order = ["convolution", "pooling", "contraction", "outer product", "reduction", "elementwise"]
    found.sort(key=lambda r: order.index(r.family) if r.family in order else len(order))
    text = PAGE.read_text()
    before, after = text[: text.index(BEGIN) + len(BEGIN)], text[text.index(END) :]
    PAGE.write_text(f"{before}\n{tables(found)}\n{after}")


if __name__ == "__main__":
    main()

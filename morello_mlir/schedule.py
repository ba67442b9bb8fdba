"""Schedule: recorded Actions, as text, as data and as method calls.

    tile k 256                          an Action goes on in its main child: the next line
    move B L2 [n/32][k][32n]
      load { finish }                   another child of the Action above has its own schedule
    tile n 32
    tile m 6
    ...

What a schedule leaves out: copies and fills (`load`, `store`, `fill`, `combine`) are finished by
the plain rule, as is what nothing is said of `before` or `after` a stage. A `rest`, what a tile
does not divide, follows its main child's lines, without those that its smaller extents make void;
where it cannot follow, it is finished by the plain rule. A tile as large as its axis does nothing.
A main line that ends early leaves an open goal. Invariant: `parse(str(s)) == s`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .action import ACTIONS, Action, Finish, NotApplicable, Synthesize
from .action.accumulate import Accumulate
from .action.bufferize import Bufferize
from .action.inline import Inline
from .action.move import Move
from .action.select import Select
from .action.split_reduction import SplitReduction
from .action.stage import Stage
from .action.tile import Tile
from .action.winograd import Transform, Winograd
from .graph import Goal, Graph
from .impl import MAIN, Impl, Open, children, with_child
from .spec import Start
from .target.target import Target

LABELS = ("load", "store", "fill", "rest", "combine", "before", "after")


def is_label(word: str) -> bool:
    """Whether a word is what a child is called: one of `LABELS`, or `rest2`, `rest3`, ..."""
    return word in LABELS or (word.startswith("rest") and word[4:].isdigit())


class ScheduleError(ValueError):
    """A schedule's text is wrong, or an Action of it does not fit its Spec."""


@dataclass(frozen=True, slots=True)
class Step:
    """An Action, and schedules for those of its children that are not the main one."""

    action: Action
    branches: tuple[tuple[str, Schedule], ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """Steps from the outermost inwards."""

    steps: tuple[Step, ...] = ()

    def apply(self, spec: Goal, target: Target) -> Impl:
        """The program the schedule makes of a goal; `ScheduleError` where a step does not fit."""
        return _apply(spec, self.steps, target, derived=False)

    def trace(self, spec: Goal, target: Target) -> Iterator[tuple[str, Impl]]:
        """The program after every step of the main line, each with the step's text."""
        for n, step in enumerate(self.steps, 1):
            yield str(step.action), Schedule(self.steps[:n]).apply(spec, target)

    def then(self, action: Action) -> Schedule:
        """The schedule with one more step."""
        return Schedule((*self.steps, Step(action)))

    def tile(self, axis: str, size: int, order: str = "serial") -> Schedule:
        """Work through an axis tile by tile; `order` is serial, unrolled or parallel."""
        return self.then(Tile(axis, size, order))

    def move(self, operand: str, level: str, layout: str = "") -> Schedule:
        """Bring an operand nearer, in another layout if one is given."""
        return self.then(Move(operand, level, layout))

    def accumulate(self, value: str = "") -> Schedule:
        """Initialise the output, or that of a value, then add to it."""
        return self.then(Accumulate(value))

    def split_reduction(self, axis: str, count: int, level: str = "reg") -> Schedule:
        """Reduce into partial results, then combine those."""
        return self.then(SplitReduction(axis, count, level))

    def bufferize(self, value: str, place: str, layout: str = "") -> Schedule:
        """Give a value between Specs a place: at a level, or where a result will be."""
        return self.then(Bufferize(value, place, layout))

    def stage(self, value: str, before: Schedule, after: Schedule) -> Schedule:
        """What a value needs is computed first, the rest after it."""
        return self.then(Stage(value)).on("before", before).on("after", after)

    def inline(self, value: str) -> Schedule:
        """Compute a value where it is read."""
        return self.then(Inline(value))

    def winograd(self, results: int, tiles: int) -> Schedule:
        """Sums of products at points, for a block of tiles at a time."""
        return self.then(Winograd(results, tiles))

    def select(self, instruction: str) -> Schedule:
        """Meet what is left by one instruction."""
        return self.then(Select(instruction))

    def finish(self) -> Schedule:
        """Close what is left by the plain rule."""
        return self.then(Finish())

    def synthesize(self) -> Schedule:
        """Leave what is left to the search."""
        return self.then(Synthesize())

    def on(self, label: str, schedule: Schedule) -> Schedule:
        """The schedule of a child of the last step that is not the main one; see `LABELS`."""
        if not is_label(label) or not self.steps:
            raise ScheduleError(f"'{label}' is no child of a step ({', '.join(LABELS)})")
        last = self.steps[-1]
        last = replace(last, branches=(*last.branches, (label, schedule)))
        return Schedule((*self.steps[:-1], last))

    def __str__(self) -> str:
        return "\n".join(_lines(self, 0))


def _lines(schedule: Schedule, depth: int) -> Iterator[str]:
    pad = "  " * depth
    for step in schedule.steps:
        yield pad + str(step.action)
        for label, branch in step.branches:
            yield f"{pad}  {label} {{"
            yield from _lines(branch, depth + 2)
            yield f"{pad}  }}"


def _apply(spec: Goal, steps: tuple[Step, ...], target: Target, *, derived: bool) -> Impl:
    while steps and _void(steps[0].action, spec, derived):
        steps = steps[1:]
    if not steps:
        return Open(spec)
    action = steps[0].action
    branches = dict(steps[0].branches)
    try:
        impl = action.apply(spec, target)
    except NotApplicable as reason:
        if derived:
            return _left(spec, steps, target)
        raise ScheduleError(f"{action}: {reason}") from None
    labels = {label for label, _ in children(impl)}
    if not derived:
        for label in branches:
            if label not in labels:
                raise ScheduleError(f"{action}: has no child '{label}' here")
    if isinstance(action, (Select, Finish, Synthesize, Transform)):
        if len(steps) > 1:
            raise ScheduleError(f"{steps[1].action}: nothing is left to do after '{action}'")
        return impl
    if isinstance(action, Stage) and len(steps) > 1 and not derived:
        raise ScheduleError(f"{steps[1].action}: stands in a 'before' or 'after' of '{action}'")
    for label, child in list(children(impl)):
        if label in branches:
            done = _apply(child.spec, branches[label].steps, target, derived=derived)
        elif label.startswith((MAIN, "rest")):
            follows = derived or label != MAIN
            done = _apply(child.spec, steps[1:], target, derived=follows)
        else:
            done = _finish(child.spec, target, action)
        impl = with_child(impl, label, done)
    return impl


def _left(spec: Goal, steps: tuple[Step, ...], target: Target) -> Impl:
    """A rest that cannot follow its main line: for the search where that ends in it."""
    if steps and isinstance(steps[-1].action, Synthesize):
        return Open(spec)
    return _finish(spec, target, steps[0].action)


def _finish(spec: Goal, target: Target, action: Action) -> Impl:
    """The plain rule, for a child of an Action that the schedule says nothing of."""
    try:
        return Finish().apply(spec, target)
    except NotApplicable as reason:
        raise ScheduleError(f"{action}: cannot finish {spec.formula()}: {reason}") from None


def followed(spec: Goal, schedule: Schedule, target: Target) -> Impl:
    """What becomes of a rest whose main line goes on with a schedule."""
    return _apply(spec, schedule.steps, target, derived=True)


def finished(spec: Goal, target: Target) -> Impl:
    """What becomes of a copy or a fill that a schedule says nothing of."""
    return _finish(spec, target, Finish())


def _void(action: Action, spec: Goal, derived: bool) -> bool:
    """Whether a step means nothing: a tile of all there is, or in a rest one of more than that."""
    if not derived:
        return isinstance(action, Tile) and spec.extents.get(action.axis) == action.size
    if isinstance(action, Tile):
        return spec.extents.get(action.axis, 1) <= action.size
    if isinstance(action, Accumulate) and not isinstance(spec, Graph):
        return spec.start is Start.VALUE
    return False


_TOKEN = re.compile(
    r"[ \t\r]*(?:(?P<comment>(?:#|//)[^\n]*)|(?P<mark>[;\n{}])"
    r"|(?P<word>(?:[\[<][^\]>\n]*[\]>])+|[^\s;{}#\[<]+))"
)


def parse(text: str, first_line: int = 1) -> Schedule:
    """Read a schedule; `ScheduleError` names the line that is wrong."""
    tokens = list(_tokens(text, first_line))
    schedule, at = _parse_steps(tokens, 0)
    if at < len(tokens):
        raise ScheduleError(f"line {tokens[at][1]}: '}}' closes nothing")
    return schedule


def _tokens(text: str, line: int) -> Iterator[tuple[str, int]]:
    """Words and marks with their line; a line's end is a `;`."""
    at = 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ScheduleError(f"line {line}: cannot read '{text[at:].strip().splitlines()[0]}'")
        token = found["mark"] or found["word"]
        if token:
            yield (";" if token == "\n" else token), line
        line += token == "\n"
        at = found.end()


def _parse_steps(tokens: list[tuple[str, int]], at: int) -> tuple[Schedule, int]:
    steps: list[Step] = []
    while at < len(tokens):
        word, line = tokens[at]
        if word == ";":
            at += 1
        elif word == "}":
            break
        elif is_label(word):
            while at + 1 < len(tokens) and tokens[at + 1][0] == ";":
                at += 1
            if at + 1 == len(tokens) or tokens[at + 1][0] != "{" or not steps:
                raise ScheduleError(f"line {line}: '{word}' comes after a step and needs {{ ... }}")
            branch, at = _parse_steps(tokens, at + 2)
            if at == len(tokens):
                raise ScheduleError(f"line {line}: '{word} {{' is not closed")
            at += 1
            if word in dict(steps[-1].branches):
                raise ScheduleError(f"line {line}: a second '{word}' for one step")
            steps[-1] = replace(steps[-1], branches=(*steps[-1].branches, (word, branch)))
        else:
            end = at
            while end < len(tokens) and tokens[end][0] not in ";{}":
                end += 1
            if end < len(tokens) and tokens[end][0] == "{":
                raise ScheduleError(f"line {line}: '{{' follows one of {', '.join(LABELS)}")
            steps.append(Step(_parse_action([t for t, _ in tokens[at:end]], line)))
            at = end
    return Schedule(tuple(steps)), at


def _parse_action(words: list[str], line: int) -> Action:
    name, values = words[0], words[1:]
    if name not in ACTIONS:
        raise ScheduleError(f"line {line}: no Action '{name}' (have: {', '.join(ACTIONS)})")
    fields = dataclasses.fields(ACTIONS[name])  # type: ignore[arg-type]
    usage = " ".join(
        f.name.upper() if f.default is dataclasses.MISSING else f"[{f.name.upper()}]"
        for f in fields
    )
    required = sum(f.default is dataclasses.MISSING for f in fields)
    if not required <= len(values) <= len(fields):
        raise ScheduleError(f"line {line}: write '{' '.join([name, usage]).strip()}'")
    arguments: list[str | int] = []
    for f, value in zip(fields, values, strict=False):
        if f.type == "int":
            if not value.isdigit() or int(value) == 0:
                raise ScheduleError(f"line {line}: {f.name} is a whole number, not '{value}'")
            arguments.append(int(value))
        else:
            arguments.append(value)
    return ACTIONS[name](*arguments)


def is_text(schedule: str) -> bool:
    """Whether a string is a schedule itself, and not the path of one."""
    words = schedule.replace(";", " ").split()
    return "\n" in schedule or not words or words[0] in ACTIONS or words[0].startswith("#")


def parse_sections(text: str) -> dict[str, Schedule]:
    """Read a file of schedules: `@function:` or `@function#2:` lines head those for one function.

    What stands before the first such line is for every Spec; its key is the empty string.
    """
    sections: dict[str, Schedule] = {}
    parts = re.split(r"^[ \t]*@([\w.$-]+(?:#\d+)?):[ \t]*$", text, flags=re.MULTILINE)
    done = parts[0].count("\n")
    if parse(parts[0]).steps:
        sections[""] = parse(parts[0])
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        if name in sections:
            raise ScheduleError(f"line {done + 1}: a second schedule for @{name}")
        try:
            sections[name] = parse(body, done + 1)
        except ScheduleError as error:
            raise ScheduleError(f"@{name}: {error}") from None
        done += body.count("\n")
    return sections

"""Groups: ops that are one goal together, and how such goals are formed.

Ops of a block with the same number in `morello.group` are a group, whose goals `gathered` makes
one: a Graph in its normal form. `groups` proposes the largest groups that a module has: ops on
tensors that read each other's results, all of which walk them alike, where no result leaves the
group and comes back. What cannot be joined says why. The code of a group stands at its last op;
what reads its results before that is moved behind it. Read next: `goals.py`,
`../morello_mlir/join.py`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mlir import ir

from ..action.inline import normal
from ..dialect.blocks import operations
from ..dialect.extracts import Source
from ..dialect.morello import GROUP
from ..dialect.reshapes import read_reshape, unshaped
from ..dialect.structured import seen
from ..expr import Apply, Arg
from ..join import JoinError, Part, join
from ..layout import row_major
from ..spec import Axis, Kind, Spec, Start
from ..target.target import Target
from .base import Report
from .goal import Goal
from .pieces import Pieces, read_by

LIMIT = 48
"""Ops in a group, at most."""

_MOVABLE = frozenset({"tensor", "linalg", "arith", "math", "affine"})


def gathered(goals: list[Goal], target: Target, report: Report) -> list[Goal]:
    """The goals, those of a group as one in the place of the last."""
    members: dict[Any, list[Goal]] = {}
    for goal in goals:
        if GROUP in goal.op.attributes:
            key = goal.op.block, group_of(goal.op)
            members.setdefault(key, []).append(goal)
    one: dict[Any, Goal] = {}
    pieces = Pieces({g.op: [m.op for m in group] for group in members.values() for g in group})
    for (_, number), group in members.items():
        try:
            one[group[-1].op] = joined(group, target)
            reason = _stuck([g.op for g in group], pieces)
        except JoinError as error:
            reason = str(error)
        if reason:
            report.error(group[-1].op.location, f"{GROUP} = {number}: {reason}")
    return [one.get(g.op, g) for g in goals if GROUP not in g.op.attributes or g.op in one]


def joined(goals: Sequence[Goal], target: Target) -> Goal:
    """Goals of single ops as one, at the place of the last; `JoinError` where they cannot be."""
    if len(goals) == 1:
        return goals[0]
    members = [g.op for g in goals]
    parts = [_Member(p, g) for g in goals for p in _parts(g)]
    results = frozenset(g.op.results[0] for g in goals if _leaves(g.op.results[0], members))
    found = join([m.part for m in parts], results, target.limits)
    sources = [parts[i].source(at) for i, at in found.places]
    spec = normal(found.goal, strict=target.strict_fp)
    by_name = {o.name: s for o, s in zip(found.goal.operands, sources, strict=True)}
    return replace(
        goals[-1],
        spec=spec,
        sources=tuple(by_name[o.name][0] for o in spec.operands),
        indices=tuple(by_name[o.name][1] for o in spec.operands),
        fills=tuple(dict.fromkeys(f for g in goals for f in g.fills)),
        ops=tuple(members),
    )


@dataclass(frozen=True)
class _Member:
    """A part of a join, and the goal that it comes from."""

    part: Part
    goal: Goal

    def source(self, at: int) -> tuple[Source, Source | None]:
        """Where the part's operand number `at` is, and where its index array."""
        value = self.part.values[at]
        places = list(zip(self.goal.sources, self.goal.indices, strict=True))
        if at == len(self.part.values) - 1:
            return places[-1]
        return next(place for place in places if _read(*place) == value)


def _parts(goal: Goal) -> Iterator[Part]:
    """An op as one part; as two where it adds to a value: a sum from nothing, and the addition."""
    spec, op = goal.spec, goal.op
    if not isinstance(spec, Spec) or not len(op.results):
        raise JoinError(f"{op.name} is not on tensors")
    if not spec.covers(spec.output):
        raise JoinError(f"{op.name} does not write all of its result")
    read = tuple(map(_read, goal.sources[:-1], goal.indices[:-1]))
    result = op.results[0]
    if spec.start is Start.NOTHING:
        yield Part(spec, (*read, result))
        return
    assert spec.combine is not None
    init = op.operands[goal.sources[-1][1]]
    yield Part(replace(spec, start=Start.NOTHING), (*read, (result, "sum")))
    out = spec.output
    source, maps = unshaped(init, out.map)
    if seen(init) != source:
        raise JoinError(f"{op.name} adds to a padded value")
    shape = tuple(source.type.shape)
    place = replace(out.placement, layout=row_major(len(shape)))
    old = replace(out, name="old", map=maps, shape=shape, placement=place, align=(), dims=())
    axes = tuple(Axis(a.name, Kind.PARALLEL, a.extent) for a in spec.axes if a.name in out.axes)
    body = Apply(spec.combine, (Arg(0, out.dtype), Arg(1, out.dtype)), out.dtype)
    total = replace(out, name="sum")
    addition = Spec(axes, (old, total), out, body, limits=spec.limits)
    yield Part(addition, (source, (result, "sum"), result))


def _read(source: Source, index: Source | None) -> Hashable:
    """The value that is read; of a table of which rows are looked up, with the index array."""
    op, number = source
    value: Hashable = seen(op.operands[number])
    return value if index is None else (value, _read(index, None))


def _leaves(value: Any, members: Sequence[Any]) -> bool:
    """Whether anything but the members reads a value, be it through a reshape."""
    for use in value.uses:
        op = use.owner.operation
        if op in members:
            continue
        through = len(op.results) == 1 and read_reshape(op.results[0]) is not None
        if not through or _leaves(op.results[0], members):
            return True
    return False


def sink_readers(goal: Goal) -> None:
    """Move what reads a group's results behind its last op."""
    place = goal.op
    for op in dependents(goal.ops):
        op.move_after(place)
        place = op


def dependents(members: Sequence[Any]) -> list[Any]:
    """What needs a result of the members and stands before the last of them, in order."""
    if len(members) == 1:
        return []
    every = operations(members[-1].parent, members[-1].block)
    waiting = set(members)
    between = every[every.index(members[0]) : every.index(members[-1])]
    makers = {op: set(read_by(op)) for op in between if op not in waiting}
    # More than once, as a reshape may stand behind what reads through it.
    while found := [op for op, made in makers.items() if op not in waiting and made & waiting]:
        waiting.update(found)
    return [op for op in makers if op in waiting]


def group_of(op: Any) -> int:
    """The number of an op's group; -1 if it is in none."""
    if GROUP not in op.attributes:
        return -1
    return int(ir.IntegerAttr(op.attributes[GROUP]).value)


def set_group(op: Any, number: int) -> None:
    """Put an op into a group."""
    kind = ir.IntegerType.get_signless(64, op.context)
    op.attributes[GROUP] = ir.IntegerAttr.get(kind, number)


@dataclass(frozen=True)
class Proposal:
    """Goals that can be one, and why others that read them are not among them."""

    goals: tuple[Goal, ...]
    refusals: tuple[tuple[Goal, str], ...] = ()


def groups(goals: Sequence[Goal], target: Target) -> list[Proposal]:
    """The largest groups, and the goals that are in none, in order."""
    found: dict[Any, list[Goal]] = {}
    refused: list[tuple[Goal, str]] = []
    pieces = Pieces()
    for goal in goals:
        mine = [goal]
        for op, i in filter(None, (*goal.sources, *goal.indices)):
            value = seen(op.operands[i])
            maker = None if isinstance(value, ir.BlockArgument) else value.owner.operation
            theirs = found.get(maker)
            if theirs is None or theirs is mine:
                continue
            reason = _obstacle([*theirs, *mine], target, pieces)
            if reason:
                refused.append((goal, f"what it reads is not with it: it {reason}"))
                continue
            mine = theirs + mine
            mine.sort(key=goals.index)
            for g in mine:
                found[g.op] = mine
                pieces.groups[g.op] = [m.op for m in mine]
        found[goal.op] = mine
    every = {id(group): group for group in found.values()}
    return [
        Proposal(tuple(group), tuple(r for r in refused if r[0] in group))
        for group in every.values()
    ]


def _obstacle(goals: list[Goal], target: Target, pieces: Pieces) -> str:
    """Why goals cannot be one; empty if they can."""
    goals = sorted(goals, key=lambda g: operations(g.op.parent, g.op.block).index(g.op))
    if any(g.op.block != goals[0].op.block for g in goals):
        return "is in another block"
    if len(goals) > LIMIT:
        return f"would be one of more than {LIMIT} ops"
    try:
        joined(goals, target)
    except JoinError as error:
        return str(error)
    return _stuck([g.op for g in goals], pieces)


def _stuck(members: Sequence[Any], pieces: Pieces) -> str:
    """Why the code of a group cannot stand in one place; empty if it can."""
    if len(members) == 1:
        return ""
    for op in dependents(members):
        if op.name.split(".")[0] not in _MOVABLE or not len(op.results):
            return f"is read by {op.name} before the group is done"
    way = pieces.way_back(members)
    return f"would come back through {way.name}" if way is not None else ""

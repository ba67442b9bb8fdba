"""The scheduler: goals in, schedules out, with what is known already looked up.

`Scheduler.plan` answers for one goal; `complete` closes what a schedule written by hand leaves
open. An answer depends on the goal, the target and this code alone, never on what a database holds:
its key has a fingerprint of all three. Read next: `solver.py`, `../table/database.py`.
"""

from __future__ import annotations

import hashlib
import json
import time
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..graph import Goal, Graph, free_of_values
from ..impl import Impl, Open, children, with_child
from ..price import price
from ..schedule import Schedule, ScheduleError, parse
from ..spec import Spec
from ..target.target import Target
from .bound import lower_bound
from .errors import NoProgramError
from .printed import schedule_of
from .progress import Clock
from .selection import JOINT, selected
from .sizes import Sizes

if TYPE_CHECKING:
    from .solver import Solved

SEARCHED = "every Spec of the space was solved"
FUSED = "every way to fuse that can pay was tried, up to a number of plans for products"
KNOWN = "the database had the answer"
RECALLED = "the database had every decision"


class Answers(Protocol):
    """What the scheduler needs of a database."""

    def get_answer(self, key: str) -> str | None:
        """The text under a key, or None."""
        ...

    def put_answer(self, key: str, text: str) -> None:
        """Remember a text."""
        ...


@dataclass(frozen=True)
class Statistics:
    """What a search did. Times are of the search that found the answer."""

    specs: int
    slabs: int
    seconds: dict[str, float]
    cycles: float
    bound: float
    stopped: str = SEARCHED
    programs: int | str | None = None
    """How many distinct programs the solved space stands for, where it was counted: the number, or
    how it begins and its power of ten where that is all that was worked out."""
    programs_log10: float | None = None
    counting: float | None = None
    """How many seconds it took to count them, which are in no phase's time."""
    boxes: int | None = None
    bytes: int | None = None
    points: int | None = None
    """What the solved Specs take in a database, and how many they are: where they were stored, or
    programs were counted."""
    mapping: str | None = None
    """The mapping that was chosen before the search."""

    @property
    def gap(self) -> float:
        """How far the cost is above the lower bound, as a part of it."""
        return self.cycles / self.bound - 1 if self.bound else 0.0

    @property
    def rate(self) -> float:
        """Specs solved per second."""
        total = sum(self.seconds.values())
        return self.specs / total if total else 0.0


@dataclass(frozen=True)
class Answer:
    """The cheapest schedules of a goal, in order of predicted cycles."""

    schedules: tuple[Schedule, ...]
    cycles: tuple[float, ...]
    statistics: Statistics

    @property
    def schedule(self) -> Schedule:
        """The cheapest."""
        return self.schedules[0]


@dataclass
class Scheduler:
    """Plans goals on a target, with the answers of a database if one is given."""

    target: Target
    database: Answers | None = None
    listener: Callable[[Clock], None] | None = None
    counting: bool = False
    """Whether to count programs, and boxes that nothing keeps, which takes as long again as the
    search. An answer that was found without is searched again."""
    select: str = JOINT
    """Who chooses the instruction: see `selection.py`."""
    made: dict[str, Answer] = field(default_factory=dict)

    def plan(self, spec: Goal, count: int = 1) -> Answer:
        """The `count` cheapest schedules that differ; `NoProgramError` if there is none."""
        key = self._key(spec, count)
        if not self._serves(self.made.get(key), spec):
            known = self.database.get_answer(key) if self.database is not None else None
            answer = _read(known) if known is not None else None
            if answer is None or not self._serves(answer, spec):
                answer = self._found(spec, count)
                if self.database is not None:
                    self.database.put_answer(key, _written(answer))
            self.made[key] = answer
        return self.made[key]

    def _serves(self, answer: Answer | None, spec: Goal) -> bool:
        """Whether an answer says what is asked: of several Specs, programs are not counted."""
        counted = not self.counting or isinstance(spec, Graph)
        return answer is not None and (counted or answer.statistics.programs is not None)

    def complete(self, schedule: Schedule, spec: Goal) -> Schedule:
        """The schedule with every goal that it leaves open closed by the search."""
        impl = schedule.apply(spec, self.target)
        return schedule_of(self._closed(impl), self.target)

    def _closed(self, impl: Impl) -> Impl:
        if isinstance(impl, Open):
            return self.plan(impl.spec).schedule.apply(impl.spec, self.target)
        for label, child in list(children(impl)):
            impl = with_child(impl, label, self._closed(child))
        return impl

    def bound(self, spec: Goal) -> float:
        """What no program of a goal can cost less than, whatever it begins with."""
        from .algorithms import rewrites

        if isinstance(spec, Graph):
            return self.own_bound(spec)
        goal = spec.canonical()
        own = lower_bound(goal, self.target) or float("inf")  # nothing is known of points
        return min((own, *(bound for bound, _ in rewrites(goal, self.target))))

    def own_bound(self, spec: Goal) -> float:
        """What no program of a goal can cost less than that begins with no rewrite."""
        return sum(lower_bound(s, self.target) for s in free_of_values(spec.canonical()))

    def _found(self, spec: Goal, count: int) -> Answer:
        """The cheapest programs of a goal; of several Specs there is one."""
        if isinstance(spec, Graph):
            return self._fused(spec)
        return self._chosen(spec, count)

    def _fused(self, graph: Graph) -> Answer:
        """The cheapest program of several Specs."""
        from .fusion import Fusion

        started = time.perf_counter()
        fusion = Fusion(replace(self, counting=False))
        found = fusion.plan(graph)
        try:
            found.schedule.apply(graph, self.target)
        except ScheduleError:  # small values take more of a cache together than was left for them
            fusion = Fusion(replace(self, counting=False), exact=True)
            found = fusion.plan(graph)
        seconds = {"fusion": time.perf_counter() - started}
        count, bound = len(fusion.done), self.own_bound(graph)
        statistics = Statistics(count, count, seconds, found.cycles, bound, FUSED)
        return Answer((found.schedule,), (found.cycles,), statistics)

    def _chosen(self, spec: Spec, count: int) -> Answer:
        """The cheapest programs of the space, and of rewrites, each closed by the search.

        What has a bound no better than what is known is not tried; the lowest bound comes first.
        """
        from .algorithms import rewrites

        goal = spec.canonical()
        own = lower_bound(goal, self.target)
        ways: list[tuple[float, Schedule | None]] = [(own or float("inf"), None)]
        ways += rewrites(goal, self.target)
        answer: Answer | None = None
        missing: NoProgramError | None = None
        quiet = replace(self, counting=False)
        for bound, steps in sorted(ways, key=lambda way: way[0]):
            known = answer.cycles if answer is not None else ()
            wanted = steps is None and self.counting
            if len(known) >= count and bound >= known[-1] and not wanted:
                continue
            try:
                if steps is None:
                    found = self._recalled(spec, count) or self._search(spec, count)
                    answer = _both(answer, found)
                else:
                    whole = quiet.complete(steps, spec)
                    cycles = price_of(whole, spec, self.target)
                    answer = _joined(answer, whole, cycles, bound)
            except NoProgramError as error:
                missing = error if steps is None else missing
        if answer is None:
            assert missing is not None
            raise missing
        return _cut(answer, count)

    def _recalled(self, spec: Spec, count: int) -> Answer | None:
        """The answer by decisions that the database has: of another goal's search, say."""
        from .families import Memo, recall

        if count > 1 or self.counting or not isinstance(self.database, Memo):
            return None
        if self.select != JOINT:
            return None
        started = time.perf_counter()
        found = recall(spec, self.target, self.database)
        if found is None:
            return None
        schedule, cycles, read = found
        statistics = Statistics(
            specs=0,
            slabs=read,
            seconds={"recall": time.perf_counter() - started},
            cycles=cycles,
            bound=lower_bound(spec.canonical(), self.target),
            stopped=RECALLED,
        )
        return Answer((schedule,), (cycles,), statistics)

    def _solved(self, spec: Spec) -> Solved:
        from .solver import solve

        for mapping in selected(spec.canonical(), self.target, self.select):
            try:
                return solve(spec, self.target, self.listener, mapping)
            except NoProgramError:
                continue
        return solve(spec, self.target, self.listener)

    def _search(self, spec: Spec, count: int) -> Answer:
        from .families import Memo, Recorded, record

        solved = self._solved(spec)
        started = time.perf_counter()
        ranked = solved.ranked(count)
        seconds = {**solved.seconds, "extract": time.perf_counter() - started}
        kept: Recorded | None = None
        if isinstance(self.database, Memo) and self.select == JOINT:
            started = time.perf_counter()
            kept = record(solved.families, self.database)
            seconds["store"] = time.perf_counter() - started
        if self.counting and not (kept and kept.points):
            kept = record(solved.families, Sizes())
        started = time.perf_counter()
        programs = solved.programs if self.counting else None
        statistics = Statistics(
            specs=solved.points,
            slabs=len(solved.families),
            seconds=seconds,
            cycles=ranked[0][0],
            bound=lower_bound(solved.spec, self.target),
            programs=programs.value if programs else None,
            programs_log10=programs.log10 if programs else None,
            counting=time.perf_counter() - started if programs else None,
            boxes=kept.boxes if kept else None,
            bytes=kept.bytes if kept else None,
            points=kept.points if kept else None,
            mapping=str(solved.under) if solved.under else None,
        )
        return Answer(
            tuple(schedule for _, schedule in ranked),
            tuple(cycles for cycles, _ in ranked),
            statistics,
        )

    def _key(self, spec: Goal, count: int) -> str:
        # Names stay in the key: schedules speak of axes and operands by name.
        chosen = "" if self.select == JOINT else f"{self.select}|"
        return hashlib.sha256(f"{chosen}{count}|{spec.canonical()!r}".encode()).hexdigest()


def price_of(schedule: Schedule, spec: Goal, target: Target) -> float:
    """What a schedule costs, in cycles."""
    return price(schedule.apply(spec, target), target).cycles


def fingerprint(target: Target) -> str:
    """What answers depend on besides the goal: the target with its costs, and this code."""
    return hashlib.sha256(f"{_target_text(target)}|{_code()}".encode()).hexdigest()


def _target_text(target: Target) -> str:
    known = [(i.name, i.throughput, i.latency, i.ports) for i in target.instructions]
    levels = [(level.name, level.capacity, level.line) for level in target.levels]
    parts = (
        target.name,
        levels,
        target.register_bytes,
        target.registers,
        sorted(target.features),
        known,
        sorted(target.lanes.items()),
        target.threads,
        target.accuracy,
        target.strict_fp,
        target.costs,
        target.nearest,
        target.digest,
    )
    return repr(parts)


@lru_cache(maxsize=1)
def _code() -> str:
    """A fingerprint of the engine's code: another version of it may answer differently."""
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    folders = (root, root / "search", root / "action", root / "target")
    for path in sorted(p for folder in folders for p in folder.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _joined(answer: Answer | None, schedule: Schedule, cycles: float, bound: float) -> Answer:
    """The answer with one more schedule, in its place."""
    if answer is None:
        statistics = Statistics(0, 0, {}, cycles, bound)
        return Answer((schedule,), (cycles,), statistics)
    place = bisect_left(answer.cycles, cycles)
    every = (*answer.cycles[:place], cycles, *answer.cycles[place:])
    schedules = (*answer.schedules[:place], schedule, *answer.schedules[place:])
    least = min(bound, answer.statistics.bound)
    return Answer(schedules, every, replace(answer.statistics, cycles=every[0], bound=least))


def _both(answer: Answer | None, found: Answer) -> Answer:
    """What the search found, and what was known before."""
    if answer is None:
        return found
    for schedule, cycles in zip(answer.schedules, answer.cycles, strict=True):
        found = _joined(found, schedule, cycles, answer.statistics.bound)
    return found


def _cut(answer: Answer, count: int) -> Answer:
    """No more schedules than are wanted."""
    return replace(answer, schedules=answer.schedules[:count], cycles=answer.cycles[:count])


def _written(answer: Answer) -> str:
    values = {
        "schedules": [str(s) for s in answer.schedules],
        "cycles": list(answer.cycles),
        "statistics": asdict(answer.statistics),
    }
    return json.dumps(values)


def _read(text: str) -> Answer:
    values: dict[str, Any] = json.loads(text)
    statistics = Statistics(**{**values["statistics"], "stopped": KNOWN})
    schedules = tuple(parse(s) for s in values["schedules"])
    return Answer(schedules, tuple(values["cycles"]), statistics)

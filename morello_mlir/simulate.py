"""Modules run by the interpreter: MLIR source in, functions on numpy arrays out, and no machine.

`interpret` is to a made-up machine what `compile` is to one that is there: it schedules every
linalg op, by the search or as it is told, and runs the programs by the meanings of their
instructions (`interpreter.py`). It serves x86 targets as well, any of them on any host: what a
program for a target computes can be seen without its code.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from mlir import ir

from morello_mlir import passes
from morello_mlir.compiler import CompileError
from morello_mlir.dialect.blocks import operations
from morello_mlir.dialect.morello import SCHEDULE, is_view, read_schedule, stored
from morello_mlir.dialect.region import UnsupportedOp
from morello_mlir.functions import Functions
from morello_mlir.impl import Impl
from morello_mlir.interpreter import Interpreter, InterpretError, Memory, View
from morello_mlir.passes.base import PassFailure, Report
from morello_mlir.passes.goal import Goal
from morello_mlir.passes.goals import goals_of, target_of
from morello_mlir.passes.group import sink_readers
from morello_mlir.passes.plain_ops import Values, copied, fresh, kind_of, places_of, run_plain
from morello_mlir.passes.source import new_context, read_module
from morello_mlir.schedule import Schedule, ScheduleError
from morello_mlir.spec import Spec, Start
from morello_mlir.target.target import Target


def interpret(
    source: str | os.PathLike[str] | ir.Module,
    isa: str | os.PathLike[str] = "",
    schedule: object = "synthesize",
    *,
    target: str = "native",
    features: str = "",
    threads: int = 1,
    db: str = "default",
) -> Interpreted:
    """The functions of a module, run by the interpreter on the machine of `isa`, or on `target`.

    `schedule` is as for `compile`; None closes every op by the plain rule.
    """
    report = Report()
    with new_context():
        try:
            module = read_module(source, report)
            machine = target_of(target, features, threads, report, os.fspath(isa))
            if schedule is not None:
                options = {"target": target, "features": features, "threads": threads}
                path = os.path.abspath(schedule) if isinstance(schedule, os.PathLike) else schedule
                options |= {"isa": os.fspath(isa), "db": db, "schedule": str(path), "strict": True}
                passes.pass_class("morello-schedule")(**options).run(module, report)
            goals = goals_of(module, machine, report, strict=True)
            if report.errors():
                raise PassFailure("see the errors")
            for goal in goals:
                sink_readers(goal)
        except PassFailure as failure:
            summary = f"the source cannot be interpreted ({failure})"
            raise CompileError(summary, tuple(report.diagnostics)) from failure
        return Interpreted(module, machine, goals)


class Interpreted(Functions["Function"]):
    """Interpreted functions, as attributes (`run.matmul(a, b)`) or items (`run["matmul"]`)."""

    def __init__(self, module: Any, target: Target, goals: list[Goal]) -> None:
        """Apply the schedules of the goals of a module, which must stay as it is from now on."""
        with module.context:
            programs = {g.op: Program(g, _program(g, target)) for g in goals}
        super().__init__(
            {
                ir.StringAttr(op.attributes["sym_name"]).value: Function(
                    op, target, programs, module
                )
                for op in operations(module.operation, module.body)
                if op.name == "func.func" and op.regions[0].blocks
            }
        )


@dataclass(frozen=True)
class Program:
    """What runs in the place of an op."""

    goal: Goal
    impl: Impl


def _program(goal: Goal, target: Target) -> Impl:
    attributes = goal.op.attributes
    schedule = Schedule().finish()
    try:
        if SCHEDULE in attributes:
            schedule = read_schedule(attributes[SCHEDULE])
        return schedule.apply(goal.spec, target)
    except ScheduleError as error:
        raise CompileError(f"{goal.op.location}: schedule of {goal.op.name}: {error}") from error


@dataclass
class Function:
    """One function, called with numpy arrays; memrefs are written in place, tensors returned."""

    op: Any
    target: Target
    programs: dict[Any, Program]
    module: Any
    """What the op is of, which must live as long."""
    peak: dict[str, int] = field(default_factory=dict)
    """Of the last call: the most that was alive at once in each memory that code fills."""

    def __call__(self, *arguments: Any) -> Any:
        """Run the function; `InterpretError` says what a program does wrong."""
        block = self.op.regions[0].blocks[0]
        if len(arguments) != len(block.arguments):
            raise TypeError(f"takes {len(block.arguments)} arguments, not {len(arguments)}")
        values: Values = {}
        with self.op.context:
            for value, given in zip(block.arguments, arguments, strict=True):
                values[value] = _argument(value, given)
            results = self._run(operations(self.op, block), values)
            for value, given in zip(block.arguments, arguments, strict=True):
                if isinstance(value.type, ir.MemRefType):
                    given[...] = _array(value, values).view(given.dtype)
            arrays = [_array(v, values) for v in results]
        return arrays[0] if len(arrays) == 1 else tuple(arrays) or None

    def _run(self, ops: list[Any], values: Values) -> list[Any]:
        interpreter = Interpreter(self.target)
        absorbed = [fill for p in self.programs.values() for fill in p.goal.fills]
        grouped = [op for p in self.programs.values() for op in p.goal.ops[:-1]]
        for op in ops:
            try:
                if op.name == "func.return":
                    self.peak = interpreter.peak
                    return list(op.operands)
                if op in self.programs:
                    _compute(self.programs[op], interpreter, values)
                elif op in absorbed or op in grouped:
                    for result in op.results:
                        values[result] = fresh(result)
                elif not any(is_view(r) for r in op.results):
                    run_plain(op, values)
            except (UnsupportedOp, InterpretError) as error:
                raise InterpretError(f"{op.location}: {op.name}: {error}") from error
        raise AssertionError("a function ends in func.return")


def _compute(program: Program, interpreter: Interpreter, values: Values) -> None:
    """Run the program of a goal; a tensor result begins as a copy of what it is made from."""
    goal, spec = program.goal, program.goal.spec
    holders = list(goal.values)
    memories = [values[v] for v in holders]
    first = len(memories) - len(goal.results)
    for at, result in enumerate(goal.results, first):
        memory = fresh(result)
        if isinstance(spec, Spec) and (
            spec.start is not Start.NOTHING or not spec.covers(spec.output)
        ):
            memory = copied(holders[at], result, values)
        values[result] = memories[at] = memory
    memories = [_typed(m, o.dtype) for m, o in zip(memories, spec.operands, strict=True)]
    looked_up = [i for i, o in enumerate(spec.operands) if o.lookup is not None]
    for i, index in zip(looked_up, goal.index_values, strict=True):
        memories[i] = replace(memories[i], index=values[index])
    views = [View(m, (0,) * len(o.shape)) for m, o in zip(memories, spec.operands, strict=True)]
    interpreter.run(program.impl, views)


def _typed(memory: Memory, dtype: Any) -> Memory:
    """The buffer seen as elements of a type of the same size: bytes without a sign, say.

    Half bytes, which are only read, get a byte each.
    """
    from morello_mlir.evaluate import numpy_type

    kind = numpy_type(dtype)
    if dtype.is_nibble:
        return Memory(_apart(memory.data, signed=dtype.signed), np.repeat(memory.known, 2))
    if memory.data.dtype == kind:
        return memory
    return Memory(memory.data.view(kind), memory.known)


def _apart(row: Any, *, signed: bool) -> Any:
    """The halves of bytes, the lower first, a byte each."""
    halves = np.stack([row.view(np.uint8) & 15, row.view(np.uint8) >> 4], -1).reshape(-1)
    return (halves ^ 8).view(np.int8) - np.int8(8) if signed else halves


def _argument(value: Any, given: Any) -> Memory:
    kind = kind_of(value)
    array = np.asarray(given)
    shape = tuple(value.type.shape) if isinstance(value.type, ir.ShapedType) else ()
    if not shape and not isinstance(given, np.ndarray):
        array = np.asarray(given, kind)
    if array.shape != shape or array.dtype.itemsize != kind.itemsize:
        raise TypeError(f"an argument is {array.dtype}{array.shape}; it must be {kind}{shape}")
    memory, at = fresh(value), places_of(value)
    memory.data[at] = np.ascontiguousarray(array).reshape(-1).view(kind)
    memory.known[at] = True
    return memory


def _array(value: Any, values: Values) -> Any:
    memory, at = values[stored(value)], places_of(value)
    if isinstance(value.type, ir.RankedTensorType) and not memory.known[at].all():
        raise InterpretError("a result has elements that nobody wrote")
    shape = tuple(value.type.shape) if isinstance(value.type, ir.ShapedType) else ()
    return memory.data[at].reshape(shape)

"""The facade: MLIR source in, functions on numpy arrays (or an object, assembly, ...) out.

`compile` is what users call; with `measure` it chooses among schedules by the clock (`ranked.py`).
`build` stops before the JIT (`built.py`) and serves `morello-compile`, for other machines than the
host as well.
Both parse into a context of their own, so that a module that is given stays as it is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mlir import ir

from morello_mlir import passes
from morello_mlir.built import Built, releases, signatures
from morello_mlir.dialect.morello import SCHEDULE
from morello_mlir.functions import Functions
from morello_mlir.passes import upstream
from morello_mlir.passes.base import Diagnostic, PassFailure, Report, Severity
from morello_mlir.passes.freedom import has_layouts
from morello_mlir.passes.lower import LowerPass
from morello_mlir.passes.source import new_context, read_module
from morello_mlir.ranked import Ranked, fastest
from morello_mlir.runtime import openmp
from morello_mlir.runtime.call import Function
from morello_mlir.runtime.capi import LLVMError
from morello_mlir.runtime.contest import Contest
from morello_mlir.runtime.jit import Code
from morello_mlir.runtime.llvm import Form
from morello_mlir.runtime.machine import Machine, machine, missing_features
from morello_mlir.runtime.translate import TranslationError, to_llvm_ir
from morello_mlir.schedule import is_text
from morello_mlir.target.target import STRICT
from morello_mlir.told import Told

MAX_THREADS = 1024


class CompileError(ValueError):
    """The source cannot be compiled; `diagnostics` say where and why."""

    def __init__(self, summary: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        """Make the text from the summary and the diagnostics."""
        self.diagnostics = diagnostics
        said = [one for d in diagnostics for one in (d, *d.notes)]
        lines = [f"{_where(d)}{d.severity.value}: {d.message}" for d in said]
        super().__init__("\n".join([summary, *lines]))


class Kernel(Functions[Function]):
    """Compiled functions, as attributes (`kernel.matmul(a, b)`) or items (`kernel["matmul"]`)."""

    def __init__(self, built: Built, isolate: bool = False) -> None:
        """Emit and load `built`, which must be for a machine that this one can stand for."""
        self._built = built
        (data,) = built.emit(Form.OBJECT, isolate=isolate)
        code = Code(data, built.releases)
        named = {s.name: Function(s, code) for s in built.signatures}
        super().__init__(named, "none with static shapes")
        self._measured: dict[str, Contest] = {}

    def chosen(
        self, measured: Mapping[str, Contest], diagnostics: tuple[Diagnostic, ...]
    ) -> Kernel:
        """The same kernel, with what was measured to choose it."""
        self._measured = dict(measured)
        known = (*diagnostics, *self._built.diagnostics)
        self._built = replace(self._built, diagnostics=known)
        return self

    @property
    def measured(self) -> dict[str, Contest]:
        """By function: which of its schedules was the fastest, and what each of them took."""
        return dict(self._measured)

    @property
    def mlir(self) -> str:
        """The module after its schedule was applied."""
        return self._built.mlir

    @property
    def llvm(self) -> str:
        """The optimised LLVM IR."""
        return self._built.emit(Form.LLVM)[0].decode()

    @property
    def asm(self) -> str:
        """The assembly."""
        return self._built.emit(Form.ASSEMBLY)[0].decode()

    @property
    def header(self) -> str:
        """The C header of an object with these functions."""
        return self._built.header()

    @property
    def diagnostics(self) -> tuple[str, ...]:
        """Remarks and warnings of the compilation, with their places."""
        found = self._built.diagnostics
        return tuple(f"{_where(d)}{d.severity.value}: {d.message}" for d in found)


def compile(
    source: str | os.PathLike[str] | ir.Module,
    target: str | Machine = "native",
    threads: int = 1,
    schedule: object = None,
    *,
    openmp_library: str | os.PathLike[str] | None = None,
    isolate: bool = False,
    db: str = "default",
    select: str = "dp",
    top_k: int = 1,
    measure: bool | Mapping[str, Sequence[Any]] = False,
    isa: str | os.PathLike[str] = "",
    accuracy: str = STRICT,
    strict_fp: bool = False,
) -> Kernel:
    """Compile MLIR for this machine and load it.

    `source` is text, a path or a module; `schedule` the text of a schedule, a path, or a value
    whose `str()` is the text; `"synthesize"` lets the search find it, with the database `db` (a
    path, `default` or `none`) and instructions chosen as `select` says (`dp`, `first` or `cost`).
    `target` may name a lesser machine than this one. `openmp_library` is the path of LLVM's OpenMP
    runtime, looked up if needed and not given. `isolate` runs LLVM in another process, which turns
    an abort of LLVM into an error. `isa` is a file of instructions beside those of the target, or
    of a machine. `accuracy="relaxed"` allows sums that are equal but for rounding, as Winograd's
    transforms make; `strict_fp` keeps the order and the roundings of the source's sums of floats.

    With `measure`, the `top_k` cheapest schedules that the search finds are compiled and timed, on
    random arguments or on those that `measure` has for a function's name; each function keeps its
    fastest, which `Kernel.measured` names. Nothing is measured otherwise.
    """
    if top_k < 1 or (top_k > 1 and measure is False):
        raise ValueError(f"top_k={top_k}: with measure, a whole number from 1")

    def load(built: Built) -> Kernel:
        if missing := missing_features(built.machine):
            cpu, lacks = built.machine.cpu, ", ".join(missing)
            raise CompileError(f"this machine cannot run code for '{cpu}': it lacks {lacks}")
        if built.needs_openmp:
            openmp.load(openmp_library)
        try:
            return Kernel(built, isolate)
        except LLVMError as failure:
            raise CompileError(f"LLVM: {failure}") from failure

    if measure is False:
        built = build(
            source,
            target,
            threads,
            schedule,
            db=db,
            select=select,
            isa=isa,
            accuracy=accuracy,
            strict_fp=strict_fp,
        )
        return load(built)
    given: Mapping[str, Sequence[Any]] = {} if measure is True else measure
    ranked = rank(source, target, threads, schedule, db, top_k, select, isa, accuracy, strict_fp)

    def choice(text: str) -> Kernel:
        return load(build(text, target, threads, isa=isa, accuracy=accuracy, strict_fp=strict_fp))

    return fastest(ranked, given, choice)


def rank(
    source: str | os.PathLike[str] | ir.Module,
    target: str | Machine,
    threads: int,
    schedule: object,
    db: str,
    top_k: int,
    select: str = "dp",
    isa: str | os.PathLike[str] = "",
    accuracy: str = STRICT,
    strict_fp: bool = False,
) -> Ranked:
    """Search without applying what is found: the cheapest schedules of every op, as attributes."""
    chosen = machine(target) if isinstance(target, str) else target
    report = Report()
    with new_context():
        try:
            module = read_module(source, report)
            told = Told(target, chosen, threads, schedule, "", isa, accuracy, db, select, strict_fp)
            if not _asks_for_search(module, told.schedule_text):
                raise ValueError("measure: no schedule has a 'synthesize' to choose for")
            options = told.searching() | {"top_k": top_k}
            passes.pass_class("morello-schedule")(**options).run(module, report)
            _refuse_errors(report)
        except PassFailure as failure:
            summary = f"the source cannot be compiled ({failure})"
            raise CompileError(summary, tuple(report.diagnostics)) from failure
        return Ranked.of(module, tuple(report.diagnostics))


def build(
    source: str | os.PathLike[str] | ir.Module,
    target: str | Machine = "native",
    threads: int = 1,
    schedule: object = None,
    features: str = "",
    db: str = "default",
    select: str = "dp",
    isa: str | os.PathLike[str] = "",
    accuracy: str = STRICT,
    strict_fp: bool = False,
) -> Built:
    """Lower MLIR to LLVM IR for `target`; `CompileError` says what is wrong with the source.

    `features` is LLVM's list, such as `+avx512bf16,-fma`, on top of those of a named target.
    """
    chosen = machine(target, features) if isinstance(target, str) else target
    if not isinstance(threads, int) or not 1 <= threads <= MAX_THREADS:
        raise ValueError(f"threads must be a whole number from 1 to {MAX_THREADS}, not {threads!r}")
    context = new_context()
    report = Report()
    with context:
        try:
            module = read_module(source, report)
            told = Told(
                target, chosen, threads, schedule, features, isa, accuracy, db, select, strict_fp
            )
            _apply(module, told, report)
            applied = str(module)
            LowerPass(chosen.cpu, chosen.features, threads).run(module, report)
            _refuse_errors(report)
            text = to_llvm_ir(module)
        except PassFailure as failure:
            summary = f"the source cannot be compiled ({failure})"
            raise CompileError(summary, tuple(report.diagnostics)) from failure
        except TranslationError as failure:
            for location, message in failure.diagnostics:
                report.error(location, message)
            raise CompileError(str(failure), tuple(report.diagnostics)) from failure
        takes, frees = tuple(signatures(module)), tuple(releases(module))
    return Built(applied, text, chosen, takes, frees, tuple(report.diagnostics))


def _apply(module: Any, told: Told, report: Report) -> None:
    """Run `morello-layout` and `morello-apply` or the search, where somebody asks for them."""
    search = _asks_for_search(module, told.schedule_text)
    wanted = told.schedule is not None or any(True for _ in _scheduled(module))
    if has_layouts(module) and not search:
        passes.pass_class("morello-layout")().run(module, report)
        wanted = True
    if not wanted:
        return
    if search:
        passes.pass_class("morello-synthesize")(**told.searching()).run(module, report)
    else:
        passes.pass_class("morello-apply")(**told.applying()).run(module, report)
    _refuse_errors(report)


def _asks_for_search(module: Any, schedule: str | None) -> bool:
    """Whether a schedule, given or in the module, has a `synthesize` in it."""
    if schedule is not None and not is_text(schedule):
        path = Path(schedule)
        schedule = path.read_text() if path.is_file() else ""
    texts = [schedule or "", *(str(op.attributes[SCHEDULE]) for op in _scheduled(module))]
    return any(re.search(r"\bsynthesize\b", text) for text in texts)


def _scheduled(module: Any) -> Iterator[Any]:
    return (op for op in upstream.walk(module.operation) if SCHEDULE in op.attributes)


def _refuse_errors(report: Report) -> None:
    if any(d.severity is Severity.ERROR for d in report.diagnostics):
        raise PassFailure("see the errors")


def _where(diagnostic: Diagnostic) -> str:
    location = diagnostic.location
    if location is None:
        return ""
    if location.is_a_file():
        return f"{location.filename}:{location.start_line}:{location.start_col}: "
    return f"{location}: "

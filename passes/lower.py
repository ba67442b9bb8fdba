"""`morello-lower`: everything that is left, to the llvm dialect (and omp, for parallel loops).

The steps, each in a file of its own where it is ours: composite ops (`decompose.py`), tensors to
memrefs (`bufferize.py`), linalg to loops, parallel loops to omp or to serial loops, elementary
functions (`math.py`), scratch memory (`pool.py`), C entry points (`entry.py`), and upstream's
lowerings in the order that we measured to give the fastest code.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

from mlir import ir

from morello_mlir.dialect.morello import ViewOp
from morello_mlir.dialect.nibbles import holds_nibbles
from morello_mlir.passes import upstream
from morello_mlir.passes.base import PassFailure, Report
from morello_mlir.passes.bufferize import bufferize
from morello_mlir.passes.decompose import decompose
from morello_mlir.passes.entry import EntryPass, mark_results
from morello_mlir.passes.freedom import warn_of_layouts
from morello_mlir.passes.math import MathPass
from morello_mlir.passes.pool import PoolPass
from morello_mlir.target.cpus import CPUS
from morello_mlir.target.features import changed

_FIRST = "inline,canonicalize,cse"
_LOOPS = "func.func(convert-linalg-to-loops),lower-affine,canonicalize"
_SERIAL = "func.func(scf-forall-to-for)"
_PARALLEL = "func.func(scf-forall-to-parallel),convert-scf-to-openmp"
_EMULATE_BF16 = (
    "arith-emulate-unsupported-floats{source-types=bf16 target-type=f32},"
    "arith-expand{include-bf16=true}"
)
_BF16 = "avx512bf16"
_ADDRESSABLE = 1 << 47
_NIBBLES = ", of which only morello-apply makes code: where ops cast arguments or constants"
_TO_LLVM = ",".join(
    (
        "canonicalize",
        "cse",
        "func.func(lower-vector-multi-reduction)",
        "convert-vector-to-scf",
        "convert-scf-to-cf",
        "expand-strided-metadata",
        "lower-affine",
        "convert-vector-to-llvm{enable-x86vector=true}",
        "finalize-memref-to-llvm",
        "convert-math-to-llvm",
        "convert-math-to-libm",
        "convert-vector-to-llvm",
        "convert-arith-to-llvm",
        "convert-index-to-llvm",
        "convert-openmp-to-llvm",
        "convert-cf-to-llvm",
        "convert-func-to-llvm",
        "convert-ub-to-llvm",
        "reconcile-unrealized-casts",
        "canonicalize",
        "cse",
    )
)


@dataclass(frozen=True)
class LowerPass:
    """Lower everything that is left to the llvm dialect, with C entry points.

    Takes a module of upstream dialects: linalg, tensor, scf, vector, memref, arith, math, func,
    x86vector. Leaves llvm operations (and omp ones, for parallel loops) only; what cannot be
    lowered is an error at its location.

    `target` and `features` are LLVM's CPU name and feature list, set on every function; without
    them, and with `native`, the code fits whatever machine it is emitted for. `threads` above 1
    runs parallel loops on that many threads through OpenMP; 1 makes them serial loops, which need
    no runtime.
    """

    name: ClassVar[str] = "morello-lower"
    target: str = ""
    features: str = ""
    threads: int = 1

    def run(self, module: Any, report: Report) -> None:
        """Rewrite `module` in place."""
        _check_places(module, report)
        _check_nibbles(module, report)
        _check_layouts(module, report)
        _check_sizes(module, report)
        upstream.run(module, _FIRST, report)
        decompose(module, report)
        bufferize(module, report)
        _copies_to_linalg(module)
        upstream.run(module, _LOOPS, report)
        _widen_bits(module)
        self._lower_parallel(module, report)
        MathPass(",".join(sorted(self._enabled()))).run(module, report)
        PoolPass().run(module, report)
        EntryPass().run(module, report)
        if self._cpu and not self._has_bf16():
            # LLVM would call a compiler library for each conversion.
            upstream.run(module, _EMULATE_BF16, report)
        upstream.run(module, _TO_LLVM, report)
        _check(module, report)
        mark_results(module)
        self._set_target(module)

    def _lower_parallel(self, module: Any, report: Report) -> None:
        if self.threads > 1:
            upstream.run(module, f"{_PARALLEL}{{num-threads={self.threads}}}", report)
            _open_scopes(module)
        else:
            upstream.run(module, _SERIAL, report)

    @property
    def _cpu(self) -> str:
        """LLVM's name; none for `native`, which stands for the machine that code is emitted on."""
        return "" if self.target == "native" else self.target

    def _has_bf16(self) -> bool:
        """Whether the target converts to bf16 by itself."""
        return _BF16 in self._enabled()

    def _enabled(self) -> frozenset[str]:
        """What the target is known to have."""
        known = CPUS.get(self._cpu)
        given = frozenset(known.features.split()) if known else frozenset[str]()
        return changed(given, ",".join(self._features()))

    def _features(self) -> list[str]:
        """LLVM's list, in which every feature has a sign."""
        listed = (f.strip() for f in self.features.split(","))
        return [f if f[0] in "+-" else f"+{f}" for f in listed if f]

    def _set_target(self, module: Any) -> None:
        if not self._cpu:
            return
        features = self._features()
        listed = ", ".join(f'"{f}"' for f in features)
        for op in upstream.walk(module.operation):
            if op.name == "llvm.func":
                op.attributes["target_cpu"] = ir.StringAttr.get(self._cpu)
                if features:
                    text = f"#llvm.target_features<[{listed}]>"
                    op.attributes["target_features"] = ir.Attribute.parse(text)


def _check_places(module: Any, report: Report) -> None:
    """Refuse operations outside of functions: translation to LLVM IR crashes on them."""
    known = ("llvm.", "builtin.")
    for op in module.body.operations:
        name = op.operation.name
        if "sym_name" not in op.attributes and not name.startswith(known):
            report.error(op.location, f"'{name}' stands outside of a function")
    if report.errors():
        raise PassFailure("operations stand outside of functions")


def _check_nibbles(module: Any, report: Report) -> None:
    """Refuse what has arrays of i4: stock lowering would take a byte for each element."""
    for op in upstream.walk(module.operation):
        is_view = op.name == ViewOp.OPERATION_NAME
        if not is_view and any(map(holds_nibbles, (*op.operands, *op.results))):
            report.error(op.location, f"{op.name} has an array of i4{_NIBBLES}")
    if report.errors():
        raise PassFailure("arrays of i4 are left")


def _check_layouts(module: Any, report: Report) -> None:
    """Refuse packed arrays that only `morello-apply` can read; say where a layout was ignored."""
    warn_of_layouts(module, report)
    for op in upstream.walk(module.operation):
        if op.name == ViewOp.OPERATION_NAME:
            text = "a packed array is left that only morello-apply makes code of: run it before"
            report.error(op.location, text)
    if report.errors():
        raise PassFailure("packed arrays are left")


def _check_sizes(module: Any, report: Report) -> None:
    """Refuse arrays beyond the address space: MLIR's own arithmetic on them asserts."""
    for op in upstream.walk(module.operation):
        values = [*op.results]
        for region in op.regions:
            for block in region:
                values += block.arguments
        for kind in (value.type for value in values):
            if (
                isinstance(kind, ir.MemRefType | ir.RankedTensorType)
                and kind.has_static_shape
                and math.prod(kind.shape) >= _ADDRESSABLE
            ):
                report.error(op.location, f"{kind} is larger than the address space")
                raise PassFailure("an array is too large")


def _copies_to_linalg(module: Any) -> None:
    """Turn memref.copy into linalg.copy, hence loops; upstream would call its runner library."""
    for op in upstream.walk(module.operation):
        if op.name == "memref.copy":
            from mlir.dialects import linalg  # takes 40 ms to load

            source, target = op.operands
            with ir.InsertionPoint(op), op.location:
                linalg.copy(source, outs=[target])
            op.erase()


def _open_scopes(module: Any) -> None:
    """Put the bodies of `memref.alloca_scope` in their place, the stack restored behind them.

    Each body of a parallel loop is in one. Upstream drops those that allocate nothing, but not if
    an op inside, such as a call of an intrinsic, does not say so; loops in them it cannot lower.
    """
    scopes = [op for op in upstream.walk(module.operation) if op.name == "memref.alloca_scope"]
    for op in scopes:  # of what is erased with a scope nothing may be asked
        if len(op.regions[0].blocks) != 1:
            continue
        *inside, last = (o.operation for o in op.regions[0].blocks[0].operations)
        saved = None
        if any(o.name == "memref.alloca" for o in upstream.walk(op)):
            with ir.InsertionPoint(op), op.location:
                pointer = ir.Type.parse("!llvm.ptr")
                saved = ir.Operation.create("llvm.intr.stacksave", results=[pointer]).result
        for each in inside:
            each.move_before(op)
        if saved is not None:
            with ir.InsertionPoint(op), op.location:
                ir.Operation.create("llvm.intr.stackrestore", operands=[saved])
        for result, value in zip(list(op.results), list(last.operands), strict=True):
            result.replace_all_uses_with(value)
        op.erase()


def _widen_bits(module: Any) -> None:
    """Access integers below a byte as vectors of one: as scalars, upstream's lowering asserts.

    Each element takes a byte either way. An array without dimensions has a vector without.
    """
    for op in upstream.walk(module.operation):
        if op.name not in ("memref.load", "memref.store"):
            continue
        is_load = op.name == "memref.load"
        array = op.operands[0 if is_load else 1]
        shaped = ir.MemRefType(array.type)
        kind = shaped.element_type
        if not isinstance(kind, ir.IntegerType) or kind.width >= 8:
            continue
        from mlir.dialects import vector

        with ir.InsertionPoint(op), op.location:
            shape = [1] if shaped.rank else []
            one, first = ir.VectorType.get(shape, kind), [0 for _ in shape]
            if is_load:
                loaded = vector.LoadOp(one, array, list(op.operands)[1:]).result
                bit = vector.ExtractOp(loaded, [], first).result
                op.results[0].replace_all_uses_with(bit)
            else:
                stored = vector.FromElementsOp(one, [op.operands[0]]).result
                vector.StoreOp(stored, array, list(op.operands)[2:])
        op.erase()


def _check(module: Any, report: Report) -> None:
    """Refuse what translation to LLVM IR does not know; it would crash on it."""
    left: dict[str, Any] = {}
    for op in upstream.walk(module.operation):
        if op.name != "builtin.module" and not op.name.startswith(("llvm.", "omp.")):
            left.setdefault(op.name, op.location)
    if len(left) > 1:
        left.pop("builtin.unrealized_conversion_cast", None)  # what the others leave behind
    for name, location in left.items():
        report.error(location, f"'{name}' has no lowering to LLVM")
    if left:
        raise PassFailure("operations are left that LLVM does not know")

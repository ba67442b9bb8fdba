"""Instruction libraries: `.mlir` files, and the loader that reads them into the engine's values.

A library is a module of modules, one per instruction:

    module @fma_f32x16 attributes {morello.features = "avx512f", morello.throughput = 0.5,
                                   morello.latency = 4.0, morello.ports = "p0|p5 + p2|p3"} {
      func.func @semantics(...)   one linalg op on memrefs: what it computes
      func.func @emission(...)    how it is written, on vectors and on memory
      func.func @masked(...)      optional: the same for fewer elements, under masks
    }

An operand that is a memref in both functions is in memory, and `@emission` accesses it by
`memref.load`, `memref.store`, `vector.load`, `vector.store`, `vector.maskedload` and
`vector.maskedstore` at constant indices, along contiguous elements only. One that is a vector (or a
scalar) in `@emission` is in registers, its lanes in the row-major order of the memref in
`@semantics`. An output in registers is what `@emission` returns. Strides are those of the memref in
`@emission`; a dynamic one may be any. Operations with regions have no place in `@emission`.

`@masked` has one more argument per axis that it can cover partly, a vector of i1 as long as the
axis, with the attribute `morello.mask = AXIS`. It touches no memory where a mask is false, and
reads it as zero.

`morello.features` are LLVM's names. `morello.throughput` is reciprocal and in cycles, as is the
latency; `morello.ports` has the micro-operations, each with the ports that it may take, as in
`2*p5 + p2|p3`. `morello.also = "i32 ..."` makes the entry of a copy stand for other element types
of the same size too: in its name, operands and lines one type replaces the other.

Attributes of the library itself: `morello.lanes = {"arith.addf" = 0.5, ...}`, cycles per vector of
the scalar ops that `select lanes` writes; `morello.features`, names of features that are not LLVM's
but this library's; and, where it describes a machine, its memories and costs (`machine.py`). The
instructions of a machine may do without `@emission` (`bare.py`), ports and features.

Of several entries with one name, the first is meant whose features the target has, in the order of
`LIBRARIES`: so a name stands for a meaning, and the machine for how well it is done. Read next:
`reader.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from pathlib import Path

from ...target.features import changed
from ...target.instruction import Instruction
from ...target.target import Target
from .cache import cached_library
from .faulty import IsaError
from .reader import Library, read_library

__all__ = [
    "LIBRARIES",
    "IsaError",
    "Library",
    "library",
    "machine_of",
    "read_isa",
    "read_library",
    "with_instructions",
    "with_isa",
]

LIBRARIES = {
    "avx512_dot": "avx512f",
    "avx512fp16": "avx512fp16",
    "avx512": "avx512f",
    "avx512_move": "avx512f",
    "avx512_transpose": "avx512f",
    "avx512_pack": "avx512f",
    "avx512_gather": "avx512f",
    "avxvnniint8": "avxvnniint8",
    "avxvnni": "avxvnni",
    "avx2": "avx2",
    "avx2_move": "avx2",
    "avx2_pack": "avx2",
}
"""The files of the package, best first, each with the feature without which it is not read."""


def with_instructions(target: Target, extra: tuple[Library, ...] = ()) -> Target:
    """The target with all instructions whose features it has, `extra` before the package's."""
    own = (library(name) for name, needed in LIBRARIES.items() if needed in target.features)
    libraries = [*extra, *own]
    lanes: dict[str, float] = {}
    for lib in reversed(libraries):
        lanes |= lib.lanes
    found = _first_of_each_name(
        i for lib in libraries for i in lib.instructions if i.features <= target.features
    )
    return replace(target, instructions=found, lanes=lanes)


def _first_of_each_name(instructions: Iterable[Instruction]) -> tuple[Instruction, ...]:
    chosen: dict[str, Instruction] = {}
    for i in instructions:
        chosen.setdefault(i.name, i)
    return tuple(chosen.values())


def read_isa(path: str) -> tuple[Library, str]:
    """The library of a file, and what stands for its text; `OSError` or `IsaError`."""
    try:
        text = Path(path).read_text()
        return _parsed(text, Path(path).stem), hashlib.sha256(text.encode()).hexdigest()
    except UnicodeDecodeError as error:
        raise IsaError(path, f"not text: {error.reason} at byte {error.start}") from None
    except IsaError as error:
        raise IsaError(path, error.reason, error.line, error.column) from None


@lru_cache(maxsize=8)
def _parsed(text: str, name: str) -> Library:
    return cached_library(text, name)


def with_isa(target: Target, path: str) -> Target:
    """A named machine with its instructions, and before those the ones of a file.

    The features that the library calls its own are there, as the file says so.
    """
    found, digest = read_isa(path)
    target = replace(target, features=target.features | found.features, digest=digest)
    return with_instructions(target, (found,))


def machine_of(path: str, threads: int = 1, features: str = "") -> Target | None:
    """The machine that a file describes; None where it only adds instructions to another one.

    `features` change what the file says that it has, as they do with machines of the package.
    """
    found, digest = read_isa(path)
    if found.machine is None:
        return None
    has = changed(found.features, features)
    target = found.machine.target(Path(path).stem, has, threads, digest)
    own = (i for i in found.instructions if i.features <= has)
    return replace(target, instructions=_first_of_each_name(own), lanes=found.lanes)


@lru_cache(maxsize=32)
def library(name: str) -> Library:
    """A library that comes with the package."""
    return cached_library((resources.files(__package__) / f"{name}.mlir").read_text(), name)

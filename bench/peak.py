"""What the machine itself can do, as loops in MLIR text that only a port or a bus limits.

A register loop keeps twelve independent chains alive (a latency of five on two ports needs ten).
They are loaded from the buffer and stored back to it, so LLVM can neither fold nor drop them. A
stream loop walks a buffer that no cache holds. Every module has one function,
`@loop(buffer, count)`. All here is text and arithmetic; `peers/machine.py` compiles and runs it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

CHAINS = 12
STREAMS = 8
VECTOR_BYTES = 64
TILE_BYTES = 1024
READ_KIB = (304, 512, 704, 1024, 1536, 2112, 12288, 65536)
"""Sizes of matrices that are read once, and that some cache may hold."""
PREFETCH = "<{cache = 1 : i32, hint = 3 : i32, rw = 0 : i32}>"
"""Data, to be kept near, to be read."""


@dataclass(frozen=True)
class RegisterLoop:
    """`count` times `body` on every chain; `work` operations per body.

    `body` reads `{acc}`, `{x}` and `{y}` (of type `operand`) and gives a `vector`. `seed` is what a
    chain, x and y repeat. A chain's first bytes are `settled` at the end, or, where that is empty,
    an i32 that has grown by `grows` per body.
    """

    name: str
    features: frozenset[str]
    vector: str
    operand: str
    body: str
    work: int
    seed: tuple[bytes, bytes, bytes]
    settled: bytes = b""
    grows: int = 0

    def text(self) -> str:
        """The module."""
        chains = range(CHAINS)
        types = ", ".join(["i64", *[self.vector] * CHAINS])
        lines = [
            "  %zero = llvm.mlir.constant(0 : i64) : i64",
            "  %one = llvm.mlir.constant(1 : i64) : i64",
        ]
        for i in range(CHAINS + 2):
            lines.append(f"  %p{i} = {_offset('%buffer', i * VECTOR_BYTES)}")
        lines += [f"  %a{i} = llvm.load %p{i} : !llvm.ptr -> {self.vector}" for i in chains]
        for i, name in enumerate("xy", start=CHAINS):
            lines.append(f"  %{name} = llvm.load %p{i} : !llvm.ptr -> {self.operand}")
        lines.append(f"  llvm.br ^loop({_names('%zero', '%a', CHAINS)} : {types})")
        arguments = ", ".join(f"%b{i}: {self.vector}" for i in chains)
        lines.append(f"^loop(%i: i64, {arguments}):")
        lines += [f"  %c{i} = " + self.body.format(acc=f"%b{i}", x="%x", y="%y") for i in chains]
        lines += _again(f"{_names('%next', '%c', CHAINS)} : {types}", step="%one", end="%count")
        lines += [f"  llvm.store %c{i}, %p{i} : {self.vector}, !llvm.ptr" for i in chains]
        return _module(lines)

    def buffer(self) -> bytes:
        """What the buffer holds before a call."""
        chain, x, y = (part * (VECTOR_BYTES // len(part)) for part in self.seed)
        return chain * CHAINS + x + y

    def first(self, count: int) -> bytes:
        """What the buffer starts with after a call."""
        return self.settled or struct.pack("<I", count * self.grows % 2**32)

    def operations(self, count: int) -> int:
        """Operations in a call."""
        return count * CHAINS * self.work


@dataclass(frozen=True)
class TileLoop:
    """`count` times `instruction` on four AMX accumulator tiles of 16 rows of 64 bytes."""

    name: str
    features: frozenset[str]
    instruction: str
    work: int

    def text(self) -> str:
        """The module; the buffer starts with the tile configuration."""
        lines = [
            "  %zero = llvm.mlir.constant(0 : i64) : i64",
            "  %one = llvm.mlir.constant(1 : i64) : i64",
            "  %row = llvm.mlir.constant(64 : i64) : i64",
            *[f"  %t{i} = llvm.mlir.constant({i} : i8) : i8" for i in range(8)],
            f"  {_call('llvm.x86.ldtilecfg', '%buffer', '!llvm.ptr')}",
            f"  %data = {_offset('%buffer', VECTOR_BYTES)}",
        ]
        move = "i8, !llvm.ptr, i64"
        for i in range(8):
            lines.append(f"  {_call('llvm.x86.tileloadd64', f'%t{i}, %data, %row', move)}")
        lines += ["  llvm.br ^loop(%zero : i64)", "^loop(%i: i64):"]
        for i in range(4):
            tiles = f"%t{i}, %t{4 + i // 2}, %t{6 + i % 2}"
            lines.append(f"  {_call(self.instruction, tiles, 'i8, i8, i8')}")
        lines += _again("%next : i64", step="%one", end="%count")
        lines.append(f"  {_call('llvm.x86.tilestored64', '%t0, %data, %row', move)}")
        lines.append(f"  {_call('llvm.x86.tilerelease', '', '')}")
        return _module(lines)

    def buffer(self) -> bytes:
        """Palette 1, eight tiles of 16 rows of 64 bytes, and data of zeros."""
        return struct.pack("<BB14x8H16x8B8x", 1, 0, *[64] * 8, *[16] * 8) + bytes(TILE_BYTES)

    def first(self, count: int) -> bytes:
        """The configuration is only read."""
        del count
        return self.buffer()[:VECTOR_BYTES]

    def operations(self, count: int) -> int:
        """Operations in a call."""
        return count * 4 * self.work


@dataclass(frozen=True)
class StreamLoop:
    """Reads `count` bytes, or copies the first half of them to the second half.

    A copy, which stores around the caches, counts what it reads and what it writes. `ahead` asks
    for the line so many bytes further on as well, into L1; `size` is that of the buffer, over all
    threads, where it is not one that no cache holds.
    """

    name: str
    copies: bool
    features: frozenset[str] = frozenset()
    ahead: int = 0
    size: int = 0

    def text(self) -> str:
        """The module; a read leaves the sum at the buffer's start, so that it cannot be dropped."""
        vector = "vector<16xi32>"
        types = ", ".join(["i64", *[vector] * STREAMS])
        lines = [
            "  %zero = llvm.mlir.constant(0 : i64) : i64",
            f"  %step = llvm.mlir.constant({STREAMS * VECTOR_BYTES} : i64) : i64",
            "  %one = llvm.mlir.constant(1 : i64) : i64",
            "  %half = llvm.lshr %count, %one : i64",
            f"  %second = {_offset('%buffer', '%half')}",
            f"  %none = llvm.mlir.constant(dense<0> : {vector}) : {vector}",
            f"  llvm.br ^loop(%zero{', %none' * STREAMS} : {types})",
            f"^loop(%i: i64, {', '.join(f'%s{i}: {vector}' for i in range(STREAMS))}):",
            f"  %from = {_offset('%buffer', '%i')}",
            f"  %to = {_offset('%second', '%i')}",
        ]
        for i in range(STREAMS):
            lines.append(f"  %f{i} = {_offset('%from', i * VECTOR_BYTES)}")
            if self.ahead:
                lines.append(f"  %g{i} = {_offset('%from', i * VECTOR_BYTES + self.ahead)}")
                lines.append(f'  "llvm.intr.prefetch"(%g{i}) {PREFETCH} : (!llvm.ptr) -> ()')
            aligned = "alignment = 64 : i64"
            lines.append(f"  %v{i} = llvm.load %f{i} {{{aligned}}} : !llvm.ptr -> {vector}")
            lines.append(f"  %n{i} = llvm.add %s{i}, %v{i} : {vector}")
            if self.copies:
                lines.append(f"  %t{i} = {_offset('%to', i * VECTOR_BYTES)}")
                place = f"%v{i}, %t{i} {{{aligned}, nontemporal}}"
                lines.append(f"  llvm.store {place} : {vector}, !llvm.ptr")
        end = "%half" if self.copies else "%count"
        lines += _again(f"{_names('%next', '%n', STREAMS)} : {types}", step="%step", end=end)
        if not self.copies:
            lines.append(f"  %q0 = llvm.add %n0, %none : {vector}")
            for i in range(1, STREAMS):
                lines.append(f"  %q{i} = llvm.add %q{i - 1}, %n{i} : {vector}")
            lines.append(f"  llvm.store %q{STREAMS - 1}, %buffer : {vector}, !llvm.ptr")
        return _module(lines)


Peak = RegisterLoop | TileLoop | StreamLoop


def _offset(base: str, by: int | str) -> str:
    types = (
        "(!llvm.ptr) -> !llvm.ptr, i8"
        if isinstance(by, int)
        else "(!llvm.ptr, i64) -> !llvm.ptr, i8"
    )
    return f"llvm.getelementptr {base}[{by}] : {types}"


def _names(first: str, stem: str, count: int) -> str:
    return ", ".join([first, *[f"{stem}{i}" for i in range(count)]])


def _call(intrinsic: str, arguments: str, types: str) -> str:
    return f'llvm.call_intrinsic "{intrinsic}"({arguments}) : ({types}) -> ()'


def _again(values: str, *, step: str, end: str) -> list[str]:
    return [
        f"  %next = llvm.add %i, {step} : i64",
        f'  %more = llvm.icmp "slt" %next, {end} : i64',
        f"  llvm.cond_br %more, ^loop({values}), ^done",
        "^done:",
    ]


def _module(lines: list[str]) -> str:
    body = "\n".join(lines)
    return f"llvm.func @loop(%buffer: !llvm.ptr, %count: i64) {{\n{body}\n  llvm.return\n}}\n"


def _fma(name: str, features: str, vector: str, lanes: int, code: str) -> RegisterLoop:
    seed = (struct.pack(code, 0.0), struct.pack(code, 0.5), struct.pack(code, 1.0))
    body = f"llvm.intr.fma({{acc}}, {{x}}, {{y}}) : ({vector}, {vector}, {vector}) -> {vector}"
    settled = struct.pack(code, 2.0)
    return RegisterLoop(
        name, frozenset(features.split()), vector, vector, body, 2 * lanes, seed, settled
    )


def _dot(
    name: str, features: str, vector: str, operand: str, intrinsic: str, work: int, grows: int
) -> RegisterLoop:
    body = f'llvm.call_intrinsic "{intrinsic}"({{acc}}, {{x}}, {{y}}) : '
    body += f"({vector}, {operand}, {operand}) -> {vector}"
    ones = b"\1\0" if "i16" in operand else b"\1"
    if "bf16" in operand:
        one, minus = b"\x80\x3f", b"\x80\xbf"
        seed = (struct.pack("<f", 2.0), one + one, one + minus)
        settled = struct.pack("<f", 2.0)
    else:
        seed, settled = (bytes(4), ones, ones), b""
    return RegisterLoop(
        name, frozenset(features.split()), vector, operand, body, work, seed, settled, grows
    )


_ALL: tuple[Peak, ...] = (
    _fma("fma-f32-avx512", "avx512f", "vector<16xf32>", 16, "<f"),
    _fma("fma-f32-avx2", "avx2 fma", "vector<8xf32>", 8, "<f"),
    _fma("fma-f64-avx512", "avx512f", "vector<8xf64>", 8, "<d"),
    _fma("fma-f64-avx2", "avx2 fma", "vector<4xf64>", 4, "<d"),
    _dot(
        "vdpbf16ps-avx512",
        "avx512_bf16",
        "vector<16xf32>",
        "vector<32xbf16>",
        "llvm.x86.avx512bf16.dpbf16ps.512",
        work=64,
        grows=0,
    ),
    _dot(
        "vpdpbusd-avx512",
        "avx512_vnni",
        "vector<16xi32>",
        "vector<64xi8>",
        "llvm.x86.avx512.vpdpbusd.512",
        work=128,
        grows=4,
    ),
    _dot(
        "vpdpbusd-avx2",
        "avx_vnni",
        "vector<8xi32>",
        "vector<32xi8>",
        "llvm.x86.avx512.vpdpbusd.256",
        work=64,
        grows=4,
    ),
    _dot(
        "vpdpwssd-avx512",
        "avx512_vnni",
        "vector<16xi32>",
        "vector<32xi16>",
        "llvm.x86.avx512.vpdpwssd.512",
        work=64,
        grows=2,
    ),
    TileLoop("tdpbf16ps-amx", frozenset({"amx_bf16"}), "llvm.x86.tdpbf16ps", 16384),
    TileLoop("tdpbusd-amx", frozenset({"amx_int8"}), "llvm.x86.tdpbusd", 32768),
    StreamLoop("read", copies=False),
    StreamLoop("read-ahead", copies=False, ahead=1024),
    *(StreamLoop(f"read-{kib}k", copies=False, size=kib << 10) for kib in READ_KIB),
    StreamLoop("copy", copies=True),
)
PEAKS: dict[str, Peak] = {peak.name: peak for peak in _ALL}
"""Every peak by its name."""

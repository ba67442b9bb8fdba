"""LLVM makes of each instruction what its entry is named for, on machines of three kinds.

This compiles for other machines and reads assembly, so that it does not depend on the host. Masks
are constants here, as they are in kernels.
"""

from __future__ import annotations

import re
from functools import lru_cache

import pytest
from instructions import cases, function

from morello_mlir.compiler import build
from morello_mlir.dialect.isa import library, with_instructions
from morello_mlir.runtime.llvm import Form
from morello_mlir.target.cpus import cpu_target

V3, SKX, SPR = "x86-64-v3", "skylake-avx512", "sapphirerapids"

# Which operations make up an entry, by machine. `n*op` wants exactly n of them.
WANTED: dict[str, dict[str, str]] = {
    V3: {
        "fma_f32x8": "vbroadcastss 1*vfmadd...ps",
        "fma_f64x4": "vbroadcastsd 1*vfmadd...pd",
        "fma_lanes_f32x8": "1*vfmadd...ps",
        "fma_f16_f32x8": "2*vcvtph2ps 1*vfmadd...ps",
        "fma_bf16_f32x8": "vpbroadcastw vpmovzxwd 1*vfmadd...ps",
        "dot2_bf16_f32x8": "vpbroadcastd 2*vfmadd...ps",
        "dot2_i16_i32x8": "1*vpmaddwd 1*vpaddd",
        "dot4_u8s8_i32x8": "2*vpmaddwd 2*vpaddd",
        "dot4_s8s8_i32x8": "2*vpmaddwd 2*vpaddd",
        "load_f32x8_masked": "vmaskmovps|vblendps|vmovups",
        "store_i64x4_masked": "vpmaskmovq|vmovups|vextract.*",
        "transpose_f32_8x8": "vunpcklps vunpckhps vperm2f128",
        "transpose_i8_16x16": "16*vpunpck[lh]bw 16*vpunpck[lh]wd 32*vpunpck[lh]q?dq",
        "pack2_bf16x8": "vpunpcklwd",
        "widen_f16_f32x8": "1*vcvtph2ps",
        "widen_i8_i32x8": "1*vpmovsxbd",
        "widen_u8_i16x16": "1*vpmovzxbw",
        "narrow_f32_f16x8": "1*vcvtps2ph",
        "sum_f32x8": "vaddps",
    },
    SKX: {
        "fma_f32x16": "1*vfmadd...ps",
        "dot2_bf16_f32x16": "vpslld 2*vfmadd...ps",
        "dot2_i16_i32x16": "1*vpmaddwd 1*vpaddd",
        "dot4_u8s8_i32x16": "2*vpmaddwd 2*vpaddd",
        "dot4_u8u8_i32x16": "2*vpmaddwd 2*vpaddd",
        "load_i8x64_masked": "vmovdqu8",
        "store_f32x16_masked": "vmovups",
        "transpose_f32_16x16": "16*vunpck[lh]ps 16*vunpck[lh]pd 32*vshuff64x2",
        "transpose_f64_8x8": "8*vunpck[lh]pd 16*vshuff64x2",
        "pack2_bf16x16": "1*vperm[it]2w",
        "pack4_i8x16": "vpunpcklbw",
        "mla_i64x8": "1*vpmullq",
    },
    SPR: {
        "fma_f32x16": "1*vfmadd...ps",
        "fma_f16x32": "1*vfmadd...ph",
        "fma_lanes_f16x32": "1*vfmadd...ph",
        "add_f16x32": "1*vaddph",
        "add_f16x32_masked": "1*vaddph vmovdqu16",
        "maximum_f16x32": "vmaxph|vminph",
        "add_into_f16x32": "1*vaddph",
        "sum_f16x32": "vaddph",
        "fma_f16_f32x16": "2*vcvtph2psx 1*vfmadd...ps",
        "dot2_bf16_f32x16": "1*vdpbf16ps",
        "dot2_bf16_f32x8": "1*vdpbf16ps",
        "dot2_bf16_f32x16_masked": "1*vdpbf16ps",
        "dot2_i16_i32x16": "1*vpdpwssd",
        "dot2_i16_i32x8": "1*vpdpwssd",
        "dot4_u8s8_i32x16": "1*vpdpbusd",
        "dot4_s8u8_i32x16": "1*vpdpbusd",
        "dot4_s8s8_i32x16": "2*vpdpbusd 1*vpsubd",
        "dot4_u8u8_i32x16": "3*vpdpbusd 1*vpaddd",
        "dot4_u8s8_i32x8": "1*vpdpbusd",
        "dot4_s8s8_i32x8": "2*vpdpbusd 1*vpsubd",
        "narrow_f32_bf16x16": "1*vcvtneps2bf16",
        "narrow_i32_i8x16": "1*vpmovdb",
        "pack2_bf16x16_masked": "vmovdqu16",
        "broadcast_bf16x32": "1*vpbroadcastw",
    },
}


@lru_cache(maxsize=4)
def operations(cpu: str) -> dict[str, list[str]]:
    """The mnemonics of every instruction that a machine has, by the name of its case."""
    target = with_instructions(cpu_target(cpu))
    part = {a: max(1, 5 * a // 8) for a in range(1, 65)}
    texts = [
        function(c, {a.name: part[a.extent] for a in c.instruction.spec.axes})
        for c in cases(target.instructions)
    ]
    (assembly,) = build("".join(texts), cpu).emit(Form.ASSEMBLY, isolate=True)
    found: dict[str, list[str]] = {}
    name = ""
    for line in assembly.decode().splitlines():
        if label := re.match(r"(\w+):", line):
            name = label[1]
            found[name] = []
        elif op := re.match(r"\t(?:\{vex\}\s+)?([a-z]\w+)", line):
            found.setdefault(name, []).append(op[1])
    return found


@pytest.mark.parametrize(
    ("cpu", "name"), [(cpu, name) for cpu, wanted in WANTED.items() for name in wanted]
)
def test_the_named_operation_comes_out(cpu: str, name: str) -> None:
    have = operations(cpu)[name]
    for want in WANTED[cpu][name].split():
        count, _, op = want.rpartition("*") if want[0].isdigit() else ("", "", want)
        found = sum(bool(re.fullmatch(op, o)) for o in have)
        assert found == int(count) if count else found, f"{want}: {' '.join(have)}"


@pytest.mark.parametrize("cpu", WANTED)
def test_nothing_is_left_to_a_call(cpu: str) -> None:
    for i in with_instructions(cpu_target(cpu)).instructions:
        assert not [o for o in operations(cpu)[i.name] if o.startswith("call")], i.name


@pytest.mark.parametrize("cpu", WANTED)
def test_no_vector_is_taken_apart(cpu: str) -> None:
    """Element by element work means that LLVM has no better way for a type."""
    scalar = re.compile(r"movz.*|movw|movb|vpextr.*|vpinsr[bw]|shr[lq]")
    for i in with_instructions(cpu_target(cpu)).instructions:
        found = [o for o in operations(cpu)[i.name] if scalar.fullmatch(o)]
        assert len(found) <= 1, f"{i.name}: {found}"


def test_a_feature_that_no_named_machine_has() -> None:
    text = "".join(function(c) for c in cases(library("avxvnniint8").instructions))
    built = build(text, V3, features="+avxvnniint8")
    (assembly,) = built.emit(Form.ASSEMBLY, isolate=True)
    assert b"vpdpbssd" in assembly and b"vpdpbuud" in assembly

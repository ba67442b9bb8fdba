"""What the instructions of an object file need of a CPU, to check code for another machine.

x86 disassemblers and assemblers take every instruction there is, so the features are told here: by
the encoding (EVEX is AVX-512, VEX is AVX or later) and, for what lies in between, by the mnemonic.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

from morello_mlir.runtime.capi import wheel_directory

_LINE = re.compile(r"^\s*[0-9a-f]+:\s+((?:[0-9a-f]{2} )+)\s*(.*?)\s*(?:#.*)?$")
_EVEX = 0x62
_VEX = (0xC4, 0xC5)

_Needs = tuple[tuple[str, str], ...]

_EVEX_NEEDS: _Needs = (
    ("avx512bf16", r"vdpbf16ps|vcvtne2?ps2bf16"),
    ("avx512vnni", r"vpdp(busd|wssd)s?"),
    ("avx512fp16", r"v\w+[ps]h|vmovw|vcvt\w*(ph|sh)2(?!ps\b)\w+"),
    ("avx512vpopcntdq", r"vpopcnt[dq]"),
    ("avx512bitalg", r"vpopcnt[bw]|vpshufbitqmb"),
    ("avx512vbmi", r"vperm(b|i2b|t2b)|vpmultishiftqb"),
    ("avx512vbmi2", r"vp(compress|expand)[bw]|vpsh[lr]dv?[wdq]"),
    ("avx512ifma", r"vpmadd52\w+"),
    ("avx512dq", r"vpmullq|vcvtt?p[sd]2u?qq|vcvtu?qq2p[sd]|v(and|or|xor)n?p[sd]|vrange\w+"),
    ("avx512bw", r"vp(mov|min|max|add|sub|cmp|mull|mulh|madd|s[lr][lr]|blendm|test)\w*[bw]\b"),
)
_VEX_NEEDS: _Needs = (
    ("avx512f", r"k\w+"),
    ("fma", r"vfn?m(add|sub)\w+"),
    ("f16c", r"vcvtp[hs]2p[hs]"),
    ("avxvnni", r"vpdp(busd|wssd)s?"),
    ("bmi2", r"(mulx|pdep|pext|rorx|sarx|shlx|shrx|bzhi)[lq]?"),
    ("bmi", r"(andn|bextr|blsi|blsmsk|blsr)[lq]?"),
    ("avx2", r"vp(gather|broadcast|erm[dq]|ermp[ds]|sllv|srlv|srav|blendd)\w*|vgather\w+"),
)
_LEGACY_NEEDS: _Needs = (
    ("bmi", r"tzcnt[wlq]?"),
    ("lzcnt", r"lzcnt[wlq]?"),
    ("popcnt", r"popcnt[wlq]?"),
    ("sse4.1", r"p(mulld|insr[bdq]|extr[bdq]|min[su]d|max[su]d|movz\w+|movs[xbwd]\w+|blend\w+)"),
    ("sse4.1", r"round[ps][sd]|blendv?p[sd]|ptest|insertps|extractps"),
    ("ssse3", r"pshufb|pabs[bwd]|phadd\w+|pmaddubsw|palignr"),
)


def instructions(data: bytes) -> Iterator[tuple[bytes, str]]:
    """Yield the bytes and the AT&T text of each instruction of an object."""
    command = [str(wheel_directory("bin") / "llvm-objdump"), "-d", "-"]
    listing = subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode()
    for line in listing.splitlines():
        if found := _LINE.match(line):
            yield bytes.fromhex(found[1]), " ".join(found[2].split())


def needs(encoding: bytes, text: str) -> str | None:
    """Return the feature that an instruction needs beyond baseline x86-64, or None."""
    mnemonic = text.split()[0] if text else ""
    table = _LEGACY_NEEDS
    fallback = None
    if encoding[0] == _EVEX:
        table, fallback = _EVEX_NEEDS, "avx512f"
    elif encoding[0] in _VEX:
        wide_integer = mnemonic.startswith("vp") and "%ymm" in text
        table, fallback = _VEX_NEEDS, "avx2" if wide_integer else "avx"
    return next((f for f, pattern in table if re.fullmatch(pattern, mnemonic)), fallback)


def lacking(data: bytes, features: frozenset[str]) -> tuple[str, ...]:
    """Return the instructions of an object that need a feature outside of `features`."""
    found = ((text, needs(encoding, text)) for encoding, text in instructions(data))
    return tuple(sorted({f"{text} needs {f}" for text, f in found if f and f not in features}))

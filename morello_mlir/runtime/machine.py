"""Machines that LLVM can generate code for: a CPU name, a feature string and a triple.

The host is always described by both its CPU name and its features: under virtualisation the name
LLVM detects often stands for fewer features than the machine has.
"""

from __future__ import annotations

import ctypes
import difflib
import functools
import re
import subprocess
from dataclasses import dataclass

from morello_mlir.runtime.capi import LLVMError, library, take_message, wheel_directory

TRIPLE = "x86_64-unknown-linux-gnu"

_IMPLIED = {
    "avx512f": ("avx2", "f16c", "fma"),
    "avxvnni": ("avx2",),
    "f16c": ("avx",),
    "fma": ("avx",),
    "avx2": ("avx",),
    "avx": ("sse4.2",),
    "sse4.2": ("sse4.1", "crc32"),
    "sse4.1": ("ssse3",),
    "ssse3": ("sse3",),
    "sse3": ("sse2",),
    "sse2": ("sse",),
}
"""What LLVM's short feature lists leave out, for the vector sets."""

_NEVER_GENERATED = (
    "clflushopt cldemote clwb clzero cmpccxadd enqcmd fsgsbase hreset invpcid kl mwaitx pconfig pku"
    " prefetchi prfchw ptwrite raoint rdpid rdpru rdrnd rdseed rtm serialize sgx shstk tsxldtrk"
    " uintr waitpkg wbnoinvd widekl xsavec xsaveopt xsaves"
)
"""Features whose instructions LLVM never chooses by itself; a machine may lack them unnoticed."""

NAMED_CPUS = (
    "x86-64",
    "x86-64-v2",
    "x86-64-v3",
    "x86-64-v4",
    "haswell",
    "skylake",
    "skylake-avx512",
    "cascadelake",
    "cooperlake",
    "icelake-server",
    "sapphirerapids",
    "graniterapids",
    "alderlake",
    "znver1",
    "znver2",
    "znver3",
    "znver4",
    "znver5",
)
"""The CPUs we name in help texts; any other x86-64 CPU that LLVM knows is accepted as well."""


@dataclass(frozen=True)
class Machine:
    """What to generate code for; `features` is LLVM's `+name,-name` list, on top of the CPU's."""

    cpu: str
    features: str = ""
    triple: str = TRIPLE


@functools.cache
def host_machine() -> Machine:
    """The machine this process runs on."""
    lib = library()
    return Machine(
        cpu=take_message(lib.LLVMGetHostCPUName()),
        features=take_message(lib.LLVMGetHostCPUFeatures()),
        triple=take_message(lib.LLVMGetDefaultTargetTriple()),
    )


def machine(name: str, features: str = "") -> Machine:
    """The machine called `name`: "native" or a CPU that LLVM knows; ValueError otherwise."""
    if name == "native":
        host = host_machine()
        joined = ",".join(part for part in (host.features, features) if part)
        _check_features(features)
        return Machine(host.cpu, joined, host.triple)
    if name not in NAMED_CPUS:
        _check_cpu(name)
    _check_features(features)
    return Machine(name, features)


def enabled_features(machine: Machine) -> frozenset[str]:
    """The instruction set features that code for `machine` may use."""
    enabled = set(_cpu_features(machine.cpu))
    for entry in machine.features.split(","):
        if entry.startswith("+"):
            enabled.add(entry[1:])
        elif entry.startswith("-"):
            enabled.discard(entry[1:])
    if any(feature.startswith("avx512") for feature in enabled):
        enabled.add("avx512f")
    for feature, implied in _IMPLIED.items():
        if feature in enabled:
            enabled.update(implied)
    return frozenset(enabled)


def missing_features(machine: Machine) -> tuple[str, ...]:
    """What `machine` has and this process's machine lacks: empty if its code can run here."""
    missing = enabled_features(machine) - enabled_features(host_machine())
    return tuple(sorted(missing.difference(_NEVER_GENERATED.split())))


class _StringRef(ctypes.Structure):
    _fields_ = (("data", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _StringRefVector(ctypes.Structure):
    """llvm::SmallVectorImpl<StringRef>, with room for more features than there are."""

    _fields_ = (("begin", ctypes.c_void_p), ("size", ctypes.c_uint32), ("room", ctypes.c_uint32))


@functools.cache
def _cpu_features(cpu: str) -> frozenset[str]:
    """The features of a CPU: a C++ function of LLVM, as its C API does not tell them.

    Safe because the LLVM package is pinned to one version and the vector never has to grow.
    """
    name = "_ZN4llvm3X8617getFeaturesForCPUENS_9StringRefERNS_15SmallVectorImplIS1_EEb"
    function = getattr(library(), name)
    function.restype = None
    function.argtypes = (_StringRef, ctypes.POINTER(_StringRefVector), ctypes.c_bool)
    room = 1024
    storage = (_StringRef * room)()
    vector = _StringRefVector(ctypes.addressof(storage), 0, room)
    text = ctypes.create_string_buffer(cpu.encode())
    function(_StringRef(ctypes.addressof(text), len(cpu)), ctypes.byref(vector), False)
    return frozenset(
        ctypes.string_at(ref.data, ref.length).decode() for ref in storage[: vector.size]
    )


def create_target_machine(machine: Machine) -> int:
    """An LLVMTargetMachineRef (O3, position independent code) that the caller disposes."""
    lib = library()
    target, message = ctypes.c_void_p(), ctypes.c_void_p()
    if lib.LLVMGetTargetFromTriple(
        machine.triple.encode(), ctypes.byref(target), ctypes.byref(message)
    ):
        raise LLVMError(take_message(message.value))
    aggressive, pic, default_code_model = 3, 2, 0
    handle: int | None = lib.LLVMCreateTargetMachine(
        target,
        machine.triple.encode(),
        machine.cpu.encode(),
        machine.features.encode(),
        aggressive,
        pic,
        default_code_model,
    )
    if not handle:
        raise LLVMError(f"LLVM has no code generator for '{machine.triple}'")
    return handle


def _check_cpu(name: str) -> None:
    """Raise ValueError unless `name` is a 64-bit x86 CPU of this LLVM."""
    cpus, _ = _known_names()
    if name in cpus and _is_64_bit(name):
        return
    reason = "is not a 64-bit CPU" if name in cpus else "is not a CPU that LLVM knows"
    others = [cpu for cpu in ("native", *cpus) if cpu != name]
    close = difflib.get_close_matches(name, others, n=4, cutoff=0.5)
    hint = f"did you mean {', '.join(close)}?" if close else f"known: {', '.join(NAMED_CPUS)}, ..."
    raise ValueError(f"unknown target '{name}': it {reason}; {hint}")


def _check_features(features: str) -> None:
    """Raise ValueError unless every entry is + or - and a feature of this LLVM."""
    if not features:
        return
    _, known = _known_names()
    for entry in features.split(","):
        if entry[:1] not in ("+", "-"):
            raise ValueError(f"feature '{entry}' must start with + or -")
        if entry[1:] not in known:
            close = difflib.get_close_matches(entry[1:], known, n=4, cutoff=0.5)
            hint = f"; did you mean {', '.join(close)}?" if close else ""
            raise ValueError(f"unknown feature '{entry[1:]}'{hint}")


def known_cpus() -> tuple[str, ...]:
    """Every CPU name of this LLVM for x86, in LLVM's order (32-bit ones too)."""
    return _known_names()[0]


@functools.cache
def _known_names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """CPU and feature names, from llc: the C API does not list them."""
    done = _llc("-mcpu=help")
    text = done.stdout + done.stderr
    cpus, _, features = text.partition("Available features")
    find = re.compile(r"^\s+(\S+)\s+- ", re.MULTILINE)
    return tuple(find.findall(cpus)), tuple(find.findall(features))


@functools.cache
def _is_64_bit(cpu: str) -> bool:
    """Whether LLVM makes 64-bit code for `cpu`; it aborts where not, hence another process."""
    return _llc(f"-mcpu={cpu}", "-filetype=null").returncode == 0


def _llc(*options: str) -> subprocess.CompletedProcess[str]:
    command = [str(wheel_directory("bin") / "llc"), f"-mtriple={TRIPLE}", *options, "-"]
    empty = "define void @f() {\n  ret void\n}\n"
    return subprocess.run(command, input=empty, capture_output=True, text=True, check=False)

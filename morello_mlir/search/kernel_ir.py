"""LLVM IR of the kernel: the phrases that its functions are written in. Read next: `kernel.py`."""

from __future__ import annotations

from collections.abc import Mapping

LANES = 8

VECTOR, INTEGERS, TRUTHS = "<8 x double>", "<8 x i64>", "<8 x i1>"


def splat(name: str, value: str, kind: str) -> str:
    """One value in all eight."""
    vector = f"<8 x {kind}>"
    return (
        f"  %{name}.0 = insertelement {vector} poison, {kind} {value}, i64 0\n"
        f"  %{name} = shufflevector {vector} %{name}.0, {vector} poison, <8 x i32> zeroinitializer"
    )


def arguments(names: Mapping[str, str]) -> str:
    """Load every argument under its name."""
    lines = []
    for i, (name, kind) in enumerate(names.items()):
        lines.append(f"  %{name}.at = getelementptr i64, ptr %arguments, i64 {i}")
        lines.append(f"  %{name} = load {kind}, ptr %{name}.at, align 8")
    return "\n".join(lines)


def loop(name: str, before: str, count: str, after: str) -> str:
    """The head of a loop whose body begins at `name` and ends with `again`; a letter counts it."""
    i = name[0]
    return (
        f"{name}.test:\n"
        f"  %{i} = phi i64 [ 0, %{before} ], [ %{i}.next, %{name}.end ]\n"
        f"  %{i}.more = icmp slt i64 %{i}, {count}\n"
        f"  br i1 %{i}.more, label %{name}, label %{after}"
    )


def again(name: str) -> str:
    """The end of a loop: on with the next number."""
    i = name[0]
    return f"{name}.end:\n  %{i}.next = add i64 %{i}, 1\n  br label %{name}.test"


def at(name: str, array: str, index: str, kind: str = "i64") -> str:
    """Load an element of an array."""
    return (
        f"  %{name}.at = getelementptr {kind}, ptr {array}, i64 {index}\n"
        f"  %{name} = load {kind}, ptr %{name}.at, align 8"
    )


def vector(name: str, array: str, index: str) -> str:
    """Load eight numbers from an index."""
    return (
        f"  %{name}.at = getelementptr double, ptr {array}, i64 {index}\n"
        f"  %{name} = load {VECTOR}, ptr %{name}.at, align 8"
    )

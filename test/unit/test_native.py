"""The host as the operating system describes it: features and caches from given files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from morello_mlir.target import native
from morello_mlir.target.cpus import KIB, MIB, cpu_target

Describe = Callable[..., None]
FLAGS = "fpu sse4_1 sse4_2 abm avx fma avx2 avx512f avx512_vnni avx512_bf16 avx_vnni_int8 amx_tile"


@pytest.fixture
def describe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Describe]:
    """Return a function that makes a host: its flags, and caches as (level, type, size, cpus)."""

    def make(flags: str, *caches: tuple[str, str, str, str]) -> None:
        cpuinfo = tmp_path / "cpuinfo"
        cpuinfo.write_text(f"processor\t: 0\nflags\t\t: {flags}\nbugs\t\t: none\n\nflags : later\n")
        for number, texts in enumerate(caches):
            index = tmp_path / f"index{number}"
            index.mkdir()
            names = ("level", "type", "size", "shared_cpu_list")
            for name, text in zip(names, texts, strict=True):
                (index / name).write_text(f"{text}\n")
        monkeypatch.setattr(native, "_CPUINFO", cpuinfo)
        monkeypatch.setattr(native, "_CACHES", tmp_path)
        forget()

    forget()
    yield make
    forget()


def forget() -> None:
    native._features.cache_clear()
    native._caches.cache_clear()


def sizes() -> list[int]:
    return [level.capacity for level in native.native_target().levels]


def test_features_are_called_what_llvm_calls_them(describe: Describe) -> None:
    describe(FLAGS)
    made = native.native_target(3)
    assert {"sse4.1", "sse4.2", "lzcnt", "avx512vnni", "avx512bf16", "avxvnniint8", "amx-tile"} <= (
        made.features
    )
    assert "later" not in made.features and "abm" not in made.features
    assert (made.name, made.threads, made.register_bytes, made.registers) == ("native", 3, 64, 32)


def test_a_narrow_machine(describe: Describe) -> None:
    describe("avx2 fma")
    made = native.native_target()
    assert (made.register_bytes, made.registers) == (32, 16)
    assert made.features == {"avx2", "fma"}


@pytest.mark.parametrize("flags", ["", "sse2", "avx2", "fma avx512f"])
def test_a_machine_that_is_too_old_is_taken_for_the_plain_one(
    describe: Describe, flags: str
) -> None:
    describe(flags)
    assert native.native_target().features == cpu_target("x86-64-v3").features


def test_caches(describe: Describe) -> None:
    describe(
        FLAGS,
        ("1", "Data", "48K", "0,8"),
        ("1", "Instruction", "32K", "0,8"),
        ("2", "Unified", "2M", "0,8"),
        ("3", "Unified", "32768K", "0-3,8-11"),
    )
    assert sizes() == [48 * KIB, 2 * MIB, 4 * MIB]


def test_a_share_of_a_large_cache_is_bounded(describe: Describe) -> None:
    describe(FLAGS, ("3", "Unified", "1G", "0-1"))
    assert sizes()[2] == 8 * MIB


def test_what_is_not_said_is_as_on_the_plain_machine(
    describe: Describe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = [level.capacity for level in cpu_target("x86-64-v3").levels]
    describe(FLAGS, ("2", "Unified", "1024K", "0"))
    (tmp_path / "index0" / "shared_cpu_list").unlink()
    assert sizes() == plain
    monkeypatch.setattr(native, "_CPUINFO", tmp_path / "nothing")
    forget()
    assert native.native_target().features == cpu_target("x86-64-v3").features


@pytest.mark.parametrize(("cpus", "count"), [("0", 1), ("0-3", 4), ("0-3,8", 5), ("2,4,6-7\n", 4)])
def test_lists_of_processors(cpus: str, count: int) -> None:
    assert native._count(cpus) == count


def test_processors_are_those_that_this_process_may_use() -> None:
    assert native.processors() >= 1


def test_features_change_what_this_machine_has(describe: Describe) -> None:
    describe(FLAGS)
    assert "avx512bf16" not in native.native_target(features="-avx512bf16").features
    assert native.native_target(features="-avx512f").register_bytes == 32
    assert native.native_target(features="avx2,fma").features == {"avx2", "fma"}

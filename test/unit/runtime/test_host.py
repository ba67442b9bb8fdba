"""Facts about the host, on made-up sysfs trees and on this machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from morello_mlir.runtime import host as hosts
from morello_mlir.runtime.host import Cache, host, read_caches


def write_cache(root: Path, index: int, **values: str) -> None:
    directory = root / f"index{index}"
    directory.mkdir(parents=True)
    for name, value in values.items():
        (directory / name).write_text(value + "\n")


def test_caches_are_read_in_order_of_level(tmp_path: Path) -> None:
    write_cache(tmp_path, 0, type="Unified", level="3", size="32M", shared_cpu_list="0-3,8-11")
    write_cache(tmp_path, 1, type="Instruction", level="1", size="32K")
    write_cache(
        tmp_path,
        2,
        type="Data",
        level="1",
        size="48K",
        coherency_line_size="64",
        ways_of_associativity="12",
        shared_cpu_list="0",
    )
    assert read_caches(tmp_path) == (
        Cache(level=1, size=48 << 10, line=64, ways=12, shared_by=1),
        Cache(level=3, size=32 << 20, line=None, ways=None, shared_by=8),
    )


def test_what_is_unknown_stays_unknown(tmp_path: Path) -> None:
    assert read_caches(tmp_path / "none") == ()
    write_cache(tmp_path, 0, type="Data", level="1", size="0K", coherency_line_size="64")
    write_cache(tmp_path, 1, type="Data", level="2", size="many")
    write_cache(tmp_path, 2, level="3", size="1M")
    write_cache(tmp_path, 3, type="Data", level="4", size="1G", coherency_line_size="0")
    write_cache(tmp_path, 4, type="Data", level="5", size="123", shared_cpu_list="x")
    assert read_caches(tmp_path) == (
        Cache(level=4, size=1 << 30, line=None, ways=None, shared_by=None),
        Cache(level=5, size=123, line=None, ways=None, shared_by=None),
    )


def test_this_machine() -> None:
    here = host()
    assert here.threads >= 1
    assert "sse2" in here.features
    assert here.cache(99) is None
    assert [c.level for c in here.caches] == sorted(c.level for c in here.caches)


def test_threads_follow_the_affinity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5, 7})
    assert hosts.available_threads() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert hosts.available_threads() == 1

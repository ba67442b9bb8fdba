"""Where LLVM's OpenMP runtime is looked for, and what is said if it is not there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from morello_mlir.runtime import openmp
from morello_mlir.runtime.openmp import OpenMPError


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that no runtime is in the process, whatever other tests have loaded."""
    monkeypatch.setattr(openmp, "_in_process", lambda: False)
    openmp._load_any.cache_clear()


def test_a_library_that_is_not_the_runtime_is_refused() -> None:
    with pytest.raises(OpenMPError, match="not LLVM's OpenMP runtime: it has no __kmpc_fork_call"):
        openmp.load("libm.so.6")


def test_a_path_that_is_not_there_is_refused() -> None:
    with pytest.raises(OpenMPError, match=r"cannot load '/nonexistent/libomp\.so'"):
        openmp.load("/nonexistent/libomp.so")


def test_without_a_runtime_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openmp, "_candidates", lambda: iter(["libno-such-thing.so"]))
    with pytest.raises(OpenMPError, match=r"pip install .*threads=1"):
        openmp.load()
    with pytest.raises(OpenMPError, match="pip install"):
        openmp.link_arguments()


def test_packages_come_before_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    packaged = tmp_path / "cmeel.prefix" / "lib" / "libomp.so"
    packaged.parent.mkdir(parents=True)
    packaged.touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    found = list(openmp._candidates())
    assert str(packaged) in found
    assert found.index(str(packaged)) < found.index("libomp.so.5")


def test_a_runtime_that_another_package_has_loaded_comes_first(tmp_path: Path) -> None:
    maps = tmp_path / "maps"
    maps.write_text(
        "7f00-7f01 r--p 00000000 fe:00 11 /usr/lib/libm.so.6\n"
        "7f02-7f03 r--p 00000000 fe:00 12 /opt/my torch/lib/libiomp5.so\n"
        "7f03-7f04 r-xp 00001000 fe:00 12 /opt/my torch/lib/libiomp5.so\n"
        "7f05-7f06 rw-p 00000000 00:00 0 [heap]\n"
    )
    assert list(openmp._mapped(maps)) == ["/opt/my torch/lib/libiomp5.so"]
    assert list(openmp._mapped(tmp_path / "none")) == []


def test_a_runtime_in_the_process_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openmp, "_in_process", lambda: True)
    assert openmp.load("/nonexistent/libomp.so") == "already loaded"


def test_linking_names_a_packaged_runtime(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    packaged = tmp_path / "libomp.so"
    monkeypatch.setattr(openmp, "_candidates", lambda: iter([str(packaged)]))
    assert openmp.link_arguments() == [str(packaged), f"-Wl,-rpath,{tmp_path}"]

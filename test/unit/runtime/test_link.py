"""Shared libraries, where there is a C compiler."""

from __future__ import annotations

import ctypes
import shutil
from pathlib import Path

import pytest

from morello_mlir.runtime.link import LinkError, c_compiler, link_shared
from morello_mlir.runtime.llvm import Form, emit
from morello_mlir.runtime.machine import Machine

needs_cc = pytest.mark.skipif(c_compiler() is None, reason="there is no C compiler here")


def object_file(text: str) -> bytes:
    return emit(text, Machine("x86-64"), Form.OBJECT)[0]


@needs_cc
def test_a_shared_library_can_be_loaded(tmp_path: Path) -> None:
    output = tmp_path / "libanswer.so"
    link_shared(object_file("define i32 @answer() {\n  ret i32 42\n}"), output)
    assert ctypes.CDLL(str(output)).answer() == 42


@needs_cc
def test_the_words_of_the_linker_are_passed_on(tmp_path: Path) -> None:
    with pytest.raises(LinkError, match=r"could not link .*\n.*nosuchlibrary"):
        link_shared(object_file(""), tmp_path / "x.so", ["-lnosuchlibrary"])


def test_without_a_compiler_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(LinkError, match=r"no C compiler .*emit an object"):
        link_shared(b"", tmp_path / "x.so")

"""Machines by name: what is accepted, and what is said of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from morello_mlir.runtime import machine as machines
from morello_mlir.runtime.capi import LLVMError, wheel_directory
from morello_mlir.runtime.machine import (
    NAMED_CPUS,
    Machine,
    enabled_features,
    host_machine,
    known_cpus,
    machine,
    missing_features,
)


def test_native_is_cpu_and_features_of_the_host() -> None:
    assert machine("native") == host_machine()
    assert host_machine().cpu in known_cpus()
    assert "+sse2" in host_machine().features.split(",")


@pytest.mark.parametrize("name", NAMED_CPUS)
def test_named_cpus_are_known_to_llvm(name: str) -> None:
    assert name in known_cpus()
    assert machine(name) == Machine(name)


def test_other_cpus_of_llvm_are_accepted() -> None:
    assert machine("bdver2").cpu == "bdver2"


@pytest.mark.parametrize(
    ("name", "close"),
    [("znver9", "znver5"), ("skylake-avx51", "skylake-avx512"), ("nativ", "native")],
)
def test_an_unknown_cpu_is_answered_with_close_names(
    name: str, close: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match=f"unknown target '{name}'.*did you mean .*{close}"):
        machine(name)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["i386", "pentium4", ""])
def test_32_bit_cpus_and_nothing_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"unknown target '{name}'"):
        machine(name)


def test_features_are_added_and_removed() -> None:
    changed = machine("x86-64-v3", "+avx512f,-fma")
    assert {"avx512f", "avx2"} <= enabled_features(changed)
    assert "fma" not in enabled_features(machine("x86-64-v3", "-fma"))


@pytest.mark.parametrize(
    ("features", "message"),
    [("+avx513f", "unknown feature 'avx513f'; did you mean .*avx512f"), ("avx2", r"start with \+")],
)
def test_wrong_features_are_refused(features: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        machine("znver4", features)


def test_features_of_named_cpus() -> None:
    v3 = enabled_features(machine("x86-64-v3"))
    assert {"avx", "avx2", "fma", "f16c", "sse4.1", "bmi2"} <= v3
    assert not any(feature.startswith("avx512") for feature in v3)
    assert {"avx512f", "avx512bf16", "avx512vnni"} <= enabled_features(machine("znver4"))
    assert "avx512bf16" not in enabled_features(machine("icelake-server"))


def test_missing_features_compare_with_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines, "host_machine", lambda: Machine("x86-64-v3"))
    assert missing_features(machine("x86-64-v3")) == ()
    assert "avx512f" in missing_features(machine("skylake-avx512"))
    assert "sgx" not in missing_features(machine("skylake")), "LLVM never chooses those"


def test_another_package_called_llvm_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "llvm").mkdir()
    (tmp_path / "llvm/__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert (wheel_directory("lib") / "libLLVM.so").exists()
    with pytest.raises(LLVMError, match="LLVM is not installed"):
        wheel_directory("nothing")

"""Configuration of the lit tests: tools are found by PATH, CPU features are lit features.

`// REQUIRES: avx512f` keeps a test from running where the processor lacks it. Run by
pytest (see conftest.py) or by `lit test/lit`.
"""

# lit defines `config`:
# ruff: noqa: F821
# mypy: disable-error-code="name-defined"

import os
import sys

import lit.formats

from morello_mlir.runtime.capi import wheel_directory
from morello_mlir.runtime.host import host

_here = os.path.dirname(os.path.abspath(__file__))

config.name = "morello-mlir"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir"]
config.excludes = ["Inputs", "Output"]
config.test_source_root = _here
config.test_exec_root = os.path.join(_here, "..", "..", "build", "lit")
config.substitutions.append(("%python", sys.executable))
config.available_features |= host().features
config.environment["PATH"] = os.pathsep.join(
    (
        os.path.dirname(sys.executable),  # morello-opt, morello-compile
        str(wheel_directory("bin")),  # FileCheck, not, split-file
        os.environ.get("PATH", ""),
    )
)

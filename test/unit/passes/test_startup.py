"""What applying a schedule does not load: it is start-up time of every run with a warm database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MODULE = """
func.func @matmul(%a: memref<6x8xf32>, %b: memref<8x16xf32>, %c: memref<6x16xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%c : memref<6x16xf32>)
  linalg.matmul {morello.schedule = "finish"}
    ins(%a, %b : memref<6x8xf32>, memref<8x16xf32>) outs(%c : memref<6x16xf32>)
  return
}
"""

SCRIPT = """
import sys
from morello_mlir.tools import options
from morello_mlir.tools.morello_opt import run
status = run(options.read(sys.argv[2:]))
for name in sys.argv[1].split():
    if name in sys.modules:
        sys.exit(f"{name} was imported")
sys.exit(status)
"""
SEARCH = "morello_mlir.search.solver morello_mlir.search.space morello_mlir.runtime zstandard"
DIALECTS = "mlir.dialects.linalg mlir.dialects.memref"


def run(unwanted: str, *arguments: str) -> str:
    """Run morello-opt in a process of its own, which fails if it loads what it should not.

    Twice: the first run reads the instruction library and keeps it, with the help of linalg.
    """
    for each in ("", unwanted):
        command = [sys.executable, "-c", SCRIPT, each, *arguments]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return done.stdout


def test_applying_a_schedule_loads_neither_linalg_nor_the_search(tmp_path: Path) -> None:
    source = tmp_path / "matmul.mlir"
    source.write_text(MODULE)
    code = run(f"{SEARCH} {DIALECTS}", str(source), "--morello-apply=target=skylake-avx512")
    assert "linalg" not in code
    assert "vector." in code


def test_a_warm_search_loads_neither_linalg_nor_the_search(tmp_path: Path) -> None:
    source = tmp_path / "matmul.mlir"
    source.write_text(MODULE.replace('{morello.schedule = "finish"}', ""))
    search = f"--morello-synthesize=target=skylake-avx512 db={tmp_path}/memo.db"
    assert "vector." in run(f"{SEARCH} {DIALECTS}", str(source), search)


def test_lowering_does_not_load_linalg(tmp_path: Path) -> None:
    source = tmp_path / "matmul.mlir"
    source.write_text(MODULE)
    apply = "--morello-apply=target=skylake-avx512"
    assert "llvm.func" in run("mlir.dialects.linalg", str(source), apply, "--morello-lower")

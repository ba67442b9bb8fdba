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
status = run(options.read([sys.argv[1], "--morello-apply=target=skylake-avx512"]))
for name in ("mlir.dialects.linalg", "morello_mlir.search.solver", "morello_mlir.runtime"):
    if name in sys.modules:
        sys.exit(f"{name} was imported")
sys.exit(status)
"""


def test_applying_a_schedule_loads_neither_linalg_nor_the_search(tmp_path: Path) -> None:
    source = tmp_path / "matmul.mlir"
    source.write_text(MODULE)
    command = [sys.executable, "-c", SCRIPT, str(source)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "linalg" not in done.stdout
    assert "vector." in done.stdout

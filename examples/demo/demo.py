"""What `make demo` shows: a matmul under a written schedule, from linalg to GFLOP/s.

Runs morello-opt on `examples/schedules/matmul_f32_1024.mlir`, compiles the same file in this
process, compares the result with numpy, and measures. The schedule is the one for AVX-512 where the
machine has it, and the one for AVX2 elsewhere.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

import morello_mlir
from morello_mlir.runtime.host import host

SCHEDULES = Path(__file__).parents[1] / "schedules"
SIZE = 1024
REPETITIONS = 15


def main() -> int:
    """Run the demo; 1 if the kernel is wrong."""
    source = SCHEDULES / "matmul_f32_1024.mlir"
    wide = "avx512f" in host().features
    schedule = SCHEDULES / ("matmul_f32_1024.schedule" if wide else "matmul_f32_1024_avx2.schedule")
    print(f"{source.read_text().strip()}\n\nunder the schedule {schedule.name}:\n")
    print(schedule.read_text())
    show_ir(source, schedule)

    start = time.perf_counter()
    kernel = morello_mlir.compile(source, target="native", schedule=schedule)
    print(f"\ncompiled in {time.perf_counter() - start:.2f} s for {host().cpu}")

    random = np.random.default_rng(0)
    a, b = (random.standard_normal((SIZE, SIZE), dtype=np.float32) for _ in range(2))
    c = np.zeros((SIZE, SIZE), dtype=np.float32)
    kernel.matmul(a, b, c)
    wanted = a.astype(np.float64) @ b.astype(np.float64)
    error = float(np.max(np.abs(c - wanted)) / np.max(np.abs(wanted)))
    print(f"largest difference from numpy in float64: {error:.1e} of the largest element")
    if error > 1e-5:
        print("that is wrong")
        return 1
    print(f"{2 * SIZE**3 / seconds(kernel, a, b, c) / 1e9:.0f} GFLOP/s on one thread")
    return 0


def show_ir(source: Path, schedule: Path) -> None:
    """Print the head of what morello-opt makes of the source."""
    command = [
        str(Path(sys.executable).with_name("morello-opt")),
        str(source),
        f"--morello-apply=schedule={schedule}",
    ]
    print(
        "$ morello-opt", *(Path(word).name for word in command[1:2]), "--morello-apply=schedule=..."
    )
    start = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    print("\n".join(lines[:24]))
    print(f"... {len(lines)} lines in {time.perf_counter() - start:.2f} s")


def seconds(kernel: Any, *arguments: Any) -> float:
    """Return the median time of one call."""
    times = []
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        kernel.matmul(*arguments)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())

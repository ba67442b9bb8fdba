"""What `make demo` shows: a matmul under a written schedule, from linalg to GFLOP/s.

Prints `examples/schedules/matmul_f32_1024.mlir` and a schedule for it, runs morello-opt on them,
compiles them in this process, compares the result with numpy, and measures, with the machine's own
peak beside it. The schedule is an argument (`make demo ARGS=my.schedule`), or else the one for
AVX-512 where the machine has it and the one for AVX2 elsewhere.
"""

from __future__ import annotations

import os
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

import morello_mlir
from morello_mlir.runtime.host import host

SCHEDULES = Path(__file__).parents[1] / "schedules"
SIZE = 1024
REPETITIONS = 15
CHAINS = 12
TURNS = 1_000_000


def main(arguments: list[str]) -> int:
    """Run the demo; 1 if the schedule does not fit or the kernel is wrong."""
    source = SCHEDULES / "matmul_f32_1024.mlir"
    wide = "avx512f" in host().features
    own = SCHEDULES / ("matmul_f32_1024.schedule" if wide else "matmul_f32_1024_avx2.schedule")
    schedule = Path(arguments[0]) if arguments else own
    if not schedule.is_file():
        print(f"{schedule}: no such file")
        return 1
    show("The operation", source)
    show("The schedule", schedule)
    if not show_impl(source, schedule):
        return 1

    start = time.perf_counter()
    kernel = morello_mlir.compile(source, target="native", schedule=schedule)
    cpu = host().model or host().cpu
    print(f"Compiled for this machine ({cpu}) in {time.perf_counter() - start:.2f} s.")

    random = np.random.default_rng(0)
    a, b = (random.standard_normal((SIZE, SIZE), dtype=np.float32) for _ in range(2))
    c = np.zeros((SIZE, SIZE), dtype=np.float32)
    kernel.matmul(a, b, c)
    wanted = a.astype(np.float64) @ b.astype(np.float64)
    error = float(np.max(np.abs(c - wanted)) / np.max(np.abs(wanted)))
    right = error < 1e-5
    print(
        f"Largest difference from numpy in f64: {error:.0e} of the largest element, "
        f"which is {'right' if right else 'WRONG'}."
    )
    if right:
        report(kernel.matmul.bind(a, b, c), 16 if wide else 8)
    return 0 if right else 1


def show(title: str, path: Path) -> None:
    """Print a file under its name."""
    print(f"{title}, {relative(path)}:\n")
    print("".join(f"    {line}\n" for line in path.read_text().strip().splitlines()))


def relative(path: Path) -> str:
    """The path as one would type it here."""
    return os.path.relpath(path)


def show_impl(source: Path, schedule: Path) -> bool:
    """Run morello-opt and print the Impl that the whole schedule makes; whether it made one."""
    options = f"schedule={relative(schedule)} print-impl"
    command = ["morello-opt", relative(source), f"--morello-apply={options}"]
    print(f"$ {shlex.join(command)}\n")
    tool = Path(sys.executable).with_name(command[0])
    start = time.perf_counter()
    done = subprocess.run([str(tool), *command[1:]], capture_output=True, text=True)
    took = time.perf_counter() - start
    if done.returncode:
        print(done.stderr)
        return False
    _, _, last = done.stderr.rpartition(": remark: after ")
    remark = last.splitlines()
    caret = next(n for n, line in enumerate(remark) if line.strip() == "^")
    impl = remark[1 : caret - 1]
    print("makes this Impl (remainders, which follow the same schedule, are folded):\n")
    print("".join(f"    {line}\n" for line in folded(impl)))
    lines = len(done.stdout.splitlines())
    print(f"and prints it as {lines} lines of scf, vector and memref, in {took:.2f} s.\n")
    return True


def folded(impl: list[str]) -> Iterator[str]:
    """The lines of an Impl, those of remainders left out."""
    depth = sys.maxsize
    for line in impl:
        indent = len(line) - len(line.lstrip())
        if indent <= depth:
            rest = line.lstrip().startswith("rest: ")
            depth = indent if rest else sys.maxsize
            yield line.partition("rest: ")[0] + "rest: ..." if rest else line


def report(call: Callable[[], object], lanes: int) -> None:
    """Measure the kernel and the machine's peak in turns, and print both."""
    loop = multiply_adds(lanes)
    times: list[tuple[float, float]] = []
    for _ in range(REPETITIONS):
        times.append((seconds(call), seconds(loop)))
    ours, peaks = zip(*times, strict=True)
    rate = 2 * SIZE**3 / statistics.median(ours) / 1e9
    peak = 2 * lanes * CHAINS * TURNS / statistics.median(peaks) / 1e9
    print(
        f"{rate:.0f} GFLOP/s on one thread: {rate / peak:.0%} of the {peak:.0f} GFLOP/s "
        f"that this core does with {32 * lanes}-bit multiply-adds alone."
    )


def seconds(call: Callable[[], object]) -> float:
    """The time of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def multiply_adds(lanes: int) -> Callable[[], object]:
    """A loop of independent multiply-adds on registers, compiled by the same compiler."""
    vector = f"vector<{lanes}xf32>"
    kind = f"memref<{CHAINS}x{lanes}xf32>"
    body = [f"%i{n} = arith.constant {n} : index" for n in range(CHAINS)]
    body += [f"%a{n} = vector.load %m[%i{n}, %i0] : {kind}, {vector}\n" for n in range(CHAINS)]
    carried = ", ".join(f"%c{n} = %a{n}" for n in range(CHAINS))
    results = ", ".join([vector] * CHAINS)
    body.append(f"%r:{CHAINS} = scf.for %t = %i0 to %turns step %i1 iter_args({carried})")
    body.append(f"    -> ({results}) {{")
    body += [f"  %f{n} = vector.fma %c{n}, %half, %one : {vector}" for n in range(CHAINS)]
    body.append(f"  scf.yield {', '.join(f'%f{n}' for n in range(CHAINS))} : {results}\n}}")
    body += [f"vector.store %r#{n}, %m[%i{n}, %i0] : {kind}, {vector}" for n in range(CHAINS)]
    text = "\n".join(
        [
            f"func.func @loop(%m: {kind}, %turns: index) {{",
            f"%half = arith.constant dense<0.5> : {vector}",
            f"%one = arith.constant dense<1.0> : {vector}",
            *body,
            "return\n}",
        ]
    )
    kernel = morello_mlir.compile(text)
    return kernel.loop.bind(np.ones((CHAINS, lanes), np.float32), TURNS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

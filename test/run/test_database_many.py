"""Eight processes, one database: they make it at once, and write and read it at once.

The tests run this file as a script, which forks the processes; see test_database_kill.py.
"""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from morello_mlir.table import codec  # noqa: F401  # loaded before the processes are forked
from morello_mlir.table.database import Database
from morello_mlir.table.grid import Slab

MODEL = "model"
PROCESSES = 8
CREATIONS = 25
ROWS = 30


def slab_of(key: str) -> Slab:
    rng = np.random.default_rng(zlib.crc32(key.encode()))
    grid = np.repeat(rng.integers(0, 1000, (20, 30, 10)), 3, axis=1).astype(np.uint16)
    return Slab(tuple(tuple(range(n)) for n in grid.shape), grid)


def at_once(work: Callable[[int], None]) -> None:
    """Run work in eight processes that begin together."""
    gate, opened = os.pipe()
    children = []
    for number in range(PROCESSES):
        child = os.fork()
        if not child:
            os.close(opened)
            os.read(gate, 1)  # returns when the parent closes its end
            try:
                work(number)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        children.append(child)
    os.close(gate)
    os.close(opened)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * PROCESSES


def create(folder: Path) -> None:
    """Many new files, each opened by eight at once, who each write a row straight away."""
    for number in range(CREATIONS):
        path = folder / f"{number}.sqlite"

        def work(process: int, path: Path = path) -> None:
            with Database.open(path, MODEL) as db:
                db.put_answer(str(process), str(process))
                assert db.get_answer(str(process)) == str(process)

        at_once(work)
        with Database.open(path, MODEL) as db:
            assert [db.get_answer(str(p)) for p in range(PROCESSES)] == [
                *map(str, range(PROCESSES))
            ]


def share(folder: Path) -> None:
    """Each writes rows of its own and the rows of all, and reads what the others have written."""
    path = folder / "memo.sqlite"

    def work(process: int) -> None:
        with Database.open(path, MODEL) as db:
            for row in range(ROWS):
                keys = (f"all {row}", f"{process} {row}")
                db.put_slabs({key: slab_of(key) for key in keys})
                db.put_answer(keys[0], keys[0])
                db.put_answer(keys[1], keys[1])
                other = f"{(process + row) % PROCESSES} {row}"
                assert db.get_slab(other) in (None, slab_of(other))
                assert db.get_slab(keys[0]) == slab_of(keys[0])
                assert db.statistics().slabs > row

    at_once(work)
    with Database.open(path, MODEL) as db:
        keys = [f"{who} {row}" for who in ("all", *range(PROCESSES)) for row in range(ROWS)]
        assert db.get_slabs(keys) == {key: slab_of(key) for key in keys}
        assert [db.get_answer(key) for key in keys] == keys
        assert db.statistics()[:2] == (len(keys), len(keys))


def run(what: str, folder: Path) -> None:
    script = [sys.executable, __file__, what, str(folder)]
    done = subprocess.run(script, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_eight_processes_make_a_file_at_once(tmp_path: Path) -> None:
    run("create", tmp_path)


@pytest.mark.slow
def test_eight_processes_write_at_once(tmp_path: Path) -> None:
    run("share", tmp_path)


if __name__ == "__main__":
    {"create": create, "share": share}[sys.argv[1]](Path(sys.argv[2]))

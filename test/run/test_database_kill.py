"""Writers that are killed: whatever the moment, the file stays whole.

The test runs this file as a script, because a process that forks must not hold a database, nor
pytest's threads. The script forks a writer, kills it at a random moment, and checks what it left.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import pytest

from morello_mlir.table import codec  # noqa: F401  # loaded before the writers are forked
from morello_mlir.table.database import Database
from morello_mlir.table.grid import Slab

MODEL = "model"
BATCH = 4
FILES_AFTER = 10
"""Every so many rounds a new file, whose creation is interrupted as well."""

ROUNDS = 100
LONGEST_SECONDS = 0.05


def slab_of(key: str) -> Slab:
    """What the writer writes under a key: smooth or noise, from one page to some twenty."""
    rng = np.random.default_rng(zlib.crc32(key.encode()))
    coarse = rng.integers(0, 1000, (20, rng.integers(1, 100), 1 + 20 * rng.integers(2)))
    grid = np.repeat(coarse, rng.integers(1, 4), axis=1).astype(np.uint16)
    return Slab(tuple(tuple(range(n)) for n in grid.shape), grid)


def answer_of(key: str) -> str:
    return key * (1 + zlib.crc32(key.encode()) % 2000)


def batch(number: int) -> list[str]:
    return [f"{number} {i}" for i in range(BATCH)]


def write(path: Path, first: int) -> None:
    """Write until killed."""
    with Database.open(path, MODEL) as db:
        for number in range(first, first + 10**6):
            db.put_slabs({key: slab_of(key) for key in batch(number)})
            db.put_answer(str(number), answer_of(str(number)))
            if number % 3 == 0:  # rows that are there already, too
                db.put_slabs({key: slab_of(key) for key in batch(first)})


def check(path: Path, rows_from: int) -> int:
    """Every row from a batch on is what was written, all of a batch is there; return how many."""
    with Database.open(path, MODEL) as db:
        plain = sqlite3.connect(path)
        assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        slabs = [key for (key,) in plain.execute("SELECT key FROM slabs")]
        answers = [key for (key,) in plain.execute("SELECT key FROM answers")]
        plain.close()
        numbers = {int(key.split()[0]) for key in slabs}
        assert sorted(slabs) == sorted(key for number in numbers for key in batch(number))
        assert {int(key) for key in answers} <= numbers
        assert len(numbers) - len(answers) <= FILES_AFTER  # one before each answer, per round
        new = sorted(n for n in numbers if n >= rows_from)
        for number in new:
            assert db.get_slabs(batch(number)) == {key: slab_of(key) for key in batch(number)}
        for key in answers:
            assert int(key) < rows_from or db.get_answer(key) == answer_of(key)
    return len(new)


def main(folder: Path) -> None:
    moment = random.Random(0)
    seen = {"journals": 0, "nothing": 0, "batches": 0}
    for number in range(ROUNDS):
        path = folder / f"{number // FILES_AFTER}.sqlite"
        first = number * 10**6
        child = os.fork()
        if not child:
            write(path, first)
        time.sleep(moment.uniform(0, LONGEST_SECONDS))
        os.kill(child, signal.SIGKILL)
        assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
        seen["journals"] += path.with_name(f"{path.name}-journal").exists()
        kept = check(path, first)
        seen["batches"] += kept
        seen["nothing"] += not kept
    for path in folder.glob("*.sqlite"):
        check(path, 0)
    print(json.dumps(seen))


@pytest.mark.slow
def test_a_killed_writer_leaves_the_file_whole(tmp_path: Path) -> None:
    run = [sys.executable, __file__, str(tmp_path)]
    done = subprocess.run(run, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert len(list(tmp_path.glob("*.sqlite"))) == ROUNDS // FILES_AFTER
    # The kills came in the midst of things, and not before anything was written.
    assert seen["journals"] > 10 and seen["batches"] > 50, seen


if __name__ == "__main__":
    main(Path(sys.argv[1]))

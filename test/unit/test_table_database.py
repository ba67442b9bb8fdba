"""The database in one process: what it keeps, and every sort of file that it must refuse."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from morello_mlir.table import database, opening
from morello_mlir.table.database import Database, DatabaseError, Key, UnavailableError
from morello_mlir.table.grid import Slab

MODEL = "avx512 1"


def slab(seed: int, size: int = 6) -> Slab:
    rng = np.random.default_rng(seed)
    grid = np.repeat(rng.integers(0, 300, (size, size)), 5, axis=1).astype(np.uint16)
    return Slab(tuple(tuple(range(n)) for n in grid.shape), grid)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memo table?#%.sqlite"


SLABS: dict[Key, Slab] = {"matmul": slab(1), b"matmul": slab(2), "copy": slab(3, 40)}
ANSWERS: dict[Key, str] = {"goal": '{"cost": 1.5}', "öther\0goal": "ü" * 4000}


def fill(path: Path) -> None:
    with Database.open(path, MODEL) as db:
        db.put_slabs(SLABS)
        for key, text in ANSWERS.items():
            db.put_answer(key, text)


def test_what_is_kept_is_found_again(path: Path) -> None:
    fill(path)
    with Database.open(str(path), MODEL) as db:
        assert db.get_slabs([*SLABS, "none such"]) == SLABS
        assert db.get_slab("copy") == SLABS["copy"] and db.get_slab(b"copy") is None
        assert {key: db.get_answer(key) for key in ANSWERS} == ANSWERS
        assert db.get_answer("matmul") is None
        db.put_slabs({"copy": SLABS["matmul"]})
        assert db.get_slab("copy") == SLABS["matmul"]
    assert os.listdir(path.parent) == [path.name]


def test_another_model_finds_nothing(path: Path) -> None:
    fill(path)
    with Database.open(path, "avx512 2") as db:
        assert db.get_slabs(SLABS) == {}
        assert db.get_answer("goal") is None
        assert db.statistics()[:4] == (0, 0, 0, 0)
        db.put_answer("goal", "new")
    with Database.open(path, MODEL) as db:
        assert db.get_answer("goal") == ANSWERS["goal"]


def test_statistics(path: Path) -> None:
    fill(path)
    with Database.open(path, MODEL) as db:
        found = db.statistics()
    assert (found.slabs, found.answers) == (3, 2)
    assert found.points == sum(s.decisions.size for s in SLABS.values())
    assert found.boxes < found.points / 4
    assert found.file_bytes == path.stat().st_size > found.slab_bytes
    assert found.bytes_per_point == found.slab_bytes / found.points < 2
    assert found.points_per_box == found.points / found.boxes


def test_none_keeps_nothing() -> None:
    with Database.open("none", MODEL) as db:
        db.put_slabs(SLABS)
        db.put_answer("goal", "text")
        assert db.get_slabs(SLABS) == {} and db.get_answer("goal") is None
        assert db.statistics().points == 0 and db.warning is None and db.path is None


def test_a_transaction_is_whole_or_not_at_all(path: Path) -> None:
    with Database.open(path, MODEL) as db:
        wrong: dict[Key, Slab] = {"a": slab(1), 5: slab(2)}  # type: ignore[dict-item]
        with pytest.raises(AttributeError):
            db.put_slabs(wrong)
        with pytest.raises(sqlite3.ProgrammingError):
            db._write(
                "INSERT OR REPLACE INTO answers SELECT id, ?2, ?3, ?4", [(MODEL, "a", 0, b""), ()]
            )
        assert db.get_slab("a") is None and db.get_answer("a") is None


# Files that are not ours


def refused(path: Path, *words: str, kind: type[DatabaseError] = DatabaseError) -> None:
    """Opening fails with these words and the path, and changes nothing."""
    before = state(path.parent)
    with pytest.raises(kind) as raised:
        Database.open(path, MODEL)
    assert type(raised.value) is kind
    for word in (str(path), "db=", *words):
        assert word in str(raised.value)
    assert state(path.parent) == before


def state(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


@pytest.mark.parametrize("size", [1, 15, 99, 100, 512, 5000])
def test_garbage(path: Path, size: int) -> None:
    path.write_bytes(random.Random(size).randbytes(size))
    refused(path, "no database", "delete it yourself")


def test_an_empty_file_is_a_new_one(path: Path) -> None:
    path.touch()
    fill(path)
    assert Database.open(path, MODEL).get_answer("goal") == ANSWERS["goal"]


@pytest.mark.parametrize("log", ["delete", "wal"])
@pytest.mark.parametrize("number", [0, 77])
def test_a_database_of_another_application(path: Path, log: str, number: int) -> None:
    other = sqlite3.connect(path)
    other.execute(f"PRAGMA journal_mode={log}")
    other.execute(f"PRAGMA application_id={number}")
    other.execute("CREATE TABLE slabs (key, content)")
    other.commit()
    refused(path, "another application")  # in mode wal all of it is still in the log
    other.close()
    refused(path, "another application")


def test_another_schema(path: Path) -> None:
    fill(path)
    with sqlite3.connect(path) as changed:
        changed.execute("PRAGMA user_version=7")
    changed.close()
    refused(path, "schema version 7", "writes version 1", "delete it yourself")


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE meta",
        "UPDATE meta SET value = '2' WHERE name = 'schema'",
        "DROP TABLE answers",
        "ALTER TABLE slabs ADD COLUMN more",
        "CREATE TRIGGER t AFTER INSERT ON slabs BEGIN DELETE FROM slabs; END",
    ],
)
def test_tables_that_are_not_as_we_made_them(path: Path, change: str) -> None:
    fill(path)
    with sqlite3.connect(path) as changed:
        changed.execute(change)
    changed.close()
    refused(path, "damaged", "delete it yourself")


def outcomes(path: Path) -> list[str]:
    """Read everything; what is read must be right, or missing, or a DatabaseError."""
    seen = []
    reads: list[Callable[[Database], object]] = [
        *(lambda db, k=k: db.get_slab(k) in (None, SLABS[k]) for k in SLABS),
        *(lambda db, k=k: db.get_answer(k) in (None, ANSWERS[k]) for k in ANSWERS),
        lambda db: bool(db.statistics()),
    ]
    try:
        db = Database.open(path, MODEL)
    except DatabaseError as error:
        return [str(error)]
    with db:
        for read in reads:
            try:
                assert read(db)
                seen.append("")
            except DatabaseError as error:
                seen.append(str(error))
    return seen


def test_truncated(path: Path) -> None:
    fill(path)
    whole = path.read_bytes()
    for size in range(1, len(whole), 997):
        path.write_bytes(whole[:size])
        messages = [m for m in outcomes(path) if m]
        assert messages and "delete it yourself" in messages[0], size
        assert path.read_bytes() == whole[:size]


def test_damage_is_never_trusted(path: Path) -> None:
    fill(path)
    whole = path.read_bytes()
    places = random.Random(0).sample(range(len(whole)), 250)
    noticed = 0
    for place in [*range(0, 100, 3), *places]:
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        path.write_bytes(damaged)
        messages = [m for m in outcomes(path) if m]
        noticed += bool(messages)
        assert all(str(path) in m for m in messages)
        assert path.read_bytes() == damaged
    for page in range(len(whole) // 4096):
        path.write_bytes(whole[: page * 4096] + b"\xa5" * 4096 + whole[(page + 1) * 4096 :])
        noticed += any(outcomes(path))
    assert noticed > 30


def test_a_damaged_row_is_named(path: Path) -> None:
    fill(path)
    with sqlite3.connect(path) as changed:
        changed.execute("UPDATE slabs SET content = zeroblob(99) WHERE key = 'copy'")
        changed.execute("UPDATE answers SET content = 'text' WHERE key = 'goal'")
        changed.execute("UPDATE slabs SET key = 'moved' WHERE key = 'matmul'")
        changed.execute("UPDATE answers SET key = CAST(key AS BLOB) WHERE key <> 'goal'")
    changed.close()
    with Database.open(path, MODEL) as db:
        for key in ("copy", "moved"):
            with pytest.raises(
                DatabaseError, match=f"slab '{key}' is damaged .*delete it yourself"
            ):
                db.get_slab(key)
        with pytest.raises(DatabaseError, match="answer 'goal' is damaged"):
            db.get_answer("goal")
        with pytest.raises(DatabaseError, match="is damaged"):
            db.get_answer("öther\0goal".encode())
        assert db.get_slab(b"matmul") == SLABS[b"matmul"]
        db.put_slabs({"copy": SLABS["copy"]})
        assert db.get_slab("copy") == SLABS["copy"]


def test_a_row_under_another_model_is_noticed(path: Path) -> None:
    fill(path)
    with sqlite3.connect(path) as changed:
        changed.execute("UPDATE models SET fingerprint = 'other'")
    changed.close()
    with Database.open(path, "other") as db:
        with pytest.raises(DatabaseError, match="its checksum is wrong"):
            db.get_slab("copy")
        with pytest.raises(DatabaseError, match="its checksum is wrong"):
            db.get_answer("goal")


# Places that cannot be used


def test_a_directory(path: Path) -> None:
    path.mkdir()
    refused(path, "is a directory", kind=UnavailableError)


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    refused(tmp_path / ("x" * 300), "cannot be opened (File name too long)", kind=UnavailableError)


def test_a_device_is_no_file() -> None:
    with pytest.raises(UnavailableError, match="no regular file"):
        Database.open("/dev/null", MODEL)


def test_a_folder_that_is_not_there(path: Path) -> None:
    with pytest.raises(UnavailableError, match=r"there is no directory .*db="):
        Database.open(path / "x.sqlite", MODEL)
    assert not path.exists()


@pytest.mark.parametrize("which", ["file", "folder", "way"])
def test_read_only(which: str) -> None:
    """In a process of a user whom permissions bind, whoever runs the tests."""
    script = """if True:
        import os, sys
        from morello_mlir.table.database import Database, DatabaseError
        if os.geteuid() == 0:
            os.setuid(65534)
        try:
            Database.open(sys.argv[1], "model")
        except DatabaseError as error:
            print(type(error).__name__, error)"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "memo.sqlite"
        fill(path)
        path.chmod(0o444 if which == "file" else 0o666)
        Path(folder).chmod({"file": 0o777, "folder": 0o555, "way": 0o000}[which])
        run = [sys.executable, "-c", script, str(path)]
        done = subprocess.run(run, capture_output=True, text=True)
        Path(folder).chmod(0o755)
    expected = {
        "file": f"{path} may not be written;",
        "folder": f"{folder} may not be written;",
        "way": f"{path} cannot be opened (Permission denied);",
    }
    assert done.stdout.startswith(f"UnavailableError {expected[which]}"), done
    assert "db=" in done.stdout


def test_a_full_disk(path: Path) -> None:
    fill(path)
    with Database.open(path, MODEL) as db:
        assert db._connection is not None
        db._connection.execute("PRAGMA max_page_count=10")
        with pytest.raises(UnavailableError, match=r"the disk is full; make room"):
            db.put_answer("long", "x" * 100_000)
        assert db.get_answer("long") is None and db.get_answer("goal") == ANSWERS["goal"]


def test_a_file_that_cannot_grow(path: Path) -> None:
    script = """if True:
        import resource, sys
        from morello_mlir.table.database import Database, DatabaseError
        db = Database.open(sys.argv[1], "model")
        db.put_answer("short", "x")
        resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
        try:
            db.put_answer("long", "x" * 1000000)
        except DatabaseError as error:
            print(type(error).__name__, error)
        print(db.get_answer("long"), db.get_answer("short"))"""
    run = [sys.executable, "-c", script, str(path)]
    done = subprocess.run(run, capture_output=True, text=True)
    message, after = done.stdout.splitlines()
    assert message.startswith(f"UnavailableError {path}") and "db=" in message
    assert after == "None x"


def test_a_lock_that_is_held_too_long(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.01)
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.05)
    fill(path)
    other = sqlite3.connect(path, isolation_level=None)
    with Database.open(path, MODEL) as db:
        other.execute("BEGIN IMMEDIATE")
        assert db.get_answer("goal") == ANSWERS["goal"]
        with pytest.raises(UnavailableError, match="locked by another process"):
            db.put_answer("goal", "new")
        other.execute("COMMIT")
        db.put_answer("goal", "new")
        assert db.get_answer("goal") == "new"
    other.close()


# The default location


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name: str(tmp_path / "cache" / name))
    return tmp_path / "cache" / "morello-mlir"


def test_the_default_location_is_made(cache: Path) -> None:
    with Database.open(None, MODEL) as db:
        db.put_answer("goal", "text")
        assert db.warning is None and db.path == database.default_path()
    assert os.listdir(cache) == ["memo-1.sqlite"]


def test_a_default_location_that_cannot_be_made(cache: Path) -> None:
    cache.parent.write_text("a file where a folder should be")
    with Database.open(None, MODEL) as db:
        assert db.warning and str(cache) in db.warning and "nothing is kept" in db.warning
        db.put_slabs(SLABS)
        assert db.get_slabs(SLABS) == {}


def test_a_default_location_that_fills_up(cache: Path) -> None:
    with Database.open(None, MODEL) as db:
        assert db._connection is not None
        db._connection.execute("PRAGMA max_page_count=12")
        db.put_answer("short", "x")
        assert db.warning is None
        db.put_answer("long", "x" * 100_000)
        assert db.warning and "the disk is full" in db.warning
        assert db.get_answer("short") is None and db.statistics().answers == 0


def test_a_default_file_that_is_not_ours_is_an_error(cache: Path) -> None:
    cache.mkdir(parents=True)
    database.default_path().write_bytes(b"something else")
    with pytest.raises(DatabaseError, match="no database"):
        Database.open(None, MODEL)


def test_an_answer_is_read_without_numpy(path: Path) -> None:
    fill(path)
    script = f"""if True:
        import sys
        from morello_mlir.table.database import Database
        assert Database.open(sys.argv[1], {MODEL!r}).get_answer("goal")
        assert not {{"numpy", "zstandard", "platformdirs"}} & {{*sys.modules}}"""
    subprocess.run([sys.executable, "-c", script, str(path)], check=True)

"""Database: solved slabs and answers in one file that any number of processes share.

Rows are kept per fingerprint, which stands for all that decisions depend on (target, coefficients,
actions, version of the code), so a changed model never reads what another one left. Every row has
a checksum of its content, its fingerprint and its key; a row that fails it is a DatabaseError, and
nothing of it is used. Writes are single short transactions: a process killed at any moment leaves
all of a `put_slabs` or nothing. A default location that cannot be used is a `warning`, and the
database then finds and keeps nothing; a location that was asked for must work. SQLite's connections
do not survive a fork: open the database in the process that uses it. Reading an answer loads
neither numpy nor zstandard. Read next: `opening.py`.
"""

from __future__ import annotations

import os
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from .opening import (
    FAILURES,
    INSTEAD,
    SCHEMA,
    DatabaseError,
    UnavailableError,
    connect,
    explained,
    is_busy,
)

if TYPE_CHECKING:
    from .grid import Slab

__all__ = ["Database", "DatabaseError", "Key", "Statistics", "UnavailableError", "default_path"]

Key = str | bytes
T = TypeVar("T")

NONE = "none"
PATIENCE_SECONDS = 30.0
"""How long an operation is tried anew while other processes hold the file."""

_HERE = "model = (SELECT id FROM models WHERE fingerprint = ?)"


class Statistics(NamedTuple):
    """What is kept under one fingerprint, and the size of the whole file."""

    slabs: int = 0
    answers: int = 0
    points: int = 0
    boxes: int = 0
    slab_bytes: int = 0
    file_bytes: int = 0

    @property
    def bytes_per_point(self) -> float:
        """Of the slabs."""
        return self.slab_bytes / self.points if self.points else 0.0

    @property
    def points_per_box(self) -> float:
        """Of the slabs."""
        return self.points / self.boxes if self.boxes else 0.0


def default_path() -> Path:
    """The file in the user's cache directory."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("morello-mlir")) / f"memo-{SCHEMA}.sqlite"


class Database:
    """See the module's text; made by `Database.open`."""

    def __init__(self, fingerprint: str, path: Path | None, is_default: bool = False) -> None:
        """Open a file, or with no path a database that keeps nothing."""
        self.fingerprint = fingerprint
        self.path = path
        self.warning: str | None = None
        self._is_default = is_default
        self._connection: sqlite3.Connection | None = None
        if path is not None:
            try:
                self._connection = self._opened(path)
            except UnavailableError as error:
                self._give_up(error)

    @staticmethod
    def open(where: str | os.PathLike[str] | None, fingerprint: str) -> Database:
        """Open a path, the default one if None, or none at all if "none"."""
        if where is None:
            return Database(fingerprint, default_path(), is_default=True)
        return Database(fingerprint, None if where == NONE else Path(where))

    def _opened(self, path: Path) -> sqlite3.Connection:
        if self._is_default:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise UnavailableError(f"{path.parent} cannot be made: {error.strerror}") from error
        return _patiently(lambda: connect(path))

    def _give_up(self, error: UnavailableError) -> None:
        """Go on without a database, if nobody asked for this one."""
        if not self._is_default:
            raise error
        self.close()
        self.warning = f"nothing is kept for later runs: {error}"

    def close(self) -> None:
        """Let go of the file; a closed database finds and keeps nothing."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def get_slab(self, key: Key) -> Slab | None:
        """The slab of a key, if there is one."""
        return self.get_slabs([key]).get(key)

    def get_slabs(self, keys: Iterable[Key]) -> dict[Key, Slab]:
        """The slabs of those keys that have one, all as of one moment."""
        select = f"SELECT content FROM slabs WHERE {_HERE} AND key = ?"
        wanted = list(keys)

        def read(connection: sqlite3.Connection) -> list[tuple[Key, bytes]]:
            rows = [
                (key, connection.execute(select, (self.fingerprint, key)).fetchone())
                for key in wanted
            ]
            return [(key, row[0]) for key, row in rows if row]

        none: list[tuple[Key, bytes]] = []
        found = self._transaction("BEGIN", read, none)
        if not found:
            return {}
        from .codec import CorruptError, decode

        slabs = {}
        for key, blob in found:
            if not isinstance(blob, bytes):
                raise self._damaged("slab", key, "it is no blob")
            try:
                slabs[key] = decode(blob, self._context(key))
            except CorruptError as error:
                raise self._damaged("slab", key, str(error)) from error
        return slabs

    def known_slabs(self, keys: Iterable[Key]) -> dict[Key, tuple[int, int, int]]:
        """Points, boxes and bytes of those keys that have a slab."""
        select = f"SELECT points, boxes, LENGTH(content) FROM slabs WHERE {_HERE} AND key = ?"
        wanted = list(keys)

        def read(connection: sqlite3.Connection) -> dict[Key, tuple[int, int, int]]:
            rows = (
                (key, connection.execute(select, (self.fingerprint, key)).fetchone())
                for key in wanted
            )
            return {key: row for key, row in rows if row}

        none: dict[Key, tuple[int, int, int]] = {}
        return self._transaction("BEGIN", read, none)

    def put_slabs(self, slabs: Mapping[Key, Slab]) -> None:
        """Keep slabs: all of them, or none if this fails."""
        if self._connection is None or not slabs:
            return
        from .codec import encode

        rows = []
        for key, slab in slabs.items():
            blob, points, boxes = encode(slab, self._context(key))
            rows.append((self.fingerprint, key, points, boxes, blob))
        self._write("INSERT OR REPLACE INTO slabs SELECT id, ?2, ?3, ?4, ?5", rows)

    def get_answer(self, key: Key) -> str | None:
        """The text of a solved goal, if there is one."""
        select = f"SELECT crc, content FROM answers WHERE {_HERE} AND key = ?"

        def read(connection: sqlite3.Connection) -> tuple[int, bytes] | None:
            row: tuple[int, bytes] | None
            row = connection.execute(select, (self.fingerprint, key)).fetchone()
            return row

        row = self._transaction("BEGIN", read, None)
        if row is None:
            return None
        crc, content = row
        if not isinstance(content, bytes) or crc != zlib.crc32(
            content, zlib.crc32(self._context(key))
        ):
            raise self._damaged("answer", key, "its checksum is wrong")
        return content.decode()

    def put_answer(self, key: Key, text: str) -> None:
        """Keep the text of a solved goal."""
        content = text.encode()
        crc = zlib.crc32(content, zlib.crc32(self._context(key)))
        insert = "INSERT OR REPLACE INTO answers SELECT id, ?2, ?3, ?4"
        self._write(insert, [(self.fingerprint, key, crc, content)])

    def statistics(self) -> Statistics:
        """Count what is kept under this fingerprint."""
        slabs = "COUNT(*), TOTAL(points), TOTAL(boxes), TOTAL(LENGTH(content))"

        def read(connection: sqlite3.Connection) -> Statistics:
            def one(columns: str, table: str) -> list[int]:
                select = f"SELECT {columns} FROM {table} WHERE {_HERE}"
                return [int(n) for n in connection.execute(select, (self.fingerprint,)).fetchone()]

            (answers,) = one("COUNT(*)", "answers")
            count, points, boxes, size = one(slabs, "slabs")
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            (page,) = connection.execute("PRAGMA page_size").fetchone()
            return Statistics(count, answers, points, boxes, size, pages * page)

        return self._transaction("BEGIN", read, Statistics())

    def _context(self, key: Key) -> bytes:
        """What a row's checksum covers besides its content."""
        named = key if isinstance(key, bytes) else key.encode()
        return b"\0".join((self.fingerprint.encode(), type(key).__name__.encode(), named))

    def _damaged(self, kind: str, key: Key, why: str) -> DatabaseError:
        return DatabaseError(f"{self.path}: {kind} {key!r:.100} is damaged ({why}); {INSTEAD}")

    def _write(self, insert: str, rows: Sequence[tuple[object, ...]]) -> None:
        def write(connection: sqlite3.Connection) -> None:
            add = "INSERT OR IGNORE INTO models (fingerprint) VALUES (?)"
            connection.execute(add, (self.fingerprint,))
            connection.executemany(f"{insert} FROM models WHERE fingerprint = ?1", rows)

        self._transaction("BEGIN IMMEDIATE", write, None)

    def _transaction(self, begin: str, work: Callable[[sqlite3.Connection], T], without: T) -> T:
        """Do work in one transaction; `without` is the result if there is no database."""
        connection, path = self._connection, self.path
        if connection is None or path is None:
            return without

        def attempt() -> T:
            try:
                connection.execute(begin)
                result = work(connection)
                connection.execute("COMMIT")
            except sqlite3.ProgrammingError:
                raise
            except FAILURES as error:
                raise explained(path, error) from error
            finally:
                if connection.in_transaction:
                    connection.rollback()
            return result

        try:
            return _patiently(attempt)
        except UnavailableError as error:
            self._give_up(error)
            return without


def _patiently(attempt: Callable[[], T]) -> T:
    """Try again, for a while, what fails because others hold the file."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return attempt()
        except UnavailableError as error:
            if not is_busy(error.__cause__) or time.monotonic() > deadline:
                raise
        time.sleep(0.01)

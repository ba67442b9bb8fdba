"""Opening a database file: only one that is ours, whole, of this schema, or new.

SQLite keeps a rollback journal here, not a write-ahead log. A log needs memory that all processes
share, which network file systems do not have, and leaves two more files beside the database; what
it gives in return, readers that go on during a commit, is not needed where commits are rare and
short. A killed writer leaves its journal behind, and whoever opens the file next undoes by it what
was half written. `synchronous=NORMAL` is safe against kills; against loss of power the checksums of
the rows are the last guard. A new file is made in one transaction, so of processes that open it at
once one makes it and the others find it made, and an empty file counts as new. A file that is not
ours is looked at without locks and journal, so it is not touched at all. Read next: `database.py`.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import NamedTuple

SCHEMA = 1
APPLICATION = 0x4D724D65
"""What `PRAGMA application_id` says of our files."""

SMALLEST = 512
"""Bytes of the smallest SQLite file. SQLite takes a file of one byte for an empty one."""

BUSY_SECONDS = 5.0
"""How long SQLite itself waits for a lock."""

TABLES = {
    "meta": "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT)",
    "models": "CREATE TABLE models (id INTEGER PRIMARY KEY, fingerprint TEXT UNIQUE)",
    "slabs": "CREATE TABLE slabs (model INTEGER, key BLOB, points INTEGER, boxes INTEGER,"
    " content BLOB, PRIMARY KEY (model, key))",
    "answers": "CREATE TABLE answers (model INTEGER, key BLOB, crc INTEGER, content BLOB,"
    " PRIMARY KEY (model, key))",
}
META = {"format": "morello-mlir memo table", "schema": str(SCHEMA)}
INSTEAD = "delete it yourself, or give another db="


FAILURES = (sqlite3.Error, UnicodeDecodeError)
"""What sqlite3 raises over a damaged file; the latter if damaged text is no text any more."""


class DatabaseError(Exception):
    """The database cannot be used; the text names the file and says what to do."""


class UnavailableError(DatabaseError):
    """The place is at fault, not the content: not writable, full, or locked."""


class Identity(NamedTuple):
    """What a file says about itself."""

    application: int
    schema: int
    tables: dict[str, str]


NEW = Identity(0, 0, {})
OURS = Identity(APPLICATION, SCHEMA, TABLES)


def connect(path: Path) -> sqlite3.Connection:
    """Open a file that is ours, or make it; anything else is a DatabaseError."""
    try:
        _check_place(path)
        _refuse_foreign(path)
        connection = sqlite3.connect(path.absolute(), timeout=BUSY_SECONDS, isolation_level=None)
    except FAILURES as error:
        raise explained(path, error) from error
    except OSError as error:
        reason = error.strerror
        raise UnavailableError(f"{path} cannot be opened ({reason}); give another db=") from error
    try:
        _prepare(path, connection)
    except BaseException as error:
        connection.close()
        if isinstance(error, FAILURES):
            raise explained(path, error) from error
        raise
    return connection


def _check_place(path: Path) -> None:
    """SQLite says `unable to open database file` to all of these."""
    folder = path.absolute().parent
    if path.is_dir():
        raise UnavailableError(f"{path} is a directory; give the name of a file in db=")
    if path.exists() and not path.is_file():
        raise UnavailableError(f"{path} is no regular file; give another db=")
    if not folder.is_dir():
        raise UnavailableError(
            f"{path}: there is no directory {folder}; make it, or give another db="
        )
    if path.exists() and not os.access(path, os.R_OK | os.W_OK):
        raise UnavailableError(f"{path} may not be written; change that, or give another db=")
    if not os.access(folder, os.W_OK | os.X_OK):  # the journal lies beside the file
        raise UnavailableError(f"{folder} may not be written; change that, or give another db=")


def _refuse_foreign(path: Path) -> None:
    """Refuse what is plainly not ours without a lock, a recovery, or a trace of any kind."""
    size = path.stat().st_size if path.exists() else 0
    if not size:
        return
    if size < SMALLEST and not _beside(path, "journal"):
        raise _no_database(path)
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    looking = sqlite3.connect(uri, uri=True, isolation_level=None)
    try:
        identity = _identity(looking)
    except FAILURES:
        return  # damaged, or being written just now: opening it with locks will tell
    finally:
        looking.close()
    # What a write-ahead log holds is not seen without locks.
    if identity.application != APPLICATION and (identity != NEW or _beside(path, "wal")):
        raise _foreign(path)


def _beside(path: Path, kind: str) -> bool:
    return path.with_name(f"{path.name}-{kind}").exists()


def _prepare(path: Path, connection: sqlite3.Connection) -> None:
    """Make the tables of a new file; check those of another."""
    # Without spills a writer shuts readers out during its commit only.
    for setting in ("cache_spill=OFF", "synchronous=NORMAL", "cell_size_check=ON"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute("BEGIN")
    identity = _identity(connection)
    meta = dict(connection.execute("SELECT name, value FROM meta")) if identity == OURS else META
    connection.execute("COMMIT")
    if identity == NEW:
        connection.execute("BEGIN IMMEDIATE")
        identity = _identity(connection)
        if identity == NEW:
            _create(connection)
            identity = OURS
        connection.execute("COMMIT")
    if identity.application != APPLICATION:
        raise _foreign(path)
    if identity.schema != SCHEMA:
        raise DatabaseError(
            f"{path} has schema version {identity.schema}, and this morello-mlir writes version"
            f" {SCHEMA}; {INSTEAD}"
        )
    if identity != OURS or meta != META:
        raise DatabaseError(f"{path} is damaged: its tables are not as they were made; {INSTEAD}")


def _identity(connection: sqlite3.Connection) -> Identity:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (schema,) = connection.execute("PRAGMA user_version").fetchone()
    made = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite@_%' ESCAPE '@'"
    return Identity(application, schema, dict(connection.execute(made)))


def _create(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA application_id={APPLICATION}")
    connection.execute(f"PRAGMA user_version={SCHEMA}")
    for statement in TABLES.values():
        connection.execute(statement)
    connection.executemany("INSERT INTO meta VALUES (?, ?)", META.items())


def _foreign(path: Path) -> DatabaseError:
    return DatabaseError(f"{path} is a database of another application; give another db=")


def _no_database(path: Path) -> DatabaseError:
    return DatabaseError(f"{path} is no database, or a damaged one; {INSTEAD}")


def is_busy(error: BaseException | None) -> bool:
    """Whether another process holds the file, and trying again may help."""
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)


def explained(path: Path, error: Exception) -> DatabaseError:
    """The same in words that name the file and say what to do."""
    text = str(error)
    if isinstance(error, UnicodeDecodeError):
        text = "its tables are not as they were made"
    if is_busy(error):
        return UnavailableError(f"{path} is locked by another process; wait, or give another db=")
    if "is full" in text:
        return UnavailableError(f"{path}: the disk is full; make room, or give another db=")
    if "readonly" in text or "unable to open" in text:
        return UnavailableError(f"{path} may not be written; change that, or give another db=")
    if "disk I/O" in text:
        return UnavailableError(f"{path} cannot be read or written ({text}); give another db=")
    if "not a database" in text:
        return _no_database(path)
    return DatabaseError(f"{path} is damaged ({text}); {INSTEAD}")

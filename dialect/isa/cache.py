"""Libraries as they were read, kept on disk: reading all takes 60 ms and more, this a tenth.

A file's name has the hash of everything that its content depends on (the library's text and the
sources of what reads it), so that it is never stale; its first bytes are the hash of the rest, so
that a broken one is not used. Where the directory cannot be written, nothing is kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
from functools import lru_cache
from pathlib import Path

from .reader import Library, read_library

_HERE = Path(__file__).parent
_ENGINE = Path(sys.modules["morello_mlir"].__file__ or "").parent
_DIGEST = hashlib.sha256
_SIZE = _DIGEST().digest_size


def cached_library(text: str, name: str, directory: Path | None = None) -> Library:
    """`read_library`, or what it returned the last time; `directory` is else the user's cache."""
    directory = directory or _user_cache()
    if directory is None:
        return read_library(text, name)
    path = directory / f"{name}.{_key(text)}.pickle"
    found = _load(path)
    if found is None:
        found = read_library(text, name)
        _store(path, name, found)
    return found


def _user_cache() -> Path | None:
    try:
        return Path.home() / ".cache" / "morello-mlir" / "isa"
    except RuntimeError:  # nobody's home
        return None


def _key(text: str) -> str:
    return _DIGEST(_sources() + text.encode()).hexdigest()[:24]


@lru_cache(maxsize=1)
def _sources() -> bytes:
    """What a pickle depends on besides the library: the code that reads it, and Python."""
    files = [*_HERE.glob("*.py"), *_HERE.parent.glob("*.py"), *_ENGINE.glob("*.py")]
    files += (_ENGINE / "target").glob("*.py")
    return sys.version.encode() + b"".join(f.read_bytes() for f in sorted(files))


def _load(path: Path) -> Library | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if _DIGEST(data[_SIZE:]).digest() != data[:_SIZE]:
        return None
    found = pickle.loads(data[_SIZE:])
    return found if isinstance(found, Library) else None


def _store(path: Path, name: str, library: Library) -> None:
    """Write a new file and remove those of other versions; it is no error if that fails."""
    data = pickle.dumps(library, pickle.HIGHEST_PROTOCOL)
    part = path.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(_DIGEST(data).digest() + data)
        part.replace(path)
        for old in path.parent.glob(f"{name}.*.pickle"):
            if old != path:
                old.unlink(missing_ok=True)

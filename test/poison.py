"""Fresh memory full of ones, which are NaN in every float type: reading what nobody wrote shows."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

_PERTURB = -6  # glibc's M_PERTURB: memory from malloc is filled with the complement of a byte
_ZERO_BYTE = 0x100  # not 0, which turns it off
# Every thread keeps up to seven freed blocks of each of these sizes, and hands them out unfilled.
_KEPT = range(24, 1033, 16)
_KEPT_EACH = 7


@contextmanager
def poisoned() -> Iterator[None]:
    """Poison what kernels allocate meanwhile; nothing happens where the C library cannot."""
    libc = ctypes.CDLL(None)
    mallopt = getattr(libc, "mallopt", None)
    if mallopt is None:
        yield
        return
    libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    mallopt(_PERTURB, _ZERO_BYTE)
    taken = [libc.malloc(size) for size in _KEPT for _ in range(_KEPT_EACH)]
    try:
        yield
    finally:
        mallopt(_PERTURB, 0)
        for block in taken:
            libc.free(block)

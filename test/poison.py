"""Fresh memory full of ones, which are NaN in every float type: reading what nobody wrote shows."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

_PERTURB = -6  # glibc's M_PERTURB: memory from malloc is filled with the complement of a byte
_ZERO_BYTE = 0x100  # not 0, which turns it off


@contextmanager
def poisoned() -> Iterator[None]:
    """Poison what kernels allocate meanwhile; nothing happens where the C library cannot."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        yield
        return
    mallopt(_PERTURB, _ZERO_BYTE)
    try:
        yield
    finally:
        mallopt(_PERTURB, 0)

"""Element types by name, how numpy holds them, and random values of them.

numpy has no bf16; its values travel as the upper half of an f32 in a uint16, so that no peer's
interpreter needs a further package.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

STORAGE: dict[str, np.dtype[Any]] = {
    "f64": np.dtype(np.float64),
    "f32": np.dtype(np.float32),
    "f16": np.dtype(np.float16),
    "bf16": np.dtype(np.uint16),
    "i64": np.dtype(np.int64),
    "i32": np.dtype(np.int32),
    "i16": np.dtype(np.int16),
    "i8": np.dtype(np.int8),
    "u8": np.dtype(np.uint8),
}

ROUNDOFF = {"f64": 2.0**-53, "f32": 2.0**-24, "f16": 2.0**-11, "bf16": 2.0**-7}
"""The largest relative error of rounding to a float type; integers have none.

For bf16 it is twice that, because some libraries cut instead of rounding."""

_ONE_AND_FRACTION = {"f64": (0x3FF << 52, 52), "f32": (0x7F << 23, 23)}
_ONE_AND_FRACTION |= {"f16": (0xF << 10, 10), "bf16": (0x7F << 7, 7)}


def is_float(dtype: str) -> bool:
    """Whether values of the type are rounded."""
    return dtype in ROUNDOFF


def random(dtype: str, shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[Any]:
    """Floats in [1, 2), of which no product or sum is denormal; integers over their whole range."""
    storage = STORAGE[dtype]
    if not is_float(dtype):
        limits = np.iinfo(storage)
        draw = rng.integers(limits.min, limits.max, shape, np.int64, endpoint=True)
        whole: NDArray[Any] = draw.astype(storage)
        return whole
    one, fraction = _ONE_AND_FRACTION[dtype]
    bits = np.dtype(f"u{storage.itemsize}")
    words = rng.integers(0, 1 << fraction, shape, bits) | bits.type(one)
    floats: NDArray[Any] = words.view(storage)
    return floats


def widen(array: NDArray[Any], dtype: str) -> NDArray[np.float64]:
    """The values as f64; exact for all types but i64."""
    if dtype == "bf16":
        array = (array.astype(np.uint32) << 16).view(np.float32)
    return array.astype(np.float64)


def aligned(shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
    """An array that starts on a cache line, full of NaN or minus one, so that gaps show."""
    storage = STORAGE[dtype]
    size = int(np.prod(shape, dtype=np.int64)) * storage.itemsize
    raw = np.full(size + 64, 0xFF, np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + size].view(storage).reshape(shape)


def aligned_copy(array: NDArray[Any], dtype: str) -> NDArray[Any]:
    """A copy that starts on a cache line."""
    copy = aligned(array.shape, dtype)
    copy[...] = array
    return copy

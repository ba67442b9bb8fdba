"""The kernel: the two innermost loops of the search, as machine code for the host.

A closure looks at every tile for every extent of every column: hundreds of millions of times in a
search, and numpy would write each of them to memory. `close` does that in registers; `offer` takes
the points that a move leads to where they cost less. No contraction and no reassociation: every
host computes the same.

Both take one array of 64-bit numbers, addresses among them, in the order of `CLOSE` and `OFFER`.
Read next: `kernel_close.py`, `kernel_offer.py`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from ..runtime.jit import Code
from ..runtime.llvm import Form, emit
from ..runtime.machine import host_machine
from . import kernel_close, kernel_offer
from .kernel_close import CLOSE
from .kernel_ir import LANES as LANES
from .kernel_offer import OFFER


def close(given: Mapping[str, Any]) -> None:
    """Call `close` with numbers and contiguous arrays; None is no array."""
    _loaded().close(_packed(CLOSE, given).ctypes.data)


def offer(given: Mapping[str, Any]) -> None:
    """Call `offer` likewise."""
    _loaded().offer(_packed(OFFER, given).ctypes.data)


def _packed(names: Mapping[str, str], given: Mapping[str, Any]) -> Any:
    arguments = np.empty(len(names), np.int64)
    for i, (name, kind) in enumerate(names.items()):
        value = given[name]
        if kind == "double":
            arguments[i : i + 1] = np.array([value], np.float64).view(np.int64)
        elif kind == "ptr":
            assert value is None or value.flags.c_contiguous, name
            arguments[i] = 0 if value is None else value.ctypes.data
        else:
            arguments[i] = value
    return arguments


class _Kernel:
    """The functions, and the code that they are in."""

    def __init__(self) -> None:
        """Compile them."""
        text = kernel_close.TEXT + kernel_offer.TEXT
        (code,) = emit(text, host_machine(), Form.OBJECT, optimise=False)
        self.code = Code(code)
        function = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
        self.close = function(self.code.address("close"))
        self.offer = function(self.code.address("offer"))


@cache
def _loaded() -> _Kernel:
    return _Kernel()

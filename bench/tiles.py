"""AMX tiles: a process may use them once it has asked Linux, and this one can be kept from asking.

Libraries ask when they are loaded or first need tiles, and do without where they may not have them.
"""

from __future__ import annotations

import ctypes
import platform
import struct

ARCH_PRCTL, REQUEST_PERMISSION, TILE_DATA = 158, 0x1023, 18
SET_SECCOMP, FILTER_MODE, SET_NO_NEW_PRIVILEGES = 22, 2, 38
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, NOT_PERMITTED = 0x7FFF0000, 0x00050001
NUMBER, FIRST_ARGUMENT = 0, 16
"""Where the kernel's description of a system call has them."""

FILTER = (
    (LOAD, 0, 0, NUMBER),
    (JUMP_IF_EQUAL, 0, 3, ARCH_PRCTL),
    (LOAD, 0, 0, FIRST_ARGUMENT),
    (JUMP_IF_EQUAL, 0, 1, REQUEST_PERMISSION),
    (RETURN, 0, 0, NOT_PERMITTED),
    (RETURN, 0, 0, ALLOW),
)
"""Refuses to ask for tiles: code, jumps if true and if false, operand."""


class _Program(ctypes.Structure):
    """What the kernel takes for a filter."""

    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def allow() -> bool:
    """Ask for tiles; whether this process now has them."""
    request = (ctypes.c_long(ARCH_PRCTL), ctypes.c_long(REQUEST_PERMISSION))
    return int(ctypes.CDLL(None).syscall(*request, ctypes.c_long(TILE_DATA))) == 0


def forbid() -> bool:
    """Keep this process and its children from asking for tiles; whether that worked."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return True
    steps = b"".join(struct.pack("<HBBI", *step) for step in FILTER)
    program = _Program(len(FILTER), steps)
    prctl = ctypes.CDLL(None).prctl
    zero = ctypes.c_long(0)
    prctl(SET_NO_NEW_PRIVILEGES, ctypes.c_long(1), zero, zero, zero)
    mode = ctypes.c_long(FILTER_MODE)
    return int(prctl(SET_SECCOMP, mode, ctypes.byref(program), zero, zero)) == 0

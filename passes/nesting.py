"""A guard before parsing: upstream's parser recurses, and dies where text is nested too deeply."""

from __future__ import annotations

import re
from itertools import accumulate

LIMIT = 500
"""Far more than any program nests; upstream overflows a stack of 8 MiB at some thousands."""

_BYTECODE = b"ML\xefR"
_OPENING, _CLOSING = b"([{<", b")]}>"
_OTHER = bytes(c for c in range(256) if c not in _OPENING + _CLOSING)
_STEP = tuple((c in _OPENING) - (c in _CLOSING) for c in range(256))
_TOKEN = re.compile(rb'"(?:[^"\\\n]|\\.)*"|//[^\n]*|->|[(\[{<]|[)\]}>]')


def too_deep(text: bytes) -> int | None:
    """Return the offset of the bracket that exceeds LIMIT, or None if there is no such bracket."""
    if text.startswith(_BYTECODE):
        return None
    brackets = text.replace(b"->", b"").translate(None, _OTHER)
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) <= LIMIT:
        return None
    depth = 0  # now exactly, without those in strings and comments
    for token in _TOKEN.finditer(text):
        if len(token[0]) == 1:
            depth += _STEP[token[0][0]]
        if depth > LIMIT:
            return token.start()
    return None

"""The lines that the harness and a peer's process exchange: one JSON object each.

A request is `{"do": VERB, ...}`; its reply is `{"ok": true, ...}`, `{"unsupported": REASON}` for
what a peer cannot do, or `{"error": REASON}` for what went wrong. The verbs: `start`, `prepare`,
`result`, `run`, `forget`, `quit`. A workload is known by its name from `prepare` to `forget`.
"""

from __future__ import annotations

import json
from typing import Any


class ProtocolError(Exception):
    """A line is not what it should be."""


class PeerError(Exception):
    """A peer could not do what was asked; the text is the reason."""


def encode(message: dict[str, Any]) -> bytes:
    """A message as a line."""
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> dict[str, Any]:
    """The message of a line."""
    try:
        message = json.loads(line)
    except ValueError as error:
        raise ProtocolError(f"not a message: {line[:80]!r}") from error
    if not isinstance(message, dict):
        raise ProtocolError(f"not an object: {line[:80]!r}")
    return message


def accepted(reply: dict[str, Any]) -> dict[str, Any]:
    """The reply if it is a good one; `PeerError` with its reason otherwise."""
    if reply.get("ok"):
        return reply
    reason = reply.get("unsupported") or reply.get("error")
    if not reason:
        raise ProtocolError(f"neither a result nor a reason: {reply!r}")
    raise PeerError(reason)

"""What the families of a search would take in a database, where nothing is kept.

For reports of searches without a database: every family is written, measured and forgotten. Read
next: `families.py`, `../table/codec.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..table.grid import Slab
    from .families import Key


@dataclass(eq=False)
class Sizes:
    """A memo table that keeps points, boxes and bytes of its slabs, and no slab."""

    found: dict[Key, tuple[int, int, int]] = field(default_factory=dict)

    def known_slabs(self, keys: Iterable[Key]) -> dict[Key, tuple[int, int, int]]:
        """Points, boxes and bytes of the slabs that were put."""
        return {key: self.found[key] for key in keys if key in self.found}

    def get_slab(self, key: Key) -> Slab | None:
        """None: it is forgotten."""
        return None

    def put_slabs(self, slabs: Mapping[Key, Slab]) -> None:
        """Measure slabs."""
        from ..table.codec import encode

        for key, slab in slabs.items():
            blob, points, boxes = encode(slab)
            self.found[key] = points, boxes, len(blob)

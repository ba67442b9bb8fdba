"""A leaf run in lanes: the body of its Spec at one point per lane, as `select lanes` computes it.

Lanes of padding compute as well, and are kept in whole registers. Invariant: the lanes of elements
are known, before they are written and after. Read next: `places.py`, `evaluate.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .dtype import BF16, F16
from .evaluate import combine, reduce
from .places import Array, Points, View, computed, corner, every_index, indices, refuse
from .spec import Operand, Spec
from .target.match import Lanes


class LanesLeaf:
    """The body in `count` lanes; `valid` says which are elements, `lane` has their numbers."""

    def __init__(self, spec: Spec, lanes: Lanes) -> None:
        """Work out what is the same at every place."""
        self.spec, self.count = spec, lanes.count
        sizes = [size for _, size in lanes.order]
        grids = every_index(sizes)
        grid = {name: g for (name, _), g in zip(lanes.order, grids, strict=True) if name}
        extents = [spec.extents.get(name, 1) for name, _ in lanes.order]
        inside = [g < e for g, e in zip(grids, extents, strict=True)]
        self.valid = np.logical_and.reduce(inside) if inside else np.ones(1, bool)
        self.lane = np.flatnonzero(self.valid)
        here = {name: g[self.valid] for name, g in grid.items()}
        self.points = [Points(o, indices(o, here, len(self.lane))) for o in spec.operands]
        self.single = Points(spec.output, corner(spec.output))

    def run(self, views: Sequence[View]) -> None:
        """Compute at the places of the views."""
        spec = self.spec
        with np.errstate(all="ignore"):
            pairs = [self._read(n, view) for n, view in enumerate(views[:-1])]
            value, sure = computed(spec.body, [v for v, _ in pairs], [k for _, k in pairs])
            value = np.broadcast_to(value, self.count)
            sure = np.broadcast_to(sure, self.count)
            if not (spec.is_copy or sure[self.valid].all()):  # copies bring gaps along
                raise refuse(spec, "a lane")
            if spec.reductions:
                self._reduced(value[self.valid], views[-1])
                return
            if spec.combine is not None:
                old, had = self._read(len(views) - 1, views[-1])
                if not had[self.valid].all():
                    raise refuse(spec, f"what {spec.output.name} held")
                value, sure = combine(spec.combine, old, value), sure & had
        self._write(views[-1], value, sure)

    def _read(self, n: int, view: View) -> tuple[Array, Array]:
        """What the lanes have of an operand; lanes outside of registers are zero in padding."""
        o, memory, points = self.spec.operands[n], view.memory, self.points[n]
        values, known = points.read(view)
        if not o.axes:
            return np.broadcast_to(values[0], self.count), np.broadcast_to(known[0], self.count)
        whole = self._whole(o, points.at(view))
        if whole is not None:
            return memory.data[whole], memory.known[whole]
        if len(values) == self.count:
            return values, known
        padded, sure = np.zeros(self.count, memory.data.dtype), np.ones(self.count, bool)
        padded[self.lane], sure[self.lane] = values, known
        return padded, sure

    def _write(self, view: View, value: Array, known: Array) -> None:
        memory, at = view.memory, self.points[-1].at(view)
        whole = self._whole(self.spec.output, at)
        if whole is not None:
            memory.data[whole], memory.known[whole] = value, known
            return
        memory.write(at, value[self.lane], known[self.lane])

    def _whole(self, o: Operand, at: Array) -> slice | None:
        """The register whose lanes these are, one by one; None if there is none."""
        if not o.placement.in_registers or max(o.placement.lanes, 1) != self.count:
            return None
        base = int(at[0])
        if base % self.count or self.lane[0] != 0 or (at - base != self.lane).any():
            return None
        return slice(base, base + self.count)

    def _reduced(self, terms: Array, view: View) -> None:
        """The terms of all lanes, one after the other, combined with the one output."""
        spec, memory, at = self.spec, view.memory, self.single.at(view)
        assert spec.combine is not None
        if not memory.known[at].all():
            raise refuse(spec, f"what {spec.output.name} held")
        old = memory.data[at]
        if spec.output.dtype in (BF16, F16):
            terms, old = terms.astype(np.float32), old.astype(np.float32)
        total = combine(spec.combine, old, reduce(spec.combine, terms, (0,)))
        memory.write(at, np.asarray(total).astype(memory.data.dtype), np.ones(1, bool))

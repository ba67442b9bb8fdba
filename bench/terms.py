"""What a program's cost is made of: how often each coefficient of the cost model counts in it.

The cost is affine in the coefficients, so the count of one is what the price grows by when that one
grows by a cycle; what is left when all are taken off is the term `fixed`. Nothing here knows what
the terms are: a coefficient is a number in `Target.costs`, or an entry of a table there.
"""

from __future__ import annotations

import importlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

FIXED = "fixed"
"""What costs are not affine in, or do not depend on: instructions' throughputs, before all."""

NOT_LINEAR = ("usable", "arrive", "latency", "fork")
"""What costs are not affine in, or programs on one thread do not have."""
FACTORS = (0.3, 0.5, 1.0, 1.0, 2.0, 3.0)


def coefficients(costs: Any) -> dict[str, float]:
    """All by name: `loop_step`, and `line.L2` for an entry of a table."""
    return {name: value for name, _, value in _entries(costs)}


def counts(impl: Any, target: Any) -> dict[str, float]:
    """The counts of an Impl, without zeros."""
    price = importlib.import_module("morello_mlir.price").price
    costs = target.costs
    whole = price(impl, target).cycles
    found, rest = {}, whole
    for name, key, value in _entries(costs):
        if name.partition(".")[0] in NOT_LINEAR:
            continue
        grown = price(impl, with_costs(target, _set(costs, name, key, value + 1.0))).cycles
        if abs(grown - whole) > 1e-9 * whole:
            found[name] = grown - whole
            rest -= value * found[name]
    return {**found, FIXED: rest}


def table(costs: Any, fitted: Mapping[str, float]) -> dict[str, Any]:
    """The coefficients as a file of them has it, with fitted ones in the place of the old."""
    made: dict[str, Any] = {}
    for name, key, value in _entries(costs):
        new = round(fitted.get(name, value), 4)
        if key is None:
            made[name] = new
        else:
            made.setdefault(name.partition(".")[0], {})[key] = new
    return made


def drawn(costs: Any, r: random.Random) -> Any:
    """Coefficients near others: some are a few times larger or smaller."""
    made = costs
    for name, key, value in _entries(costs):
        if name.partition(".")[0] not in NOT_LINEAR:
            made = _set(made, name, key, value * r.choice(FACTORS))
    return made


def _entries(costs: Any) -> Iterator[tuple[str, str | None, float]]:
    for each in fields(costs):
        value = getattr(costs, each.name)
        if isinstance(value, float):
            yield each.name, None, value
        else:
            yield from ((f"{each.name}.{key}", key, entry) for key, entry in value)


def _set(costs: Any, name: str, key: str | None, value: float) -> Any:
    field, _, _ = name.partition(".")
    if key is not None:
        return replace(
            costs, **{field: tuple((k, value if k == key else v) for k, v in getattr(costs, field))}
        )
    return replace(costs, **{field: value})


def with_costs(target: Any, costs: Any) -> Any:
    """The target with other coefficients, which belong to its class and not to its fields."""
    kind = type(target)
    other = type("Probe", (kind,), {"__slots__": (), "costs": property(lambda self: costs)})
    return other(**{each.name: getattr(target, each.name) for each in fields(target)})

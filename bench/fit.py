"""Fitting and ranking: plain functions on numbers.

`fit` weighs every row by its own measurement, so that a program of a microsecond says as much as
one of a second. Ranks of equal values are shared.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """Coefficients by term, what they predict for each row, and how good that is.

    `error` is the median over the rows of the relative error; `r2` is of the logarithms.
    """

    coefficients: dict[str, float]
    predicted: tuple[float, ...]
    spearman: float
    r2: float
    error: float

    @staticmethod
    def of(
        coefficients: Mapping[str, float],
        rows: Sequence[Mapping[str, float]],
        measured: Sequence[float],
    ) -> Fit:
        """How good coefficients are; each term of a row has one."""
        y = np.asarray(measured, np.float64)
        terms = sorted({term for row in rows for term in row})
        predicted = _matrix(rows, terms) @ np.asarray([coefficients[t] for t in terms])
        return Fit(
            dict(coefficients),
            tuple(float(p) for p in predicted),
            spearman(predicted, y),
            r2(np.log(np.maximum(predicted, 1e-12)), np.log(y)),
            float(np.median(np.abs(predicted / y - 1))),
        )


def fit(
    rows: Sequence[Mapping[str, float]],
    measured: Sequence[float],
    pinned: Mapping[str, float] | None = None,
) -> Fit:
    """Non-negative coefficients of least relative squared error.

    Each row maps terms to counts; terms in `pinned` keep their coefficient. `ImportError` where
    scipy is missing.
    """
    nnls: Any = importlib.import_module("scipy.optimize").nnls
    pinned = pinned or {}
    terms = sorted({term for row in rows for term, count in row.items() if count})
    free = [term for term in terms if term not in pinned]
    y = np.asarray(measured, np.float64)
    held = _matrix(rows, [t for t in terms if t in pinned])
    known = held @ np.asarray([pinned[t] for t in terms if t in pinned], np.float64)
    relative = _matrix(rows, free) / y[:, None]
    scale = np.linalg.norm(relative, axis=0)
    solved, _ = nnls(relative / scale, 1.0 - known / y) if free else (np.zeros(0), 0.0)
    coefficients = {t: float(c) for t, c in zip(free, solved / scale, strict=True)}
    coefficients |= {t: pinned[t] for t in terms if t in pinned}
    return Fit.of(coefficients, [{t: row.get(t, 0.0) for t in terms} for row in rows], measured)


def _matrix(rows: Sequence[Mapping[str, float]], terms: Sequence[str]) -> Floats:
    return np.asarray([[row.get(t, 0.0) for t in terms] for row in rows], np.float64).reshape(
        len(rows), len(terms)
    )


def spearman(a: Sequence[float] | Floats, b: Sequence[float] | Floats) -> float:
    """The correlation of the ranks; zero where one side does not vary."""
    x, y = ranks(a), ranks(b)
    x, y = x - x.mean(), y - y.mean()
    size = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / size if size else 0.0


def ranks(values: Sequence[float] | Floats) -> Floats:
    """Ranks from 1 up; equal values share the mean of theirs."""
    array = np.asarray(values, np.float64)
    _, group, counts = np.unique(array, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    shared: Floats = (last - (counts - 1) / 2)[group]
    return shared


def r2(predicted: Floats, measured: Floats) -> float:
    """The part of the variance that is explained."""
    rest = float(((measured - predicted) ** 2).sum())
    total = float(((measured - measured.mean()) ** 2).sum())
    return 1 - rest / total if total else 0.0

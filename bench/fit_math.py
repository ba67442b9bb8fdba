"""Derive the polynomials of `passes/approx/*.py`: python bench/fit_math.py [NAME ...].

Each `Fit` is a function T on an interval, and a weight W that turns an error of the polynomial
into an error of the final result; `remez` finds the p of a given degree with the smallest
max |W (T - p)| by Remez's exchange, in 60 digits. Printed are the coefficients from the constant
term up, rounded to f32 and to f64, and log2 of that largest error. Needs mpmath.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass

from mpmath import (
    atan,
    atanh,
    cos,
    erf,
    erfc,
    exp,
    log,
    log1p,
    lu_solve,
    matrix,
    mp,
    mpf,
    pi,
    sin,
    sqrt,
)

mp.dps = 60
STEPS = 24  # grid points per reference point when looking for the extrema of the error
SLACK = mpf("1.01")  # an argument may leave its interval by the rounding of what was taken off
ERF_SPLIT = mpf("1.25")
Function = Callable[[mpf], mpf]


@dataclass(frozen=True)
class Fit:
    """What to approximate, where, and by polynomials of which degree."""

    target: Function
    weight: Function
    low: mpf
    high: mpf
    degree: int


def remez(fit: Fit) -> tuple[list[mpf], mpf]:
    """Coefficients (constant first) and the largest weighted error."""
    count = fit.degree + 2
    size = STEPS * count
    nodes = [cos(pi * (2 * i + 1) / (2 * size)) for i in range(size)]
    grid = [(fit.low + fit.high + (fit.low - fit.high) * node) / 2 for node in nodes]
    targets, weights = [fit.target(x) for x in grid], [fit.weight(x) for x in grid]
    reference = [STEPS * i + STEPS // 2 for i in range(count)]
    while True:
        rows = [
            [grid[k] ** j for j in range(fit.degree + 1)] + [(-1) ** i / weights[k]]
            for i, k in enumerate(reference)
        ]
        *poly, level = lu_solve(matrix(rows), matrix([targets[k] for k in reference]))
        errors = [
            w * (t - mp.polyval(poly[::-1], x))
            for x, t, w in zip(grid, targets, weights, strict=True)
        ]
        largest = max(abs(e) for e in errors)
        if largest < abs(level) * mpf("1.001"):
            return poly, largest
        reference = exchange(errors, count)


def exchange(errors: list[mpf], count: int) -> list[int]:
    """The largest error of each run of one sign; of those, the `count` neighbours that matter."""
    peaks: list[int] = []
    for i, error in enumerate(errors):
        if not peaks or (errors[peaks[-1]] > 0) != (error > 0):
            peaks.append(i)
        elif abs(error) > abs(errors[peaks[-1]]):
            peaks[-1] = i
    while len(peaks) > count:
        peaks.pop(0 if abs(errors[peaks[0]]) < abs(errors[peaks[-1]]) else -1)
    assert len(peaks) == count, "too few alternations"
    return peaks


def odd_tail(function: Function, power: int) -> tuple[Function, Function]:
    """Target and weight of function(x) = x + x^power p(x^2), in z = x^2, for a relative error."""
    return (
        lambda z: (function(sqrt(z)) - sqrt(z)) / sqrt(z) ** power,
        lambda z: sqrt(z) ** power / function(sqrt(z)),
    )


def eighth_root(high: int, degree: int) -> Fit:
    """p(x - 3) near erfc(x)^(1/8) from ERF_SPLIT to `high`, for an absolute error of p^8."""
    return Fit(
        lambda t: erfc(t + 3) ** (mpf(1) / 8),
        lambda t: 8 * erfc(t + 3) ** (mpf(7) / 8),
        ERF_SPLIT - 3,
        mpf(high) - 3,
        degree,
    )


def both(
    target: Function, weight: Function, low: mpf, high: mpf, f32: int, f64: int
) -> dict[str, Fit]:
    """One fit for each format, of these degrees."""
    return {k: Fit(target, weight, low, high, d) for k, d in (("F32", f32), ("F64", f64))}


HALF_LN2 = log(2) / 2 * SLACK
OCTANT = mpf("0.82")  # pi/4, and what the rounding of x 2/pi adds for the largest x
FITS = {
    # exp r = 1 + r + r^2 p(r)
    "EXP": both(
        lambda r: (exp(r) - 1 - r) / r**2, lambda r: r**2 / exp(r), -HALF_LN2, HALF_LN2, 4, 9
    ),
    # log(1 + f) = f + f^2 p(f)
    "LOG": both(
        lambda f: (log1p(f) - f) / f**2,
        lambda f: abs(f**2 / log1p(f)),
        sqrt(mpf(1) / 2) - 1,
        sqrt(mpf(2)) - 1,
        8,
        19,
    ),
    # with s = f / (2 + f) and z = s^2: log(1 + f) = s (2 + z (2/3 + z p(z)))
    "ATANH": both(
        lambda z: ((2 * atanh(sqrt(z)) / sqrt(z) - 2) / z - mpf(2) / 3) / z,
        lambda z: z**2 * sqrt(z) / (2 * atanh(sqrt(z))),
        mpf(0),
        mpf("0.0295"),
        2,
        6,
    ),
    # erf x = x + x p(x^2) up to ERF_SPLIT; erfc x = p(x - 3)^8 from there on
    "ERF_NEAR": both(*odd_tail(erf, 1), mpf(0), ERF_SPLIT**2, 7, 13),
    "ERF_FAR": {"F32": eighth_root(4, 6), "F64": eighth_root(6, 17)},
    # sin r = r + r^3 p(r^2) and cos r = 1 - r^2 / 2 + r^4 p(r^2)
    "SIN": both(*odd_tail(sin, 3), mpf(0), OCTANT**2, 3, 5),
    "COS": both(
        lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2, lambda z: z**2, mpf(0), OCTANT**2, 2, 5
    ),
    # atan t = t + t^3 p(t^2)
    "ATAN": both(*odd_tail(atan, 3), mpf(0), (sqrt(mpf(2)) - 1) ** 2 * SLACK, 4, 10),
}


def main(names: list[str]) -> None:
    """Print the tables of `names`, as Python."""
    for name in names or FITS:
        print(f"{name} = {{")
        for kind, fit in FITS[name].items():
            poly, error = remez(fit)
            print(f"    {kind}: (  # error 2**{float(log(error, 2)):.1f}")
            for c in poly:
                short = f"{struct.unpack('f', struct.pack('f', float(c)))[0]:.9g}"
                print(f"        {short if kind == 'F32' else repr(float(c))},")
            print("    ),")
        print("}")


if __name__ == "__main__":
    main(sys.argv[1:])

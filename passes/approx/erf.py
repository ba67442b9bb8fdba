"""The error function.

Up to 1.25 an odd polynomial. From there on 1 - erfc x, where erfc x is the 8th power of a
polynomial: erfc x falls like exp(-x^2), its 8th root gently enough for one polynomial, and as
erfc x <= 0.08 there the error of the power weighs little. No exponential, no division.
bench/fit_math.py derives the tables.
"""

from __future__ import annotations

from morello_mlir.passes.approx.lanes import (
    F32,
    F64,
    Real,
    Table,
    copysign,
    fma,
    polynomial,
    select,
)

ERF_NEAR: Table = {  # erf x = x + x p(x^2) for |x| <= SPLIT; error 2^-29.9, 2^-59.9
    F32: (
        0.128379166,
        -0.376126289,
        0.112836748,
        -0.0268602483,
        0.00520901661,
        -0.000833957165,
        0.000103938808,
        -7.57296539e-06,
    ),
    F64: (
        0.1283791670955126,
        -0.37612638903183726,
        0.11283791670954088,
        -0.026866170644963952,
        0.005223977624029963,
        -0.0008548326951803613,
        0.00012055330619118042,
        -1.4925597283847847e-05,
        1.6461279917203992e-06,
        -1.6356549508759874e-07,
        1.473391263617169e-08,
        -1.188809364030685e-09,
        7.936764188060452e-11,
        -3.2618408290645715e-12,
    ),
}
ERF_FAR: Table = {  # erfc x = p(x - 3)^8 from SPLIT to ONE_ABOVE; error 2^-28.6, 2^-58.7
    F32: (
        0.261832535,
        -0.206340954,
        0.0498592667,
        0.00296659302,
        -0.00346282823,
        0.000382918981,
        0.000172214786,
    ),
    F64: (
        0.26183378622865344,
        -0.20631696198058322,
        0.04995093773423781,
        0.003098036425772418,
        -0.0034115553120055626,
        0.00032560827161356147,
        0.00010421865125135125,
        -2.349189343992649e-05,
        -8.680196331450712e-07,
        6.988620554990281e-07,
        -2.979897758959157e-08,
        -1.3529433469437595e-08,
        1.3607677067142781e-09,
        2.126817298789155e-10,
        -3.706656121825803e-11,
        -5.443221687205435e-13,
        -1.7013821140704377e-13,
        -1.284370150343051e-13,
    ),
}
SPLIT = 1.25
ONE_ABOVE = {F32: 4.0, F64: 6.0}  # erf rounds to 1 there


def erf(x: Real) -> Real:
    """The error function, exactly odd."""
    size, end = abs(x), ONE_ABOVE[x.form]
    near = fma(size, polynomial(size * size, ERF_NEAR), size)
    root = polynomial(select(size > end, end, size) - 3.0, ERF_FAR)
    quarter = root * root
    half = quarter * quarter
    far = fma(-half, half, 1.0)
    return copysign(select(size > SPLIT, far, near), x)

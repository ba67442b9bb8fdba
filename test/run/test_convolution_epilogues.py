"""What stands behind a convolution is done on the registers of its sums: the answers are numpy's.

Awkward sizes, strides, dilations and pads; images of both orders, one channel by itself, bytes.
"""

from __future__ import annotations

import numpy as np
import pytest
from convolutions import BEHIND, Array, Convolution, module
from poison import poisoned
from searched import searched

from morello_mlir import compile, interpret

TARGET = "x86-64-v3"

GOALS = (
    (Convolution(), "relu"),
    (Convolution("nhwc", (13, 11), 3, 17, (5, 3), stride=2, low=2, batch=2), "residual"),
    (Convolution("nhwc", (8, 7), 4, 16, dilation=2, low=2, high=2), "two"),
    (Convolution("nhwc", (7, 9), 20, 33, (2, 2), low=0, high=0), "halved"),
    (Convolution("nhwc", (7, 9), 12, 16, whole=True), "requantised"),
    (Convolution("nchw", (9, 11), 5, 6), "residual"),
    (Convolution("nchw", (8, 13), 4, 17, (5, 3), stride=2, low=2), "relu"),
    (Convolution("depthwise", (10, 9), 24), "relu"),
    (Convolution("depthwise", (9, 9), 17, taps=(3, 2), stride=2, low=0), "two"),
)


@pytest.mark.needs_cpu("avx2", "fma", "f16c")
@pytest.mark.parametrize(("goal", "behind"), GOALS)
def test_compiled(goal: Convolution, behind: str) -> None:
    text, arguments, wanted = module(goal, behind)
    with poisoned():
        found = compile(in_registers(text, behind), target=TARGET)["f"](*arguments)
    agree(found, wanted)


@pytest.mark.parametrize(("goal", "behind"), GOALS[1:5])
def test_interpreted(goal: Convolution, behind: str) -> None:
    text, arguments, wanted = module(goal, behind)
    found = interpret(in_registers(text, behind), target=TARGET, schedule=None)["f"](*arguments)
    agree(found, wanted)


def in_registers(text: str, behind: str) -> str:
    """What the search makes of a module: one group, whose sums go to registers alone."""
    marked = searched(text, TARGET)
    assert marked.count("morello.group = 0") == 1 + len(BEHIND[behind])
    assert "bufferize V0 reg" in marked and "move V0" not in marked
    return marked


def agree(found: object, wanted: list[Array]) -> None:
    """All results are numpy's, to the bit."""
    every = found if isinstance(found, tuple) else (found,)
    for one, other in zip(every, wanted, strict=True):
        np.testing.assert_array_equal(one, other)

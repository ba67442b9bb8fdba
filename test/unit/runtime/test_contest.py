"""Contests: the fastest form by its best turn, turn by turn, on arrays that stay as they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import pytest

from morello_mlir.runtime.call import Function
from morello_mlir.runtime.contest import TURNS, Contest, contest
from morello_mlir.runtime.signature import ELEMENTS, Layout, Parameter, Signature

SIGNATURE = Signature(
    "f",
    (
        Parameter("a", ELEMENTS["f32"], Layout((2, 3), (5, 1), 4)),
        Parameter("n", ELEMENTS["i32"], None),
        Parameter("b", ELEMENTS["i8"], Layout((4,), (1,), 1), written=True),
        Parameter("c", ELEMENTS["f32"], Layout((2,), (1,), 4), written=True, is_result=True),
    ),
)


@dataclass
class Time:
    """A clock that stands still but for what forms take, and a list of who ran."""

    now: float = 0.0
    ran: list[str] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now


@dataclass
class Form:
    """A function that takes as long as a list says, call by call; the last one again and again."""

    name: str
    time: Time
    seconds: list[float]
    signature: Signature = SIGNATURE
    bound: tuple[Any, ...] = ()

    def bind(self, *arguments: Any, out: Any) -> Any:
        self.bound = (*arguments, *out)
        return self

    def __call__(self) -> None:
        self.time.now += self.seconds.pop(0) if len(self.seconds) > 1 else self.seconds[0]
        self.time.ran.append(self.name)
        self.bound[2][...] += 1


def run(forms: list[Form], arguments: Any = None) -> Contest:
    return contest(cast("list[Function]", forms), arguments, forms[0].time)


def test_the_best_turn_counts_and_the_first_of_equals_wins() -> None:
    time = Time()
    slow_once = Form("b", time, [1.0, 1.0, 1.0, 9.0, 1.0])
    found = run([Form("a", time, [2.0]), slow_once, Form("c", time, [1.0])])
    assert found == Contest((2.0, 1.0, 1.0)) and found.fastest == 2
    assert str(found) == "schedule 2 of 3 is the fastest: 1 s, 2.00 x as fast as the first"
    assert str(Contest((1.0, 2.0))) == "schedule 1 of 2 is the fastest: 1 s"


def test_turns_are_interleaved() -> None:
    time = Time()
    run([Form(name, time, [1.0]) for name in "abc"])
    turns = "".join(time.ran[6:])
    assert len(turns) == 3 * TURNS and turns.startswith("abcbcacab")


def test_random_arguments_fit() -> None:
    form = Form("a", Time(), [1.0])
    run([form])
    a, n, b, c = form.bound
    assert a.shape == (2, 3) and a.strides == (20, 4) and (a >= 0.5).all() and (a <= 1.5).all()
    assert n == 1 and b.dtype == np.int8 and c.shape == (2,)


def test_an_array_of_no_rank_is_drawn_too() -> None:
    scalars = tuple(Parameter(n, ELEMENTS[n], Layout((), (), 1), written=True) for n in ("f32",))
    form = Form("a", Time(), [1.0], Signature("g", (*SIGNATURE.parameters[:2], *scalars)))
    run([form])
    assert form.bound[2].shape == ()


def test_what_is_given_is_run_and_not_written() -> None:
    form, a, b = Form("a", Time(), [1.0]), np.zeros((2, 3), np.float32), np.full(4, 7, np.uint8)
    run([form], (a, 3, b))
    assert form.bound[0] is a and form.bound[1] == 3
    assert form.bound[2].dtype == np.uint8 and (form.bound[2] > 7).all() and (b == 7).all()


@pytest.mark.parametrize("wrong", [np.zeros(3, np.int8), np.zeros(4), 5])
def test_what_does_not_fit_is_left_to_the_function_to_refuse(wrong: Any) -> None:
    form = Form("a", Time(), [1.0])
    form.__class__ = type("Refusing", (Form,), {"__call__": lambda self: None})
    run([form], (np.zeros((2, 3), np.float32), 3, wrong))
    assert form.bound[2] is wrong

"""Calls with numpy arrays, on functions written in LLVM IR: no MLIR takes part.

`copy` copies eight floats; `touch` writes to all its arguments if it ever runs, so that a refused
call can be seen to have touched nothing.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from morello_mlir.runtime.call import Function, empty
from morello_mlir.runtime.jit import Code
from morello_mlir.runtime.llvm import Form, emit
from morello_mlir.runtime.machine import Machine
from morello_mlir.runtime.signature import ELEMENTS, Layout, Parameter, Signature
from morello_mlir.runtime.timing import time_call

SOURCE = """
define void @copy(ptr %a, ptr %r) {
  %v = load <8 x float>, ptr %a, align 4
  store <8 x float> %v, ptr %r, align 4
  ret void
}
define void @scale(ptr %a, double %f, i8 %n, i1 %negate, ptr %r) {
  %v = load double, ptr %a
  %w = fmul double %v, %f
  %i = sitofp i8 %n to double
  %x = fadd double %w, %i
  %m = fneg double %x
  %y = select i1 %negate, double %m, double %x
  store double %y, ptr %r
  ret void
}
define i64 @both(i64 %a, ptr %r) {
  store i64 %a, ptr %r
  %b = add i64 %a, 1
  ret i64 %b
}
define i16 @bits(i16 %a) {
  ret i16 %a
}
define void @nothing(ptr %a, ptr %b, ptr %c) {
  ret void
}
"""

F32, BF16 = ELEMENTS["f32"], ELEMENTS["bf16"]


def array(
    name: str,
    shape: tuple[int, ...],
    strides: tuple[int, ...],
    element: str = "f32",
    alignment: int = 0,
    **flags: Any,
) -> Parameter:
    kind = ELEMENTS[element]
    return Parameter(name, kind, Layout(shape, strides, max(alignment, kind.size)), **flags)


@pytest.fixture(scope="module")
def code() -> Code:
    return Code(emit(SOURCE, Machine("x86-64"), Form.OBJECT)[0])


@pytest.fixture
def copy(code: Code) -> Function:
    """`copy(a[2][4]) -> r[8]`."""
    source = array("a", (2, 4), (4, 1))
    result = array("r", (8,), (1,), written=True, is_result=True)
    return Function(Signature("copy", (source, result)), code)


@pytest.fixture
def fill(code: Code) -> Function:
    """`copy` as a function that writes its second argument, in place."""
    target = array("r", (8,), (1,), written=True)
    return Function(Signature("copy", (array("a", (2, 4), (4, 1)), target)), code)


def numbers() -> np.ndarray[Any, np.dtype[Any]]:
    return np.arange(8, dtype=np.float32).reshape(2, 4)


def test_results_are_new_aligned_arrays(copy: Function) -> None:
    result = copy(numbers())
    assert result.ctypes.data % 64 == 0
    assert result.flags.writeable and result.shape == (8,)
    np.testing.assert_array_equal(result, np.arange(8))
    assert not np.shares_memory(result, copy(numbers()))


def test_out_takes_the_result(copy: Function) -> None:
    out = np.zeros(8, np.float32)
    assert copy(numbers(), out=out) is out
    np.testing.assert_array_equal(out, np.arange(8))
    assert copy(numbers(), out=(out,)) is out


def test_scalars_and_returned_values(code: Code) -> None:
    f64 = ELEMENTS["f64"]
    parameters = (
        array("a", (), (), "f64"),
        Parameter("f", f64, None),
        Parameter("n", ELEMENTS["i8"], None),
        Parameter("negate", ELEMENTS["i1"], None),
        array("r", (), (), "f64", written=True, is_result=True),
    )
    scale = Function(Signature("scale", parameters), code)
    assert scale(np.array(3.0), 2.0, -1, False)[()] == 5.0
    assert scale(np.array(3.0), np.float32(2), 255, True)[()] == -5.0
    i64 = ELEMENTS["i64"]
    result = array("r", (1,), (1,), "i64", written=True, is_result=True)
    both = Function(Signature("both", (Parameter("a", i64, None), result), i64), code)
    stored, returned = both(41)
    assert (stored.tolist(), returned) == ([41], 42)
    bits = Function(Signature("bits", (Parameter("a", BF16, None),), BF16), code)
    assert bits(-1.5) == ml_dtypes.bfloat16(-1.5)


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [
        (lambda a, r: (a,), TypeError, r"copy takes 2 arguments \(a, r\), not 1"),
        (lambda a, r: (a, r, r), TypeError, "takes 2 arguments"),
        (lambda a, r: (a.tolist(), r), TypeError, "'a' must be a numpy array, not list"),
        (lambda a, r: (None, r), TypeError, "not NoneType"),
        (lambda a, r: (a.astype("f8"), r), TypeError, "dtype float32, not float64"),
        (lambda a, r: (a.astype(">f4"), r), TypeError, "dtype float32, not >f4"),
        (lambda a, r: (a.view("i4"), r), TypeError, "dtype float32, not int32"),
        (lambda a, r: (a.reshape(4, 2), r), ValueError, r"shape \(2, 4\), not \(4, 2\)"),
        (lambda a, r: (a.ravel(), r), ValueError, r"shape \(2, 4\), not \(8,\)"),
        (lambda a, r: (np.asfortranarray(a), r), ValueError, r"strides \(16, 4\) bytes"),
        (lambda a, r: (a[::-1], r), ValueError, "strides"),
        (lambda a, r: (a, np.zeros(16, "f4")[::2]), ValueError, "strides"),
        (lambda a, r: (a, locked(r)), ValueError, "'r' is written, but the array is read-only"),
        (lambda a, r: (a, a.reshape(8)), ValueError, "'a' and 'r' overlap, but 'r' is written"),
        (lambda a, r: (shifted(a), r), ValueError, "aligned to 4 bytes"),
    ],
)
def test_a_wrong_argument_is_refused_and_nothing_is_written(
    fill: Function, spoil: Callable[..., Any], error: type[Exception], message: str
) -> None:
    source, target = numbers(), np.full(8, 9, np.float32)
    for attempt in (fill, fill.bind):
        with pytest.raises(error, match=message):
            attempt(*spoil(source, target))
    np.testing.assert_array_equal(source, numbers())
    np.testing.assert_array_equal(target, 9)


def locked(value: np.ndarray[Any, Any]) -> Any:
    view = value.view()
    view.flags.writeable = False
    return view


def shifted(value: np.ndarray[Any, Any]) -> Any:
    memory = np.zeros(value.nbytes + 2, np.uint8)
    view = memory[2 - memory.ctypes.data % 2 :][: value.nbytes].view(value.dtype)
    view = view if view.ctypes.data % 4 else memory[1 : 1 + value.nbytes].view(value.dtype)
    return view.reshape(value.shape)


@pytest.mark.parametrize(
    ("out", "error", "message"),
    [
        (np.zeros(7, np.float32), ValueError, "shape"),
        (np.zeros(8), TypeError, "dtype"),
        ((np.zeros(8, np.float32),) * 2, TypeError, "has 1 array results, but out= gives 2"),
        ([0.0] * 8, TypeError, "numpy array"),
    ],
)
def test_a_wrong_out_is_refused(
    copy: Function, out: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        copy(numbers(), out=out)


def test_read_only_inputs_and_equal_inputs_are_fine(code: Code, copy: Function) -> None:
    np.testing.assert_array_equal(copy(locked(numbers())), np.arange(8))
    inputs = tuple(array(name, (8,), (1,)) for name in "abc")
    nothing = Function(Signature("nothing", inputs), code)
    same = np.zeros(8, np.float32)
    assert nothing(same, same, same) is None


def test_disjoint_halves_of_one_array_do_not_overlap(code: Code) -> None:
    parameters = (
        array("a", (4, 2), (4, 1)),
        array("b", (4, 2), (4, 1), written=True),
        array("c", (4, 2), (4, 1)),
    )
    nothing = Function(Signature("nothing", parameters), code)
    whole, other = np.zeros((4, 4), np.float32), np.zeros((4, 4), np.float32)
    nothing(whole[:, :2], whole[:, 2:], other[:, :2])
    with pytest.raises(ValueError, match="overlap"):
        nothing(whole[:, :2], whole[:, 1:3], other[:, :2])


def test_alignment_that_a_function_assumes_is_checked(code: Code) -> None:
    parameters = tuple(array(name, (8,), (1,), alignment=64) for name in "abc")
    nothing = Function(Signature("nothing", parameters), code)
    good = empty(parameters[0])
    nothing(good, good, good)
    bad = np.concatenate([good, good])
    bad = bad[1:9] if bad.ctypes.data % 64 == 0 else bad[:8]
    with pytest.raises(ValueError, match="aligned to 64 bytes"):
        nothing(good, bad, good)


@pytest.mark.parametrize(
    ("element", "dtypes"),
    [
        ("bf16", (ml_dtypes.bfloat16,)),
        ("f16", (np.float16,)),
        ("i8", (np.int8, np.uint8)),
        ("i16", (np.int16, np.uint16)),
        ("i32", (np.int32, np.uint32)),
        ("i64", (np.int64, np.uint64)),
        ("index", (np.int64,)),
        ("i1", (np.bool_,)),
        ("f64", (np.float64,)),
    ],
)
def test_element_types(code: Code, element: str, dtypes: tuple[Any, ...]) -> None:
    parameters = tuple(array(name, (3,), (1,), element) for name in "abc")
    nothing = Function(Signature("nothing", parameters), code)
    for dtype in dtypes:
        values = np.zeros(3, dtype)
        nothing(values, values, values)
    with pytest.raises(TypeError, match="must have dtype"):
        nothing(np.zeros(3, np.complex64), values, values)
    assert empty(parameters[0]).dtype == np.dtype(dtypes[0])


@pytest.mark.parametrize(
    ("value", "error"),
    [(256, ValueError), (-129, ValueError), (1.5, TypeError), ("1", TypeError), (None, TypeError)],
)
def test_a_scalar_that_does_not_fit_is_refused(
    code: Code, value: Any, error: type[Exception]
) -> None:
    nothing = Function(Signature("nothing", (Parameter("n", ELEMENTS["i8"], None),)), code)
    with pytest.raises(error, match="argument 'n'"):
        nothing(value)


def test_extents_of_zero_and_one(code: Code) -> None:
    parameters = (
        array("a", (0, 4), (4, 1)),
        array("b", (1, 4), (400, 1)),
        array("c", (0, 4), (4, 1), written=True, is_result=True),
    )
    nothing = Function(Signature("nothing", parameters), code)
    result = nothing(np.zeros((0, 4), np.float32), np.zeros((1, 4), np.float32))
    assert result.shape == (0, 4)


def test_strided_results_have_their_strides(code: Code) -> None:
    result = empty(array("r", (2, 3), (8, 2), written=True, is_result=True))
    assert result.strides == (32, 8) and result.ctypes.data % 64 == 0
    result[:] = 1


def test_bound_calls_see_new_contents_and_keep_arrays_alive(fill: Function) -> None:
    source, target = numbers(), np.zeros(8, np.float32)
    bound = fill.bind(source, target)
    source += 1
    bound()
    np.testing.assert_array_equal(target, np.arange(8) + 1)
    view = target[:]
    del source, target
    gc.collect()
    view[:] = 0
    bound()
    np.testing.assert_array_equal(view, np.arange(8) + 1)


def test_bound_results(copy: Function) -> None:
    bound = copy.bind(numbers())
    bound()
    np.testing.assert_array_equal(bound.results[0], np.arange(8))


def test_a_function_outlives_the_name_of_its_code() -> None:
    code = Code(emit(SOURCE, Machine("x86-64"), Form.OBJECT)[0])
    bound = Function(
        Signature("copy", (array("a", (8,), (1,)), array("r", (8,), (1,), written=True))), code
    ).bind(np.ones(8, np.float32), target := np.zeros(8, np.float32))
    del code
    gc.collect()
    bound()
    assert target.sum() == 8


def test_calls_from_several_threads(copy: Function) -> None:
    inputs = [numbers() + i for i in range(8)]
    results: dict[int, Any] = {}
    threads = [
        threading.Thread(target=lambda i=i: results.update({i: copy(inputs[i])})) for i in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i, result in results.items():
        np.testing.assert_array_equal(result, inputs[i].ravel())
    assert len(results) == 8


def test_a_bound_call_costs_little(code: Code) -> None:
    parameters = tuple(array(name, (8,), (1,)) for name in "abc")
    nothing = Function(Signature("nothing", parameters), code)
    value = np.zeros(8, np.float32)
    assert time_call(nothing.bind(value, value, value)).best < 1.5e-6

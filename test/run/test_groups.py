"""Groups of ops in modules where order matters: what stands between their ops, and what is unread.

The module is marked by the search, compiled and interpreted, on tensors of whole numbers.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from searched import searched

from morello_mlir import compile, interpret


def results(text: str, *arguments: Any) -> list[Any]:
    """What the compiled module gives, which is what the interpreted one gives."""
    marked = searched(text, "native")
    compiled = compile(marked).f(*arguments)
    interpreted = interpret(marked, schedule=None).f(*arguments)
    pairs = [r if isinstance(r, tuple) else (r,) for r in (compiled, interpreted)]
    for one, other in zip(*pairs, strict=True):
        np.testing.assert_array_equal(one, other)
    return list(pairs[0])


def groups(text: str) -> int:
    """How many groups the search makes."""
    return len(set(re.findall(r"morello.group = (\d+)", searched(text, "native"))))


X = np.arange(-4.0, 4.0, dtype=np.float32)


def test_what_reads_a_result_between_the_ops_comes_after_them() -> None:
    text = """
func.func @f(%x: tensor<4x2xf32>) -> (tensor<8xf32>, tensor<2xf32>, tensor<4x2xf32>) {
  %e = tensor.empty() : tensor<4x2xf32>
  %a = linalg.abs ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) -> tensor<4x2xf32>
  %flat = tensor.collapse_shape %a [[0, 1]] : tensor<4x2xf32> into tensor<8xf32>
  %part = tensor.extract_slice %flat[0] [2] [1] : tensor<8xf32> to tensor<2xf32>
  %b = linalg.add ins(%a, %x : tensor<4x2xf32>, tensor<4x2xf32>)
      outs(%e : tensor<4x2xf32>) -> tensor<4x2xf32>
  return %flat, %part, %b : tensor<8xf32>, tensor<2xf32>, tensor<4x2xf32>
}
"""
    x = X.reshape(4, 2)
    flat, part, b = results(text, x)
    np.testing.assert_array_equal(flat, abs(X))
    np.testing.assert_array_equal(part, abs(X[:2]))
    np.testing.assert_array_equal(b, abs(x) + x)
    assert groups(text) == 1


def test_what_goes_through_memory_between_the_ops_comes_after_them() -> None:
    """The partial sums of an op that reads a result of a group lie in a buffer."""
    text = """
func.func @f(%x: tensor<8xf32>, %y: tensor<f32>) -> (tensor<f32>, tensor<8xf32>) {
  %e = tensor.empty() : tensor<8xf32>
  %a = linalg.abs {morello.group = 0} ins(%x : tensor<8xf32>)
      outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %s = linalg.reduce {arith.addf} ins(%a : tensor<8xf32>) outs(%y : tensor<f32>) dimensions = [0]
      {morello.schedule = "split_reduction k 2 L1; finish"}
  %b = linalg.add {morello.group = 0, morello.schedule = "finish"}
      ins(%a, %x : tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %s, %b : tensor<f32>, tensor<8xf32>
}
"""
    s, b = results(text, X, np.array(3, np.float32))
    np.testing.assert_array_equal(s, 3 + abs(X).sum())
    np.testing.assert_array_equal(b, abs(X) + X)


def test_groups_do_not_wait_for_each_other() -> None:
    """{a, d} would need c, and {b, c, e} would need a."""
    text = """
func.func @f(%x: tensor<4x2xf32>, %y: tensor<8xf32>) -> (tensor<4x2xf32>, tensor<8xf32>) {
  %w = tensor.empty() : tensor<4x2xf32>
  %r = tensor.empty() : tensor<8xf32>
  %a = linalg.abs ins(%x : tensor<4x2xf32>) outs(%w : tensor<4x2xf32>) -> tensor<4x2xf32>
  %flat = tensor.collapse_shape %a [[0, 1]] : tensor<4x2xf32> into tensor<8xf32>
  %b = linalg.negf ins(%flat : tensor<8xf32>) outs(%r : tensor<8xf32>) -> tensor<8xf32>
  %c = linalg.abs ins(%y : tensor<8xf32>) outs(%r : tensor<8xf32>) -> tensor<8xf32>
  %tall = tensor.expand_shape %c [[0, 1]] output_shape [4, 2]
      : tensor<8xf32> into tensor<4x2xf32>
  %d = linalg.add ins(%a, %tall : tensor<4x2xf32>, tensor<4x2xf32>)
      outs(%w : tensor<4x2xf32>) -> tensor<4x2xf32>
  %e = linalg.add ins(%b, %c : tensor<8xf32>, tensor<8xf32>)
      outs(%r : tensor<8xf32>) -> tensor<8xf32>
  return %d, %e : tensor<4x2xf32>, tensor<8xf32>
}
"""
    d, e = results(text, X.reshape(4, 2), 3 * X)
    np.testing.assert_array_equal(d, abs(4 * X).reshape(4, 2))
    np.testing.assert_array_equal(e, abs(3 * X) - abs(X))
    assert groups(text) == 2


def test_ops_that_bodies_do_not_read_are_left_out() -> None:
    text = """
#id = affine_map<(i) -> (i)>
func.func @f(%x: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %a = linalg.abs ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %b = linalg.negf ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %c = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%a, %b : tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%p: f32, %unread: f32, %old: f32):
    %s = arith.addf %p, %p : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %d = linalg.add ins(%c, %a : tensor<8xf32>, tensor<8xf32>)
      outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %d : tensor<8xf32>
}
"""
    (d,) = results(text, X)
    np.testing.assert_array_equal(d, 3 * abs(X))


def test_a_value_that_one_op_reads_twice() -> None:
    text = """
#m = affine_map<(i, k) -> (i, k)>
#row = affine_map<(i, k) -> (i)>
func.func @f(%x: tensor<4x2xf32>) -> (tensor<4xf32>, tensor<4x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x2xf32>
  %r = tensor.empty() : tensor<4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %a = linalg.abs ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) -> tensor<4x2xf32>
  %s = linalg.generic {indexing_maps = [#m, #m, #row], iterator_types = ["parallel", "reduction"]}
      ins(%a, %a : tensor<4x2xf32>, tensor<4x2xf32>) outs(%init : tensor<4xf32>) {
  ^bb0(%p: f32, %q: f32, %old: f32):
    %t = arith.mulf %p, %q : f32
    %u = arith.addf %old, %t : f32
    linalg.yield %u : f32
  } -> tensor<4xf32>
  return %s, %a : tensor<4xf32>, tensor<4x2xf32>
}
"""
    x = X.reshape(4, 2)
    s, a = results(text, x)
    np.testing.assert_array_equal(s, (x * x).sum(1))
    np.testing.assert_array_equal(a, abs(x))


def test_what_is_the_same_along_an_axis_of_a_sum() -> None:
    """|x| is computed once for all y; it is no sum itself."""
    text = """
#x = affine_map<(j, p) -> (j)>
#y = affine_map<(j, p) -> (p)>
#all = affine_map<(j, p) -> ()>
func.func @f(%x: tensor<8xf32>, %y: tensor<3xf32>) -> tensor<f32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<f32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<f32>) -> tensor<f32>
  %s = linalg.generic {indexing_maps = [#x, #y, #all], iterator_types = ["reduction", "reduction"]}
      ins(%x, %y : tensor<8xf32>, tensor<3xf32>) outs(%init : tensor<f32>) {
  ^bb0(%p: f32, %q: f32, %old: f32):
    %a = math.absf %p : f32
    %t = arith.addf %a, %q : f32
    %u = arith.addf %old, %t : f32
    linalg.yield %u : f32
  } -> tensor<f32>
  %d = linalg.add ins(%s, %s : tensor<f32>, tensor<f32>) outs(%e : tensor<f32>) -> tensor<f32>
  return %d : tensor<f32>
}
"""
    y = np.array([1, 2, 3], np.float32)
    (d,) = results(text, X, y)
    assert d == 2 * (abs(X)[:, None] + y).sum()


def test_a_split_sum_of_sums_that_the_count_does_not_divide() -> None:
    """What is left over begins the inner sums anew, and goes on with the outer one."""
    text = """
#all = affine_map<(i, k) -> (i, k)>
#row = affine_map<(i, k) -> (i)>
func.func @f(%x: tensor<7x5xf32>) -> tensor<f32> {
  %zero = arith.constant 0.0 : f32
  %v = tensor.empty() : tensor<7xf32>
  %e = tensor.empty() : tensor<f32>
  %v0 = linalg.fill ins(%zero : f32) outs(%v : tensor<7xf32>) -> tensor<7xf32>
  %e0 = linalg.fill ins(%zero : f32) outs(%e : tensor<f32>) -> tensor<f32>
  %r = linalg.reduce {arith.addf} ins(%x : tensor<7x5xf32>) outs(%v0 : tensor<7xf32>)
      dimensions = [1] {morello.group = 0}
  %s = linalg.reduce {arith.addf} ins(%r : tensor<7xf32>) outs(%e0 : tensor<f32>)
      dimensions = [0] {morello.group = 0, morello.schedule = "SCHEDULE"}
  return %s : tensor<f32>
}
"""
    x = np.arange(35, dtype=np.float32).reshape(7, 5)
    for schedule in ("split_reduction i 3 L1; finish", "split_reduction i 3; finish"):
        (s,) = results(text.replace("SCHEDULE", schedule), x)
        assert s == x.sum()

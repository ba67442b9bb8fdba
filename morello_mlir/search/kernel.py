"""The kernel: closing rows under loops, as machine code for the host.

A closure looks at every tile for every extent of every column: hundreds of millions of times in a
search, and numpy would write each of them to memory. Here eight columns at a time go through all
extents in registers and L1. No contraction and no reassociation: every host computes the same.

`close` takes one array of 64-bit numbers, addresses among them, in the order of `ARGUMENTS`. Arrays
of costs have the axes `before`, `extents`, `after`; `after` is at least `LANES`, and the last
eight columns may overlap those before, which is why `source` and `result` must not. Read next:
`trips.py`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from ..runtime.jit import Code
from ..runtime.llvm import Form, emit
from ..runtime.machine import host_machine

LANES = 8

ARGUMENTS = {
    "source": "ptr",  # costs without loops
    "added": "ptr",  # the same where the output holds a value: what later trips cost
    "done": "ptr",  # closed costs where the output holds a value; 0 if those are `result`
    "result": "ptr",
    "codes": "ptr",  # what is left of them stays
    "code_bytes": "i64",  # 0: no codes
    "before": "i64",
    "extents": "i64",
    "after": "i64",
    "bodies": "i64",  # how many: what a trip costs, by tile, start and what is paid besides
    "body_row": "ptr",
    "body_added": "ptr",  # 1 if of `added`
    "body_toll": "ptr",  # a row of `tolls`, or -1
    "body_least": "ptr",  # a row of `least`, or -1
    "tolls": "ptr",
    "least": "ptr",
    "begin": "ptr",  # per extent its first cut; one more for the end
    "cut_body": "ptr",
    "cut_steps": "ptr",
    "cut_rest": "ptr",  # the extent that is left, or `extents` for none
    "cut_code": "ptr",
    "step": "double",
    "entry": "double",
    "margin": "double",  # what a cost has to be lower by to count as lower
    "body": "ptr",  # room for eight numbers per body
    "left": "ptr",  # room for eight numbers per extent and one more
}
"""Costs, `cut_steps`, `tolls` and `least` are of 64 bit floating point, all else is of i64."""

_V, _I, _M = "<8 x double>", "<8 x i64>", "<8 x i1>"


def _splat(name: str, value: str, kind: str) -> str:
    vector = f"<8 x {kind}>"
    return (
        f"  %{name}.0 = insertelement {vector} poison, {kind} {value}, i64 0\n"
        f"  %{name} = shufflevector {vector} %{name}.0, {vector} poison, <8 x i32> zeroinitializer"
    )


def _arguments() -> str:
    lines = []
    for i, (name, kind) in enumerate(ARGUMENTS.items()):
        lines.append(f"  %{name}.at = getelementptr i64, ptr %arguments, i64 {i}")
        lines.append(f"  %{name} = load {kind}, ptr %{name}.at, align 8")
    return "\n".join(lines)


def _at(name: str, array: str, index: str, kind: str = "i64") -> str:
    """Load an element of an array."""
    return (
        f"  %{name}.at = getelementptr {kind}, ptr {array}, i64 {index}\n"
        f"  %{name} = load {kind}, ptr %{name}.at, align 8"
    )


def _vector(name: str, array: str, index: str) -> str:
    """Load eight numbers from an index."""
    return (
        f"  %{name}.at = getelementptr double, ptr {array}, i64 {index}\n"
        f"  %{name} = load {_V}, ptr %{name}.at, align 8"
    )


def _keep(bits: int) -> str:
    """Store the codes of loops over what codes there are."""
    kind = f"<8 x i{bits}>"
    return f"""keep{bits}:
  %old{bits}.at = getelementptr i{bits}, ptr %codes, i64 %here
  %old{bits} = load {kind}, ptr %old{bits}.at, align 1
  %new{bits} = trunc {_I} %code to {kind}
  %taken{bits} = icmp ne {_I} %code, zeroinitializer
  %both{bits} = select {_M} %taken{bits}, {kind} %new{bits}, {kind} %old{bits}
  store {kind} %both{bits}, ptr %old{bits}.at, align 1
  br label %closed"""


TEXT = f"""
define void @close(ptr %arguments) {{
start:
{_arguments()}
{_splat("step8", "%step", "double")}
{_splat("entry8", "%entry", "double")}
{_splat("margin8", "%margin", "double")}
  %columns = mul i64 %before, %after
  %block = mul i64 %extents, %after
  %most = sub i64 %after, 8
  %alone = icmp eq ptr %done, null
  %none = mul i64 %extents, 8
  %none.at = getelementptr double, ptr %left, i64 %none
  store {_V} %entry8, ptr %none.at, align 8
  br label %outer

outer:
  %a = phi i64 [ 0, %start ], [ %a.next, %outer.end ]
  %a.block = mul i64 %a, %block
  %a.column = mul i64 %a, %after
  br label %eight

eight:
  %b = phi i64 [ 0, %outer ], [ %b.next, %eight.end ]
  %corner = add i64 %a.block, %b
  %column = add i64 %a.column, %b
  br label %bodies.test

bodies.test:
  %s = phi i64 [ 0, %eight ], [ %s.next, %body.end ]
  %s.more = icmp slt i64 %s, %bodies
  br i1 %s.more, label %body.begin, label %extents.test

body.begin:
{_at("row", "%body_row", "%s")}
{_at("is_added", "%body_added", "%s")}
{_at("toll", "%body_toll", "%s")}
{_at("floor", "%body_least", "%s")}
  %row.off = mul i64 %row, %after
  %trip.i = add i64 %corner, %row.off
  %is_added.1 = icmp ne i64 %is_added, 0
  %trips = select i1 %is_added.1, ptr %added, ptr %source
{_vector("trip", "%trips", "%trip.i")}
  %has_floor = icmp sge i64 %floor, 0
  br i1 %has_floor, label %raise, label %raised

raise:
  %floor.row = mul i64 %floor, %columns
  %floor.i = add i64 %floor.row, %column
{_vector("lowest", "%least", "%floor.i")}
  %below = fcmp olt {_V} %trip, %lowest
  %higher = select {_M} %below, {_V} %lowest, {_V} %trip
  br label %raised

raised:
  %busy = phi {_V} [ %trip, %body.begin ], [ %higher, %raise ]
  %stepped = fadd {_V} %busy, %step8
  %has_toll = icmp sge i64 %toll, 0
  br i1 %has_toll, label %pay, label %body.end

pay:
  %toll.row = mul i64 %toll, %columns
  %toll.i = add i64 %toll.row, %column
{_vector("fee", "%tolls", "%toll.i")}
  %charged = fadd {_V} %stepped, %fee
  br label %body.end

body.end:
  %whole = phi {_V} [ %stepped, %raised ], [ %charged, %pay ]
  %s.off = mul i64 %s, 8
  %whole.at = getelementptr double, ptr %body, i64 %s.off
  store {_V} %whole, ptr %whole.at, align 8
  %s.next = add i64 %s, 1
  br label %bodies.test

extents.test:
  %e = phi i64 [ 0, %bodies.test ], [ %e.next, %closed ]
  %e.more = icmp slt i64 %e, %extents
  br i1 %e.more, label %extent, label %eight.end

extent:
  %e.off = mul i64 %e, %after
  %here = add i64 %corner, %e.off
{_vector("once", "%source", "%here")}
{_at("low", "%begin", "%e")}
  %e.next = add i64 %e, 1
{_at("high", "%begin", "%e.next")}
  br label %cuts.test

cuts.test:
  %c = phi i64 [ %low, %extent ], [ %c.next, %cut ]
  %best = phi {_V} [ %once, %extent ], [ %better, %cut ]
  %code = phi {_I} [ zeroinitializer, %extent ], [ %chosen, %cut ]
  %c.more = icmp slt i64 %c, %high
  br i1 %c.more, label %cut, label %extent.end

cut:
{_at("which", "%cut_body", "%c")}
{_at("steps", "%cut_steps", "%c", "double")}
{_at("rest", "%cut_rest", "%c")}
{_at("number", "%cut_code", "%c")}
  %which.off = mul i64 %which, 8
{_vector("each", "%body", "%which.off")}
{_splat("steps8", "%steps", "double")}
{_splat("number8", "%number", "i64")}
  %rest.off = mul i64 %rest, 8
{_vector("over", "%left", "%rest.off")}
  %all = fmul {_V} %each, %steps8
  %cost = fadd {_V} %all, %over
  %bar = fmul {_V} %cost, %margin8
  %lower = fcmp olt {_V} %bar, %best
  %chosen = select {_M} %lower, {_I} %number8, {_I} %code
  %less = fcmp olt {_V} %cost, %best
  %better = select {_M} %less, {_V} %cost, {_V} %best
  %c.next = add i64 %c, 1
  br label %cuts.test

extent.end:
  %here.at = getelementptr double, ptr %result, i64 %here
  store {_V} %best, ptr %here.at, align 8
  br i1 %alone, label %kept, label %look

look:
{_vector("other", "%done", "%here")}
  br label %kept

kept:
  %final = phi {_V} [ %best, %extent.end ], [ %other, %look ]
  %entered = fadd {_V} %final, %entry8
  %e.room = mul i64 %e, 8
  %e.at = getelementptr double, ptr %left, i64 %e.room
  store {_V} %entered, ptr %e.at, align 8
  switch i64 %code_bytes, label %closed [ i64 1, label %keep8
                                          i64 2, label %keep16 ]

{_keep(8)}

{_keep(16)}

closed:
  br label %extents.test

eight.end:
  %b.far = add i64 %b, 8
  %is_over = icmp sgt i64 %b.far, %most
  %b.next = select i1 %is_over, i64 %most, i64 %b.far
  %b.more = icmp slt i64 %b.far, %after
  br i1 %b.more, label %eight, label %outer.end

outer.end:
  %a.next = add i64 %a, 1
  %a.more = icmp slt i64 %a.next, %before
  br i1 %a.more, label %outer, label %end

end:
  ret void
}}
"""


def call(given: Mapping[str, Any]) -> None:
    """Call `close` with numbers and contiguous arrays; None is no array."""
    arguments = np.empty(len(ARGUMENTS), np.int64)
    for i, (name, kind) in enumerate(ARGUMENTS.items()):
        value = given[name]
        if kind == "double":
            arguments[i : i + 1] = np.array([value], np.float64).view(np.int64)
        elif kind == "ptr":
            assert value is None or value.flags.c_contiguous, name
            arguments[i] = 0 if value is None else value.ctypes.data
        else:
            arguments[i] = value
    _loaded().close(arguments.ctypes.data)


class _Kernel:
    """The function, and the code that it is in."""

    def __init__(self) -> None:
        """Compile it."""
        (code,) = emit(TEXT, host_machine(), Form.OBJECT)
        self.code = Code(code)
        self.close = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(self.code.address("close"))


@cache
def _loaded() -> _Kernel:
    return _Kernel()

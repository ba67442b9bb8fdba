"""The loop over the points that a move leads to. Read next: `moves.py`, its caller."""

from __future__ import annotations

from .kernel_ir import again, arguments, at, loop

OFFER = {
    "source": "ptr",  # what the move leads to: starts, cells, capacities, kinds
    "cells": "i64",
    "rooms": "i64",
    "kinds": "i64",
    "result": "ptr",  # costs of starts, points, capacities, levels
    "codes": "ptr",  # of the same shape
    "code_bytes": "i64",
    "starts": "i64",
    "points": "i64",
    "capacities": "i64",
    "levels": "i64",
    "own": "ptr",  # the move's own cost: points, levels
    "own_next": "i64",  # how far on it is for the other start
    "cell": "ptr",  # per point the cell that it leads to, or -1
    "need": "ptr",  # per point the capacity that it takes
    "have": "ptr",  # the capacities
    "kind": "ptr",  # per level its kind
    "code": "i64",
    "margin": "double",
}
"""A move from a point leads to the cell's costs with the capacity that is left, if any is."""


def _mark(bits: int) -> str:
    """Store the code of a move."""
    return f"""mark{bits}:
  %code{bits} = trunc i64 %code to i{bits}
  %code{bits}.at = getelementptr i{bits}, ptr %codes, i64 %to
  store i{bits} %code{bits}, ptr %code{bits}.at, align 1
  br label %level.end"""


TEXT = f"""
define void @offer(ptr %arguments) {{
begin:
{arguments(OFFER)}
  %one_room = icmp eq i64 %rooms, 1
  br label %start.test

{loop("start", "begin", "%starts", "end")}

start:
  %s.cells = mul i64 %s, %cells
  %s.points = mul i64 %s, %points
  %s.own = mul i64 %s, %own_next
  br label %point.test

{loop("point", "start", "%points", "start.end")}

point:
{at("its", "%cell", "%p")}
{at("takes", "%need", "%p")}
  %p.levels = mul i64 %p, %levels
  %own.i = add i64 %s.own, %p.levels
  %costs = getelementptr double, ptr %own, i64 %own.i
  %from.cell = add i64 %s.cells, %its
  %from.room = mul i64 %from.cell, %rooms
  %to.point = add i64 %s.points, %p
  %to.capacity = mul i64 %to.point, %capacities
  %is_in = icmp sge i64 %its, 0
  br i1 %is_in, label %capacity.test, label %point.end

{loop("capacity", "point", "%capacities", "point.end")}

capacity:
{at("has", "%have", "%c")}
  %left = sub i64 %has, %takes
  %fits = icmp sge i64 %left, 0
  %room = select i1 %one_room, i64 0, i64 %left
  %from.i = add i64 %from.room, %room
  %from.kind = mul i64 %from.i, %kinds
  %to.i = add i64 %to.capacity, %c
  %to.level = mul i64 %to.i, %levels
  br i1 %fits, label %level.test, label %capacity.end

{loop("level", "capacity", "%levels", "capacity.end")}

level:
{at("which", "%kind", "%l")}
  %from = add i64 %from.kind, %which
  %to = add i64 %to.level, %l
{at("inside", "%source", "%from", "double")}
{at("self", "%costs", "%l", "double")}
{at("best", "%result", "%to", "double")}
  %cost = fadd double %inside, %self
  %less = fcmp olt double %cost, %best
  br i1 %less, label %lower, label %level.end

lower:
  store double %cost, ptr %best.at, align 8
  %bar = fmul double %cost, %margin
  %counts = fcmp olt double %bar, %best
  %bytes = select i1 %counts, i64 %code_bytes, i64 0
  switch i64 %bytes, label %level.end [ i64 1, label %mark8
                                        i64 2, label %mark16 ]

{_mark(8)}

{_mark(16)}

{again("level")}

{again("capacity")}

{again("point")}

{again("start")}

end:
  ret void
}}
"""

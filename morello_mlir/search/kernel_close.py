"""The closure's loop: eight columns at a time through all extents, in registers and L1.

First what a trip costs by tile goes to `body`, then extent by extent the cheapest loop is found; a
rest's closed cost is in `left` by then. Read next: `trips.py`, which makes the arguments.
"""

from __future__ import annotations

from .kernel_ir import INTEGERS, TRUTHS, VECTOR, arguments, at, splat, vector

CLOSE = {
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
    "first": "i64",  # what is added to codes
    "step": "double",
    "entry": "double",
    "margin": "double",  # what a cost has to be lower by to count as lower
    "body": "ptr",  # room for eight numbers per body
    "left": "ptr",  # room for eight numbers per extent and one more
}
"""Arrays of costs have the axes `before`, `extents`, `after`; `after` is at least `LANES`, and the
last eight columns may overlap those before, which is why `source` and `result` must not. Costs,
`cut_steps`, `tolls` and `least` are doubles, all else is of i64 but for the codes."""


def _keep(bits: int) -> str:
    """Store the codes of loops over what codes there are."""
    kind = f"<8 x i{bits}>"
    return f"""keep{bits}:
  %old{bits}.at = getelementptr i{bits}, ptr %codes, i64 %here
  %old{bits} = load {kind}, ptr %old{bits}.at, align 1
  %new{bits} = trunc {INTEGERS} %code to {kind}
  %taken{bits} = icmp ne {INTEGERS} %code, zeroinitializer
  %both{bits} = select {TRUTHS} %taken{bits}, {kind} %new{bits}, {kind} %old{bits}
  store {kind} %both{bits}, ptr %old{bits}.at, align 1
  br label %closed"""


TEXT = f"""
define void @close(ptr %arguments) {{
start:
{arguments(CLOSE)}
{splat("step8", "%step", "double")}
{splat("entry8", "%entry", "double")}
{splat("margin8", "%margin", "double")}
  %columns = mul i64 %before, %after
  %block = mul i64 %extents, %after
  %most = sub i64 %after, 8
  %alone = icmp eq ptr %done, null
  %none = mul i64 %extents, 8
  %none.at = getelementptr double, ptr %left, i64 %none
  store {VECTOR} %entry8, ptr %none.at, align 8
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
{at("row", "%body_row", "%s")}
{at("is_added", "%body_added", "%s")}
{at("toll", "%body_toll", "%s")}
{at("floor", "%body_least", "%s")}
  %row.off = mul i64 %row, %after
  %trip.i = add i64 %corner, %row.off
  %is_added.1 = icmp ne i64 %is_added, 0
  %trips = select i1 %is_added.1, ptr %added, ptr %source
{vector("trip", "%trips", "%trip.i")}
  %has_floor = icmp sge i64 %floor, 0
  br i1 %has_floor, label %raise, label %raised

raise:
  %floor.row = mul i64 %floor, %columns
  %floor.i = add i64 %floor.row, %column
{vector("lowest", "%least", "%floor.i")}
  %below = fcmp olt {VECTOR} %trip, %lowest
  %higher = select {TRUTHS} %below, {VECTOR} %lowest, {VECTOR} %trip
  br label %raised

raised:
  %busy = phi {VECTOR} [ %trip, %body.begin ], [ %higher, %raise ]
  %stepped = fadd {VECTOR} %busy, %step8
  %has_toll = icmp sge i64 %toll, 0
  br i1 %has_toll, label %pay, label %body.end

pay:
  %toll.row = mul i64 %toll, %columns
  %toll.i = add i64 %toll.row, %column
{vector("fee", "%tolls", "%toll.i")}
  %charged = fadd {VECTOR} %stepped, %fee
  br label %body.end

body.end:
  %whole = phi {VECTOR} [ %stepped, %raised ], [ %charged, %pay ]
  %s.off = mul i64 %s, 8
  %whole.at = getelementptr double, ptr %body, i64 %s.off
  store {VECTOR} %whole, ptr %whole.at, align 8
  %s.next = add i64 %s, 1
  br label %bodies.test

extents.test:
  %e = phi i64 [ 0, %bodies.test ], [ %e.next, %closed ]
  %e.more = icmp slt i64 %e, %extents
  br i1 %e.more, label %extent, label %eight.end

extent:
  %e.off = mul i64 %e, %after
  %here = add i64 %corner, %e.off
{vector("once", "%source", "%here")}
{at("low", "%begin", "%e")}
  %e.next = add i64 %e, 1
{at("high", "%begin", "%e.next")}
  br label %cuts.test

cuts.test:
  %c = phi i64 [ %low, %extent ], [ %c.next, %cut ]
  %best = phi {VECTOR} [ %once, %extent ], [ %better, %cut ]
  %code = phi {INTEGERS} [ zeroinitializer, %extent ], [ %chosen, %cut ]
  %c.more = icmp slt i64 %c, %high
  br i1 %c.more, label %cut, label %extent.end

cut:
{at("which", "%cut_body", "%c")}
{at("steps", "%cut_steps", "%c", "double")}
{at("rest", "%cut_rest", "%c")}
{at("rank", "%cut_code", "%c")}
  %number = add i64 %rank, %first
  %which.off = mul i64 %which, 8
{vector("each", "%body", "%which.off")}
{splat("steps8", "%steps", "double")}
{splat("number8", "%number", "i64")}
  %rest.off = mul i64 %rest, 8
{vector("over", "%left", "%rest.off")}
  %all = fmul {VECTOR} %each, %steps8
  %cost = fadd {VECTOR} %all, %over
  %bar = fmul {VECTOR} %cost, %margin8
  %lower = fcmp olt {VECTOR} %bar, %best
  %chosen = select {TRUTHS} %lower, {INTEGERS} %number8, {INTEGERS} %code
  %less = fcmp olt {VECTOR} %cost, %best
  %better = select {TRUTHS} %less, {VECTOR} %cost, {VECTOR} %best
  %c.next = add i64 %c, 1
  br label %cuts.test

extent.end:
  %here.at = getelementptr double, ptr %result, i64 %here
  store {VECTOR} %best, ptr %here.at, align 8
  br i1 %alone, label %kept, label %look

look:
{vector("other", "%done", "%here")}
  br label %kept

kept:
  %final = phi {VECTOR} [ %best, %extent.end ], [ %other, %look ]
  %entered = fadd {VECTOR} %final, %entry8
  %e.room = mul i64 %e, 8
  %e.at = getelementptr double, ptr %left, i64 %e.room
  store {VECTOR} %entered, ptr %e.at, align 8
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

"""Writes the modules of recurrent layers: `python cells.py gru 512 1 1 > gru_h512_b1_t1.mlir`.

The numbers are the size of the state, the batch and the steps. By DeepBench's rules: the products
of the inputs with their weights are done for all steps beforehand and arrive as `x`, the gates are
sigmoids, and the GRU's candidate is a ReLU (its reset gate scales the product with the state, as in
cuDNN). The weights `u` may lie in any layout. The states are arguments, and the outputs of all
steps are the result.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from string import Template

MODULE = Template("""\
// $title: hidden $hidden, batch $batch, $steps steps. Written by examples/models/cells.py.
#rows = affine_map<(b, j) -> (b, j)>
func.func @$name($arguments) -> tensor<${steps}x${batch}x${hidden}xf32> {
  %first = arith.constant 0 : index
  %one = arith.constant 1 : index
  %steps = arith.constant $steps : index
  %zero = arith.constant 0.0 : f32
  %unit = arith.constant 1.0 : f32
  %Y0 = tensor.empty() : tensor<${steps}x${batch}x${hidden}xf32>
  %all:$carried = scf.for %t = %first to %steps step %one
      iter_args($start) -> ($states, tensor<${steps}x${batch}x${hidden}xf32>) {
    %eg = tensor.empty() : tensor<${batch}x${width}xf32>
    %fg = linalg.fill ins(%zero : f32) outs(%eg : tensor<${batch}x${width}xf32>)
        -> tensor<${batch}x${width}xf32>
    %G = linalg.matmul ins(%H, %u : tensor<${batch}x${hidden}xf32>, tensor<${hidden}x${width}xf32>)
        outs(%fg : tensor<${batch}x${width}xf32>) -> tensor<${batch}x${width}xf32>
$slices
$ops
    %Yn = tensor.insert_slice %Hn into %Y[%t, 0, 0] [1, $batch, $hidden] [1, 1, 1]
        : tensor<${batch}x${hidden}xf32> into tensor<${steps}x${batch}x${hidden}xf32>
    scf.yield $next, %Yn : $states, tensor<${steps}x${batch}x${hidden}xf32>
  }
  return %all#$last : tensor<${steps}x${batch}x${hidden}xf32>
}
""")

SIGMOID = Template("""\
    %m$to = arith.negf %$of : f32
    %p$to = math.exp %m$to : f32
    %q$to = arith.addf %unit, %p$to : f32
    %$to = arith.divf %unit, %q$to : f32
""")


@dataclass(frozen=True)
class Op:
    """One elementwise op of a step: what it makes of which gates and states, and how.

    In the body `x` and `g` before a gate's letter are what the inputs and the state give it.
    """

    made: str
    gates: str
    states: str
    body: str


@dataclass(frozen=True)
class Cell:
    """What a cell is made of: its gates in the order of the weights' columns, states, and ops."""

    title: str
    gates: str
    states: str
    ops: tuple[Op, ...]


def _sum(gate: str) -> str:
    return f"    %s{gate} = arith.addf %x{gate}, %g{gate} : f32\n"


def _sigmoid(gate: str) -> str:
    return _sum(gate) + SIGMOID.substitute(to=gate, of=f"s{gate}")


CELLS = {
    "gru": Cell(
        "A GRU",
        "zrc",
        "H",
        (
            Op(
                "Hn",
                "zrc",
                "H",
                _sigmoid("z")
                + _sigmoid("r")
                + """\
    %reset = arith.mulf %r, %gc : f32
    %sc = arith.addf %xc, %reset : f32
    %c = arith.maximumf %sc, %zero : f32
    %old = arith.subf %h, %c : f32
    %kept = arith.mulf %z, %old : f32
    %new = arith.addf %c, %kept : f32
""",
            ),
        ),
    ),
    "lstm": Cell(
        "An LSTM",
        "ifco",
        "HS",
        (
            Op(
                "Sn",
                "ifc",
                "S",
                _sigmoid("i")
                + _sigmoid("f")
                + _sum("c")
                + """\
    %c = math.tanh %sc : f32
    %in = arith.mulf %i, %c : f32
    %kept = arith.mulf %f, %s : f32
    %new = arith.addf %in, %kept : f32
""",
            ),
            Op(
                "Hn",
                "o",
                "Sn",
                _sigmoid("o")
                + """\
    %out = math.tanh %s : f32
    %new = arith.mulf %o, %out : f32
""",
            ),
        ),
    ),
}
"""By their names on the command line."""


def cell_text(kind: str, hidden: int, batch: int, steps: int) -> str:
    """The module of one layer."""
    cell = CELLS[kind]
    state = f"tensor<{batch}x{hidden}xf32>"
    width = hidden * len(cell.gates)
    states = ", ".join([state] * len(cell.states))
    arguments = [
        f'%x: tensor<{steps}x{batch}x{width}xf32> {{morello.name = "x"}}',
        *(f'%{s}0: {state} {{morello.name = "{s.lower()}0"}}' for s in cell.states),
        f'%u: tensor<{hidden}x{width}xf32> {{morello.name = "u", morello.layout = "any"}}',
    ]
    return MODULE.substitute(
        title=cell.title,
        name=kind,
        hidden=hidden,
        batch=batch,
        steps=steps,
        width=width,
        arguments=",\n    ".join(arguments),
        carried=len(cell.states) + 1,
        last=len(cell.states),
        start=", ".join([*(f"%{s} = %{s}0" for s in cell.states), "%Y = %Y0"]),
        states=states,
        next=", ".join(f"%{s}n" for s in cell.states),
        slices="\n".join(_slices(cell, hidden, batch, width, steps)),
        ops="\n".join(_op(op, state) for op in cell.ops),
    )


def _slices(cell: Cell, hidden: int, batch: int, width: int, steps: int) -> list[str]:
    """What a step reads of the inputs' products, and of the states', gate by gate."""
    part = f"tensor<{batch}x{hidden}xf32>"
    lines = []
    for i, gate in enumerate(cell.gates):
        at = i * hidden
        lines += [
            f"    %X{gate} = tensor.extract_slice %x[%t, 0, {at}] [1, {batch}, {hidden}] [1, 1, 1]",
            f"        : tensor<{steps}x{batch}x{width}xf32> to {part}",
            f"    %G{gate} = tensor.extract_slice %G[0, {at}] [{batch}, {hidden}] [1, 1]",
            f"        : tensor<{batch}x{width}xf32> to {part}",
        ]
    return lines


def _op(op: Op, state: str) -> str:
    """An op over what it reads."""
    reads = [f"{kind}{gate}" for gate in op.gates for kind in "XG"] + [op.states]
    maps = ", ".join(["#rows"] * (len(reads) + 1))
    body = "".join(f"  {line}\n" for line in op.body.splitlines())
    scalars = [*(name.lower() for name in reads[:-1]), op.states[0].lower(), "old_value"]
    return (
        f"    %e{op.made} = tensor.empty() : {state}\n"
        f"    %{op.made} = linalg.generic\n"
        f'        {{indexing_maps = [{maps}], iterator_types = ["parallel", "parallel"]}}\n'
        f"        ins({', '.join('%' + r for r in reads)} : {', '.join([state] * len(reads))})\n"
        f"        outs(%e{op.made} : {state}) {{\n"
        f"    ^bb0({', '.join(f'%{name}: f32' for name in scalars)}):\n"
        f"{body}      linalg.yield %new : f32\n    }} -> {state}"
    )


if __name__ == "__main__":
    which, *sizes = sys.argv[1:]
    print(cell_text(which, *(int(size) for size in sizes)), end="")

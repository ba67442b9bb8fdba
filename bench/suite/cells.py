"""Recurrent layers by DeepBench's rules; see `examples/models/cells.py`, which writes the modules.

Only the recurrent products count as work. `gru-h1024-b1-t25` is shortened: DeepBench has 1500
steps. Weights are constants in any layout. A batch of one reads every weight for one product: where
they do not fit L2, that is the limit, and far below the peak.
"""

from __future__ import annotations

from bench.cell import GATES, GRU, LSTM
from bench.workload import Goal, Measure, Operand, Workload

FMA = "fma-f32-avx512"
PEERS = "morello|.*-cell"
BEST = Goal(Measure.PEER, 1.2, ".*")


def layer(kind: str, hidden: int, batch: int, steps: int, note: str = "") -> Workload:
    """All steps of one layer."""
    gates, state = hidden * len(GATES[kind]), Operand((batch, hidden), "f32")
    states = (state,) if kind == GRU else (state, state)
    return Workload(
        name=f"{kind}-h{hidden}-b{batch}-t{steps}",
        op=kind,
        inputs=(
            Operand((steps, batch, gates), "f32"),
            *states,
            Operand((hidden, gates), "f32"),
        ),
        output=Operand((steps, batch, hidden), "f32"),
        flops=2 * steps * batch * hidden * gates,
        peaks=(FMA,),
        goals=(BEST,),
        module=f"{kind}_h{hidden}_b{batch}_t{steps}",
        packs=True,
        peers=PEERS,
        note=note,
    )


CELLS: tuple[Workload, ...] = (
    *(layer(GRU, 512, batch, 1) for batch in (1, 2, 4)),
    layer(LSTM, 256, 1, 150),
    layer(LSTM, 512, 1, 25),
    layer(GRU, 1024, 1, 25, "shortened: 1500 steps in DeepBench"),
)
"""Of the 69 of DeepBench's servers those that run in milliseconds."""

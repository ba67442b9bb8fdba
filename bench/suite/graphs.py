"""Graphs: softmax and norms, activations, chains of products, attention, layers of networks.

Softmaxes, norms and activations are counted in bytes, those that must be read and written, and
compared with a copy; all else in the operations of its products. `MODELS` have constant weights in
any layout, for the peers as for us.
"""

from __future__ import annotations

from math import prod

from bench.graph import HEAD
from bench.workload import Goal, Measure, Operand, Window, Workload

FMA, COPY = "fma-f32-avx512", "copy"
OURS = "morello"
PLAIN, APART = "morello-product", "morello-apart"
"""The product of a workload alone; the products of a chain by a kernel each."""
PEERS = f"{OURS}|.*-graph"

ROWS = (1, 8, 32)
COLUMNS = (512, 2048, 8192, 32768, 131072, 524288)
CHAINS = (64, 128, 256, 512, 1024)
SOFTMAX_MEAN = 1.2
"""What all rows of softmaxes must reach of the best peer in the geometric mean."""
STREAMED = 100 << 20
"""Bytes that caches of one core do not hold."""
SLOWEST = 0.97
"""The part of the plain product's rate that one with an epilogue must reach."""


def best(value: float) -> Goal:
    """So many times faster than the best peer."""
    return Goal(Measure.PEER, value, ".*")


def of_peak(value: float, peak: str = FMA) -> Goal:
    """Such a part of a peak."""
    return Goal(Measure.PEAK, value, peak)


def memory(
    op: str, shape: tuple[int, ...], *constants: int, goals: tuple[Goal, ...], named: bool = False
) -> Workload:
    """What reads and writes one array of that shape, with constants of these sizes."""
    size = 8 * prod(shape)
    return Workload(
        name=f"{op}-{label(shape)}",
        op=op,
        inputs=(_f32(*shape), *(_f32(each) for each in constants)),
        output=_f32(*shape),
        bytes=size + 4 * sum(constants),
        peaks=(COPY,),
        goals=goals if size < STREAMED else (*goals, of_peak(0.85, COPY)),
        peers=f"{OURS}-named|{PEERS}" if named else PEERS,
    )


def chain(size: int) -> Workload:
    """A B C, squares."""
    square = _f32(size, size)
    goals = [best(1.2 if size == CHAINS[0] else 1.03), Goal(Measure.OURS, 1.0, APART)]
    return Workload(
        name=f"chain-{size}",
        op="chain",
        inputs=(square,) * 3,
        output=square,
        flops=4 * size**3,
        peaks=(FMA,),
        goals=(*goals, of_peak(0.95)) if size >= 512 else tuple(goals),
        peers=f"{APART}|{PEERS}",
    )


def mlp(rows: int, hidden: int, inner: int) -> Workload:
    """Two layers and a gelu."""
    return Workload(
        name=f"mlp-{rows}x{hidden}-{inner}-{hidden}",
        op="mlp",
        inputs=(_f32(rows, hidden), *_feed_forward(hidden, inner)),
        output=_f32(rows, hidden),
        flops=4 * rows * hidden * inner,
        peaks=(FMA,),
        goals=(of_peak(0.94),),
        packs=True,
        peers=PEERS,
    )


def attention(heads: int, rows: int) -> Workload:
    """All heads under one mask that is added."""
    each = _f32(heads, rows, HEAD)
    return Workload(
        name=f"attention-{heads}x{rows}x{HEAD}",
        op="attention",
        inputs=(each, each, each, _f32(rows, rows)),
        output=each,
        flops=4 * heads * rows * rows * HEAD,
        peaks=(FMA,),
        goals=(best(1.1),),
        peers=PEERS,
    )


def encoder(rows: int, hidden: int, inner: int) -> Workload:
    """A layer of a transformer."""
    square, row = _f32(hidden, hidden), _f32(hidden)
    projections = (square, row) * 4
    per_row = 2 * (4 * hidden * hidden + 2 * rows * hidden + 2 * hidden * inner)
    return Workload(
        name=f"encoder-{rows}x{hidden}-{inner}",
        op="encoder",
        inputs=(
            _f32(rows, hidden),
            *projections,
            *(row, row),
            *_feed_forward(hidden, inner),
            *(row, row),
        ),
        output=_f32(rows, hidden),
        flops=rows * per_row,
        peaks=(FMA,),
        goals=(best(1.1),),
        packs=True,
        peers=PEERS,
    )


def block(side: int, channels: int) -> Workload:
    """ResNet's basic one, stride 1."""
    image, taps = _f32(1, side, side, channels), _f32(3, 3, channels, channels)
    norm = (_f32(channels),) * 4
    inside = Window(1, 1).inside(side, 3)
    return Workload(
        name=f"basic-block-{side}x{side}x{channels}",
        op="basic-block",
        inputs=(image, taps, *norm, taps, *norm),
        output=image,
        flops=2 * 2 * inside**2 * channels**2,
        nominal=2 * 2 * (3 * side) ** 2 * channels**2,
        peaks=(FMA,),
        goals=(best(1.1),),
        packs=True,
        peers=PEERS,
    )


def epilogue(activation: str, size: int) -> Workload:
    """A product with a bias and an activation behind it."""
    square = _f32(size, size)
    return Workload(
        name=f"matmul-bias-{activation}-{size}",
        op=f"matmul-bias-{activation}",
        inputs=(square, square, _f32(size)),
        output=square,
        flops=2 * size**3,
        peaks=(FMA,),
        goals=(Goal(Measure.OURS, SLOWEST, PLAIN),),
        peers=f"{PLAIN}|{PEERS}",
    )


def label(shape: tuple[int, ...]) -> str:
    """Sizes as in names."""
    return "x".join(map(str, shape))


def _feed_forward(hidden: int, inner: int) -> tuple[Operand, ...]:
    return _f32(hidden, inner), _f32(inner), _f32(inner, hidden), _f32(hidden)


def _f32(*shape: int) -> Operand:
    return Operand(shape, "f32")


GRAPHS: tuple[Workload, ...] = (
    *(memory("softmax", (m, n), goals=(best(1.0),), named=True) for m in ROWS for n in COLUMNS),
    memory("layer-norm", (512, 1024), 1024, 1024, goals=(best(1.3),)),
    memory("rms-norm", (512, 1024), 1024, goals=(best(1.3),)),
    memory("gelu-erf", (1 << 20,), goals=(best(1.3),)),
    memory("gelu-tanh", (1 << 20,), goals=(best(1.3),)),
    *map(chain, CHAINS),
    mlp(256, 1024, 4096),
    attention(1, 512),
    attention(12, 512),
    encoder(128, 768, 3072),
    block(56, 64),
    epilogue("relu", 1024),
    epilogue("gelu", 1024),
)
"""The graphs' part of the goals."""

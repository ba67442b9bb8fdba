"""Layers of convolutional networks, batch 1: what the search must make of windowed ops.

`conv-HxWxC-F-KxK[sS]` are all distinct convolutions of ResNet-50 (v1.5, whose 3x3 layers have the
strides) on images [h, w, c]. `depthwise-*` has one 3x3 filter per channel, and `separable-*` are
blocks of MobileNetV1: the same followed by a 1x1 convolution, in one function. Weights are
constants in any layout, for the peers as for us. The border is a `tensor.pad` of zeros in front of
the op; products with it are not counted as work. `morello-relaxed` may use Winograd's transforms.
"""

from __future__ import annotations

from collections.abc import Iterator

from bench.op import CONV, DEPTHWISE, SEPARABLE
from bench.workload import Goal, Measure, Operand, Window, Workload

FMA = "fma-f32-avx512"
OURS = "morello"
RELAXED = "morello-relaxed"
PEERS = f"{OURS}|(torch|onnxruntime|openvino|iree|jax)-(nchw|nhwc|layer)"

Layer = tuple[int, int, int, int, int]
"""Height (and width) of the image, channels, filters, height (and width) of a filter, stride."""

RESNET50: tuple[Layer, ...] = (
    (224, 3, 64, 7, 2),
    (56, 64, 64, 1, 1),
    (56, 64, 64, 3, 1),
    (56, 64, 256, 1, 1),
    (56, 256, 64, 1, 1),
    (56, 256, 128, 1, 1),
    (56, 128, 128, 3, 2),
    (56, 256, 512, 1, 2),
    (28, 128, 512, 1, 1),
    (28, 512, 128, 1, 1),
    (28, 128, 128, 3, 1),
    (28, 512, 256, 1, 1),
    (28, 256, 256, 3, 2),
    (28, 512, 1024, 1, 2),
    (14, 256, 1024, 1, 1),
    (14, 1024, 256, 1, 1),
    (14, 256, 256, 3, 1),
    (14, 1024, 512, 1, 1),
    (14, 512, 512, 3, 2),
    (14, 1024, 2048, 1, 2),
    (7, 512, 2048, 1, 1),
    (7, 2048, 512, 1, 1),
    (7, 512, 512, 3, 1),
)
MOBILENET: tuple[tuple[int, int, int], ...] = (
    (112, 32, 64),
    (56, 128, 128),
    (28, 256, 256),
    (14, 512, 512),
)
"""Height (and width), channels, and the filters of the 1x1 convolution that follows."""

OF_PEAK = 0.95
BEST_PEER = Goal(Measure.PEER, 1.0, ".*")
WINOGRAD = Goal(Measure.PEER, 1.3, ".*", subject=RELAXED)
"""What 3x3 layers must reach of the best peer with every algorithm allowed."""
DEPTHWISE_GOAL = Goal(Measure.PEER, 1.5, ".*")


def conv(layer: Layer) -> Workload:
    """A convolution of ResNet-50."""
    side, channels, filters, size, stride = layer
    window = Window(stride, size // 2)
    out = window.positions(side, size)
    suffix = f"s{stride}" if stride > 1 else ""
    relaxed = size == 3 and stride == 1
    return Workload(
        name=f"conv-{side}x{side}x{channels}-{filters}-{size}x{size}{suffix}",
        op=CONV,
        inputs=(_image(side, channels), Operand((size, size, channels, filters), "f32")),
        output=_image(out, filters),
        flops=2 * window.inside(side, size) ** 2 * channels * filters,
        nominal=2 * (out * size) ** 2 * channels * filters,
        window=window,
        peaks=(FMA,),
        goals=(WINOGRAD if relaxed else BEST_PEER, Goal(Measure.PEAK, OF_PEAK, FMA)),
        packs=True,
        peers=f"{RELAXED}|{PEERS}" if relaxed else PEERS,
    )


def depthwise(side: int, channels: int) -> Workload:
    """One 3x3 filter per channel."""
    window = Window(1, 1)
    return Workload(
        name=f"depthwise-{side}x{side}x{channels}-3x3",
        op=DEPTHWISE,
        inputs=(_image(side, channels), Operand((3, 3, channels), "f32")),
        output=_image(side, channels),
        flops=2 * window.inside(side, 3) ** 2 * channels,
        nominal=2 * (side * 3) ** 2 * channels,
        window=window,
        peaks=(FMA,),
        goals=(DEPTHWISE_GOAL,),
        packs=True,
        peers=PEERS,
    )


def separable(side: int, channels: int, filters: int) -> Workload:
    """`depthwise`, then a 1x1 convolution."""
    first = depthwise(side, channels)
    pointwise = 2 * side * side * channels * filters
    return Workload(
        name=f"separable-{side}x{side}x{channels}-{filters}",
        op=SEPARABLE,
        inputs=(*first.inputs, Operand((1, 1, channels, filters), "f32")),
        output=_image(side, filters),
        flops=first.flops + pointwise,
        nominal=first.nominal + pointwise,
        window=first.window,
        peaks=(FMA,),
        goals=(BEST_PEER,),
        packs=True,
        peers=PEERS,
    )


def _image(side: int, channels: int) -> Operand:
    return Operand((1, side, side, channels), "f32")


def _layers() -> Iterator[Workload]:
    yield from map(conv, RESNET50)
    for side, channels, _ in MOBILENET:
        yield depthwise(side, channels)
    for sizes in MOBILENET:
        yield separable(*sizes)


LAYERS: tuple[Workload, ...] = tuple(_layers())
"""The convolutions' part of the goals."""

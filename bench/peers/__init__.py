"""The peers, as data: where the class is, which variables its process needs, what it may run.

A class derives from `peers.base.Peer` and lives in a module that imports its library only through
`base.library`, so that a missing one is a reason and not a crash. Add a peer here and in a module
of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NATIVE = frozenset({"native"})
AVX512 = frozenset({"avx512"})
AVX2 = frozenset({"avx2"})
PRODUCTS = frozenset({"matmul"})
BOTH_PRODUCTS = PRODUCTS | {"matmul-nk"}
LAYERS = frozenset({"conv", "depthwise", "separable"})
CELLS = frozenset({"gru", "lstm"})
GRAPHS = frozenset(
    {
        *("softmax", "layer-norm", "rms-norm", "gelu-erf", "gelu-tanh", "chain", "mlp"),
        *("attention", "encoder", "basic-block", "matmul-bias-relu", "matmul-bias-gelu"),
    }
)
ARRAYS = frozenset({"matmul", "add"})
SYNTHESIZE = "synthesize"
"""The schedule that has the compiler search for one."""
NO_TILES = {"tiles": "no"}
"""Keeps a process from asking for AMX, which some libraries have no variable for."""
PROCESSES = frozenset({"process"})
MACHINE = "machine"
KEEP_PAGES = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(1 << 40)}
"""Has malloc keep what was freed, as the allocators do that users of these libraries are told to
preload: without it a large result costs a page fault for every page, in every call."""


@dataclass(frozen=True)
class PeerSpec:
    """One peer: `where` is "module:Class" below `bench.peers`.

    `isas` says which rows it may enter: a library that picks its own instructions has no place
    among programs for x86-64-v3. `ours` marks the peers that the others are compared with; `packs`
    those that bring constant weights into a layout of their own ahead of time.
    """

    name: str
    where: str
    environment: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    isas: frozenset[str] = NATIVE
    ops: frozenset[str] = PRODUCTS
    ours: bool = False
    packs: bool = False


def _openblas(name: str, kind: str, ops: frozenset[str]) -> list[PeerSpec]:
    """numpy's or scipy's OpenBLAS as it comes, and with every core type that a user may ask for."""
    specs = [PeerSpec(name, f"openblas:{kind}", ops=ops)]
    for core in ("SkylakeX", "Cooperlake", "SapphireRapids", "Haswell"):
        specs.append(
            PeerSpec(
                f"{name}-{core.lower()}",
                f"openblas:{kind}",
                {"OPENBLAS_CORETYPE": core},
                {"core": core},
                NATIVE | AVX2 if core == "Haswell" else NATIVE,
                ops,
            )
        )
    return specs


PEERS: tuple[PeerSpec, ...] = (
    PeerSpec(
        "morello",
        "morello:Morello",
        options={"schedule": SYNTHESIZE},
        isas=NATIVE | AVX512 | AVX2,
        ops=ARRAYS | BOTH_PRODUCTS | LAYERS | CELLS | GRAPHS,
        ours=True,
    ),
    PeerSpec(
        "morello-relaxed",
        "morello:Morello",
        options={"schedule": SYNTHESIZE, "accuracy": "relaxed"},
        ops=frozenset({"conv"}),
        ours=True,
    ),
    PeerSpec(
        "morello-named",
        "morello_graph:Named",
        options={"schedule": SYNTHESIZE},
        ops=frozenset({"softmax"}),
        ours=True,
    ),
    PeerSpec(
        "morello-apart",
        "morello_graph:Apart",
        options={"schedule": SYNTHESIZE},
        ops=frozenset({"chain"}),
        ours=True,
    ),
    PeerSpec(
        "morello-product",
        "morello_graph:ProductAlone",
        options={"schedule": SYNTHESIZE},
        ops=frozenset({"matmul-bias-relu", "matmul-bias-gelu"}),
        ours=True,
    ),
    PeerSpec("morello-hand", "morello:ByHand", isas=NATIVE | AVX512, ours=True),
    PeerSpec("morello-opt", "command:MorelloOpt", ops=PROCESSES, ours=True),
    PeerSpec("python-mlir", "command:PythonImport", ops=PROCESSES),
    *_openblas("numpy", "Numpy", ARRAYS),
    *_openblas("scipy-openblas", "ScipyOpenblas", PRODUCTS),
    PeerSpec("torch", "pytorch:Torch", ops=BOTH_PRODUCTS),
    PeerSpec(
        "torch-avx512",
        "pytorch:Torch",
        {"ONEDNN_MAX_CPU_ISA": "AVX512_CORE_BF16"},
        NO_TILES,
        isas=NATIVE | AVX512,
        ops=BOTH_PRODUCTS,
    ),
    PeerSpec("torch-onednn-packed", "pytorch:OneDnnPacked", ops=BOTH_PRODUCTS, packs=True),
    PeerSpec("torch-mkl-packed", "pytorch:MklPacked", packs=True),
    PeerSpec(
        "torch-avx2",
        "pytorch:Torch",
        {
            "ONEDNN_MAX_CPU_ISA": "AVX2",
            "MKL_ENABLE_INSTRUCTIONS": "AVX2",
            "ATEN_CPU_CAPABILITY": "avx2",
        },
        isas=AVX2,
    ),
    PeerSpec("onnxruntime", "ort:OnnxRuntime"),
    PeerSpec("onnxruntime-avx512", "ort:OnnxRuntime", options=NO_TILES, isas=AVX512),
    PeerSpec("onnxruntime-packed", "ort:OnnxRuntimePacked", packs=True),
    PeerSpec("jax", "xla:Jax", ops=BOTH_PRODUCTS),
    PeerSpec(
        "jax-avx512",
        "xla:Jax",
        {"XLA_FLAGS": "--xla_cpu_max_isa=AVX512_BF16", "ONEDNN_MAX_CPU_ISA": "AVX512_CORE_BF16"},
        NO_TILES,
        isas=AVX512,
        ops=BOTH_PRODUCTS,
    ),
    PeerSpec(
        "jax-avx2",
        "xla:Jax",
        {"XLA_FLAGS": "--xla_cpu_max_isa=AVX2", "ONEDNN_MAX_CPU_ISA": "AVX2"},
        isas=AVX2,
    ),
    PeerSpec("openvino", "vino_product:OpenVinoProduct"),
    PeerSpec("iree", "iree:IreeProduct", isas=NATIVE | AVX512, ops=BOTH_PRODUCTS),
    PeerSpec("torch-nchw", "pytorch_layer:Nchw", ops=LAYERS),
    PeerSpec("torch-nhwc", "pytorch_layer:ChannelsLast", ops=LAYERS),
    PeerSpec("torch-layer", "pytorch_layer:Packed", ops=LAYERS),
    PeerSpec("onnxruntime-nchw", "ort_layer:OnnxRuntimeLayer", ops=LAYERS),
    PeerSpec("openvino-nchw", "vino:Nchw", ops=LAYERS),
    PeerSpec("openvino-nhwc", "vino:Nhwc", ops=LAYERS),
    PeerSpec("iree-nhwc", "iree:Iree", ops=LAYERS),
    PeerSpec("jax-nhwc", "xla_layer:JaxLayer", ops=LAYERS),
    PeerSpec("torch-eager-cell", "pytorch_cell:Eager", ops=CELLS),
    PeerSpec("torch-inductor-cell", "pytorch_cell:Inductor", ops=CELLS),
    PeerSpec("torch-nn-cell", "pytorch_cell:Module", ops=CELLS),
    PeerSpec("onnxruntime-cell", "ort_cell:OnnxRuntimeCell", ops=CELLS),
    PeerSpec("openvino-cell", "vino_cell:OpenVinoCell", ops=CELLS),
    PeerSpec("openvino-ops-cell", "vino_cell:OpenVinoOps", ops=CELLS),
    PeerSpec("iree-cell", "iree_cell:IreeCell", ops=CELLS),
    PeerSpec("jax-cell", "xla_cell:JaxCell", ops=CELLS),
    PeerSpec("torch-eager-graph", "pytorch_graph:Eager", KEEP_PAGES, ops=GRAPHS),
    PeerSpec("torch-inductor-graph", "pytorch_graph:Inductor", KEEP_PAGES, ops=GRAPHS),
    PeerSpec("onnxruntime-graph", "ort_graph:OnnxRuntimeGraph", KEEP_PAGES, ops=GRAPHS),
    PeerSpec(
        "onnxruntime-fused-graph",
        "ort_fused_graph:OnnxRuntimeFused",
        KEEP_PAGES,
        ops=frozenset({"attention", "encoder"}),
    ),
    PeerSpec("openvino-graph", "vino_graph:OpenVinoGraph", KEEP_PAGES, ops=GRAPHS),
    PeerSpec("iree-graph", "iree_graph:IreeGraph", KEEP_PAGES, ops=GRAPHS),
    PeerSpec("jax-graph", "xla_graph:JaxGraph", KEEP_PAGES, ops=GRAPHS),
    PeerSpec("numpy-graph", "numpy_graph:NumpyGraph", KEEP_PAGES, ops=GRAPHS),
)
"""All that a run compares, in the order of the tables."""

MACHINE_SPEC = PeerSpec(MACHINE, "machine:Machine", ops=frozenset({"peak"}))
"""The machine's own peaks, measured like a peer."""

FAULTY: tuple[PeerSpec, ...] = (
    PeerSpec("wrong", "faulty:Wrong"),
    PeerSpec("crashing", "faulty:Crashing"),
    PeerSpec("missing", "faulty:Missing"),
    PeerSpec("talking", "faulty:Talking"),
)
"""Peers that misbehave, for the self-test."""


def thread_environment(threads: int) -> dict[str, str]:
    """The variables that bound the threads of all the libraries; they are read at import."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC")
    return {name: str(threads) for name in names}

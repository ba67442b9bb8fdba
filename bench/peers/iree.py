"""IREE: our module's text, the weights of layers as constants, compiled for this CPU.

Data tiling is on, so that IREE may pack weights ahead of time; one thread is the driver without
tasks. Calls go through the virtual machine's own interface, which costs the least.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.layer_module import layer_text
from bench.module import product_text
from bench.op import MATMUL
from bench.peers.base import Peer, Prepared, Unsupported, library
from bench.workload import Operand, Workload

NAME = "layer"
FLAGS = (
    "--iree-llvmcpu-target-cpu=host",
    "--iree-opt-level=O3",
    "--iree-opt-data-tiling=true",
)


class Iree(Peer):
    """The llvm-cpu backend."""

    def __init__(self, options: Mapping[str, str], threads: int) -> None:
        """Load compiler and runtime."""
        super().__init__(options, threads)
        self.compiler = library("iree.compiler")
        self.runtime = library("iree.runtime")
        if threads > 1:
            self.runtime.flags.parse_flags(f"--task_topology_group_count={threads}")

    def versions(self) -> dict[str, str]:
        """The compiler's."""
        metadata = library("importlib.metadata")
        return {"iree": metadata.version("iree-base-compiler")}

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Layers in f32."""
        text = layer_text(workload, NAME, [constant(each) for each in inputs[1:]])
        return self.bound(text, inputs[:1], ["f32"], "f32")

    def bound(
        self,
        text: str,
        arguments: Sequence[NDArray[Any]],
        types: Sequence[str],
        result_type: str,
    ) -> Prepared:
        """A module's function on arguments that stay on the device, with one result."""
        runtime = self.runtime
        config = runtime.Config("local-sync" if self.threads == 1 else "local-task")
        module = runtime.VmModule.copy_buffer(config.vm_instance, self._compiled(text))
        context = runtime.SystemContext(vm_modules=[module], config=config)
        function = module.lookup_function(NAME)
        given = runtime.VmVariantList(len(arguments))
        for array, each in zip(arguments, types, strict=True):
            given.push_ref(self._view(config.device, array, each))
        last: list[Any] = [None]

        def run() -> None:
            results = runtime.VmVariantList(1)
            context.vm_context.invoke(function, given, results)
            last[0] = results

        def result() -> tuple[NDArray[Any], str]:
            view = last[0].get_as_object(0, runtime.HalBufferView)
            return np.array(runtime.DeviceArray(config.device, view).to_host()), result_type

        return Prepared(run, result)

    def _view(self, device: Any, array: NDArray[Any], dtype: str) -> Any:
        """A copy on the device; integers have no signs there."""
        runtime = self.runtime
        kinds = runtime.HalElementType
        names = {"f32": "FLOAT_32", "bf16": "BFLOAT_16", "i8": "INT_8", "u8": "INT_8"}
        return device.allocator.allocate_buffer_copy(
            memory_type=runtime.MemoryType.DEVICE_LOCAL,
            allowed_usage=runtime.BufferUsage.DEFAULT | runtime.BufferUsage.MAPPING,
            device=device,
            buffer=array,
            element_type=getattr(kinds, names[dtype]),
        )

    def _compiled(self, text: str) -> bytes:
        tools = library("iree.compiler.tools")
        try:
            made: bytes = self.compiler.compile_str(
                text, target_backends=["llvm-cpu"], extra_args=list(FLAGS)
            )
        except tools.CompilerToolError as error:
            raise Unsupported(f"iree-compile: {_first(str(error))}") from error
        return made


class IreeProduct(Iree):
    """Neither operand is a constant."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Products of all types but f64; bytes have signs there, so it gets a - 128."""
        assert workload.output is not None
        types = [each.dtype for each in workload.inputs]
        if "f64" in types:
            raise Unsupported("products of f64 are not set up for IREE")
        if types != ["u8", "i8"] or workload.op != MATMUL:
            return self.bound(product_text(workload, NAME), inputs, types, workload.output.dtype)
        signed = replace(workload, inputs=(Operand(inputs[0].shape, "i8"), workload.inputs[1]))
        shifted = (inputs[0].astype(np.int16) - 128).astype(np.int8)
        rest = 128 * inputs[1].sum(axis=0, dtype=np.int64)
        made = self.bound(product_text(signed, NAME), [shifted, inputs[1]], ["i8", "i8"], "i32")
        result = made.result
        assert result is not None
        return Prepared(made.run, lambda: ((result()[0] + rest).astype(np.int32), "i32"), "s8s8")


def constant(array: NDArray[Any]) -> str:
    """An attribute with the array's values."""
    return f'dense<"0x{array.tobytes().hex()}">'


def _first(said: str) -> str:
    errors = [line for line in said.splitlines() if "error:" in line]
    return (errors or said.splitlines() or ["no message"])[0][:300]

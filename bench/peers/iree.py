"""IREE: our module's text with the weights as constants, compiled for this CPU.

Data tiling is on, so that IREE may pack weights ahead of time; one thread is the driver without
tasks. Calls go through the virtual machine's own interface, which costs the least.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.layer_module import layer_text
from bench.peers.base import Peer, Prepared, Unsupported, library
from bench.workload import Workload

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
        constants = [constant(each) for each in inputs[1:]]
        return self.bound(layer_text(workload, NAME, constants), inputs[:1])

    def bound(self, text: str, arguments: Sequence[NDArray[Any]]) -> Prepared:
        """A module's function on arguments that stay on the device; one result, in f32."""
        run, results = self.invocation(text, arguments)

        def result() -> tuple[NDArray[Any], str]:
            view = results().get_as_object(0, self.runtime.HalBufferView)
            return self._array(view), "f32"

        return Prepared(run, result)

    def invocation(
        self, text: str, arguments: Sequence[NDArray[Any]]
    ) -> tuple[Callable[[], None], Callable[[], Any]]:
        """A call, and what gives the list of its last results."""
        runtime = self.runtime
        config = runtime.Config("local-sync" if self.threads == 1 else "local-task")
        module = runtime.VmModule.copy_buffer(config.vm_instance, self._compiled(text))
        context = runtime.SystemContext(vm_modules=[module], config=config)
        function = module.lookup_function(NAME)
        given = runtime.VmVariantList(len(arguments))
        for each in arguments:
            array = runtime.asdevicearray(config.device, each)
            given.push_ref(array._buffer_view)
        last: list[Any] = [None]

        def run() -> None:
            results = runtime.VmVariantList(1)
            context.vm_context.invoke(function, given, results)
            last[0] = results

        return run, lambda: last[0]

    def _compiled(self, text: str) -> bytes:
        tools = library("iree.compiler.tools")
        try:
            made: bytes = self.compiler.compile_str(
                text, target_backends=["llvm-cpu"], extra_args=list(FLAGS)
            )
        except tools.CompilerToolError as error:
            raise Unsupported(f"iree-compile: {_first(str(error))}") from error
        return made

    def _array(self, view: Any) -> NDArray[np.float32]:
        device = self.runtime.DeviceArray(self.runtime.get_device("local-sync"), view)
        made: NDArray[np.float32] = np.array(device.to_host())
        return made


def constant(array: NDArray[Any]) -> str:
    """An attribute with the array's values."""
    return f'dense<"0x{array.tobytes().hex()}">'


def _first(said: str) -> str:
    errors = [line for line in said.splitlines() if "error:" in line]
    return (errors or said.splitlines() or ["no message"])[0][:300]

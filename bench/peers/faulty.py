"""Peers that fail in every way a real one may; the self-test expects each to be reported."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import dtype as types
from bench.peers.base import Peer, Prepared, library
from bench.workload import Workload


class Wrong(Peer):
    """Gets one element wrong."""

    def versions(self) -> dict[str, str]:
        """Nothing."""
        return {}

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """A product, spoilt."""
        assert workload.output is not None
        dtype = workload.output.dtype
        c = types.aligned(workload.output.shape, dtype)

        def run() -> None:
            np.matmul(inputs[0], inputs[1], out=c)
            c[-1, -1] *= 1.01

        return Prepared(run, lambda: (c, dtype))


class Crashing(Wrong):
    """Takes its process down."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Does not return."""
        os.abort()


class Missing(Wrong):
    """Needs a library that is not there."""

    def __init__(self, options: Mapping[str, str], threads: int) -> None:
        """Fail to load."""
        super().__init__(options, threads)
        library("a_library_that_is_not_there")


class Talking(Wrong):
    """Is right, but prints to the standard output, where the protocol's lines would go."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """A product, with noise."""
        assert workload.output is not None
        dtype = workload.output.dtype
        c = types.aligned(workload.output.shape, dtype)

        def run() -> None:
            np.matmul(inputs[0], inputs[1], out=c)
            print("{not a message", flush=True)

        return Prepared(run, lambda: (c, dtype))

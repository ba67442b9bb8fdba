"""A process that was kept from AMX asks in vain, and can do all else."""

import os
import sys

import pytest

from bench import host, tiles


def child(forbid: bool) -> int:
    """0: has tiles, 1: has none; 2: something else went wrong."""
    pid = os.fork()
    if pid == 0:
        code = 2
        try:
            if not forbid or tiles.forbid():
                code = int(not tiles.allow())
                os.getcwd()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.skipif(
    sys.platform != "linux" or "amx_tile" not in host.features(), reason="has no AMX"
)
def test_tiles_are_had_only_where_they_are_not_forbidden() -> None:
    assert child(forbid=False) == 0
    assert child(forbid=True) == 1

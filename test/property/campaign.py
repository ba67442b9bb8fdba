"""A long run of random programs: python test/property/campaign.py [COUNT [FIRST [TARGET]]].

Prints the seeds that fail, each with its program and schedule, and exits with 1 if there are any.
`draw(seed, target)` in `test/programs.py` replays one.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from campaigns import campaign
from programs import draw

from morello_mlir.dialect.isa import with_instructions
from morello_mlir.target.cpus import cpu_target
from morello_mlir.target.native import native_target


def attempt(seed: int, name: str) -> str:
    """What went wrong with a seed, or nothing."""
    target = with_instructions(native_target() if name == "native" else cpu_target(name))
    one = draw(seed, target)
    try:
        one.run(name)
    except (AssertionError, ValueError, RuntimeError) as failure:
        return f"{one}\n{type(failure).__name__}: {failure}\n"
    return ""


if __name__ == "__main__":
    arguments = [*sys.argv[1:], *("1000", "10000", "native")[len(sys.argv) - 1 :]]
    sys.exit(campaign(attempt, int(arguments[0]), int(arguments[1]), arguments[2], 20))

"""A long run of random DAGs: python test/property/campaign_dags.py [COUNT [FIRST [TARGET]]].

Each is fused by the search and put under a random hand schedule; both are compiled and interpreted.
With `memcheck` for a target they run under valgrind instead, some seconds each (`memchecked.py`).
Prints the seeds that fail, each with how, and exits with 1 if there are any. `draw(seed)` in
`test/dags.py` and `scheduled(text, target, seed)` in `test/dag_schedules.py` replay one.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from campaigns import campaign
from dag_schedules import scheduled
from dag_values import Dag
from dags import draw
from memchecked import TARGET, Memchecked, UnknownInstructionError, missing
from poison import poisoned
from searched import searched

from morello_mlir import compile, interpret

MEMCHECK = "memcheck"


def attempt(seed: int, name: str) -> str:
    """What went wrong with a seed, or nothing."""
    dag = draw(seed)
    failures = []
    for way in ("fused", "by hand"):
        try:
            _check(dag, way, name)
        except Exception as failure:  # of any kind: tracebacks are what this looks for
            failures.append(f"{way}, {name}: {type(failure).__name__}: {failure}\n")
    return f"{dag}\n{''.join(failures)}" if failures else ""


def _check(dag: Dag, way: str, name: str) -> None:
    target = TARGET if name == MEMCHECK else name
    text = searched(dag.text, target) if way == "fused" else scheduled(dag.text, target, dag.seed)
    if name == MEMCHECK:
        try:
            dag.check(Memchecked(text))
        except UnknownInstructionError as reason:
            print(f"seed {dag.seed} {way} was not run: {reason}", flush=True)
        return
    with poisoned():
        dag.check(compile(text, target=name, isolate=True))
    dag.check(interpret(text, target=name, schedule=None))


if __name__ == "__main__":
    arguments = [*sys.argv[1:], *("300", "10000", "native")[len(sys.argv) - 1 :]]
    if arguments[2] == MEMCHECK and missing():
        sys.exit(missing())
    sys.exit(campaign(attempt, int(arguments[0]), int(arguments[1]), arguments[2], 5))

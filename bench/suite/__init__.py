"""All workloads, one file per topic; a new topic is a new file and one line here."""

from bench.suite.cells import CELLS
from bench.suite.deepbench import DEEPBENCH
from bench.suite.graphs import GRAPHS
from bench.suite.layers import LAYERS
from bench.suite.schedules import SCHEDULES
from bench.suite.search import SEARCH
from bench.workload import Workload

WORKLOADS: tuple[Workload, ...] = (*SCHEDULES, *SEARCH, *DEEPBENCH, *LAYERS, *CELLS, *GRAPHS)
"""In the order of the tables; names are unique."""

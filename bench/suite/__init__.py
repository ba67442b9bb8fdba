"""All workloads, one file per topic; a new topic is a new file and one line here."""

from bench.suite.schedules import SCHEDULES
from bench.workload import Workload

WORKLOADS: tuple[Workload, ...] = SCHEDULES
"""In the order of the tables; names are unique."""

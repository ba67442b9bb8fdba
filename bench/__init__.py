"""Benchmarks against peers: `python -m bench` from a checkout.

Workloads are data (`suite/`), peers are classes (`peers/`), each peer runs in a pinned process of
its own (`process.py`, `worker.py`), and the repetitions of all of them are interleaved in rounds
(`measure.py`) together with the machine's own peaks (`peak.py`), so that every ratio compares
numbers of one run. Read `measure.py` next.
"""

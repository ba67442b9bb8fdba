"""Lines between the harness and a peer, and the worker that answers them."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench import protocol, worker
from bench.peers.base import Peer, Prepared, Unsupported
from bench.protocol import PeerError, ProtocolError
from bench.workload import Workload


class Counter(Peer):
    """Counts its runs, workload by workload."""

    counts: dict[str, int]

    def versions(self) -> dict[str, str]:
        return {"counter": "1"}

    def prepare(self, workload: Workload, inputs: Sequence[Any]) -> Prepared:
        if workload.name == "impossible":
            raise Unsupported("not possible")

        def run() -> None:
            self.counts[workload.name] = self.counts.get(workload.name, 0) + 1

        return Prepared(run, lambda: (np.zeros(2, np.float32), "f32"), "counted")


@pytest.fixture
def counting() -> worker.Worker:
    made = worker.Worker()
    made.peer = Counter({}, 1)
    made.peer.counts = {}
    return made


def prepare(at: worker.Worker, name: str) -> dict[str, Any]:
    request = {"do": "prepare", "workload": Workload(name, "op").to_json(), "folder": ""}
    return worker.answer(at, request)


def test_a_message_is_one_line_and_comes_back() -> None:
    message = {"do": "run", "name": "a\nb", "seconds": 0.25}
    line = protocol.encode(message)
    assert line.count(b"\n") == 1
    assert protocol.decode(line) == message


@pytest.mark.parametrize("line", [b"hello\n", b"[1]\n", b"\n"])
def test_other_lines_are_refused(line: bytes) -> None:
    with pytest.raises(ProtocolError):
        protocol.decode(line)


def test_a_reason_is_raised() -> None:
    assert protocol.accepted({"ok": True, "x": 1})["x"] == 1
    with pytest.raises(PeerError, match="no bf16"):
        protocol.accepted({"unsupported": "no bf16"})
    with pytest.raises(ProtocolError):
        protocol.accepted({})


def test_the_worker_prepares_and_runs(counting: worker.Worker) -> None:
    reply = prepare(counting, "a")
    assert (reply["ok"], reply["note"], reply["checked"]) == (True, "counted", True)
    assert counting.peer.counts["a"] == 2
    reply = worker.answer(counting, {"do": "run", "name": "a", "seconds": 0.001})
    assert reply["calls"] >= len(reply["samples"]) >= 1
    assert all(each > 0 for each in reply["samples"])


def test_workloads_of_one_worker_do_not_replace_each_other(counting: worker.Worker) -> None:
    prepare(counting, "a")
    prepare(counting, "b")
    counting.peer.counts.clear()
    worker.answer(counting, {"do": "run", "name": "a", "seconds": 0.0})
    assert set(counting.peer.counts) == {"a"}
    assert worker.answer(counting, {"do": "forget"}) == {"ok": True}
    assert not counting.ready


def test_what_is_unsupported_is_answered(counting: worker.Worker) -> None:
    assert prepare(counting, "impossible") == {"unsupported": "not possible"}


def test_a_result_is_left_in_a_file(counting: worker.Worker, tmp_path: Path) -> None:
    prepare(counting, "a")
    path = tmp_path / "result.npy"
    reply = worker.answer(counting, {"do": "result", "name": "a", "path": str(path)})
    assert reply["dtype"] == "f32"
    assert np.load(path).shape == (2,)


def test_serving_ends_with_quit_or_the_input() -> None:
    replies = io.BytesIO()
    requests = io.BytesIO(protocol.encode({"do": "forget"}) + protocol.encode({"do": "quit"}))
    worker.serve(requests, replies)
    assert protocol.decode(replies.getvalue()) == {"ok": True}


def test_a_workload_survives_the_pipe() -> None:
    from bench.suite import WORKLOADS

    for each in WORKLOADS:
        line = protocol.encode(each.to_json())
        assert Workload.from_json(protocol.decode(line)) == each

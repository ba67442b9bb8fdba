"""Fixtures and markers for all tests: golden files, and tests that need a processor feature."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test marked `needs_cpu("avx512f", ...)` where a feature is missing, and say so."""
    for marker in item.iter_markers("needs_cpu"):
        from morello_mlir.runtime.host import host

        if missing := set(marker.args) - host().features:
            pytest.skip(f"this processor lacks {', '.join(sorted(missing))}")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Return a function that compares text with `test/golden/<test file>/<test>.txt`.

    A second text of the same test takes a name: `golden(text, "after")`. Run pytest with
    --update-golden to write the files, and read the difference before committing it.
    """

    def compare(text: str, name: str = "") -> None:
        test = re.sub(r"[^\w.-]+", "-", request.node.name + (f".{name}" if name else "")).strip("-")
        path = GOLDEN / request.path.stem / f"{test}.txt"
        text = text.rstrip("\n") + "\n"
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            return
        known = path.read_text() if path.exists() else ""
        if text != known:
            lines = difflib.unified_diff(known.split("\n"), text.split("\n"), "golden", "now")
            message = "\n".join(line.rstrip("\n") for line in lines)
            pytest.fail(f"{path} (--update-golden accepts this)\n{message}", pytrace=False)

    return compare

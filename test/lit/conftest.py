"""Each lit test is one pytest item, so that one runner counts everything.

The items call lit's own library; what a test does is written in its RUN lines, and lit.cfg.py has
the configuration.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lit.discovery
import lit.LitConfig
import lit.Test
import pytest


@functools.cache
def lit_config() -> Any:
    return lit.LitConfig.LitConfig(
        progname="lit",
        path=[],
        diagnostic_level="warning",
        useValgrind=False,
        valgrindLeakCheck=False,
        valgrindArgs=[],
        noExecute=False,
        debug=False,
        isWindows=False,
        order="lexical",
        params={},
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix == ".mlir" and not {"Inputs", "Output"} & set(file_path.parts):
        return LitFile.from_parent(parent, path=file_path)
    return None


class LitFile(pytest.File):
    """A file with RUN lines."""

    def collect(self) -> Iterator[pytest.Item]:
        for test in lit.discovery.find_tests_for_inputs(lit_config(), [str(self.path)]):
            yield LitItem.from_parent(self, name="RUN", test=test)


class LitItem(pytest.Item):
    """The RUN lines of one file."""

    def __init__(self, *, test: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.test = test

    def runtest(self) -> None:
        result = self.test.config.test_format.execute(self.test, lit_config())
        if result.code is lit.Test.UNSUPPORTED:
            pytest.skip(result.output.strip())
        if result.code.isFailure:
            raise LitFailure(result.output)

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        if isinstance(excinfo.value, LitFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, str(self.path.name)


class LitFailure(Exception):
    """What lit says about a test that failed."""

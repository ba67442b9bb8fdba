"""The README's first example does what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

README = Path(__file__).parents[2] / "README.md"


def test_the_first_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = dict(re.findall(r"```(mlir|python)\n(.*?)```", README.read_text(), flags=re.DOTALL))
    (tmp_path / "matmul.mlir").write_text(blocks["mlir"])
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(blocks["python"], names)
    assert np.array_equal(names["c"], names["a"] @ names["b"])

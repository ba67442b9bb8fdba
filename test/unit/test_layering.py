"""The layering of docs/architecture.md: who imports whom, and who may import mlir."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# A module imports from its own line and the lines above it. The facade, `morello_mlir`
# itself, and `runtime`, which imports nothing of the project, are outside of the order.
ORDER = (
    ("dtype", "layout", "memory", "expr", "linear", "winograd", "lookup"),
    ("spec", "graph", "join", "cost", "windowed"),
    ("target",),
    ("traffic",),
    ("impl", "action", "schedule", "transformed", "leaf_price", "waits", "price"),
    ("evaluate", "places", "lanes_leaf", "match_leaf", "interpreter"),
    ("table",),
    ("search",),
    ("dialect",),
    ("passes",),
    ("functions", "ranked", "built", "told", "compiler"),
    ("simulate",),
    ("tools",),
)
ABOVE = {"ranked", "built", "told", "compiler", "simulate", "tools"}
MAY_IMPORT_MLIR = {"dialect", "passes", "runtime", *ABOVE}
# The work of `runtime` is on LLVM alone: above it may use it, it may use none of them.
ALONE = "runtime"
# The innermost loop of the search is machine code.
KERNEL = ("search", "kernel")


def files() -> list[Path]:
    folders = ("morello_mlir", "dialect", "passes", "tools")
    return sorted(p for folder in folders for p in (ROOT / folder).rglob("*.py"))


def parts_of(path: Path) -> tuple[str, ...]:
    """Return the module of a file below morello_mlir: passes/emit/x.py is (passes, emit, x)."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    parts = parts[1:] if parts[0] == "morello_mlir" else parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and full name of every module that a file imports, wherever it does so."""
    package = ("morello_mlir", *parts_of(path))
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            for alias in node.names:
                yield node.lineno, f"{module}.{alias.name}"


def rank(name: str) -> int:
    for number, group in enumerate(ORDER):
        if name in group:
            return number
    raise AssertionError(f"morello_mlir.{name} has no place in ORDER")


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_only_from_above(path: Path) -> None:
    here = parts_of(path)[0] if parts_of(path) else ""
    for line, name in imports_of(path):
        top, *rest = name.split(".")
        where = f"{path.relative_to(ROOT)}:{line} imports {name}"
        if top == "mlir":
            assert here in MAY_IMPORT_MLIR, where
        if top != "morello_mlir" or not here or not rest or rest[0] == here:
            continue
        assert here != ALONE, where
        if rest[0] == ALONE:
            assert rank(here) >= rank("compiler") or parts_of(path) == KERNEL, where
        else:
            assert rank(rest[0]) <= rank(here), where


def loaded_by(imports: str) -> set[str]:
    """Return the top-level packages that are loaded once `imports` has run in a new process."""
    script = f"import sys\n{imports}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_facade_loads_neither_mlir_nor_numpy() -> None:
    assert not loaded_by("import morello_mlir") & {"mlir", "numpy"}


def test_the_engine_loads_no_mlir() -> None:
    def is_engine(path: Path) -> bool:
        return path.is_relative_to(ROOT / "morello_mlir") and not (
            set(parts_of(path)) & {*MAY_IMPORT_MLIR}
        )

    modules = [".".join(("morello_mlir", *parts_of(p))) for p in files() if is_engine(p)]
    assert "mlir" not in loaded_by(f"import {', '.join(modules)}")

"""mypy --strict over every file.

Under an editable install `mypy -p morello_mlir` succeeds after checking a quarter of the files,
because dialect, passes and tools lie outside of the package's folder. So mypy gets a tree of links
in which they lie inside, and the number of files that it says it has checked is compared.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TREE = ROOT / "build" / "tree"
PACKAGES = ("dialect", "passes", "tools")
BESIDE = ("bench", "examples", "test")


def test_every_file_is_typed() -> None:
    link_tree()
    sources = sorted(str(p.relative_to(TREE)) for p in python_files(TREE))
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml")]
    command.append("--explicit-package-bases")  # test/ has no __init__.py; two conftest.py
    done = subprocess.run(
        [*command, *sources],
        cwd=TREE,
        # Modules that tests share lie on pytest's pythonpath, so they do on mypy's.
        env={**os.environ, "MYPYPATH": "test", "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    checked = re.search(r"no issues found in (\d+) source files", done.stdout)
    written = [p for f in ("morello_mlir", *PACKAGES, *BESIDE) for p in python_files(ROOT / f)]
    assert checked and int(checked[1]) == len(written), done.stdout


def link_tree() -> None:
    shutil.rmtree(TREE, ignore_errors=True)
    (TREE / "morello_mlir").mkdir(parents=True)
    for entry in (ROOT / "morello_mlir").iterdir():
        (TREE / "morello_mlir" / entry.name).symlink_to(entry)
    for name in PACKAGES:
        (TREE / "morello_mlir" / name).symlink_to(ROOT / name)
    for name in BESIDE:
        (TREE / name).symlink_to(ROOT / name)


def python_files(folder: Path) -> list[Path]:
    return [
        Path(where) / name
        for where, _, names in os.walk(folder, followlinks=True)
        for name in names
        if name.endswith(".py") and "Output" not in Path(where).parts
    ]

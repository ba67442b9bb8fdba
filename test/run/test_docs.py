"""What the documentation says is so: its blocks run, its commands, links and paths exist.

`test/documents.py` says what becomes of each kind of block.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from documents import ROOT, Session, blocks, commands

from bench.cli import parser

DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    *sorted(str(p.relative_to(ROOT)) for p in (ROOT / "docs").glob("*.md")),
]
ALL = [*DOCUMENTS, "CHANGELOG.md", "examples/c/README.md"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_blocks_do_what_they_say(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    session = Session(tmp_path)
    for block in blocks((ROOT / name).read_text()):
        try:
            session.run(block)
        except (AssertionError, ValueError, RuntimeError) as error:
            pytest.fail(f"{name}:{block.line}: {error}", pytrace=False)


@pytest.mark.parametrize("name", ALL)
def test_links_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text()
    for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if not link.startswith("https://"):
            assert ((ROOT / name).parent / link).exists(), link


@pytest.mark.parametrize("name", ALL)
def test_paths_exist(name: str) -> None:
    """Code spans that look like a path of the repository are one."""
    places = (ROOT, ROOT / "morello_mlir", ROOT / "passes", (ROOT / name).parent)
    for path in re.findall(r"`((?:[a-z_]+/)+[a-z_.0-9]*)`", (ROOT / name).read_text()):
        assert any((place / path).exists() for place in places), path


@pytest.mark.parametrize("name", ALL)
def test_make_targets_exist(name: str) -> None:
    known = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for command in commands((ROOT / name).read_text()):
        found = re.match(r"(?:PYTHON=\S+ )?make ([a-z]+)\b", command)
        assert found is None or found[1] in known, command


@pytest.mark.parametrize("name", ALL)
def test_benchmark_commands_are_understood(name: str) -> None:
    for command in commands((ROOT / name).read_text()):
        if command.startswith("python -m bench "):
            parser().parse_args(shlex.split(command.partition("  #")[0])[3:])


def test_the_instruction_shown_is_the_library_s() -> None:
    from morello_mlir.dialect.isa import library, read_library

    first = next(b for b in blocks(instructions_text()) if b.kind == "mlir")
    text = f'module @shown attributes {{morello.features = "avx512f"}} {{\n{first.text}}}'
    (shown,) = read_library(text, "shown").instructions
    assert shown in library("avx512").instructions


def test_refusals_are_what_matching_says() -> None:
    files = [ROOT / "morello_mlir/target" / name for name in ("match.py", "mapping.py")]
    said = re.sub(r"\{[^}]*\}", "...", "".join(f.read_text() for f in files))
    said = re.sub(r'"\s*f?"', "", said)
    rows = re.search(r"\| it says \|.*?\n\n", instructions_text(), re.DOTALL)
    assert rows is not None
    for refusal in re.findall(r"^\| `([^`]+)`", rows[0], re.MULTILINE):
        pattern = re.escape(refusal).replace(r"\.\.\.", r"[^\n]*?")
        assert re.search(pattern, said), refusal


@pytest.mark.parametrize("name", ALL)
def test_no_path_of_one_machine(name: str) -> None:
    found = re.search(r"(?<![\w./*-])/(home|work|tmp|root|usr)/\S*", (ROOT / name).read_text())
    assert found is None, found


def instructions_text() -> str:
    return (ROOT / "docs/instructions.md").read_text()


def test_families_of_instructions_are_all_there() -> None:
    from morello_mlir.dialect.isa import LIBRARIES, library

    rows = re.search(r"\| family \|.*?\n\n", instructions_text(), re.DOTALL)
    assert rows is not None
    families = re.findall(r"`(\w+_)`", rows[0])
    used = set()
    for name in LIBRARIES:
        for one in library(name).instructions:
            found = [f for f in families if one.name.startswith(f)]
            assert found, f"{one.name} is of no family in docs/instructions.md"
            used.add(max(found, key=len))
    assert used == set(families)

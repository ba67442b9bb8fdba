"""The documentation as something that runs: fenced blocks by kind, and tables of errors.

A block's first line may name it (`// matmul.mlir`, `# tile.schedule`): it becomes a file of that
name, which later blocks of the document use; where the repository has a file of that name, the rest
of the block is that file. All blocks of a document share a folder, the Python names, and the linalg
op of the last `mlir` block, to which schedules apply.

    mlir       parses and verifies
    schedule   parses; with a name `NAME.schedule` a file
    impl       what the schedule before makes of the op; a line `...` stands for any lines
    python     runs; `>>>` lines show what they print
    sh         runs and succeeds
    console    `$ command` lines, each with what it prints; fails where that has `error:`
    text       shown, not checked
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TARGET, THREADS = "znver5", 4
"""The machine of `impl` blocks and tables of errors."""

_FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_NAMED = re.compile(r"(?://|#) ([\w./-]+\.\w+)$")
_ERRORS = re.compile(r"^\| schedule \| error [^\n]*\n\|[- |]+\n((?:\|[^\n]*\n)+)", re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")
_SELF = re.compile(r"(PYTHON=\S+ )?make |python -m bench|pip ")
"""Commands that tests check elsewhere, or that would run this test or install something."""


@dataclass(frozen=True)
class Block:
    """A fenced block, or a row of a table of errors (kind `error`: schedule, message)."""

    kind: str
    text: str
    line: int

    @property
    def name(self) -> str:
        """The file that the block is, if it names one."""
        found = _NAMED.match(self.text.partition("\n")[0])
        return found[1] if found else ""


def blocks(text: str) -> list[Block]:
    """All blocks of a document, in order."""
    found = [Block(m[1], m[2], text.count("\n", 0, m.start()) + 1) for m in _FENCE.finditer(text)]
    for table in _ERRORS.finditer(text):
        first = text.count("\n", 0, table.start(1)) + 1
        for number, row in enumerate(table[1].splitlines()):
            found.append(Block("error", row, first + number))
    return sorted(found, key=lambda b: b.line)


@dataclass
class Session:
    """Runs the blocks of one document in a folder."""

    folder: Path
    names: dict[str, Any] = field(default_factory=dict)
    schedule: str = ""
    spec: Any = None

    def run(self, block: Block) -> None:
        """Run or check one block; `AssertionError` where it is not true."""
        if block.name:
            path = self.folder / block.name
            text = block.text
            if (ROOT / block.name).is_file():
                text = text.partition("\n")[2]
                assert text == (ROOT / block.name).read_text(), f"{block.name} is another file"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        check = getattr(self, f"_{block.kind or 'text'}", None)
        assert check is not None, f"no kind of block: {block.kind}"
        check(block.text)

    def _text(self, text: str) -> None:
        """Nothing to check."""

    def _mlir(self, text: str) -> None:
        self.spec = last_spec(text) or self.spec

    def _schedule(self, text: str) -> None:
        from morello_mlir.schedule import parse, parse_sections

        self.schedule = text
        for schedule in parse_sections(text).values():
            assert parse(str(schedule)) == schedule

    def _impl(self, text: str) -> None:
        from morello_mlir.impl import render
        from morello_mlir.schedule import parse

        agree(text, render(parse(self.schedule).apply(self.spec, target())))

    def _error(self, row: str) -> None:
        from morello_mlir.schedule import ScheduleError, parse

        schedule, message = _CODE.findall(row)[:2]
        try:
            parse(schedule.replace("\\n", "\n")).apply(self.spec, target())
        except ScheduleError as error:
            agree(message, str(error))
        else:
            raise AssertionError(f"'{schedule}' is right")

    def _python(self, text: str) -> None:
        if ">>> " not in text:
            exec(compile(text, "documentation", "exec"), self.names)
            return
        test = doctest.DocTestParser().get_doctest(text, {}, "documentation", None, 0)
        test.globs = self.names
        said: list[str] = []
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
        runner.run(test, out=said.append, clear_globs=False)
        assert not said, "".join(said)

    def _sh(self, text: str) -> None:
        for command in re.sub(r"\\\n\s*", "", text).splitlines():
            command = command.partition("  #")[0].strip()
            if command and not _SELF.match(command):
                status, output = self._command(command)
                assert status == 0, f"{command}\n{output}"

    def _console(self, text: str) -> None:
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, _, wanted = part.replace("\\\n", "").partition("\n")
            status, output = self._command(command)
            assert (status != 0) == ("error:" in wanted), f"{command}: {status}\n{output}"
            agree(wanted, output)

    def _command(self, command: str) -> tuple[int, str]:
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        done = subprocess.run(
            command,
            shell=True,
            cwd=self.folder,
            env={**os.environ, "PATH": path, "COLUMNS": "80"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return done.returncode, done.stdout


def agree(shown: str, real: str) -> None:
    """Compare, where `...` in a line stands for any text and as a line for any lines."""
    wanted = [line.rstrip() for line in shown.strip("\n").splitlines()]
    pattern = "\n".join(
        "(.|\n)*?" if line.strip() == "..." else ".*?".join(map(re.escape, line.split("...")))
        for line in wanted
    )
    lines = "\n".join(line.rstrip() for line in real.strip("\n").splitlines())
    assert re.fullmatch(pattern.replace("\n(.|\n)*?", "(.|\n)*?"), lines), (
        f"the document shows\n{shown}\nand really it is\n{real}"
    )


@lru_cache(maxsize=1)
def target() -> Any:
    """The machine of `impl` blocks, with its instructions."""
    from morello_mlir.dialect.isa import with_instructions
    from morello_mlir.target.cpus import cpu_target

    return with_instructions(cpu_target(TARGET, THREADS))


def last_spec(text: str) -> Any:
    """The Spec of the last op that computes in a module, as the search reads it, or None."""
    from morello_mlir.dialect.structured import read_structured
    from morello_mlir.passes.base import Report
    from morello_mlir.passes.fold_fill import folded_fill
    from morello_mlir.passes.linalg_ops import linalg_ops
    from morello_mlir.passes.prepare import prepare
    from morello_mlir.passes.source import new_context, read_module
    from morello_mlir.spec import Start

    with new_context():
        module = read_module(text, Report())  # owns its ops
        prepare(module, Report())
        ops = list(linalg_ops(module.operation))
        if not ops:
            return None
        read = read_structured(ops[-1])
        filled = folded_fill(ops[-1], read.spec, read.values[-1])
    start = Start.NOTHING if filled else read.spec.start
    return replace(read.spec, limits=target().limits, start=start)


def commands(text: str) -> Iterator[str]:
    """What a document tells its reader to type at a shell, in blocks and in passing."""
    for block in blocks(text):
        if block.kind in ("sh", "console"):
            yield from (line.removeprefix("$ ") for line in block.text.splitlines())
    yield from _CODE.findall(text)

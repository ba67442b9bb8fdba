"""The registry: every entry can be imported and is what its name says."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from morello_mlir import passes
from morello_mlir.passes.base import OptionError


@pytest.mark.parametrize("name", passes.REGISTRY)
def test_an_entry_is_a_pass_of_that_name(name: str) -> None:
    cls = passes.pass_class(name)
    short = name.removeprefix("morello-")
    assert cls.name == name
    assert cls.__doc__ and dataclasses.is_dataclass(cls)
    assert cls.__name__ == "".join(part.title() for part in short.split("-")) + "Pass"
    assert cls.__module__ == f"morello_mlir.passes.{short.replace('-', '_')}"
    assert passes.create(name).name == name
    with pytest.raises(OptionError, match="unknown option 'nothing'"):
        passes.create(name, "nothing=1")


def test_every_pass_is_registered() -> None:
    folder = Path(passes.__file__).parent
    files = {p.stem for p in folder.glob("*.py") if 'ClassVar[str] = "morello-' in p.read_text()}
    assert files == {
        entry.partition(":")[0].rpartition(".")[2] for entry in passes.REGISTRY.values()
    }

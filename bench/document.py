"""Results inside a document: `FILE#SECTION` replaces what stands between two comments of that file.

    <!-- bench:SECTION -->
    ...
    <!-- /bench:SECTION -->

A plain FILE is written whole. So the numbers in the docs are always those of one command.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


class DocumentError(ValueError):
    """The document has no such section."""


def heading(recorded: Mapping[str, Any]) -> str:
    """Where, when and how the numbers were made, and with which versions."""
    plan = recorded["plan"]
    how = f"; {plan['seconds']:g} s per peer in {plan['rounds']} rounds"
    versions = _versions(recorded)
    said = f"\n{'; '.join(versions)}.\n" if versions else ""
    return opening(recorded, how) + said


def opening(recorded: Mapping[str, Any], how: str = "") -> str:
    """Where, when and by which command the numbers were made."""
    about = recorded["host"]
    caches = ", ".join(f"{level} {size >> 10} KiB" for level, size in about["caches"].items())
    return (
        f"{recorded['date'][:10]}, {about['cpu']} (family {about['family']}, model "
        f"{about['model']}; {caches}; {' '.join(about['features'])}), {about['cpus']} CPUs, load "
        f"{about['load']} at the start{how}.\n\n"
        f"`{' '.join(_without_paths(recorded['command']))}`\n"
    )


def place(destination: str, text: str) -> None:
    """Write `text` to FILE, or into the section of FILE#SECTION."""
    name, has_section, section = destination.partition("#")
    path = Path(name)
    path.write_text(inserted(path.read_text(), section, text) if has_section else text)


def inserted(document: str, section: str, text: str) -> str:
    """The document with the section's content replaced."""
    begin, end = f"<!-- bench:{section} -->", f"<!-- /bench:{section} -->"
    before, has_begin, rest = document.partition(begin)
    _, has_end, after = rest.partition(end)
    if not (has_begin and has_end):
        raise DocumentError(f"no section '{begin}' ... '{end}'")
    return f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}"


def _versions(recorded: Mapping[str, Any]) -> list[str]:
    """Every peer that was timed with its versions, once."""
    found: dict[str, str] = {}
    for workload in recorded["workloads"]:
        for series in workload["series"]:
            if not series["skipped"] and not series["peak"]:
                versions = series["versions"].items()
                found[series["peer"]] = ", ".join(f"{name} {value}" for name, value in versions)
    return [f"{peer}: {versions}" for peer, versions in found.items()]


def _without_paths(command: list[str]) -> list[str]:
    """The command as another person would type it: of an absolute path only the name."""
    kept = []
    for word in command:
        pattern, equals, path = word.rpartition("=")
        kept.append(f"{pattern}{equals}{Path(path).name}" if path.startswith("/") else word)
    return kept

"""Lists of CPU features, as options write them: a list of its own, or changes of a machine's.

    avx2,fma                  these, whatever the machine has
    +avx512bf16,-avxvnni      those of the machine, with one and without another

Names are LLVM's, and so is what follows: a feature brings those that it needs, and takes along
those that need it. Read next: `cpus.py`.
"""

from __future__ import annotations

_NEEDS = {
    "avx2": ("avx",),
    "fma": ("avx",),
    "f16c": ("avx",),
    "avx512f": ("avx2", "fma", "f16c"),
    "avx512": ("avx512f",),
    "avxvnni": ("avx2",),
    "amx-": ("amx-tile",),
}
"""What features need."""

_FAMILIES = ("avx512", "avxvnni", "amx-")
"""Beginnings of names that stand for all others which begin so."""


def changed(given: frozenset[str], text: str) -> frozenset[str]:
    """The features that an option's text makes of a machine's; `ValueError` if it does both."""
    words = [word for word in (each.strip() for each in text.split(",")) if word]
    signed = [word for word in words if word[0] in "+-"]
    if not words:
        return given
    if not signed:
        return frozenset(words)
    if len(signed) < len(words):
        plain = next(word for word in words if word[0] not in "+-")
        raise ValueError(f"features={text}: '{plain}' has no sign, and others have one")
    found = set(given)
    for word in words:
        if word[0] == "+":
            found |= _with_needs(word[1:])
        else:
            found = {name for name in found if word[1:] not in _with_needs(name)}
    return frozenset(found)


def _with_needs(name: str) -> set[str]:
    """A feature, what it needs, what that needs."""
    found = {name}
    for start, needed in _NEEDS.items():
        of_family = start in _FAMILIES and name.startswith(start) and name not in needed
        if name == start or (of_family and name not in _NEEDS):
            found = found.union(*map(_with_needs, needed))
    return found

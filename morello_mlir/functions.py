"""What compiled and interpreted modules have in common: functions by name.

`kernel.matmul` and `kernel["matmul"]` are the same function; a wrong name says which there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

F = TypeVar("F")


class Functions(Generic[F]):
    """Functions, as attributes or items; `nothing` stands for their names where there are none."""

    def __init__(self, functions: Mapping[str, F], nothing: str = "none") -> None:
        """Keep the functions."""
        self._functions, self._nothing = dict(functions), nothing

    def __getitem__(self, name: str) -> F:
        """Return the function called `name`."""
        if name not in self._functions:
            known = ", ".join(self._functions) or self._nothing
            raise KeyError(f"no function '{name}' (functions: {known})")
        return self._functions[name]

    def __getattr__(self, name: str) -> F:
        """Return the function called `name`."""
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(error.args[0]) from None

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the functions."""
        return iter(self._functions)

    def __dir__(self) -> list[str]:
        """Include the functions."""
        return [*super().__dir__(), *self._functions]

"""What `morello-opt` says about itself: help, versions, and the lists of passes and dialects."""

from __future__ import annotations

import dataclasses
import inspect
import textwrap

from morello_mlir import passes
from morello_mlir.tools.options import OPTIONS, Settings

_USAGE = """\
usage: morello-opt [FILE] [OPTION | --PASS | --PASS='KEY=VALUE KEY=VALUE']...

Reads MLIR from FILE (default, or -: standard input), runs the passes in the order given, and
prints the result. Every pass of upstream MLIR has its flag here, with the options that mlir-opt
gives it; --list-passes shows them. A pass that wants a function is run on each function.
"""


def show(settings: Settings) -> None:
    """Print what `settings` asks for."""
    if settings.help:
        print(help_text(), end="")
    elif settings.version:
        print(version_text())
    elif settings.show_dialects:
        _show_dialects()
    else:
        _list_passes()


def help_text() -> str:
    """Return the text of `--help`: the options, and our passes with theirs."""
    lines = [_USAGE, "Options:"]
    for option in OPTIONS:
        lines.append(_entry(f"  {option.usage}", option.doc))
    lines += ["", "Passes of morello-mlir:"]
    lines += [_pass_text(name) for name in passes.REGISTRY]
    return "\n".join(lines) + "\n"


def version_text() -> str:
    """Return our version and that of the MLIR under us."""
    from importlib.metadata import version

    return f"morello-opt {version('morello-mlir')} (MLIR {version('xtc-mlir-python-bindings')})"


def _pass_text(name: str) -> str:
    """Return a pass's flag, its docstring, and its options with their defaults."""
    cls = passes.pass_class(name)
    doc = textwrap.indent(inspect.cleandoc(cls.__doc__ or ""), " " * 6)
    lines = [f"  --{name}", doc]
    for f in dataclasses.fields(cls):  # type: ignore[arg-type]
        usage = f"      {f.name.replace('_', '-')}=<{f.type}>"
        default = "" if f.default is dataclasses.MISSING else f"default {_plain(f.default)!r}"
        text = "; ".join(part for part in (f.metadata.get("help", ""), default) if part)
        lines.append(_entry(usage, text))
    return "\n".join(lines) + "\n"


def _plain(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _entry(usage: str, doc: str, column: int = 38) -> str:
    """Lay out one usage and its explanation in two columns."""
    lines = textwrap.wrap(doc, 98 - column) or [""]
    if len(usage) >= column:
        lines.insert(0, "")
    first = usage.ljust(column) + lines[0]
    return "\n".join([first.rstrip(), *(" " * column + line for line in lines[1:])])


def _list_passes() -> None:
    from mlir import ir

    from morello_mlir.tools import upstream

    print("Passes of morello-mlir (--help has more):")
    for name in passes.REGISTRY:
        first = (passes.pass_class(name).__doc__ or "").partition("\n")[0]
        print(_entry(f"  --{name}", first))
    print("\nUpstream:", flush=True)
    ir.Context()  # registers them
    if not upstream.print_passes():
        print("  (this release of the MLIR packages does not tell)")


def _show_dialects() -> None:
    from mlir import ir

    from morello_mlir import dialect
    from morello_mlir.tools import upstream

    context = ir.Context()
    dialect.register(context)
    print("Available Dialects: " + ", ".join(sorted(upstream.dialect_names(context))))

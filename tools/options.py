"""The command line of `morello-opt`: which options there are, and how argv is read.

The syntax is LLVM's: one or two dashes, `--name=value`, and every other `--name[=options]` is a
pass. The table `OPTIONS` is the whole list, and `--help` prints it. Imports no mlir.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any


class UsageError(Exception):
    """The command line is wrong; its text is one helpful line."""


@dataclass
class Settings:
    """What the command line asked for; the fields are the options' names in snake case."""

    input: str = "-"
    passes: list[tuple[str, str]] = field(default_factory=list)
    o: str = "-"
    pass_pipeline: str | None = None
    split_input_file: str | None = None
    verify_diagnostics: str | None = None
    verify_each: bool = True
    allow_unregistered_dialect: bool = False
    no_implicit_module: bool = False
    emit_bytecode: bool = False
    mlir_print_debuginfo: bool = False
    mlir_pretty_debuginfo: bool = False
    mlir_print_op_generic: bool = False
    mlir_print_local_scope: bool = False
    mlir_elide_elementsattrs_if_larger: int | None = None
    mlir_print_ir_before_all: bool = False
    mlir_print_ir_after_all: bool = False
    mlir_print_ir_after_change: bool = False
    mlir_print_ir_after_failure: bool = False
    mlir_print_ir_module_scope: bool = False
    mlir_timing: bool = False
    dump_pass_pipeline: bool = False
    mlir_disable_threading: bool = True
    show_dialects: bool = False
    list_passes: bool = False
    help: bool = False
    version: bool = False

    @property
    def about(self) -> bool:
        """Whether the tool is asked about itself, and has nothing to transform."""
        return self.help or self.version or self.list_passes or self.show_dialects


@dataclass(frozen=True, slots=True)
class Option:
    """One option: `value` names what stands after `=`, in brackets if it may be left out."""

    name: str
    doc: str
    value: str = ""
    default: str = ""
    """What a value in brackets is when it is left out."""

    @property
    def field(self) -> str:
        """The field of `Settings` that the option sets."""
        return self.name.replace("-", "_")

    @property
    def usage(self) -> str:
        """How the option is written."""
        if self.name == "o":
            return f"-o {self.value}"
        if self.value.startswith("["):
            return f"--{self.name}[={self.value[1:-1]}]"
        return f"--{self.name}={self.value}" if self.value else f"--{self.name}"


OPTIONS = (
    Option("o", "write to FILE instead of standard output", "FILE"),
    Option("pass-pipeline", "run a pipeline such as 'builtin.module(cse,morello-lower)'", "TEXT"),
    Option(
        "split-input-file", "treat the parts between marker lines apart", "[MARKER]", "// -----"
    ),
    Option(
        "verify-diagnostics",
        "check the expected-error, -warning, -remark and -note comments; HOW is all or"
        " only-expected (more diagnostics than expected are let pass)",
        "[HOW]",
        "all",
    ),
    Option("verify-each", "verify the IR after each pass (default true)", "[true|false]", "true"),
    Option("allow-unregistered-dialect", "accept operations of unknown dialects"),
    Option("no-implicit-module", "do not put the input into a builtin.module"),
    Option("emit-bytecode", "write bytecode instead of text"),
    Option("mlir-print-debuginfo", "print locations"),
    Option("mlir-pretty-debuginfo", "print locations in a short form that cannot be read back"),
    Option("mlir-print-op-generic", "print operations in their generic form"),
    Option("mlir-print-local-scope", "print attributes and types in place, without aliases"),
    Option("mlir-elide-elementsattrs-if-larger", "shorten constants of more than N elements", "N"),
    Option("mlir-print-ir-before-all", "print the IR to standard error before each pass"),
    Option("mlir-print-ir-after-all", "print the IR to standard error after each pass"),
    Option("mlir-print-ir-after-change", "print the IR after each pass that changed it"),
    Option("mlir-print-ir-after-failure", "print the IR after a pass that failed"),
    Option("mlir-print-ir-module-scope", "print the whole module in these cases"),
    Option("mlir-timing", "print how long each pass took to standard error (also --timing)"),
    Option("dump-pass-pipeline", "print the pipeline to standard error before it runs"),
    Option("mlir-disable-threading", "accepted as in mlir-opt: there is one thread always"),
    Option("show-dialects", "list the dialects and stop"),
    Option("list-passes", "list every pass with its options, upstream's too, and stop"),
    Option("help", "print this and stop (also -h)"),
    Option("version", "print the versions and stop"),
)

_SYNONYMS = {"h": "help", "timing": "mlir-timing"}
_BY_NAME = {option.name: option for option in OPTIONS}


def read(argv: Sequence[str]) -> Settings:
    """Read the command line; raise `UsageError` if it is wrong."""
    settings = Settings()
    inputs: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--":
            inputs.extend(words)
        elif word == "-" or not word.startswith("-"):
            inputs.append(word)
        else:
            _option(word, words, settings)
    if len(inputs) > 1:
        raise UsageError(f"more than one input file: {', '.join(inputs)}")
    settings.input = inputs[0] if inputs else "-"
    if settings.pass_pipeline is not None and settings.passes:
        raise UsageError("--pass-pipeline cannot be used together with single passes")
    if settings.verify_diagnostics not in (None, "all", "only-expected"):
        raise UsageError("--verify-diagnostics is all or only-expected")
    return settings


def closest(name: str, names: Iterable[str]) -> str:
    """Return '; did you mean ...?' for the names nearest to `name`, or nothing."""
    import difflib

    near = difflib.get_close_matches(name, list(names), n=3)
    return f"; did you mean {' or '.join(near)}?" if near else ""


def _option(word: str, rest: Iterator[str], settings: Settings) -> None:
    text = word[2:] if word.startswith("--") else word[1:]
    name, has_value, value = text.partition("=")
    option = _BY_NAME.get(_SYNONYMS.get(name, name))
    if option is None:
        settings.passes.append((name, _unbraced(value)))
        return
    given: str | None = value if has_value else None
    if given is None and option.value and not option.value.startswith("["):
        given = next(rest, None)
        if given is None:
            raise UsageError(f"{option.usage}: the value is missing")
    setattr(settings, option.field, _value(option, given))


def _value(option: Option, given: str | None) -> Any:
    """Convert the text after `=` (None: no `=`) to what the field of `option` holds."""
    if option.value in ("", "[true|false]"):
        if given not in (None, "true", "false", "1", "0"):
            raise UsageError(f"--{option.name} is true or false, not '{given}'")
        return given in (None, "true", "1")
    if option.value == "N":
        if not given or not given.isdigit():
            raise UsageError(f"{option.usage}: '{given}' is not a whole number")
        return int(given)
    return option.default if given is None else given


def _unbraced(options: str) -> str:
    """Drop the braces of `--pass='{a=1}'`, which mlir-opt accepts around options."""
    return options[1:-1] if options.startswith("{") and options.endswith("}") else options

"""`morello-opt`: mlir-opt with our passes among upstream's.

Reads a file or standard input, runs the passes in the order given, prints the result. `options.py`
holds the command line, `plan.py` makes the PassManager, `diagnostics.py` prints what is said;
here is the flow from one part of the input to its output. The exit status is 0, 1 for an error in
the input or a pass, 2 for a wrong command line.

One PassManager runs everything, so that printing, timing and verifying between passes are
upstream's for our passes too. Nothing heavy is imported before it is needed: start-up counts.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from morello_mlir.passes.nesting import LIMIT, too_deep
from morello_mlir.tools import options
from morello_mlir.tools.diagnostics import (
    PARSED_TEXT,
    Message,
    Source,
    from_pass,
    from_upstream,
    print_message,
)
from morello_mlir.tools.guard import guarded
from morello_mlir.tools.options import Settings, UsageError

if TYPE_CHECKING:
    from morello_mlir.passes.base import Diagnostic
    from morello_mlir.tools.plan import Plan


def main(argv: Sequence[str] | None = None) -> int:
    """Run the tool and return its exit status; a crash of MLIR ends a forked process only."""
    try:
        settings = options.read(sys.argv[1:] if argv is None else argv)
        if settings.about:
            return run(settings)
        return guarded(lambda: run(settings), "morello-opt")
    except UsageError as error:
        return _misused(error)
    except KeyboardInterrupt:
        return 130


def _misused(error: UsageError) -> int:
    print(f"morello-opt: error: {error}", file=sys.stderr)
    return 2


def run(settings: Settings) -> int:
    """Read, transform and write in this process; return the exit status."""
    try:
        return _show_about(settings) if settings.about else _transform_all(settings)
    except UsageError as error:
        return _misused(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        where = error.filename or "standard output"
        print(f"morello-opt: error: {where}: {error.strerror}", file=sys.stderr)
        return 1


def _show_about(settings: Settings) -> int:
    from morello_mlir.tools import about

    about.show(settings)
    sys.stdout.flush()
    return 0


def _transform_all(settings: Settings) -> int:
    driver = Driver(settings, _context(settings))
    data = _read(settings.input)
    name = "<stdin>" if settings.input == "-" else settings.input
    outputs = [driver.process(Source(name, part)) for part in _parts(data, settings)]
    if settings.o == "-" or not driver.failed:
        _write(settings.o, driver.separator.join(outputs))
    return 1 if driver.failed else 0


def _context(settings: Settings) -> Any:
    """Make the context: one thread, every upstream dialect, and ours."""
    from mlir import ir

    from morello_mlir import dialect

    context = ir.Context()
    context.enable_multithreading(False)
    context.emit_error_diagnostics = True
    context.allow_unregistered_dialects = settings.allow_unregistered_dialect
    dialect.register(context)
    return context


@dataclass
class Driver:
    """Takes the parts of the input, one after the other, through the passes."""

    settings: Settings
    context: Any
    failed: bool = False
    plans: dict[str, Plan] = field(default_factory=dict)

    @property
    def separator(self) -> bytes:
        """What stands between the outputs of two parts."""
        if self.settings.split_input_file and not self.settings.emit_bytecode:
            return self.settings.split_input_file.encode() + b"\n"
        return b""

    def process(self, source: Source) -> bytes:
        """Return the output for one part of the input; nothing, and `failed`, on an error."""
        said: list[Message] = []
        verifying = self.settings.verify_diagnostics is not None

        def say(message: Message) -> None:
            if verifying:
                said.append(message)
            else:
                print_message(message, source)

        def hear(info: Any) -> bool:
            say(from_upstream(info, source))
            return True

        # Plans are made before we listen: looking for a pass's anchor provokes diagnostics.
        if not self.settings.no_implicit_module:
            self._plan("builtin.module")
        handler = self.context.attach_diagnostic_handler(hear)
        try:
            output = self._transform(source, say)
        finally:
            handler.detach()
        if verifying:
            self._verify(source, said)
        elif output is None:
            self.failed = True
        return output or b""

    def _transform(self, source: Source, say: Callable[[Message], None]) -> bytes | None:
        from mlir import ir

        def on_diagnostic(diagnostic: Diagnostic) -> None:
            say(from_pass(diagnostic, source))

        if (offset := too_deep(source.data)) is not None:
            say(Message("error", source.place(offset), f"nested more than {LIMIT} deep"))
            return None
        try:
            root = self._parse(source)
            if _faulty(root, source, say):
                return None
            pm = self._plan(root.operation.name).build(self.context, on_diagnostic)
            self._configure(pm)
            pm.run(root.operation)
        except ir.MLIRError:  # its diagnostics went to the handler
            return None
        except UnicodeDecodeError:
            say(Message("error", None, "--no-implicit-module reads text, and this is not UTF-8"))
            return None
        return self._print(root, source)

    def _parse(self, source: Source) -> Any:
        from mlir import ir

        if self.settings.no_implicit_module:
            text = source.data.decode()
            return ir.Operation.parse(text, source_name=source.name, context=self.context)
        whole = self.settings.split_input_file is None
        if whole and os.path.isfile(source.name):  # locations then hold the name of the file
            return ir.Module.parseFile(source.name, self.context)
        return ir.Module.parse(source.data, self.context)

    def _plan(self, root: str) -> Plan:
        from morello_mlir.tools import plan

        if root not in self.plans:
            self.plans[root] = plan.resolve(self.settings, root, self.context)
        return self.plans[root]

    def _configure(self, pm: Any) -> None:
        s = self.settings
        pm.enable_verifier(s.verify_each)
        if s.dump_pass_pipeline:
            print(pm, file=sys.stderr, flush=True)
        # Upstream takes "after change" and "after failure" as conditions on "after all".
        after_all = s.mlir_print_ir_after_all or s.mlir_print_ir_after_change
        after_all = after_all or s.mlir_print_ir_after_failure
        if after_all or s.mlir_print_ir_before_all:
            pm.enable_ir_printing(
                print_before_all=s.mlir_print_ir_before_all,
                print_after_all=after_all,
                print_after_change=s.mlir_print_ir_after_change,
                print_after_failure=s.mlir_print_ir_after_failure,
                print_module_scope=s.mlir_print_ir_module_scope,
                large_elements_limit=s.mlir_elide_elementsattrs_if_larger,
                enable_debug_info=s.mlir_print_debuginfo,
                print_generic_op_form=s.mlir_print_op_generic,
            )
        if s.mlir_timing:
            pm.enable_timing()

    def _print(self, root: Any, source: Source) -> bytes:
        s = self.settings
        if s.emit_bytecode:
            import io

            stream = io.BytesIO()
            root.operation.write_bytecode(stream)
            return stream.getvalue()
        text: bytes = root.operation.get_asm(
            binary=True,
            large_elements_limit=s.mlir_elide_elementsattrs_if_larger,
            enable_debug_info=s.mlir_print_debuginfo or s.mlir_pretty_debuginfo,
            pretty_debug_info=s.mlir_pretty_debuginfo,
            print_generic_op_form=s.mlir_print_op_generic,
            use_local_scope=s.mlir_print_local_scope,
        )
        if not text.endswith(b"\n"):
            text += b"\n"
        return _named(text, source.name) if s.mlir_print_debuginfo else text

    def _verify(self, source: Source, said: list[Message]) -> None:
        """Compare what was said with what the comments of the part expect."""
        from morello_mlir.tools import expected

        expectations, faults = expected.read(source)
        only = self.settings.verify_diagnostics == "only-expected"
        for fault in (*faults, *expected.check(expectations, said, only)):
            self.failed = True
            print_message(fault, source)


def _faulty(root: Any, source: Source, say: Callable[[Message], None]) -> bool:
    """Say what is wrong with the input's `morello` attributes and ops; MLIR checks the rest."""
    if b"morello" not in source.data:
        return False
    from morello_mlir.dialect.verify import faults
    from morello_mlir.passes.base import Diagnostic, Severity

    found = [Diagnostic(Severity.ERROR, f.location, f.message) for f in faults(root)]
    for fault in found:
        say(from_pass(fault, source))
    return bool(found)


def _named(text: bytes, name: str) -> bytes:
    """Name the input in printed locations, which say only that text came from memory."""
    import re

    return re.sub(rb'"%s":(?=\d)' % PARSED_TEXT.encode(), b'"%s":' % name.encode(), text)


def _parts(data: bytes, settings: Settings) -> Iterator[bytes]:
    """Yield the parts between marker lines, each under as many empty lines as lie before it.

    So the line numbers of messages are those of the whole file.
    """
    if settings.split_input_file is None:
        yield data
        return
    marker = settings.split_input_file.encode()
    lines = data.split(b"\n")
    start = 0
    for number, line in enumerate([*lines, marker]):
        if line.strip() == marker:
            yield b"\n" * start + b"\n".join(lines[start:number])
            start = number + 1


def _read(path: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read()
    with open(path, "rb") as file:
        return file.read()


def _write(path: str, data: bytes) -> None:
    if path == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    with open(path, "wb") as file:
        file.write(data)


if __name__ == "__main__":
    sys.exit(main())

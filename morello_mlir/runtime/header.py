"""The C header of compiled functions: plain prototypes, and the memref ABI beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from morello_mlir.runtime.signature import Parameter, Signature, row_major

_TOP = """\
/* {title}
 *
 * The functions on plain pointers take row-major arrays unless a comment says otherwise. An array
 * that is written must not overlap any other argument. bf16 and f16 elements are the bits of the
 * number in a uint16_t. Calls from several threads at once are safe.
 */
#ifndef {guard}
#define {guard}

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {{
#endif
"""

_BOTTOM = """
#ifdef __cplusplus
}
#endif

#endif
"""

_DESCRIPTORS = "MORELLO_MEMREF_"


def header(
    signatures: Sequence[Signature], releases: Iterable[str] = (), title: str = "kernels"
) -> str:
    """The text of a header that declares `signatures`.

    `releases` names the functions that free the scratch memory a kernel keeps between calls.
    """
    guard = "MORELLO_" + re.sub(r"\W+", "_", title).strip("_").upper() + "_H"
    parts = [_TOP.format(title=f"{title}: made by morello-compile.", guard=guard)]
    parts += [_descriptor(rank) for rank in sorted(_ranks(signatures))]
    for signature in signatures:
        lines = (_comment(signature), f"{signature.prototype()};", _memref_abi(signature))
        parts.append("\n".join(line for line in lines if line) + "\n")
    for name in releases:
        parts.append(
            "/* Frees the scratch memory kept between calls; no call may be running. */\n"
            f"void {name}(void);\n"
        )
    return "\n".join(parts) + _BOTTOM


def _ranks(signatures: Iterable[Signature]) -> set[int]:
    return {len(p.layout.shape) for s in signatures for p in s.parameters if p.layout is not None}


def _descriptor(rank: int) -> str:
    """MLIR's memref descriptor of one rank, guarded: several headers may define it."""
    sizes = f" int64_t sizes[{rank}], strides[{rank}];" if rank else ""
    name = f"{_DESCRIPTORS}{rank}"
    return (
        f"#ifndef {name}\n#define {name}\n"
        f"struct morello_memref_{rank} {{ void *allocated, *aligned; int64_t offset;{sizes} }};\n"
        f"#endif\n"
    )


def _comment(signature: Signature) -> str:
    lines = [_describe(p) for p in signature.parameters if p.layout is not None]
    return "/* " + "\n * ".join([f"{signature.name}:", *lines]) + " */" if lines else ""


def _describe(parameter: Parameter) -> str:
    layout = parameter.layout
    assert layout is not None
    text = f"{parameter.name}{_extents(layout.shape)} of {parameter.element.name}"
    if parameter.nibbles is not None:
        text += f", two to each the i4 {_extents(parameter.nibbles)}, the first in the low half"
    if layout.strides != row_major(layout.shape):
        text += f", strides {list(layout.strides)} elements"
    if layout.alignment > parameter.element.size:
        text += f", aligned to {layout.alignment} bytes"
    return text + (", written" if parameter.written else "")


def _extents(shape: Sequence[int]) -> str:
    return "".join(f"[{extent}]" for extent in shape)


def _memref_abi(signature: Signature) -> str:
    """The declaration on descriptors; none where a half is passed by value, which C cannot say."""
    scalars = [p.element for p in signature.parameters if p.layout is None]
    if {"f16", "bf16"} & {e.name for e in (*scalars, signature.returns) if e}:
        return ""
    declared = [
        f"{p.element.c} {p.name}"
        if p.layout is None
        else f"struct morello_memref_{len(p.layout.shape)} *{p.name}"
        for p in signature.parameters
    ]
    returned = signature.returns.c if signature.returns else "void"
    return f"{returned} _mlir_ciface_{signature.name}({', '.join(declared) or 'void'});"

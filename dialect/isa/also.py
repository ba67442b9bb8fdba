"""`morello.also`: the entry of a copy, for other element types of the same size.

In its name, operands and lines one type replaces the other. Read next: `reader.py`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ...dtype import BY_NAME, DType
from ...expr import Arg
from ...target.instruction import Instruction, Template
from .faulty import Faulty


def of_type(i: Instruction, word: str) -> Instruction:
    """The entry of a copy for another element type."""
    old = i.spec.output.dtype
    new = BY_NAME.get(word)
    if new is None or new.bits != old.bits or not i.spec.is_copy:
        raise Faulty(f"morello.also = '{word}': wants a copy, and a type as wide as {old}")
    inputs = tuple(replace(o, dtype=new) for o in i.spec.inputs)
    output = replace(i.spec.output, dtype=new)
    return replace(
        i,
        name=_named(i.name, old, new),
        spec=replace(i.spec, inputs=inputs, output=output, body=Arg(0, new)),
        template=_retyped(i.template, old, new) if i.template else None,
        masked=_retyped(i.masked, old, new) if i.masked else None,
    )


def _named(name: str, old: DType, new: DType) -> str:
    renamed = re.sub(rf"_{old}(?=x|_)", f"_{new}", name)
    if renamed == name:
        raise Faulty(f"morello.also: the name does not say {old}, so that it cannot say {new}")
    return renamed


def _retyped(template: Template, old: DType, new: DType) -> Template:
    if old.mlir == new.mlir:
        return template
    pattern = re.compile(rf"(?<=[x< ]){old.mlir}(?=[>, ]|$)")

    def retype(text: str) -> str:
        if old.is_float and not new.is_float:
            text = text.replace("0.000000e+00", "0")
        return pattern.sub(new.mlir, text)

    return replace(
        template,
        types=tuple(map(retype, template.types)),
        lines=tuple(map(retype, template.lines)),
    )

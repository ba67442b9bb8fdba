"""morello-math: elementary functions of vectors and scalars become arithmetic.

Stock lowering calls the C library once per lane for exp, log, tanh and their like. Here each
becomes a polynomial, branch-free, in fma and integer ops on the same shape, so that it runs at
vector speed on any machine with fma. The functions stand in `approx/`, one Python
function each; this file walks the module and makes IR of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from mlir import ir

from morello_mlir.passes.approx import erf, exp, extreme, log, power, trig
from morello_mlir.passes.approx.lanes import F32, F64, LARGER, SMALLER, Format, Kind, Real, resize
from morello_mlir.passes.base import Report, option
from morello_mlir.passes.intrinsics import call, register_bits

FUNCTIONS: dict[str, Callable[..., Real]] = {
    "math.atan": trig.atan,
    "math.cos": trig.cos,
    "math.erf": erf.erf,
    "math.exp": exp.exp,
    "math.exp2": exp.exp2,
    "math.expm1": exp.expm1,
    "math.log": log.log,
    "math.log10": log.log10,
    "math.log1p": log.log1p,
    "math.log2": log.log2,
    "math.powf": power.powf,
    "math.rsqrt": power.rsqrt,
    "math.sin": trig.sin,
    "math.tanh": exp.tanh,
}
"""What is expanded; sqrt, fma, absf, copysign, floor, ... are instructions and stay."""

BY_INSTRUCTION: dict[str, tuple[str, Callable[..., Real]]] = {
    "arith.maximumf": (LARGER, extreme.maximum),
    "arith.minimumf": (SMALLER, extreme.minimum),
}
"""What is expanded where a machine has the instruction."""

AND_ONE: dict[str, Callable[..., Real]] = {"math.tanh": exp.tanh_and_one}
"""What has a shorter expansion together with the addition of one, which alone reads it."""

FORMATS = {"f16": Format(16, 10), "bf16": Format(16, 7), "f32": F32, "f64": F64}
NAMES = {form: name for name, form in FORMATS.items()}
PREDICATES = {"eq": 0, "oeq": 1, "ogt": 2, "olt": 4, "ole": 5, "uno": 14}

Constants = dict[tuple[ir.Block, ir.Attribute], ir.Value]


@dataclass(frozen=True)
class MathPass:
    """Expand functions of scalars and vectors of static shape, of f64, f32, f16 and bf16.

    Takes any module. Leaves one without atan, cos, erf, exp, exp2, expm1, log, log10, log1p, log2,
    powf, rsqrt, sin and tanh of `math`; arith ops, math.fma, absf, copysign, sqrt and trunc stand
    instead. Other ops, element types, scalable vectors and tensors are untouched. Fast-math flags
    are neither used nor set. With `features`, calls of intrinsics are left as well, and maxima and
    minima that keep NaN are three instructions.

    Results are within 2 ulp, subnormals included, and the special values are IEEE 754's; sin and
    cos are NaN beyond 2^20 (f32) and 2^40 (f64). tanh + 1 is one function, within 2.5 ulp. f16 and
    bf16 are computed in f32 and rounded.
    """

    name: ClassVar[str] = "morello-math"
    features: str = option(
        "", "instructions that there are, such as avx512f,avx512vl: intrinsics of these are called"
    )

    def run(self, module: ir.Module, report: Report) -> None:
        """Replace each op by its expansion, in place."""
        found: list[ir.Operation] = []

        def collect(op: ir.Operation) -> ir.WalkResult:
            if op.name in FUNCTIONS and _element(op) in FORMATS:
                found.append(op)
            if op.name in BY_INSTRUCTION and _element(op) in ("f32", "f64"):
                name, _ = BY_INSTRUCTION[op.name]
                if register_bits(name, op.result.type, features) is not None:
                    found.append(op)
            return ir.WalkResult.ADVANCE

        features = frozenset(self.features.split(","))
        module.operation.walk(collect)
        constants: Constants = {}
        for op in found:
            _expand(op, constants, features)


def _element(op: ir.Operation) -> str:
    """The element type of the first operand; "" for what is neither scalar nor static vector."""
    type_ = op.operands[0].type
    if isinstance(type_, ir.VectorType):
        return "" if type_.scalable else str(type_.element_type)
    return str(type_)


def _expand(op: ir.Operation, constants: Constants, features: frozenset[str]) -> None:
    """Put the expansion in the place of `op`."""
    form, function = FORMATS[_element(op)], FUNCTIONS.get(op.name)
    if function is None:
        _, function = BY_INSTRUCTION[op.name]
    arguments = list(op.operands)
    added = _addition_of_one(op) if op.name in AND_ONE else None
    if added is not None:
        function, inner, op = AND_ONE[op.name], op, added
    emit = IrEmitter(form, op, constants, features)
    operands = [Real(argument, emit) for argument in arguments]
    if form.width < F32.width:
        result = resize(function(*(resize(x, F32) for x in operands)), form)
    else:
        result = function(*operands)
    op.result.replace_all_uses_with(result.value)
    op.erase()
    if added is not None:
        inner.erase()


def _addition_of_one(op: ir.Operation) -> ir.Operation | None:
    """The addition of one to the result of `op`, where nothing else reads that."""
    uses = list(op.result.uses)
    reader = uses[0].owner.operation if len(uses) == 1 else None
    if reader is None or reader.name != "arith.addf":
        return None
    (other,) = (v for i, v in enumerate(reader.operands) if i != uses[0].operand_number)
    return reader if _is_one(other) else None


def _is_one(value: ir.Value) -> bool:
    """Whether a value is the constant one, or a splat of it."""
    if isinstance(value, ir.BlockArgument):
        return False
    made = value.owner
    if made.name == "vector.broadcast":
        return _is_one(made.operands[0])
    if made.name != "arith.constant":
        return False
    given = made.attributes["value"]
    if isinstance(given, ir.DenseElementsAttr):
        if not given.is_splat:
            return False
        given = given.get_splat_value()
    return isinstance(given, ir.FloatAttr) and given.value == 1.0


class IrEmitter:
    """The `Emitter` of IR: ops go before `op`, constants to the start of its block, once each."""

    def __init__(
        self, form: Format, op: ir.Operation, constants: Constants, features: frozenset[str]
    ) -> None:
        """Make values of the shape of op's operand, with lanes of `form`."""
        self.form = form
        self._features = features
        self._op = op
        self._place = ir.InsertionPoint(op)
        self._block = op.block
        self._constants = constants
        self._vector = (
            op.operands[0].type if isinstance(op.operands[0].type, ir.VectorType) else None
        )
        names = {Kind.REAL: NAMES[form], Kind.WORD: f"i{form.width}", Kind.MASK: "i1"}
        self._elements = {kind: ir.Type.parse(name, op.context) for kind, name in names.items()}
        self._types = {kind: self._shaped(element) for kind, element in self._elements.items()}

    def _shaped(self, element: ir.Type) -> ir.Type:
        if self._vector is None:
            return element
        return ir.VectorType.get(self._vector.shape, element, loc=self._op.location)

    def op(self, name: str, kind: Kind, *operands: ir.Value) -> ir.Value:
        """Append one op."""
        dialect, mnemonic, *predicate = name.split(".")
        attributes = {}
        if predicate:
            i64 = ir.IntegerType.get_signless(64, self._op.context)
            attributes["predicate"] = ir.IntegerAttr.get(i64, PREDICATES[predicate[0]])
        return ir.Operation.create(
            f"{dialect}.{mnemonic}",
            [self._types[kind]],
            operands,
            attributes,
            loc=self._op.location,
            ip=self._place,
        ).result

    def constant(self, kind: Kind, number: float) -> ir.Value:
        """The one constant op of this block that has the number."""
        element = self._elements[kind]
        if kind is Kind.REAL:
            value = ir.FloatAttr.get(element, number, self._op.location)
        else:
            value = ir.IntegerAttr.get(element, number)
        if self._vector is not None:
            value = ir.DenseElementsAttr.get_splat(self._types[kind], value)
        key = (self._block, value)
        if key not in self._constants:
            self._constants[key] = ir.Operation.create(
                "arith.constant",
                [self._types[kind]],
                attributes={"value": value},
                loc=self._op.location,
                ip=ir.InsertionPoint.at_block_begin(self._block),
            ).result
        return self._constants[key]

    def resized(self, form: Format) -> IrEmitter:
        """Make values of the same shape with lanes of `form`."""
        return IrEmitter(form, self._op, self._constants, self._features)

    def has(self, name: str) -> bool:
        """Whether the machine has an intrinsic for the shape."""
        return register_bits(name, self._types[Kind.REAL], self._features) is not None

    def instruction(self, name: str, *operands: ir.Value) -> ir.Value:
        """A call of the machine's intrinsic, for each register."""
        bits = register_bits(name, operands[0].type, self._features)
        assert bits is not None
        with self._place, self._op.location:
            return call(name, operands, bits)

"""The command line: syntax, and that the table and the settings agree."""

from __future__ import annotations

import dataclasses

import pytest

from morello_mlir.tools.options import OPTIONS, Settings, UsageError, read


def test_the_table_and_the_settings_agree() -> None:
    fields = {f.name for f in dataclasses.fields(Settings)}
    assert {option.field for option in OPTIONS} == fields - {"input", "passes"}


def test_passes_keep_their_order_and_options() -> None:
    settings = read(["--cse", "x.mlir", "-canonicalize=top-down=false a=b", "--cse={c=1}"])
    assert settings.passes == [("cse", ""), ("canonicalize", "top-down=false a=b"), ("cse", "c=1")]
    assert settings.input == "x.mlir"


@pytest.mark.parametrize("argv", [["-o", "x"], ["-o=x"], ["--o=x"]])
def test_spellings_of_a_value(argv: list[str]) -> None:
    assert read(argv).o == "x"


def test_optional_values() -> None:
    assert read([]).split_input_file is None
    assert read(["--split-input-file"]).split_input_file == "// -----"
    assert read(["--split-input-file=##"]).split_input_file == "##"
    assert read(["--verify-diagnostics"]).verify_diagnostics == "all"
    assert not read(["--verify-each=false"]).verify_each
    assert read(["--verify-each"]).verify_each


def test_two_dashes_end_the_options() -> None:
    assert read(["--", "--cse"]).input == "--cse"


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["a", "b"], "more than one input file"),
        (["-o"], "the value is missing"),
        (["--pass-pipeline=any(cse)", "--cse"], "cannot be used together"),
        (["--mlir-print-op-generic=2"], "is true or false"),
        (["--mlir-elide-elementsattrs-if-larger=-1"], "is not a whole number"),
        (["--verify-diagnostics=none"], "is all or only-expected"),
    ],
)
def test_refused(argv: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read(argv)

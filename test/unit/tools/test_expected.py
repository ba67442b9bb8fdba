"""Expected diagnostics, apart from MLIR."""

from __future__ import annotations

import pytest

from morello_mlir.tools.diagnostics import Message, Place, Source
from morello_mlir.tools.expected import check, read


def faults(text: str, *messages: Message, only_expected: bool = False) -> list[str]:
    expectations, malformed = read(Source("f", text.encode()))
    found = (*malformed, *check(expectations, messages, only_expected))
    return [f"{m.place.line if m.place else 0}: {m.text}" for m in found]


def error(line: int, text: str, *notes: Message) -> Message:
    return Message("error", Place("f", line, 1), text, notes)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x // expected-error {{boom}}", 1),
        ("// expected-error @+2 {{boom}}\n\nx", 3),
        ("x\n// expected-error@-1 {{boom}}", 1),
        ("// expected-error@below {{boom}}\n// expected-note@below {{n}}\nx", 3),
        ("x\n// expected-note@above {{n}}\n// expected-error@above {{boom}}", 1),
        ("x // expected-error-re {{b{{o+}}m}}", 1),
        ("x // expected-error {{boom}}\r", 1),
    ],
)
def test_lines(text: str, line: int) -> None:
    note = Message("note", Place("f", line, 1), "n") if "note" in text else None
    said = error(line, "a boom.", *([note] if note else []))
    assert faults(text, said) == []
    assert len(faults(text, error(line + 1, "a boom."))) >= 2


def test_unknown_places_are_expected_as_such() -> None:
    assert faults("// expected-error@unknown {{boom}}", Message("error", None, "boom")) == []
    assert faults("// expected-error {{boom}}", Message("error", None, "boom")) != []
    assert faults("// expected-error@unknown {{boom}}", error(1, "boom")) != []


def test_each_comment_stands_for_one_message() -> None:
    text = "x // expected-error {{boom}}"
    assert faults(text, error(1, "boom"), error(1, "boom")) == ["1: unexpected error: boom"]
    assert faults(text, error(1, "boom"), error(1, "boom"), only_expected=True) == []
    assert faults(text) == ['1: expected error "boom" was not produced']


def test_the_severity_counts() -> None:
    said = Message("remark", Place("f", 1, 1), "boom")
    assert len(faults("x // expected-error {{boom}}", said)) == 2
    assert faults("x // expected-remark {{boom}}", said) == []


def test_notes_are_messages_but_the_operation_is_not() -> None:
    see = Message("note", Place("f", 1, 1), "see current operation: x")
    assert faults("x // expected-error {{boom}}", error(1, "boom", see)) == []
    told = Message("note", Place("f", 1, 1), "because")
    assert faults("x // expected-error {{boom}}", error(1, "boom", told)) != []


def test_text_outside_of_braces_is_no_regex() -> None:
    assert faults("x // expected-error-re {{a.b {{.}}}}", error(1, "a.b c")) == []
    assert faults("x // expected-error-re {{a.b {{.}}}}", error(1, "axb c")) != []
    assert "invalid regex" in faults("x // expected-error-re {{ {{[}} }}")[0]

"""Kinds of options: what they read, and what they refuse in a sentence."""

from pathlib import Path
from typing import Any, Literal

import pytest

from neural_style.errors import OptionsError
from neural_style.service.option_kinds import (
    ACCOUNTS,
    EXAMPLES,
    SWITCH,
    Kind,
    number_above,
    one_of,
    text,
    whole_number,
)

LEVEL = one_of(Literal["LOW", "HIGH"])


def accepted(kind: Kind, written: str) -> Any:
    value = kind.read(written)
    kind.check("option", value)
    return value


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (text("WORDS"), "a b", "a b"),
        (whole_number(1, 9), "9", 9),
        (number_above(0), "2.5", 2.5),
        (LEVEL, "high", "HIGH"),
        (SWITCH, "No", False),
        (SWITCH, "yes", True),
        (ACCOUNTS, "ann:pa:ss, bob:word", (("ann", "pa:ss"), ("bob", "word"))),
    ],
)
def test_a_text_becomes_the_value_that_it_stands_for(kind: Kind, written: str, value: Any) -> None:
    assert accepted(kind, written) == value
    assert type(accepted(kind, written)) is type(value)


@pytest.mark.parametrize(
    ("kind", "written", "sentence"),
    [
        (text("WORDS"), " ", "The option must be a text that is not empty."),
        (whole_number(1, 9), "10", "The option must be a whole number from 1 to 9; got 10."),
        (whole_number(1, 9), "3.0", "The option must be a whole number from 1 to 9; got '3.0'."),
        (number_above(0), "0", "The option must be a number above 0; got 0.0."),
        (number_above(0), "nan", "The option must be a number above 0; got nan."),
        (number_above(0), "much", "The option must be a number above 0; got 'much'."),
        (LEVEL, "medium", "The option must be one of LOW, HIGH; got medium."),
        (SWITCH, "maybe", "The option must be 1 or 0; got 'maybe'."),
        (EXAMPLES, "/no/such", "The option must be a folder with content/ or style/ in it; got /no/such."),
        (ACCOUNTS, "ann:ok,secret", "The option must be name:password, several with commas."),
        (ACCOUNTS, ":secret", "The option must be name:password, several with commas."),
    ],
)
def test_a_text_that_cannot_be_used_is_refused_in_a_sentence(kind: Kind, written: str, sentence: str) -> None:
    with pytest.raises(OptionsError) as told:
        accepted(kind, written)
    assert str(told.value).replace("'medium'", "medium") == sentence


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (text("WORDS"), 3),
        (whole_number(0, 9), True),
        (SWITCH, 1),
        (EXAMPLES, "style"),
        (ACCOUNTS, "ann:secret"),
        (ACCOUNTS, (("ann", ""),)),
        (ACCOUNTS, (("ann", "secret", "more"),)),
        (ACCOUNTS, [["ann", "secret"]]),
    ],
)
def test_a_value_of_another_type_is_refused(kind: Kind, value: Any) -> None:
    with pytest.raises(OptionsError, match="option") as told:
        kind.check("option", value)
    assert "secret" not in str(told.value)


def test_a_folder_with_pictures_in_either_place_is_taken(tmp_path: Path) -> None:
    with pytest.raises(OptionsError):
        accepted(EXAMPLES, str(tmp_path))
    (tmp_path / "style").mkdir()
    assert accepted(EXAMPLES, str(tmp_path)) == tmp_path


@pytest.mark.parametrize(("kind", "value"), [(SWITCH, True), (SWITCH, False), (whole_number(1, 9), 4)])
def test_a_value_is_written_as_it_is_read(kind: Kind, value: Any) -> None:
    assert kind.read(kind.write(value)) == value

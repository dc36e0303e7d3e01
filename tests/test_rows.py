"""A setting is one row at its field, and nothing else has to be said about it."""

from dataclasses import dataclass, field, make_dataclass
from typing import Any, Literal

import pytest

from neural_style.errors import OptionsError
from neural_style.rows import Form, Kind, Row, check_record, grouped, own_rows, rows_of, setting


@dataclass(frozen=True, kw_only=True)
class Varnish:
    """A toy record within another."""

    gloss: float = setting(0.5, above=0, below=1, group="Varnish", label="Gloss", help="How much it shines.")

    def __post_init__(self) -> None:
        check_record(self)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A toy record of settings."""

    wood: Literal["oak", "ash"] = setting("oak", group="Frame", label="Wood", help="Tree that it is made of.")
    width_px: int | None = setting(
        None, low=1, high=9, group="Frame", label="Width", former="border_px", unset="no frame", help="Its width."
    )
    varnish: Varnish = field(default_factory=Varnish)
    layers: int | Literal["few"] = setting(1, low=1, group="Frame", label="Layers", help="Coats of varnish.")
    is_gilded: bool = setting(False, group="Frame", label="Gilded", help="Cover it with gold.")

    def __post_init__(self) -> None:
        check_record(self)


def test_a_row_knows_its_path_its_flag_its_kind_and_its_default():
    wood, width, gloss, layers, gilded = rows_of(Frame)
    assert [row.path for row in rows_of(Frame)] == ["wood", "width_px", "varnish.gloss", "layers", "is_gilded"]
    assert [row.flag for row in rows_of(Frame)] == ["--wood", "--width", "--gloss", "--layers", "--is-gilded"]
    assert (width.former_flag, wood.former_flag) == ("--border", "")
    assert (wood.kind, width.kind) == (Kind(None, ("oak", "ash")), Kind(int, (), optional=True))
    assert (layers.kind, gilded.kind) == (Kind(int, ("few",)), Kind(bool))
    assert (gloss.default, gloss.name, gloss.value_in(Frame())) == (0.5, "gloss", 0.5)
    assert [row.path for row in own_rows(Varnish)] == ["gloss"]
    assert list(grouped(rows_of(Frame))) == ["Frame", "Varnish"]


def test_a_row_says_what_is_wanted_and_tells_its_values():
    wood, width, gloss, layers, gilded = rows_of(Frame)
    assert wood.wanted == "one of oak, ash"
    assert width.wanted == "a whole number from 1 to 9"
    assert gloss.wanted == "a number above 0 and below 1"
    assert layers.wanted == "few or a whole number of at least 1"
    assert gilded.wanted == "yes or no"
    assert (width.told(None), gloss.told(2.0), gilded.told(True), wood.told("ash")) == ("no frame", "2", "yes", "ash")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"wood": "pine"}, "The wood must be one of oak, ash; got 'pine'."),
        ({"wood": None}, "The wood must be one of oak, ash; got None."),
        ({"width_px": 10}, "The width must be a whole number from 1 to 9; got 10."),
        ({"width_px": 2.0}, "The width must be a whole number from 1 to 9; got 2.0."),
        ({"layers": 0}, "The layers must be few or a whole number of at least 1; got 0."),
        ({"layers": True}, "The layers must be few or a whole number of at least 1; got True."),
        ({"is_gilded": 1}, '"Gilded" must be yes or no; got 1.'),
        ({"varnish": 0.5}, "The varnish must be Varnish; got 0.5."),
    ],
)
def test_a_record_refuses_a_value_that_a_row_does_not_take(values: dict[str, Any], sentence: str):
    with pytest.raises(OptionsError) as refusal:
        Frame(**values)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("gloss", [0, 1, float("nan"), "0.5"])
def test_open_ends_do_not_belong_to_a_range(gloss: Any):
    with pytest.raises(OptionsError, match="gloss must be a number above 0 and below 1"):
        Varnish(gloss=gloss)


def test_a_field_without_a_row_is_a_mistake_of_the_programmer():
    @dataclass(frozen=True)
    class Bare:
        depth: int = 3

    with pytest.raises(TypeError, match=r"Bare.depth has no row. Declare it with setting"):
        rows_of(Bare)


def test_a_setting_that_may_be_none_says_what_holds_then():
    @dataclass(frozen=True)
    class Silent:
        depth: int | None = setting(None, group="", label="Depth", help="")

    with pytest.raises(TypeError, match=r"Silent.depth may be None. Say with unset"):
        rows_of(Silent)


@pytest.mark.parametrize("annotation", [bytes, int | float, list[int], int | str, None])
def test_an_annotation_of_another_kind_is_a_mistake_of_the_programmer(annotation: Any):
    with pytest.raises(TypeError, match="A setting is a bool, number or text"):
        Kind.of(annotation)


def test_a_text_has_a_form_that_says_what_is_wanted_and_refuses_the_rest():
    row = Row(label="Motto", help="", group="", path="motto", kind=Kind(str), form=Form(_capitals, "in capitals"))
    assert row.accepts("SIC")
    assert not any(row.accepts(value) for value in ("sic", "", 3, None, True))
    with pytest.raises(OptionsError, match=r"^The motto must be in capitals; got 'sic'\.$"):
        row.check("sic")


def _capitals(text: str) -> str:
    if not text.isupper():
        raise OptionsError("no capitals")
    return text


@pytest.mark.parametrize("annotation", [str, int])
def test_a_text_without_a_form_and_a_form_of_something_else_are_mistakes_of_the_programmer(annotation: Any):
    form = None if annotation is str else Form(_capitals, "in capitals")
    row = setting("A", group="", label="Motto", help="", form=form)
    kind = make_dataclass("Sign", [("motto", annotation, row)], frozen=True)
    with pytest.raises(TypeError, match=r"Sign\.motto: a text, and nothing else, has a form"):
        rows_of(kind)


def test_an_attribute_that_rows_do_not_have_is_a_mistake_of_the_programmer():
    with pytest.raises(TypeError, match="colour"):
        setting(1, group="", label="", help="", colour="red")

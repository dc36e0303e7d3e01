"""The choice of paintings."""

from pathlib import Path
from typing import Any

import pytest

from neural_style.errors import OptionsError
from neural_style.request import ChosenStyle
from neural_style.service.pictures import Picture
from neural_style.ui.parts.gallery import chosen, only, restored


def test_a_choice_of_the_page_is_not_taken_on_trust() -> None:
    picture = Picture(Path("a.jpg"), "a.jpg")
    known = {"a": ChosenStyle(picture, title="a")}
    numbers = {"share": 3, "scale": 0.5, "turn": 30}
    assert chosen({"styles": {"a": numbers}, "own": []}, known) == (ChosenStyle(picture, 3, 0.5, "a", turn=30.0),)
    for malformed in (
        *(None, [], {"styles": [1]}, {"styles": {"../etc/passwd": numbers}}),
        *({"styles": {"a": 3}}, {"styles": {"a": {"share": 3}}}, {"styles": {"a": {**numbers, "path": "x"}}}),
    ):
        with pytest.raises(OptionsError):
            chosen(malformed, known)


def test_one_painting_alone_keeps_its_numbers_or_has_the_usual_ones() -> None:
    before: Any = {"styles": {"a": {"share": 30, "scale": 2.0}, "b": {"share": 5, "scale": 1.0}}, "own": []}
    assert only(before, "a", {"a": None}) == {"styles": {"a": {"share": 30, "scale": 2.0}}, "own": []}
    assert only(before, "c", {"c": None}) == {"styles": {"c": {"share": 50.0, "scale": 1.0, "turn": 0.0}}, "own": []}
    for choice, key in ((before, "d"), (before, None), (before, []), (None, "a"), ({"styles": None, "own": []}, "a")):
        with pytest.raises(OptionsError, match="no longer here"):
            only(choice, key, {"a": None})


def test_a_recipe_chooses_what_it_names_and_takes_the_visitors_own_for_the_rest() -> None:
    own: Any = [{"key": key, "title": key, "maker": "", "year": "", "thumbnail": ""} for key in ("x", "y", "z")]
    before: Any = {"styles": {"z": {"share": 50, "scale": 1.0}}, "own": own}
    styles = [
        ChosenStyle(None, 0.5, 2.0, "night"),
        ChosenStyle(None, 1.0),
        ChosenStyle(None, 0.25, title="no longer here"),
    ]
    after, to_add = restored(before, styles, {"night": None})
    assert after["styles"] == {
        "night": {"share": 50.0, "scale": 2.0, "turn": 0.0},
        "z": {"share": 100.0, "scale": 1.0, "turn": 0.0},
    }
    assert (after["own"], to_add) == (own, [3])
    assert restored(before, [], {}) == ({"styles": {}, "own": own}, [])
    nothing = restored(before, [ChosenStyle(None, 0.0, title="night")], {"night": None})
    assert nothing[0]["styles"]["night"]["share"] == 0.0

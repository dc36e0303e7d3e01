"""The choice of paintings."""

from pathlib import Path
from typing import Any

import pytest

from neural_style.errors import OptionsError
from neural_style.record.recipe import KeptStyle
from neural_style.service.orders import (
    ChosenStyle,
    Picture,
)
from neural_style.ui.parts.gallery import chosen, restored


def test_a_choice_of_the_page_is_not_taken_on_trust() -> None:
    known = {"a": Picture(Path("a.jpg"), "a.jpg")}
    mix = {"share": 3, "scale": 0.5}
    assert chosen({"styles": {"a": mix}, "own": []}, known) == (ChosenStyle(known["a"], 3, 0.5),)
    for malformed in (
        *(None, [], {"styles": [1]}, {"styles": {"../etc/passwd": mix}}),
        *({"styles": {"a": 3}}, {"styles": {"a": {"share": 3}}}, {"styles": {"a": {**mix, "path": "x"}}}),
    ):
        with pytest.raises(OptionsError):
            chosen(malformed, known)


def test_a_recipe_hangs_what_it_names_and_takes_the_visitors_own_for_the_rest() -> None:
    own: Any = [{"key": key, "title": key, "maker": "", "year": "", "thumbnail": ""} for key in ("x", "y", "z")]
    before: Any = {"styles": {"z": {"share": 50, "scale": 1.0}}, "own": own}
    kept = [KeptStyle(0.5, 2.0, "night"), KeptStyle(1.0), KeptStyle(0.25, title="no longer here")]
    after, to_add = restored(before, kept, {"night": None})
    assert after["styles"] == {"night": {"share": 50.0, "scale": 2.0}, "z": {"share": 100.0, "scale": 1.0}}
    assert (after["own"], to_add) == (own, 1)
    assert restored(before, [], {}) == ({"styles": {}, "own": own}, 0)
    nothing = restored(before, [KeptStyle(0.0, title="night")], {"night": None})
    assert nothing[0]["styles"]["night"]["share"] == 0.0

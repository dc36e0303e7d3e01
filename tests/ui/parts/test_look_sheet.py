"""The sheet of looks shows what is painted so far."""

from neural_style.presets import PRESETS
from neural_style.service.sketches import SKETCHED_LOOKS
from neural_style.ui.parts.look_sheet import on_sheet


def test_the_sheet_is_empty_at_first_and_then_has_a_place_for_every_look() -> None:
    assert on_sheet({}) == {"places": []}
    places = on_sheet({"bold": "data:a"})["places"]
    assert [place["look"] for place in places] == list(SKETCHED_LOOKS)
    assert {place["look"]: place["url"] for place in places if place["url"]} == {"bold": "data:a"}
    assert all(place["label"] == PRESETS[place["look"]].label for place in places)

"""The panel with every setting."""

from dataclasses import replace
from typing import Any

import pytest

from neural_style.errors import OptionsError
from neural_style.presets import APP_PRESET, PAGE_PRESETS, PRESETS
from neural_style.record.recipe import settings_to_dict
from neural_style.service.orders import (
    settings_of_look,
)
from neural_style.settings import LossWeights, Settings
from neural_style.ui import texts
from neural_style.ui.parts.advanced import FIELDS, read_page, values_of


def panel_of(look: str) -> dict[str, Any]:
    return values_of(PRESETS[look].settings)


def test_every_look_of_the_page_is_a_preset_at_the_size_and_the_length_that_were_chosen() -> None:
    for look in PAGE_PRESETS:
        expected = replace(PRESETS[look].settings, longest_side_px=200, effort="quick")
        assert read_page((look, look), 200, "quick", panel_of(look)) == expected
        late = read_page((look, "another"), 200, "quick", panel_of("classic"))  # the panel has not been filled yet
        assert late == expected
    assert APP_PRESET in PAGE_PRESETS


@pytest.mark.parametrize("look", ["oil", "classic", None, ["bold"], {}])
def test_a_look_that_the_page_does_not_offer_is_refused(look: object) -> None:
    with pytest.raises(OptionsError, match="There is no look"):
        settings_of_look(look)


def test_the_panel_shows_every_setting_and_reads_it_back() -> None:
    settings = Settings(
        weights=LossWeights(style=0.5, style_balance="relative"),
        optimizer="adam",
        start="noise",
        initial_noiseblend=0.25,
        iterations=7,
        width=300,
        seed=9,
    )
    assert read_page((None, ""), 200, "good", values_of(settings)) == settings
    paths = {field.path for field in FIELDS} | {"effort", "longest_side_px"}
    names = set(settings_to_dict(settings)) - {"weights", "adam"}
    names |= {f"{name}.{key}" for name in ("weights", "adam") for key in settings_to_dict(settings)[name]}
    assert paths == names
    assert texts.ADVANCED.keys() == {field.path for field in FIELDS}


def test_a_field_that_is_empty_or_no_number_is_named() -> None:
    values = panel_of("painted")
    for path, value, words in [
        ("weights.style", None, '"Style weight" in Advanced is empty'),
        ("width", "wide", "\"Exact width in pixels\" in Advanced must be a number or empty; got 'wide'"),
        ("initial_noiseblend", "2", "initial noise blend"),
        ("seed", -1, "seed"),
    ]:
        with pytest.raises(OptionsError, match=words):
            read_page(("painted", "painted"), 200, "good", values | {path: value})
    empty = read_page(("painted", "painted"), 200, "good", values | {"width": " "})
    assert empty.width is None

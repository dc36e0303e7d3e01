"""The panel with every setting."""

from dataclasses import replace
from typing import Any

import gradio as gr
import pytest

from neural_style.errors import OptionsError
from neural_style.presets import APP_PRESET, PAGE_PRESETS, PRESETS
from neural_style.service.options import ServerOptions
from neural_style.service.orders import settings_of_look
from neural_style.settings import MAX_SCALES, ROWS, LossWeights, Settings
from neural_style.ui.parts.advanced import FIELDS, advanced_panel, read_page, values_of


def panel_of(look: str) -> dict[str, Any]:
    return values_of(PRESETS[look].settings)


def test_every_look_of_the_page_is_a_preset_at_the_size_and_the_effort_that_were_chosen() -> None:
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


def test_the_panel_has_a_field_for_every_setting_but_those_with_another_place_on_the_page() -> None:
    assert ROWS.keys() - {row.path for row in FIELDS} == {"effort", "longest_side_px"}
    with gr.Blocks():
        fields = advanced_panel(ServerOptions()).fields
    assert {path: field.label for path, field in fields.items()} == {row.path: row.label for row in FIELDS}
    assert [row.path for row in FIELDS if row.help not in str(fields[row.path].info)] == []


def test_the_kind_of_a_setting_decides_its_field() -> None:
    with gr.Blocks():
        fields = advanced_panel(ServerOptions()).fields
    assert isinstance(fields["preserve_colors"], gr.Checkbox)
    scales, start, seed, width = (fields[name] for name in ("scales", "start", "seed", "width"))
    assert isinstance(scales, gr.Dropdown)
    assert scales.choices == [("auto", "auto"), *((str(count), count) for count in range(1, MAX_SCALES + 1))]
    assert isinstance(start, gr.Dropdown)
    assert ("the photo, recoloured", "colors") in start.choices
    assert isinstance(seed, gr.Number)
    assert (seed.minimum, seed.maximum, seed.precision) == (0, 2**32 - 1, 0)
    assert isinstance(width, gr.Textbox)
    assert str(width.info).endswith('Empty: "Size in pixels" decides.')


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
    no_effort = read_page(("painted", "painted"), 200, "good", values | {"iterations": "9"})
    assert (no_effort.iterations, no_effort.effort) == (9, None)
    empty = read_page(("painted", "painted"), 200, "good", values | {"width": " "})
    assert empty.width is None

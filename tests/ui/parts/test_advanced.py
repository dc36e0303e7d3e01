"""The panel with every setting."""

from dataclasses import replace
from typing import Any

import gradio as gr
import pytest

from neural_style.errors import OptionsError
from neural_style.presets import APP_PRESET, PAGE_PRESETS, PRESETS
from neural_style.service.options import ServerOptions
from neural_style.service.orders import settings_of_look
from neural_style.settings import MAX_SCALES, ROWS, LossWeights, Settings, with_changes
from neural_style.strength import PATHS, at_strength, strength_of
from neural_style.ui.parts.advanced import FIELDS, advanced_panel, read_page, values_of

STRENGTH_OF = {look: strength_of(preset.settings) for look, preset in PAGE_PRESETS.items()}


def panel_of(look: str) -> dict[str, Any]:
    return values_of(PRESETS[look].settings)


def read(
    values: dict[str, Any],
    look: str | None = "painted",
    filled: str | None = None,
    *,
    strengths: tuple[Any, Any] | None = None,
) -> Settings:
    """Read the page with a panel of these values, filled from the look and the strength that are chosen."""
    looks = (look, (look or "") if filled is None else filled)
    own = STRENGTH_OF.get(look or "", 0.4)
    return read_page(looks, strengths or (own, own), 200, "quick", values)


def test_every_look_of_the_page_is_a_preset_at_the_size_and_the_effort_that_were_chosen() -> None:
    for look in PAGE_PRESETS:
        expected = replace(PRESETS[look].settings, longest_side_px=200, effort="quick")
        assert read(panel_of(look), look) == expected
        assert read(panel_of("classic"), look, "another") == expected  # the panel has not been filled yet
    assert APP_PRESET in PAGE_PRESETS


@pytest.mark.parametrize("look", PAGE_PRESETS)
def test_a_strength_that_the_panel_is_not_filled_from_yet_counts_and_the_rest_of_the_panel_too(look: str) -> None:
    own = STRENGTH_OF[look]
    stronger = at_strength(PRESETS[look].settings, 0.85)
    assert read(panel_of(look) | {"seed": 7}, look, strengths=(0.85, own)) == replace(
        stronger, seed=7, longest_side_px=200, effort="quick"
    )
    late = read(panel_of("classic"), look, "another", strengths=(0.85, 0.4))
    assert late == replace(stronger, longest_side_px=200, effort="quick")


def test_a_strength_changes_a_look_of_ones_own_too() -> None:
    values = values_of(Settings(seed=7))
    assert read(values, None) == Settings(seed=7, width=None, longest_side_px=200)
    assert read(values, None, strengths=(0.5, 0.4)) == at_strength(read(values, None), 0.5)


@pytest.mark.parametrize("path", PATHS)
def test_a_field_that_is_changed_after_the_strength_wins(path: str) -> None:
    other = ROWS[path].value_in(PRESETS["bold"].settings) + 1
    changed = read(panel_of("bold") | {path: other}, "bold")
    assert changed == with_changes(read(panel_of("bold"), "bold"), {path: other})


@pytest.mark.parametrize("wrong", [1.5, None, "much"])
def test_a_strength_that_cannot_be_used_is_refused(wrong: object) -> None:
    with pytest.raises(OptionsError, match="strength must be a number from 0 to 1"):
        read(panel_of("bold"), "bold", strengths=(wrong, 0.7))


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
    assert read(values_of(settings), None) == settings


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
    assert str(width.info).endswith('Empty: "Longest side, px" decides.')


def test_a_field_that_is_empty_or_no_number_is_named() -> None:
    values = panel_of("painted")
    for path, value, words in [
        ("weights.style", None, '"Style weight" in Advanced is empty'),
        ("width", "wide", "\"Exact width in pixels\" in Advanced must be a number or empty; got 'wide'"),
        ("initial_noiseblend", "2", "initial noise blend"),
        ("seed", -1, "seed"),
    ]:
        with pytest.raises(OptionsError, match=words):
            read(values | {path: value})
    no_effort = read(values | {"iterations": "9"})
    assert (no_effort.iterations, no_effort.effort) == (9, None)
    assert read(values | {"width": " "}).width is None

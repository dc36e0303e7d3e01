"""The names of results tell several apart."""

from dataclasses import replace
from pathlib import Path

import pytest

from neural_style.presets import PRESETS
from neural_style.request import ChosenStyle
from neural_style.service.options import ServerOptions
from neural_style.service.orders import APP_SETTINGS
from neural_style.service.results import Result
from neural_style.service.variations import VARIATIONS
from neural_style.settings import Settings, with_changes
from neural_style.strength import at_strength
from neural_style.ui.result_labels import ResultLabel
from neural_style.ui.texts import texts
from tests.service.helpers import result_in


def label_of(folder: Path, settings: Settings) -> ResultLabel:
    return ResultLabel.of(result_in(folder, settings))


def with_paintings(result: Result, *paintings: tuple[str, float]) -> Result:
    image = result.order.styles[0].image
    styles = tuple(ChosenStyle(image, share, title=title) for title, share in paintings)
    return replace(result, order=replace(result.order, styles=styles))


def test_a_label_says_look_paintings_size_and_time(tmp_path: Path) -> None:
    result = with_paintings(
        result_in(tmp_path, size=(300, 400)), ("great_wave_hokusai", 0.3), ("starry_night_van_gogh", 0.7)
    )
    result = replace(result, outcome=replace(result.outcome, elapsed_s=62.2))
    assert str(ResultLabel.of(result)) == (
        "Painted · The Starry Night + The Great Wave off Kanagawa · 400 × 300 px · 1 min 02 s"
    )


def test_a_painting_of_the_visitors_own_is_called_as_its_file_and_one_of_the_operators_in_words(tmp_path: Path) -> None:
    own = result_in(tmp_path)
    assert ResultLabel.of(own).paintings == "a"
    assert ResultLabel.of(with_paintings(own, ("my_old_barn", 1.0))).paintings == "my old barn"


@pytest.mark.parametrize("look", ["bold", "print", "photo-colors"])
def test_a_look_is_called_as_on_the_page(tmp_path: Path, look: str) -> None:
    settings = replace(PRESETS[look].settings, longest_side_px=160)
    assert label_of(tmp_path, settings).look == PRESETS[look].label


def test_a_strength_between_is_said_and_settings_of_ones_own_are_called_so(tmp_path: Path) -> None:
    assert label_of(tmp_path, at_strength(APP_SETTINGS, 0.5)).look == "Painted at 0.5"
    assert (
        label_of(tmp_path, with_changes(APP_SETTINGS, {"weights.total_variation": 3})).look == texts().result_own_look
    )


@pytest.mark.parametrize(
    ("variation", "look"),
    [("keep_going", "Painted, continued"), ("bigger", "Painted, continued"), ("another", "Painted")],
)
def test_a_variation_keeps_the_name_of_its_look(tmp_path: Path, variation: str, look: str) -> None:
    first = result_in(tmp_path)
    varied = replace(first, order=VARIATIONS[variation](first, ServerOptions()))
    assert ResultLabel.of(varied).look == look


def test_what_goes_on_from_what_went_on_keeps_it_too(tmp_path: Path) -> None:
    result = result_in(tmp_path, at_strength(APP_SETTINGS, 0.85))
    for variation in ("bigger", "keep_going"):
        result = replace(result, order=VARIATIONS[variation](result, ServerOptions()))
    assert ResultLabel.of(result).look == "Bold at 0.85, continued"

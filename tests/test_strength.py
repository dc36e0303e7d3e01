"""The strength: one number for four settings, from the photo to the painting."""

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neural_style.errors import OptionsError
from neural_style.presets import PAGE_PRESETS, PRESETS, SCALE, scale_in_words
from neural_style.settings import ROWS, Settings, with_changes
from neural_style.strength import FAITHFUL, PATHS, POINTS, STRENGTH, at_strength, settings_at, strength_of

HUNDREDTHS = [hundredth / 100 for hundredth in range(101)]


def values_of(settings: Settings) -> dict[str, Any]:
    return {path: ROWS[path].value_in(settings) for path in PATHS}


def test_at_its_points_a_strength_stands_for_their_numbers() -> None:
    for point in POINTS:
        assert settings_at(point.strength) == {
            "weights.content": point.content,
            "weights.matching": point.matching,
            "weights.coherence": point.coherence,
            "first_px": point.first_px,
        }


def test_halfway_between_two_points_weights_have_their_geometric_mean_and_the_rest_the_arithmetic() -> None:
    for below, above in pairwise(POINTS):
        between = settings_at((below.strength + above.strength) / 2)
        assert between["weights.content"] == pytest.approx(math.sqrt(below.content * above.content), rel=1e-3)
        assert between["weights.matching"] == pytest.approx(math.sqrt(below.matching * above.matching), rel=1e-3)
        assert between["weights.coherence"] == pytest.approx((below.coherence + above.coherence) / 2)
        assert between["first_px"] == pytest.approx((below.first_px + above.first_px) / 2, abs=0.5)


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_strength_never_means_more_of_the_photo_or_less_of_the_painting(one: float, other: float) -> None:
    less, more = settings_at(min(one, other)), settings_at(max(one, other))
    assert less["weights.content"] >= more["weights.content"]
    assert less["first_px"] >= more["first_px"]
    assert less["weights.matching"] <= more["weights.matching"]
    assert less["weights.coherence"] <= more["weights.coherence"]


@pytest.mark.parametrize("name", PRESETS)
def test_the_strength_of_settings_is_found_in_hundredths_and_all_else_stays_as_it_was(name: str) -> None:
    settings = PRESETS[name].settings
    for strength in HUNDREDTHS:
        changed = at_strength(settings, strength)
        assert strength_of(changed) == strength
        assert with_changes(changed, values_of(settings)) == settings


@pytest.mark.parametrize("path", PATHS)
def test_settings_of_which_one_is_not_the_strengths_have_none(path: str) -> None:
    settings = at_strength(Settings(), 0.5)
    assert strength_of(with_changes(settings, {path: ROWS[path].value_in(settings) + 1})) is None
    assert strength_of(Settings()) is None


@pytest.mark.parametrize("wrong", [-0.01, 1.01, math.nan, math.inf, "0.5", None, True, [0.5]])
def test_what_is_no_number_from_0_to_1_is_refused(wrong: Any) -> None:
    for use in (settings_at, lambda strength: at_strength(Settings(), strength)):
        with pytest.raises(OptionsError, match=r"^The strength must be a number from 0 to 1; got .+\.$"):
            use(wrong)


def test_people_are_told_which_settings_it_stands_for_by_the_names_that_these_have() -> None:
    labels = [ROWS[path].label.lower() for path in PATHS]
    assert [label for label in labels if label not in STRENGTH.help] == []
    assert STRENGTH.label not in {row.label for row in ROWS.values()}


def test_four_looks_are_points_of_the_scale_and_every_look_of_the_page_has_a_strength() -> None:
    assert list(SCALE) == ["faithful", "painted", "bold", "abstract"]
    assert list(SCALE.values()) == [point.strength for point in POINTS]
    faithful = PRESETS["faithful"].settings
    assert [name for name, strength in SCALE.items() if at_strength(faithful, strength) != PRESETS[name].settings] == []
    assert scale_in_words().startswith(f"{FAITHFUL:g} faithful, ")
    assert None not in [strength_of(preset.settings) for preset in PAGE_PRESETS.values()]

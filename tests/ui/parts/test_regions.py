"""What was drawn on a photo: as it arrives from a page, and as a recipe brings it back."""

from typing import Any

import numpy as np
import pytest

from neural_style.errors import ImageError, OptionsError
from neural_style.masks import READY, Mask
from neural_style.service.messages import messages
from neural_style.ui.parts.regions import KEEP, drawn, on_canvas


def value(**changes: Any) -> dict[str, Any]:
    """Return a drawing of 4 x 2 cells: two of one painting, one of another one, one that is left alone."""
    runs = [1, 2, 2, 1, KEEP, 1, 0, 4]
    return {"size": [4, 2], "runs": runs, "owners": ["wave", "night"], "feather": 0} | changes


def test_each_painting_has_the_cells_of_its_label() -> None:
    found = drawn(value(), ["wave", "night"])
    np.testing.assert_array_equal(found.regions["wave"].levels, [[255, 255, 0, 0], [0] * 4])
    np.testing.assert_array_equal(found.regions["night"].levels, [[0, 0, 255, 0], [0] * 4])
    assert found.left_alone == Mask(np.array([[0, 0, 0, 255], [0] * 4], np.uint8))


def test_a_painting_that_is_not_chosen_or_has_no_cell_has_no_region() -> None:
    assert set(drawn(value(), ["night", "sun"]).regions) == {"night"}
    assert set(drawn(value(owners=["wave", "night", "sun"]), ["sun"]).regions) == set()
    assert drawn(value(runs=[0, 8]), ["wave"]).left_alone is None


def test_nothing_drawn_is_nothing() -> None:
    for nothing in (None, "", {}):
        assert (drawn(nothing, ["wave"]).regions, drawn(nothing, ["wave"]).left_alone) == ({}, None)


def test_edges_are_as_soft_as_was_chosen() -> None:
    wide = value(size=[100, 1], runs=[1, 50, 0, 50], feather=5)
    levels = drawn(wide, ["wave"]).regions["wave"].levels[0]
    assert levels[0] == 255
    assert 20 < levels[54] < 80


@pytest.mark.parametrize(
    "changes",
    [
        {"size": [4, 3]},
        {"size": [0, 0]},
        {"size": [2000, 1]},
        {"size": "4x2"},
        {"runs": [1]},
        {"runs": [1, 8.5]},
        {"runs": [256, 8]},
        {"runs": [1, -1, 2, 9]},
        {"runs": [1, 2**70]},
        {"runs": [1, 2**62, 1, 2**62]},
        {"runs": "none"},
        {"runs": []},
        {"owners": "wave"},
        {"owners": [1]},
        {"feather": 11},
        {"feather": "soft"},
        {"feather": float("nan")},
    ],
)
def test_what_no_page_sends_is_refused_in_words(changes: dict[str, Any]) -> None:
    with pytest.raises(OptionsError, match=messages().bad_regions):
        drawn(value(**changes), ["wave"])


@pytest.mark.parametrize("sent", [1, "x", [1], {"size": [1, 1]}])
def test_nor_is_anything_else_taken(sent: Any) -> None:
    with pytest.raises(OptionsError, match=messages().bad_regions):
        drawn(sent, ["wave"])


def test_masks_of_a_recipe_come_back_bit_by_bit_as_long_as_nothing_is_drawn() -> None:
    soft = READY["left"].feathered(0.05)
    shown = on_canvas({"wave": soft}, READY["border"])
    found = drawn(shown, ["wave", "night"])
    assert (found.regions, found.left_alone) == ({"wave": soft}, READY["border"])
    assert shown is not None
    shown.pop("exact")
    again = drawn(shown, ["wave"])
    assert again.regions["wave"].share == pytest.approx(0.19, abs=0.02), "the left half of the oval"


def test_no_masks_show_nothing() -> None:
    assert on_canvas({}, None) is None


def test_an_exact_mask_that_is_none_is_refused() -> None:
    with pytest.raises(ImageError, match="mask"):
        drawn(value(exact={"wave": "no mask"}), ["wave"])

"""Masks: how they are made, read, softened and scaled, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from neural_style.errors import ImageError
from neural_style.masks import MAX_SIDE_PX, READY, Mask

LEVELS = arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=24))


def half(height: int = 20, width: int = 30) -> Mask:
    """Return a mask whose left half is selected."""
    return Mask.of(np.arange(width)[np.newaxis].repeat(height, 0) < width / 2)


@settings(deadline=None)
@given(LEVELS)
def test_a_mask_is_the_same_after_it_was_written_and_read(levels: np.ndarray) -> None:
    mask = Mask(levels)
    assert Mask.of_text(mask.text) == mask
    assert hash(Mask.of_text(mask.text)) == hash(mask)


def test_masks_of_other_levels_or_another_size_differ() -> None:
    assert half(20, 30) != half(30, 20)
    assert half() != half().inverted()
    assert half() != "a mask"


@settings(deadline=None)
@given(LEVELS, st.integers(1, 60), st.integers(1, 60))
def test_at_any_size_it_holds_numbers_from_0_to_1(levels: np.ndarray, height: int, width: int) -> None:
    plane = Mask(levels).at(height, width)
    assert plane.shape == (height, width)
    assert plane.dtype == np.float32
    assert 0.0 <= plane.min() <= plane.max() <= 1.0


def test_at_another_size_the_same_part_is_selected() -> None:
    plane = half().at(40, 61)
    np.testing.assert_array_equal(plane[:, :28], 1.0)
    np.testing.assert_array_equal(plane[:, -28:], 0.0)


def test_a_large_one_is_shrunk() -> None:
    large = Mask.of(np.ones((10, 4 * MAX_SIDE_PX), bool))
    assert large.levels.shape == (2, MAX_SIDE_PX)
    assert large.levels.min() == 255


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float16, np.float64])
def test_numbers_of_any_type_are_taken(dtype: type) -> None:
    np.testing.assert_array_equal(Mask.of(np.array([[0, 1]], dtype)).levels, [[0, 255]])


@pytest.mark.parametrize(
    ("selected", "sentence"),
    [
        (np.zeros((2, 2, 3)), r"shape \(height, width\); got \(2, 2, 3\)"),
        (np.zeros((0, 2)), "shape"),
        (np.array([["a"]]), "shape"),
        (np.array([[255]]), "values from 0 to 1; got 255 to 255"),
        (np.array([[-0.1]]), "values from 0 to 1"),
        (np.array([[np.nan]]), "values from 0 to 1"),
    ],
)
def test_what_is_no_mask_is_refused_in_words(selected: np.ndarray, sentence: str) -> None:
    with pytest.raises(ImageError, match=sentence):
        Mask.of(selected)


def test_white_selects_black_and_transparent_do_not() -> None:
    image = np.array([[[255, 255, 255], [0, 0, 0], [255, 255, 255], [127, 127, 127]]], np.float32)
    alpha = np.array([[255, 255, 0, 255]], np.float32)
    np.testing.assert_allclose(Mask.of_picture(image, alpha).levels, [[255, 0, 0, 127]], atol=1)
    np.testing.assert_allclose(Mask.of_picture(image).levels, [[255, 0, 255, 127]], atol=1)


@pytest.mark.parametrize(
    "text", [None, 3, "", "left", "data:image/png;base64,", "data:image/png;base64,AAAA", half().text[:60]]
)
def test_what_is_no_mask_in_a_recipe_is_refused_in_words(text: object) -> None:
    with pytest.raises(ImageError, match="A mask in a recipe must be a gray PNG"):
        Mask.of_text(text)


def test_a_mask_that_is_too_long_for_one_is_refused() -> None:
    with pytest.raises(ImageError, match=f"at most {MAX_SIDE_PX} px"):
        Mask.of_text(Mask(np.zeros((1, MAX_SIDE_PX + 1), np.uint8)).text)


def test_an_inverted_mask_selects_the_rest() -> None:
    np.testing.assert_allclose(half().at(9, 9) + half().inverted().at(9, 9), 1.0, atol=1e-6)


def test_feathering_softens_the_edge_and_leaves_what_is_far_from_it() -> None:
    soft = half(100, 200).feathered(0.05).at(100, 200)
    row = soft[50]
    assert row[0] > 0.99
    assert row[-1] < 0.01
    assert row[100] == pytest.approx(0.5, abs=0.03)
    assert row[110] == pytest.approx(0.16, abs=0.03), "one standard deviation beyond the edge"
    assert soft.mean() == pytest.approx(0.5, abs=0.01)
    assert half().feathered(0.0) == half()


def test_what_is_selected_of_the_ready_ones() -> None:
    shares = {name: mask.share for name, mask in READY.items()}
    assert shares["left"] == shares["right"] == shares["top"] == shares["bottom"] == 0.5
    assert shares["sky"] == pytest.approx(1 / 3, abs=0.01)
    assert shares["ground"] == pytest.approx(1 / 3, abs=0.01)
    assert shares["middle"] + shares["border"] == pytest.approx(1.0, abs=1e-3)
    assert READY["left"].at(4, 4)[0, 0] == READY["top"].at(4, 4)[0, 3] == READY["middle"].at(9, 9)[4, 4] == 1.0
    assert not any(mask.is_empty for mask in READY.values())
    assert Mask(np.zeros((2, 2), np.uint8)).is_empty

"""The division of a picture among paintings: what each of its pixels belongs to."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neural_style.masks import READY, Mask, divide
from neural_style.regions import Division
from tests.fakes import small_picture

SIZE = (24, 36)
MASKS = st.sampled_from([None, *READY.values(), Mask(np.full((3, 5), 100, np.uint8)), READY["left"].feathered(0.1)])


def weights_of(division: Division) -> dict[tuple[int, ...], np.ndarray]:
    """Return the paintings of each region -> its weights."""
    return {region.styles: np.asarray(region.weights) for region in division.regions}


def test_without_masks_all_paintings_paint_the_whole_picture() -> None:
    (region,) = divide((None, None), (3.0, 1.0), None, SIZE).regions
    assert (region.styles, region.shares, region.area, region.weights) == ((0, 1), (0.75, 0.25), 1.0, None)


def test_a_painting_without_a_region_paints_the_rest() -> None:
    division = divide((READY["left"], None), (1.0, 1.0), None, SIZE)
    weights = weights_of(division)
    np.testing.assert_array_equal(weights[(0,)][:, :17], 1.0)
    np.testing.assert_array_equal(weights[(1,)][:, -17:], 1.0)
    assert division.kept is None
    assert [region.area for region in division.regions] == pytest.approx([0.5, 0.5], abs=0.01)


def test_two_paintings_without_regions_share_the_rest() -> None:
    division = divide((READY["left"], None, None), (1.0, 3.0, 1.0), None, SIZE)
    assert [(region.styles, region.shares) for region in division.regions] == [((0,), (1.0,)), ((1, 2), (0.75, 0.25))]


def test_where_no_painting_is_the_photo_stays() -> None:
    division = divide((READY["left"],), (1.0,), None, SIZE)
    assert division.kept is not None
    np.testing.assert_array_equal(division.kept[:, -17:], 1.0)
    np.testing.assert_array_equal(division.kept[:, :17], 0.0)
    assert division.regions[0].area == 1.0, "of what is painted it has all"


def test_what_is_left_alone_comes_before_all_regions() -> None:
    division = divide((READY["left"], None), (1.0, 1.0), READY["top"], SIZE)
    assert division.kept is not None
    np.testing.assert_array_equal(division.kept[:11], 1.0)
    assert all(plane[:11].max() == 0.0 for plane in weights_of(division).values())


def test_where_regions_overlap_paintings_blend_by_their_shares() -> None:
    weights = weights_of(divide((READY["left"], READY["top"]), (3.0, 1.0), None, SIZE))
    assert (weights[(0,)][0, 0], weights[(1,)][0, 0]) == pytest.approx((0.75, 0.25))
    assert (weights[(0,)][-1, 0], weights[(1,)][0, -1]) == (1.0, 1.0)


@settings(deadline=None)
@given(st.lists(MASKS, min_size=1, max_size=4), MASKS, st.integers(1, 40), st.integers(1, 40))
def test_weights_and_what_is_kept_add_up_to_one(
    masks: list[Mask | None], kept: Mask | None, height: int, width: int
) -> None:
    try:
        division = divide(tuple(masks), tuple(1.0 + index for index in range(len(masks))), kept, (height, width))
    except ValueError:
        return
    if division.regions[0].weights is None:
        assert division.kept is None
        return
    planes = list(weights_of(division).values())
    total = sum(planes) + (0.0 if division.kept is None else division.kept)
    np.testing.assert_allclose(total, 1.0, atol=1e-5)
    assert min(plane.min() for plane in planes) > -1e-5
    assert sum(region.area for region in division.regions) == pytest.approx(1.0)
    for region in division.regions:
        assert sum(region.shares) == pytest.approx(1.0)


def test_a_region_below_a_pixel_is_left_to_the_photo() -> None:
    dot = np.zeros((1000, 1000), np.uint8)
    dot[500, 500] = 255
    division = divide((Mask(dot), READY["left"]), (1.0, 1.0), None, SIZE)
    assert [region.styles for region in division.regions] == [(1,)]
    (alone,) = divide((Mask(dot),), (1.0,), None, SIZE).regions
    assert alone.area == 1.0, "at a small size something is painted all the same"


def test_a_picture_all_of_which_is_left_alone_cannot_be_painted() -> None:
    with pytest.raises(ValueError, match="nothing is left"):
        divide((None,), (1.0,), Mask(np.full((2, 2), 255, np.uint8)), SIZE)


def test_each_region_is_recoloured_by_its_own_painting_and_what_is_kept_is_not() -> None:
    photo = small_picture(*SIZE, seed=1)
    red, blue = (np.tile(np.array(color, np.float32), (8, 8, 1)) for color in ((200, 20, 20), (20, 20, 200)))
    division = divide((READY["left"], READY["right"]), (1.0, 1.0), READY["ground"], SIZE)
    found = division.recolored(photo, [red, blue])
    np.testing.assert_allclose(found[:14, :17].mean((0, 1)), (200, 20, 20), atol=2)
    np.testing.assert_allclose(found[:14, -17:].mean((0, 1)), (20, 20, 200), atol=2)
    np.testing.assert_array_equal(found[-7:], photo[-7:])


def test_padding_mirrors_the_regions() -> None:
    division = divide((READY["left"],), (1.0,), None, SIZE).padded(3)
    assert division.kept is not None
    assert division.kept.shape == (30, 42)
    np.testing.assert_array_equal(division.kept[:, 0], division.kept[:, 6])
    assert divide((None,), (1.0,), None, SIZE).padded(3).regions[0].weights is None

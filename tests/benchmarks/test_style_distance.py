"""The sliced Wasserstein distance by hand and under what must not change it, and the way left to a style."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.perceptual import ALEXNET
from benchmarks.style_distance import relative_style_distance, sliced_distance
from neural_style.errors import ImageError
from tests.benchmarks.judging import random_network
from tests.fakes import small_picture

NETWORK = random_network(ALEXNET, first_kernel_px=11)


def cloud(*values):
    """Features of one channel in a row of positions."""
    return np.array(values, np.float32).reshape(1, -1, 1)


def random_cloud(height=6, width=7, channels=5, seed=0):
    return np.random.default_rng(seed).exponential(size=(height, width, channels)).astype(np.float32)


def test_along_one_channel_it_is_the_mean_step_from_point_to_point_in_their_order():
    assert sliced_distance(cloud(0, 1, 2), cloud(3, 1, 2)) == pytest.approx(1)
    assert sliced_distance(cloud(5, 0, 1), cloud(1, 3, 5)) == pytest.approx((1 + 2 + 0) / 3)


def test_clouds_of_different_numbers_of_points_are_compared_at_quantiles():
    assert sliced_distance(cloud(0, 1), cloud(1, 0, 0, 1)) == pytest.approx(0)
    assert sliced_distance(cloud(0, 4), cloud(0, 1, 2, 3)) == pytest.approx((0.5 + 1.5) / 2)
    assert sliced_distance(cloud(7), cloud(2, 4, 6)) == pytest.approx(3)


def test_a_shift_counts_by_its_length_along_each_direction():
    shift = np.array([3, 4], np.float32)
    ours = random_cloud(channels=2)
    along = 5 * 2 / np.pi  # the mean of |cosine| in the plane
    assert sliced_distance(ours, ours + shift, directions=4000) == pytest.approx(along, rel=0.03)


@given(st.integers(0, 2**32 - 1))
def test_where_features_are_does_not_matter(seed):
    ours = random_cloud()
    moved = np.random.default_rng(seed).permutation(ours.reshape(-1, 5)).reshape(3, 14, 5)
    assert sliced_distance(ours, moved) == pytest.approx(0, abs=1e-12)


@given(st.floats(0.01, 100))
def test_it_grows_with_the_features(factor):
    ours, theirs = random_cloud(seed=1), random_cloud(4, 4, seed=2)
    scaled = sliced_distance(factor * ours.astype(np.float64), factor * theirs.astype(np.float64))
    assert scaled == pytest.approx(factor * sliced_distance(ours, theirs), rel=1e-9)


def test_both_ways_are_as_far_and_the_same_call_gives_the_same_number():
    ours, theirs = random_cloud(seed=1), random_cloud(4, 4, seed=2)
    assert sliced_distance(ours, theirs) == sliced_distance(theirs, ours) == sliced_distance(ours, theirs)
    assert sliced_distance(ours, theirs) != sliced_distance(ours, theirs, seed=1)


def test_other_channels_are_refused():
    with pytest.raises(ImageError, match="5 and of 4 channels"):
        sliced_distance(random_cloud(), random_cloud(channels=4))


def test_the_photo_has_the_whole_way_before_it_and_the_painting_none():
    photo, painting = small_picture(64, 80, seed=1), 255 - small_picture(72, 64, seed=2)
    assert relative_style_distance(photo, photo, painting, NETWORK) == pytest.approx(1)
    assert relative_style_distance(painting, photo, painting, NETWORK) == 0


def test_the_nearer_a_blend_is_to_the_painting_the_less_of_the_way_is_left():
    photo, painting = small_picture(64, 80, seed=1), 255 - small_picture(64, 80, seed=2)
    blends = [(1 - part) * photo + part * painting for part in (0.2, 0.5, 0.8)]
    left = [relative_style_distance(blend, photo, painting, NETWORK) for blend in blends]
    assert 1 > left[0] > left[1] > left[2] > 0


def test_a_photo_that_is_the_painting_is_refused():
    photo = small_picture(64, 80)
    with pytest.raises(ImageError, match="no way between them"):
        relative_style_distance(photo, photo, photo, NETWORK)

"""Sizes of pictures, and pictures brought to them."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from neural_style.images.resize import resize, resize_plane, size_for_longest_side, size_for_width


def test_a_width_is_exact_and_the_height_rounded_down():
    assert size_for_width(67, 101, 50) == (33, 50)


def test_a_bound_on_the_longest_side_shrinks_and_never_enlarges():
    assert size_for_longest_side(600, 400, 300) == (300, 200)
    assert size_for_longest_side(60, 40, 300) == (60, 40)
    assert size_for_longest_side(2000, 3, 100) == (100, 1)


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 60), st.integers(1, 60))
@settings(max_examples=80, deadline=None)
def test_resizing_gives_the_size_asked_for_and_stays_in_range(height: int, width: int, new_h: int, new_w: int):
    noise = np.random.default_rng(height * 61 + width).uniform(0, 255, (height, width, 3)).astype(np.float32)
    resized = resize(noise, new_h, new_w)
    assert resized.shape == (new_h, new_w, 3)
    assert resized.dtype == np.float32
    assert 0 <= resized.min() <= resized.max() <= 255
    np.testing.assert_allclose(resize(noise.transpose(1, 0, 2), new_w, new_h), resized.transpose(1, 0, 2), atol=0.01)


@given(st.floats(0, 255, width=32), st.integers(1, 40), st.integers(1, 40))
@settings(max_examples=40, deadline=None)
def test_resizing_a_flat_picture_leaves_it_flat(level: float, height: int, width: int):
    np.testing.assert_allclose(resize(np.full((9, 7, 3), level, np.float32), height, width), level, atol=1e-3)


def test_halving_a_picture_is_antialiased():
    stripes = np.zeros((8, 64, 3), np.float32)
    stripes[:, ::2] = 255.0
    np.testing.assert_allclose(resize(stripes, 4, 32)[:, 2:-2], 127.5, atol=16)


def test_a_plane_may_leave_the_range_of_a_picture_where_a_picture_may_not():
    edge = np.zeros((8, 8), np.float32)
    edge[:, 4:] = 255.0
    plane = resize_plane(edge, 16, 16)
    assert plane.min() < -1.0
    assert plane.max() > 256.0
    picture = resize(np.repeat(edge[..., np.newaxis], 3, -1), 16, 16)
    np.testing.assert_array_equal(picture[..., 1], np.clip(plane, 0.0, 255.0))


def test_a_picture_that_has_the_size_is_left_as_it_is():
    picture = np.full((5, 4, 3), 300.0, np.float32)
    assert resize(picture, 5, 4) is picture

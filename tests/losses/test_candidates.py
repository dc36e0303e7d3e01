"""The places of a painting that can be matched."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from neural_style.losses.candidates import WINDOW_PX, descriptors, principal_components, windows


def painting(height: int, width: int) -> np.ndarray:
    """Every pixel tells its place."""
    rows, columns = np.indices((height, width)).astype(np.float32)
    return np.stack([rows, columns, np.zeros_like(rows)], -1)


def cells_of(window) -> int:
    height, width = (-(-side // 4) for side in window.picture.shape[:2])
    return np.zeros((height, width))[window.cells].size


@pytest.mark.parametrize(("limit", "turns"), [(100_000, 4), (960, 4), (959, 3), (480, 2), (240, 1)])
def test_a_painting_is_taken_whole_in_as_many_turns_as_there_is_room_for(limit: int, turns: int) -> None:
    found = list(windows(painting(48, 80), limit))
    assert len(found) == turns
    for quarter, window in zip((0, 2, 1, 3), found, strict=False):
        np.testing.assert_array_equal(window.picture, np.rot90(painting(48, 80), quarter))
        assert window.cells == (slice(None), slice(None))


def test_a_larger_painting_is_cut_into_windows_of_which_as_many_are_taken_as_there_is_room_for() -> None:
    found = list(windows(painting(600, 700), 6 * 64 * 64))
    corners = []
    for window in found:
        rows, columns = window.cells
        corners.append(tuple(window.picture[rows.start * 4, columns.start * 4, :2]))
        stop_row, stop_column = (min(256, side - start) for side, start in zip((600, 700), corners[-1], strict=True))
        assert cells_of(window) == -(-stop_row // 4) * -(-stop_column // 4)
    assert corners == [(0, 0), (0, 256), (256, 0), (256, 256), (512, 0), (512, 256)]


@given(height=st.integers(16, 900), width=st.integers(16, 900), limit=st.integers(4096, 60_000))
def test_there_are_never_many_more_places_than_the_limit_and_always_some(height: int, width: int, limit: int) -> None:
    count = sum(map(cells_of, windows(np.zeros((height, width, 3), np.float32), limit)))
    assert 0 < count <= max(limit, (WINDOW_PX // 4) ** 2)


def test_the_windows_of_a_very_large_painting_are_spread_over_it() -> None:
    found = list(windows(painting(2048, 2048), 16 * 64 * 64))
    assert len(found) == 16
    tops = {float(window.picture[window.cells[0].start * 4, 0, 0]) for window in found}
    assert max(tops) - min(tops) >= 1536


def test_the_principal_components_are_those_of_numpy() -> None:
    rng = np.random.default_rng(0)
    columns = (rng.normal(size=(500, 40)) * 0.7 ** np.arange(40)).astype(np.float32) + 3.0
    basis = principal_components(tf.constant(columns), 5).numpy().astype(np.float64)
    np.testing.assert_allclose(basis.T @ basis, np.eye(5), atol=1e-5)
    values, vectors = np.linalg.eigh(np.cov(columns.T))
    kept = np.linalg.norm(basis.T @ vectors[:, -5:], 2)
    assert kept == pytest.approx(1.0, abs=0.01)
    explained = np.trace(basis.T @ np.cov(columns.T) @ basis)
    assert explained == pytest.approx(values[-5:].sum(), rel=0.02)


def test_there_are_no_more_components_than_numbers() -> None:
    assert principal_components(tf.random.stateless_normal([30, 8], (1, 2)), 256).shape == (8, 8)


def test_descriptors_are_centred_and_of_length_1_whatever_is_added_to_all() -> None:
    values = np.random.default_rng(1).normal(size=(6, 7, 9)).astype(np.float32)
    found = descriptors(tf.constant(values))
    centred = values - values.mean((0, 1))
    np.testing.assert_allclose(found, centred / np.linalg.norm(centred, axis=-1, keepdims=True), atol=1e-5)
    np.testing.assert_allclose(descriptors(tf.constant(values + 100.0)), found, atol=1e-4)


def test_places_that_are_all_alike_have_descriptors_of_length_0() -> None:
    np.testing.assert_array_equal(descriptors(tf.ones([3, 4, 5])), 0.0)

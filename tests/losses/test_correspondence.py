"""Nearest neighbours and their coherence, against brute force in NumPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from neural_style.losses import correspondence
from neural_style.losses.correspondence import NEIGHBOURS, Candidates, Correspondence, coherent, nearest, score


def descriptors(seed: int, height: int, width: int, depth: int = 16) -> NDArray[np.float32]:
    """Of length 1, similar in neighbouring places."""
    rng = np.random.default_rng(seed)
    planes = np.stack([gaussian_filter(rng.normal(size=(height, width)), 1.0) for _ in range(depth)], -1)
    return (planes / np.linalg.norm(planes, axis=-1, keepdims=True)).astype(np.float32)


def candidates(seed: int, *grids: tuple[int, int]) -> Candidates:
    return Candidates(
        np.concatenate([descriptors(seed + k, *grid).reshape(-1, 16) for k, grid in enumerate(grids)]), grids
    )


def score_by_definition(found: Correspondence, among: Candidates, coherence: float) -> float:
    """Every pair of neighbours once, place by place."""
    position = [(k, *np.unravel_index(i, grid)) for k, grid in enumerate(among.grids) for i in range(np.prod(grid))]
    height, width = found.index.shape
    pairs = 0
    for row in range(height):
        for column in range(width):
            for down, right in NEIGHBOURS:
                if (down, right) > (0, 0) and 0 <= row + down < height and 0 <= column + right < width:
                    picture, y, x = position[found.index[row, column]]
                    pairs += position[found.index[row + down, column + right]] == (picture, y + down, x + right)
    return float(found.cosine.sum()) + coherence * pairs / len(NEIGHBOURS)


def test_the_nearest_candidate_is_the_one_of_greatest_cosine_but_for_the_rounding_of_bfloat16() -> None:
    queries, among = descriptors(1, 9, 11), candidates(2, (12, 13), (5, 7))
    found = nearest(queries, among)
    cosines = queries.reshape(-1, 16) @ among.descriptors.T
    np.testing.assert_allclose(found.cosine.ravel(), cosines.max(1), atol=0.02)
    assert (found.index.ravel() == cosines.argmax(1)).mean() > 0.9
    np.testing.assert_allclose(found.cosine.ravel(), cosines[np.arange(99), found.index.ravel()], rtol=1e-5)


def test_places_of_the_painting_itself_are_found_again() -> None:
    among = candidates(3, (10, 12))
    found = nearest(among.descriptors.reshape(10, 12, 16), among)
    assert (found.index.ravel() == np.arange(120)).mean() > 0.95


def test_the_search_in_parts_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    queries, among = descriptors(4, 9, 11), candidates(5, (12, 13))
    whole = nearest(queries, among)
    monkeypatch.setattr(correspondence, "SIMILARITIES_AT_ONCE", 500)
    np.testing.assert_array_equal(nearest(queries, among).index, whole.index)


def test_a_shift_ends_at_the_edge_of_its_picture() -> None:
    among = candidates(6, (2, 3), (2, 2))
    index = np.arange(10)
    right = [1, 2, -1, 4, 5, -1, 7, -1, 9, -1]
    down = [3, 4, 5, -1, -1, -1, 8, 9, -1, -1]
    np.testing.assert_array_equal(among.shifted(index, 0, 1), right)
    np.testing.assert_array_equal(among.shifted(index, 1, 0), down)
    np.testing.assert_array_equal(among.shifted(np.array([-1]), 0, 0), [-1])


@pytest.mark.parametrize("coherence", [0.2, 1.0])
def test_the_score_counts_every_pair_of_neighbours_once(coherence: float) -> None:
    queries, among = descriptors(7, 8, 9), candidates(8, (9, 9), (4, 6))
    found = coherent(queries, among, nearest(queries, among), 0.5)
    assert score(found, among, coherence) == pytest.approx(score_by_definition(found, among, coherence), rel=1e-5)


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 50), coherence=st.floats(0.0, 3.0), sweeps=st.integers(1, 4))
def test_the_score_never_falls(seed: int, coherence: float, sweeps: int) -> None:
    queries, among = descriptors(seed, 7, 10), candidates(seed + 1, (8, 9), (6, 5))
    found = nearest(queries, among)
    before = score(found, among, coherence)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(correspondence, "SWEEPS", sweeps)
        after = score(coherent(queries, among, found, coherence), among, coherence)
    assert after >= before - 1e-4


def test_more_coherence_makes_longer_strokes_of_less_likeness() -> None:
    queries, among = descriptors(9, 30, 40), candidates(10, (40, 40))
    found = [coherent(queries, among, nearest(queries, among), coherence) for coherence in (0.0, 0.3, 1.0)]
    agreements = [score(each, among, 1.0) - each.cosine.sum() for each in found]
    assert agreements[0] < agreements[1] < agreements[2]
    assert found[0].cosine.mean() > found[1].cosine.mean() > found[2].cosine.mean()


def test_a_part_of_the_painting_is_taken_over_in_one_piece() -> None:
    among = candidates(11, (20, 20))
    part = among.descriptors.reshape(20, 20, 16)[4:14, 6:16]
    noisy = (part + 0.5 * descriptors(12, 10, 10)).astype(np.float32)
    found = coherent(noisy, among, nearest(noisy, among), 1.0)
    rows, columns = np.divmod(found.index, 20)
    expected = np.indices((10, 10)) + np.array([4, 6])[:, None, None]
    assert ((rows == expected[0]) & (columns == expected[1])).mean() > 0.9


def test_where_there_is_no_coherence_nothing_changes() -> None:
    queries, among = descriptors(13, 12, 12), candidates(14, (15, 15))
    found = nearest(queries, among)
    left = np.zeros((12, 12), np.float32)
    left[:, :6] = 2.0
    changed = coherent(queries, among, found, left).index != found.index
    assert not changed[:, 6:].any()
    assert changed[:, :6].any()


def test_the_same_is_found_again() -> None:
    queries, among = descriptors(15, 12, 12), candidates(16, (15, 15))
    first, second = (coherent(queries, among, nearest(queries, among), 0.5) for _ in range(2))
    np.testing.assert_array_equal(first.index, second.index)


@pytest.mark.parametrize("size", [(1, 1), (1, 6), (2, 2)])
def test_pictures_and_paintings_of_a_few_places_can_be_matched(size: tuple[int, int]) -> None:
    queries, among = descriptors(17, *size), candidates(18, (1, 1), (1, 2))
    found = coherent(queries, among, nearest(queries, among), 0.5)
    assert found.index.shape == size
    assert ((found.index >= 0) & (found.index < 3)).all()


def test_descriptors_of_length_0_match_something() -> None:
    among = Candidates(np.zeros((6, 4), np.float32), [(2, 3)])
    found = coherent(np.zeros((3, 3, 4), np.float32), among, nearest(np.zeros((3, 3, 4), np.float32), among), 0.5)
    assert ((found.index >= 0) & (found.index < 6)).all()
    np.testing.assert_array_equal(found.cosine, 0.0)

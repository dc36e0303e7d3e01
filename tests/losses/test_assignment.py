"""The assignment of places to paintings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter

from neural_style.losses.assignment import assign

PLACES = 2500


def fits(paintings: int, seed: int = 0) -> np.ndarray:
    """As smooth over the picture as cosines of neighbouring places are."""
    rng = np.random.default_rng(seed)
    planes = [gaussian_filter(rng.normal(size=(50, 50)), 2.0).ravel() for _ in range(paintings)]
    return np.stack(planes).astype(np.float32)


def shares_of(chosen: np.ndarray, paintings: int) -> np.ndarray:
    return np.bincount(chosen, minlength=paintings) / chosen.size


def test_one_painting_gets_every_place() -> None:
    assert (assign(fits(1), [1.0]) == 0).all()


@pytest.mark.parametrize("shares", [(0.7, 0.3), (0.5, 0.5), (0.3, 0.7), (0.2, 0.3, 0.5), (0.01, 0.99)])
def test_every_painting_gets_its_share_within_two_percent(shares: tuple[float, ...]) -> None:
    got = shares_of(assign(fits(len(shares)), shares), len(shares))
    np.testing.assert_allclose(got, shares, atol=0.02)


@given(parts=st.lists(st.floats(0.05, 1.0), min_size=2, max_size=4), seed=st.integers(0, 100))
def test_any_shares_are_met_within_two_percent(parts: list[float], seed: int) -> None:
    shares = np.array(parts) / sum(parts)
    got = shares_of(assign(fits(len(parts), seed), list(shares)), len(parts))
    np.testing.assert_allclose(got, shares, atol=0.02)


def test_the_shares_are_met_where_the_paintings_fit_equally_well() -> None:
    np.testing.assert_allclose(shares_of(assign(np.ones((2, PLACES), "f4"), [0.3, 0.7]), 2), (0.3, 0.7), atol=0.02)


def test_the_shares_are_met_where_one_painting_fits_better_everywhere() -> None:
    planes = fits(2)
    planes[1] += 5.0
    assert shares_of(assign(planes, [0.6, 0.4]), 2)[0] == pytest.approx(0.6, abs=0.02)


def test_a_painting_gets_the_places_where_it_is_furthest_ahead() -> None:
    ahead = np.linspace(-1.0, 1.0, 1000).astype(np.float32)
    chosen = assign(np.stack([np.zeros_like(ahead), ahead]), [0.75, 0.25])
    assert (chosen == (np.arange(1000) >= 750)).mean() > 0.99


def test_the_same_is_chosen_again() -> None:
    np.testing.assert_array_equal(assign(fits(3), [0.2, 0.3, 0.5]), assign(fits(3), [0.2, 0.3, 0.5]))

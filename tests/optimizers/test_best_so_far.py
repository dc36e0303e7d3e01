import numpy as np
import pytest

from neural_style.optimizers.best_so_far import BestSoFar
from neural_style.optimizers.plateau import Plateau
from tests.optimizers.scripted import Counting, states_of


def best_after_each(totals: list[float]) -> list[float]:
    return [float(state.best[0]) for state in states_of(BestSoFar(Counting()), totals)]


def test_the_picture_with_the_lowest_total_is_kept():
    assert best_after_each([5.0, 3.0, 4.0, 2.0, 9.0]) == [0.0, 1.0, 1.0, 3.0, 3.0]


def test_of_two_pictures_alike_the_first_is_kept():
    assert best_after_each([5.0, 5.0, 5.0]) == [0.0, 0.0, 0.0]


def test_its_terms_are_kept_with_it():
    state = states_of(BestSoFar(Counting()), [8.0, 4.0, 6.0])[-1]
    assert state.terms == [1.0, 3.0, 4.0]


@pytest.mark.parametrize("broken", [float("nan"), float("inf"), float("-inf")])
def test_a_loss_that_is_not_finite_is_never_the_best(broken):
    assert best_after_each([5.0, broken, 4.0]) == [0.0, 0.0, 2.0]


@pytest.mark.parametrize("broken", [float("nan"), float("inf")])
def test_one_term_that_is_not_finite_is_enough_not_to_be_the_best(broken):
    optimizer, terms = BestSoFar(Counting()), iter([[2.0, 3.0, 5.0], [broken, 1.0, 1.0]])
    state = optimizer.start(np.zeros(2, np.float32))
    for _ in range(2):
        state, _ = optimizer.step(state, lambda picture: (next(terms), np.zeros_like(picture)))
    assert (float(state.best[0]), state.terms) == (0.0, [2.0, 3.0, 5.0])


def test_before_any_loss_is_finite_the_start_is_kept_and_its_total_is_infinite():
    state = states_of(BestSoFar(Counting()), [float("nan")])[-1]
    np.testing.assert_array_equal(state.best, [0.0, 0.0])
    assert np.isinf(state.terms[-1])


def test_a_restart_keeps_the_best():
    optimizer = BestSoFar(Counting())
    state = optimizer.restart(states_of(optimizer, [5.0, 3.0, 4.0])[-1])
    assert (float(state.best[0]), float(state.trial[0])) == (1.0, 3.0)


def test_it_is_done_when_what_it_wraps_is():
    optimizer = BestSoFar(Plateau(Counting(), window=2, min_gain=0.5))
    assert [optimizer.is_done(state) for state in states_of(optimizer, [8.0, 7.0, 6.0])] == [False, False, True]


def test_what_was_kept_does_not_change_later():
    first, *_ = states_of(BestSoFar(Counting()), [5.0, 3.0])
    np.testing.assert_array_equal(first.best, [0.0, 0.0])

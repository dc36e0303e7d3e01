"""What an optimiser and its wrappers save, and what of it are arrays."""

import numpy as np
import pytest
import tensorflow as tf

from neural_style.optimizers.adam import Adam
from neural_style.optimizers.best_so_far import BestSoFar
from neural_style.optimizers.lbfgs import Lbfgs
from neural_style.optimizers.plateau import Plateau
from neural_style.optimizers.protocol import Optimizer, is_array, of_inner, within
from neural_style.settings import AdamSettings


def quadratic(picture: np.ndarray) -> tuple[list[float], np.ndarray]:
    """Return half the weighted square of the distance from 100, and its gradient."""
    weights = np.linspace(0.5, 3.0, picture.size, dtype=np.float32).reshape(picture.shape)
    distance = picture - np.float32(100.0)
    return [float((weights * distance**2).sum() / 2)], weights * distance


def test_what_is_saved_within_a_wrapper_comes_out_of_it_and_nothing_else() -> None:
    saved = {"trial": 1, "inner trial": 2}
    assert of_inner({**within(saved), "best": 3}) == saved


def test_arrays_are_those_with_dimensions_on_the_host_or_on_a_device() -> None:
    assert all(map(is_array, [np.zeros(2), np.zeros((1, 1, 3)), tf.zeros([2])]))
    assert not any(map(is_array, [1.0, np.float32(1.0), np.array(3.0), [1.0], tf.constant(1.0)]))


@pytest.mark.parametrize("optimizer", [Lbfgs, lambda: Adam(AdamSettings())], ids=["lbfgs", "adam"])
def test_a_run_that_goes_on_in_another_process_makes_the_same_steps(optimizer: type[Optimizer]) -> None:
    def wrapped() -> BestSoFar:
        return BestSoFar(Plateau(optimizer(), window=3, min_gain=1e-9))

    start = np.random.default_rng(0).uniform(0, 255, (4, 5, 3)).astype(np.float32)
    first = wrapped()
    state = first.start(start)
    for _ in range(6):
        state, _ = first.step(state, quadratic)
    saved = {name: np.array(value) if is_array(value) else value for name, value in first.saved(state).items()}
    second = wrapped()
    other = second.restored(saved)
    for _ in range(6):
        state, terms = first.step(state, quadratic)
        other, others = second.step(other, quadratic)
        assert terms == others
        np.testing.assert_array_equal(other.trial, state.trial)
        np.testing.assert_array_equal(other.best, state.best)
    assert first.is_done(state) == second.is_done(other)


def test_what_another_optimiser_saved_cannot_be_restored() -> None:
    adam = Adam(AdamSettings())
    saved = adam.saved(adam.start(np.zeros((2, 2, 3), np.float32)))
    with pytest.raises(KeyError):
        Lbfgs().restored(saved)

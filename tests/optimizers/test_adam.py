import numpy as np
import pytest
import tensorflow as tf

from neural_style.optimizers.adam import Adam
from neural_style.settings import AdamSettings


def run(settings: AdamSettings, gradients: list[float], start: float = 100.0) -> list[float]:
    """The positions of one value whose gradient is given for each step."""
    adam = Adam(settings)
    state = adam.start(tf.constant([start]))
    positions = []
    for gradient in gradients:
        state, _ = adam.step(state, lambda _, g=gradient: (tf.constant([0.0, 0.0, 0.0, 0.0]), tf.constant([g])))
        positions.append(float(state.trial[0]))
    return positions


def test_the_first_step_is_the_learning_rate_against_the_sign_of_the_gradient():
    assert run(AdamSettings(learning_rate=10.0), [3.0]) == pytest.approx([90.0])
    assert run(AdamSettings(learning_rate=10.0), [-0.001]) == pytest.approx([110.0], abs=0.01)


def test_three_steps_worked_out_by_hand():
    # with beta1 0.5 and beta2 0.75: means 0.5 * 0 + 0.5 * 2 and so on, squares 0.75 * 0 + 0.25 * 4 and so on
    m, v = np.array([1.0, 2.5, 0.25]), np.array([1.0, 4.75, 4.5625])
    corrections = np.sqrt(1 - 0.75 ** np.arange(1, 4)) / (1 - 0.5 ** np.arange(1, 4))
    expected = 100.0 - np.cumsum(corrections * m / np.sqrt(v))
    settings = AdamSettings(learning_rate=1.0, beta1=0.5, beta2=0.75)
    assert run(settings, [2.0, 4.0, -2.0]) == pytest.approx(expected.tolist(), rel=1e-6)


def test_epsilon_is_added_to_the_root_of_the_uncorrected_moment():
    # m = 0.1, v = 0.001, correction sqrt(0.001) / 0.1; the divisor is sqrt(0.001) + 1
    change = 10.0 * np.sqrt(0.001) / 0.1 * 0.1 / (np.sqrt(0.001) + 1.0)
    assert run(AdamSettings(epsilon=1.0), [1.0]) == pytest.approx([100.0 - change], rel=1e-6)


def test_the_picture_may_leave_the_range_of_colours_as_in_the_original_program():
    assert run(AdamSettings(learning_rate=10.0), [1.0], start=3.0) == pytest.approx([-7.0], rel=1e-4)

import numpy as np
import pytest

from neural_style.optimizers.adam import Adam
from neural_style.optimizers.vectors import DeviceVectors, HostVectors, Vectors
from neural_style.settings import AdamSettings

VECTORS = pytest.mark.parametrize("vectors", [HostVectors(), DeviceVectors()], ids=["host", "device"])


def run(
    settings: AdamSettings, gradients: list[float], start: float = 100.0, vectors: Vectors | None = None
) -> list[float]:
    """The positions of one value whose gradient is given for each step."""
    adam = Adam(settings, vectors)
    state = adam.start(np.array([start], np.float32))
    positions = []
    for gradient in gradients:
        state, _ = adam.step(state, lambda _, g=gradient: ([0.0, 0.0, 0.0, 0.0], np.array([g], np.float32)))
        positions.append(float(state.trial[0]))
    return positions


def test_the_first_step_is_the_learning_rate_against_the_sign_of_the_gradient():
    assert run(AdamSettings(learning_rate=10.0), [3.0]) == pytest.approx([90.0])
    assert run(AdamSettings(learning_rate=10.0), [-0.001]) == pytest.approx([110.0], abs=0.01)


@VECTORS
def test_three_steps_worked_out_by_hand(vectors):
    # with beta1 0.5 and beta2 0.75: means 0.5 * 0 + 0.5 * 2 and so on, squares 0.75 * 0 + 0.25 * 4 and so on
    m, v = np.array([1.0, 2.5, 0.25]), np.array([1.0, 4.75, 4.5625])
    corrections = np.sqrt(1 - 0.75 ** np.arange(1, 4)) / (1 - 0.5 ** np.arange(1, 4))
    expected = 100.0 - np.cumsum(corrections * m / np.sqrt(v))
    settings = AdamSettings(learning_rate=1.0, beta1=0.5, beta2=0.75)
    assert run(settings, [2.0, 4.0, -2.0], vectors=vectors) == pytest.approx(expected.tolist(), rel=1e-6)


@VECTORS
def test_epsilon_is_added_to_the_root_of_the_uncorrected_moment(vectors):
    # m = 0.1, v = 0.001, correction sqrt(0.001) / 0.1; the divisor is sqrt(0.001) + 1
    change = 10.0 * np.sqrt(0.001) / 0.1 * 0.1 / (np.sqrt(0.001) + 1.0)
    assert run(AdamSettings(epsilon=1.0), [1.0], vectors=vectors) == pytest.approx([100.0 - change], rel=1e-6)


def test_the_picture_may_leave_the_range_of_colours_as_in_the_original_program():
    assert run(AdamSettings(learning_rate=10.0), [1.0], start=3.0) == pytest.approx([-7.0], rel=1e-4)


def test_a_restart_goes_on_from_the_picture_without_the_means():
    adam = Adam(AdamSettings(learning_rate=10.0))
    state = adam.start(np.array([100.0], np.float32))
    for _ in range(3):
        state, _ = adam.step(state, lambda _: ([1.0], np.array([5.0], np.float32)))
    before = float(state.trial[0])
    state, _ = adam.step(adam.restart(state), lambda _: ([1.0], np.array([-5.0], np.float32)))
    assert float(state.trial[0]) == pytest.approx(before + 10.0)


@VECTORS
def test_no_picture_is_changed_once_it_is_a_trial_and_no_gradient_either(vectors):
    adam, gradients = Adam(AdamSettings(learning_rate=10.0), vectors), []

    def evaluate(picture):
        gradients.append(vectors.of(np.asarray(picture) - np.float32(50.0)))
        return [1.0], gradients[-1]

    start = np.linspace(0.0, 255.0, 12, dtype=np.float32).reshape(2, 2, 3)
    state = adam.start(start)
    seen = [(start, start.copy())]
    for _ in range(6):
        seen.append((state.trial, np.array(state.trial)))
        state, _ = adam.step(state, evaluate)
        seen.append((gradients[-1], np.asarray(seen[-1][1]) - np.float32(50.0)))
    assert not np.array_equal(seen[-2][1], start)
    for array, copy in seen:
        np.testing.assert_array_equal(array, copy)


@VECTORS
def test_everything_stays_float32(vectors):
    adam = Adam(AdamSettings(), vectors)
    state, _ = adam.step(adam.start(np.zeros(3)), lambda _: ([1.0], np.ones(3)))
    assert {np.asarray(array).dtype for array in state[:3]} == {np.dtype(np.float32)}

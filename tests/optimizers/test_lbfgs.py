from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from scipy.optimize import minimize, rosen, rosen_der

from neural_style.optimizers.best_so_far import BestSoFar
from neural_style.optimizers.lbfgs import HISTORY, MAX_REJECTIONS, Lbfgs
from neural_style.optimizers.protocol import Evaluate
from neural_style.optimizers.vectors import DeviceVectors, HostVectors

Function = Callable[[tf.Tensor], tf.Tensor]
UNBOUNDED = (-1e9, 1e9)
VECTORS = pytest.mark.parametrize("vectors", [HostVectors(), DeviceVectors()], ids=["host", "device"])


def evaluation(function: Function) -> Evaluate:
    def evaluate(x: Any) -> tuple[list[float], tf.Tensor]:
        x = tf.convert_to_tensor(x, tf.float32)
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = function(x)
        return [float(value)], tf.convert_to_tensor(tape.gradient(value, x))

    return evaluate


def losses_of(lbfgs: Lbfgs, function: Function, start: np.ndarray, evaluations: int) -> list[float]:
    evaluate = evaluation(function)
    state = lbfgs.start(start.astype(np.float32))
    losses = []
    for _ in range(evaluations):
        state, terms = lbfgs.step(state, evaluate)
        losses.append(terms[-1])
    return losses


def rosenbrock(x: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def quadratic(size: int, condition: float) -> tuple[Function, np.ndarray]:
    """A quadratic bowl with its minimum of 0 at 100, and a start."""
    rng = np.random.default_rng(0)
    axes, _ = np.linalg.qr(rng.normal(size=(size, size)))
    matrix = (axes * np.geomspace(1.0, condition, size)) @ axes.T
    matrix = tf.constant(matrix, tf.float32)

    def function(x: tf.Tensor) -> tf.Tensor:
        offset = x - 100.0
        return 0.5 * tf.tensordot(offset, tf.linalg.matvec(matrix, offset), 1)

    return function, rng.uniform(0.0, 255.0, size)


def scipy_loss_after(function: Function, start: np.ndarray, evaluations: int, history: int) -> float:
    """The best of SciPy's L-BFGS-B within a number of evaluations, in float64 outside the function."""
    seen = []
    evaluate = evaluation(function)

    def value_and_gradient(x: np.ndarray) -> tuple[float, np.ndarray]:
        terms, gradient = evaluate(x.reshape(start.shape))
        seen.append(terms[-1])
        return seen[-1], np.asarray(gradient, np.float64).ravel()

    minimize(
        value_and_gradient,
        start.ravel(),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, 255.0)] * start.size,
        options={"maxcor": history, "maxfun": evaluations, "maxiter": evaluations, "ftol": 0.0, "gtol": 0.0},
    )
    return min(seen[:evaluations])


def test_the_first_evaluation_is_of_the_start_itself():
    function, start = quadratic(6, 10.0)
    losses = losses_of(Lbfgs(), function, start, 1)
    assert losses[0] == pytest.approx(float(function(tf.constant(start, tf.float32))), rel=1e-6)


def test_the_first_step_goes_against_the_gradient_by_so_many_grey_levels():
    lbfgs = Lbfgs(first_step=30.0)
    state = lbfgs.start(np.array([100.0, 100.0], np.float32))
    state, _ = lbfgs.step(state, lambda _: ([1.0], np.array([4.0, -2.0], np.float32)))
    np.testing.assert_allclose(state.trial, [70.0, 115.0])


def test_trials_stay_within_the_range_of_colours():
    lbfgs = Lbfgs(first_step=30.0)
    state = lbfgs.start(np.array([10.0, 250.0], np.float32))
    state, _ = lbfgs.step(state, lambda _: ([1.0], np.array([1.0, -1.0], np.float32)))
    np.testing.assert_allclose(state.trial, [0.0, 255.0])


def test_the_second_direction_is_the_two_loop_recursion_worked_out_with_matrices():
    hessian = np.array([[3.0, 1.0], [1.0, 2.0]])
    start = np.array([100.0, 120.0])
    lbfgs = Lbfgs(first_step=1.0, bounds=UNBOUNDED)
    evaluate = evaluation(lambda x: 0.5 * tf.tensordot(x, tf.linalg.matvec(tf.constant(hessian, tf.float32), x), 1))
    state = lbfgs.start(start.astype(np.float32))
    for _ in range(2):
        state, _ = lbfgs.step(state, evaluate)
    gradient = hessian @ start
    s = -gradient / np.abs(gradient).max()
    y = hessian @ s
    rho = 1.0 / (s @ y)
    left = np.eye(2) - rho * np.outer(s, y)
    inverse = left @ (np.eye(2) * (s @ y) / (y @ y)) @ left.T + rho * np.outer(s, s)
    expected = start + s - inverse @ (hessian @ (start + s))
    np.testing.assert_allclose(state.trial, expected, rtol=1e-4)


@pytest.mark.parametrize("condition", [1.0, 30.0, 1_000.0])
def test_a_quadratic_goes_as_low_as_with_scipy(condition):
    function, start = quadratic(60, condition)
    ours = min(losses_of(Lbfgs(), function, start, 60))
    scipys = scipy_loss_after(function, start, 60, history=12)
    first = float(function(tf.constant(start, tf.float32)))
    assert ours <= max(1.05 * scipys, 1e-6 * first)


def test_rosenbrock_is_solved():
    start = np.array([-1.2, 1.0, -0.5, 0.8])
    assert rosen(start) > 100.0
    losses = losses_of(Lbfgs(first_step=0.1, bounds=UNBOUNDED), rosenbrock, start, 120)
    scipys = minimize(rosen, start, jac=rosen_der, method="L-BFGS-B").fun
    assert min(losses) <= max(scipys, 1e-5)


def test_the_accepted_loss_never_rises_even_when_trials_do():
    evaluate = evaluation(rosenbrock)
    lbfgs = Lbfgs(first_step=0.5, bounds=UNBOUNDED)
    state = lbfgs.start(np.array([-1.2, 1.0], np.float32))
    accepted, tried = [], []
    for _ in range(60):
        state, terms = lbfgs.step(state, evaluate)
        accepted.append(state.loss)
        tried.append(terms[-1])
    assert np.all(np.diff(accepted) <= 0)
    assert np.any(np.diff(tried) > 0), "the safeguard was never needed, so this proves nothing"


def test_a_function_that_misleads_ends_in_smaller_steps_instead_of_leaving_the_best():
    lbfgs = Lbfgs(first_step=30.0)
    state = lbfgs.start(np.array([100.0], np.float32))

    def spike(x: np.ndarray) -> tuple[list[float], np.ndarray]:  # lowest at the start, whatever the gradient says
        return [abs(float(x[0]) - 100.0)], np.ones(1, np.float32)

    trials = []
    for _ in range(13):
        state, _ = lbfgs.step(state, spike)
        trials.append(float(state.trial[0]))
    assert float(state.accepted[0]) == 100.0
    distances = 100.0 - np.array(trials)
    assert distances[:5] == pytest.approx([30.0, 30.0, 15.0, 7.5, 3.0])
    assert distances[-1] < 0.4


def test_history_beyond_its_length_overwrites_the_oldest_pair():
    function, start = quadratic(30, 1000.0)
    short = min(losses_of(Lbfgs(history=3), function, start, 60))
    long = min(losses_of(Lbfgs(history=20), function, start, 60))
    assert long < short < float(function(tf.constant(start, tf.float32))) * 1e-2


@VECTORS
@pytest.mark.parametrize("history", [1, 3, HISTORY])
def test_the_history_holds_no_more_pairs_than_asked_for(history, vectors):
    function, start = quadratic(30, 1000.0)
    evaluate = evaluation(function)
    lbfgs = Lbfgs(history, vectors=vectors)
    state = lbfgs.start(start.astype(np.float32))
    held = []
    for _ in range(2 * HISTORY):
        state, _ = lbfgs.step(state, evaluate)
        held.append(len(lbfgs._pairs))
    assert max(held) == held[-1] == history


def problem(name: str) -> tuple[Evaluate, np.ndarray, dict[str, Any]]:
    """An evaluation in float64, which adds no rounding of its own, with a start and settings for it."""
    if name == "rosenbrock":
        return (
            lambda x: ([float(rosen(np.asarray(x, np.float64)))], rosen_der(np.asarray(x, np.float64))),
            np.array([-1.2, 1.0, -0.5, 0.8], np.float32),
            {"first_step": 0.1, "bounds": UNBOUNDED},
        )
    scales = np.geomspace(1.0, 100.0, 60).reshape(4, 5, 3)

    def bowl(x: Any) -> tuple[list[float], np.ndarray]:
        gradient = scales * (np.asarray(x, np.float64) - 100.0)
        return [0.5 * float((gradient * (np.asarray(x, np.float64) - 100.0)).sum())], gradient

    return bowl, np.random.default_rng(0).uniform(0.0, 255.0, (4, 5, 3)).astype(np.float32), {}


@pytest.mark.parametrize("name", ["quadratic", "rosenbrock"])
def test_on_the_host_and_on_a_device_a_run_goes_the_same_way(name):
    evaluate, start, settings = problem(name)
    ways = []
    for vectors in (HostVectors(), DeviceVectors()):
        lbfgs = Lbfgs(vectors=vectors, **settings)
        state, way = lbfgs.start(start), []
        for _ in range(12):
            state, terms = lbfgs.step(state, evaluate)
            way.append((terms[-1], np.array(state.trial), state.rejections))
        ways.append(way)
    assert ways[0][-1][0] < 0.1 * ways[0][0][0]
    for (loss, trial, rejections), (other_loss, other_trial, other_rejections) in zip(*ways, strict=True):
        assert loss == pytest.approx(other_loss, rel=1e-3)
        np.testing.assert_allclose(trial, other_trial, rtol=1e-3)
        assert rejections == other_rejections


@VECTORS
@pytest.mark.parametrize("name", ["quadratic", "rosenbrock"])
def test_no_picture_is_ever_changed_once_it_was_the_trial_the_accepted_or_the_best_one(name, vectors):
    evaluate, start, settings = problem(name)
    gradients: list[tuple[Any, np.ndarray]] = []

    def remembering(x: Any) -> tuple[Any, Any]:
        terms, gradient = evaluate(x)
        given = vectors.of(gradient)
        gradients.append((given, np.array(given)))
        return terms, given

    optimizer = BestSoFar(Lbfgs(3, vectors=vectors, **settings))
    state = optimizer.start(start)
    seen, rejections = [(start, start.copy())], 0
    for _ in range(40):
        pictures = (state.trial, state.inner.accepted, state.best, state.inner.gradient)
        seen.extend((picture, np.array(picture)) for picture in pictures)
        state, _ = optimizer.step(state, remembering)
        rejections += state.inner.rejections > 0
    assert name == "quadratic" or rejections, "no trial was rejected, so this proves less"
    for picture, copy in [*seen, *gradients]:
        np.testing.assert_array_equal(picture, copy)


@VECTORS
@pytest.mark.parametrize("broken", ["loss", "loss and gradient"])
@pytest.mark.parametrize("at", [1, 5])
def test_after_a_loss_that_is_no_number_the_run_goes_on_from_the_accepted_picture(vectors, broken, at):
    evaluate, start, settings = problem("quadratic")
    lbfgs = Lbfgs(vectors=vectors, **settings)
    state = lbfgs.start(start)
    for _ in range(at):
        state, _ = lbfgs.step(state, evaluate)
    before = state
    nowhere = np.full(start.shape, np.nan, np.float32)
    good_gradient = evaluate(state.trial)[1]
    state, terms = lbfgs.step(
        state, lambda _: ([float("nan")], nowhere if broken == "loss and gradient" else good_gradient)
    )
    assert np.isnan(terms[-1])
    assert state.accepted is before.accepted
    assert state.gradient is before.gradient
    assert (state.loss, state.rejections) == (before.loss, before.rejections + 1)
    assert np.isfinite(state.trial).all()
    losses = []
    for _ in range(25):
        state, terms = lbfgs.step(state, evaluate)
        losses.append(terms[-1])
    assert np.isfinite(losses).all()
    assert state.loss < 0.1 * before.loss


@VECTORS
def test_where_nothing_but_no_numbers_comes_the_picture_stays_and_the_pairs_are_dropped(vectors):
    evaluate, start, settings = problem("quadratic")
    lbfgs = Lbfgs(vectors=vectors, **settings)
    state = lbfgs.start(start)
    for _ in range(4):
        state, _ = lbfgs.step(state, evaluate)
    accepted, first_step = state.accepted, state.first_step
    nowhere = np.full(start.shape, np.nan, np.float32)
    for _ in range(MAX_REJECTIONS):
        assert lbfgs._pairs
        state, _ = lbfgs.step(state, lambda _: ([float("nan")], nowhere))
    assert state.accepted is accepted
    assert not lbfgs._pairs
    assert state.first_step == pytest.approx(first_step / 10.0)
    assert np.abs(np.asarray(state.trial) - np.asarray(accepted)).max() == pytest.approx(first_step / 10.0, rel=1e-4)


def test_a_restart_forgets_what_was_learnt_and_goes_on_from_the_trial():
    evaluate, start, settings = problem("quadratic")
    lbfgs = Lbfgs(**settings)
    state = lbfgs.start(start)
    for _ in range(6):
        state, _ = lbfgs.step(state, evaluate)
    trial = state.trial.copy()
    again, fresh = lbfgs.restart(state), Lbfgs(**settings)
    other = fresh.start(trial)
    for _ in range(4):
        np.testing.assert_array_equal(again.trial, other.trial)
        again, _ = lbfgs.step(again, evaluate)
        other, _ = fresh.step(other, evaluate)


@VECTORS
@pytest.mark.parametrize("scale", [1e-40, 1e-30, 1e-22, 1e15, 1e25, 1e33])
def test_gradients_at_the_limits_of_float32_end_no_run(vectors, scale):
    evaluate, start, settings = problem("quadratic")

    def scaled(x: Any) -> tuple[list[float], np.ndarray]:
        (loss,), gradient = evaluate(x)
        return [scale * loss], scale * gradient

    lbfgs = Lbfgs(vectors=vectors, **settings)
    state, losses = lbfgs.start(start), []
    for _ in range(10):
        state, terms = lbfgs.step(state, scaled)
        losses.append(terms[-1])
    assert np.isfinite(state.trial).all()
    assert min(losses) <= losses[0]


def test_where_the_gradient_is_zero_the_picture_stays():
    lbfgs = Lbfgs()
    state = lbfgs.start(np.full(3, 7.0, np.float32))
    for _ in range(3):
        state, _ = lbfgs.step(state, lambda _: ([1.0], np.zeros(3, np.float32)))
        np.testing.assert_array_equal(state.trial, [7.0, 7.0, 7.0])

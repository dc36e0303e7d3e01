from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf
from scipy.optimize import minimize, rosen, rosen_der

from neural_style.optimizers.lbfgs import Lbfgs

Function = Callable[[tf.Tensor], tf.Tensor]
UNBOUNDED = (-1e9, 1e9)


def evaluation(function: Function) -> Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    def evaluate(x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = function(x)
        return tf.stack([value]), tf.convert_to_tensor(tape.gradient(value, x))

    return evaluate


def losses_of(lbfgs: Lbfgs, function: Function, start: np.ndarray, evaluations: int) -> list[float]:
    evaluate = evaluation(function)
    step = tf.function(lambda state: lbfgs.step(state, evaluate), autograph=False)
    state = lbfgs.start(tf.constant(start, tf.float32))
    losses = []
    for _ in range(evaluations):
        state, terms = step(state)
        losses.append(float(terms[-1]))
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
        terms, gradient = evaluate(tf.constant(x.reshape(start.shape), tf.float32))
        seen.append(float(terms[-1]))
        return seen[-1], gradient.numpy().astype(np.float64).ravel()

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
    losses = losses_of(Lbfgs(6), function, start, 1)
    assert losses[0] == pytest.approx(float(function(tf.constant(start, tf.float32))), rel=1e-6)


def test_the_first_step_goes_against_the_gradient_by_so_many_grey_levels():
    lbfgs = Lbfgs(2, first_step=30.0)
    state = lbfgs.start(tf.constant([100.0, 100.0]))
    gradient = tf.constant([4.0, -2.0])
    state, _ = lbfgs.step(state, lambda _: (tf.constant([1.0]), gradient))
    np.testing.assert_allclose(state.trial.numpy(), [70.0, 115.0])


def test_trials_stay_within_the_range_of_colours():
    lbfgs = Lbfgs(2, first_step=30.0)
    state = lbfgs.start(tf.constant([10.0, 250.0]))
    state, _ = lbfgs.step(state, lambda _: (tf.constant([1.0]), tf.constant([1.0, -1.0])))
    np.testing.assert_allclose(state.trial.numpy(), [0.0, 255.0])


def test_the_second_direction_is_the_two_loop_recursion_worked_out_with_matrices():
    hessian = np.array([[3.0, 1.0], [1.0, 2.0]])
    start = np.array([100.0, 120.0])
    lbfgs = Lbfgs(2, first_step=1.0, bounds=UNBOUNDED)
    evaluate = evaluation(lambda x: 0.5 * tf.tensordot(x, tf.linalg.matvec(tf.constant(hessian, tf.float32), x), 1))
    state = lbfgs.start(tf.constant(start, tf.float32))
    for _ in range(2):
        state, _ = lbfgs.step(state, evaluate)
    gradient = hessian @ start
    s = -gradient / np.abs(gradient).max()
    y = hessian @ s
    rho = 1.0 / (s @ y)
    left = np.eye(2) - rho * np.outer(s, y)
    inverse = left @ (np.eye(2) * (s @ y) / (y @ y)) @ left.T + rho * np.outer(s, s)
    expected = start + s - inverse @ (hessian @ (start + s))
    np.testing.assert_allclose(state.trial.numpy(), expected, rtol=1e-4)


@pytest.mark.parametrize("condition", [1.0, 30.0, 1_000.0])
def test_a_quadratic_goes_as_low_as_with_scipy(condition):
    function, start = quadratic(60, condition)
    ours = min(losses_of(Lbfgs(60), function, start, 60))
    scipys = scipy_loss_after(function, start, 60, history=12)
    first = float(function(tf.constant(start, tf.float32)))
    assert ours <= max(1.05 * scipys, 1e-6 * first)


def test_rosenbrock_is_solved():
    start = np.array([-1.2, 1.0, -0.5, 0.8])
    assert rosen(start) > 100.0
    losses = losses_of(Lbfgs(4, first_step=0.1, bounds=UNBOUNDED), rosenbrock, start, 120)
    scipys = minimize(rosen, start, jac=rosen_der, method="L-BFGS-B").fun
    assert min(losses) <= max(scipys, 1e-5)


def test_the_accepted_loss_never_rises_even_when_trials_do():
    evaluate = evaluation(rosenbrock)
    lbfgs = Lbfgs(2, first_step=0.5, bounds=UNBOUNDED)
    state = lbfgs.start(tf.constant([-1.2, 1.0]))
    accepted, tried = [], []
    for _ in range(60):
        state, terms = lbfgs.step(state, evaluate)
        accepted.append(float(state.loss))
        tried.append(float(terms[-1]))
    assert np.all(np.diff(accepted) <= 0)
    assert np.any(np.diff(tried) > 0), "the safeguard was never needed, so this proves nothing"


def test_a_function_that_misleads_ends_in_smaller_steps_instead_of_leaving_the_best():
    lbfgs = Lbfgs(1, first_step=30.0)
    state = lbfgs.start(tf.constant([100.0]))

    def spike(x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:  # lowest at the start, whatever the gradient says
        return tf.reshape(tf.abs(x - 100.0), [1]), tf.constant([1.0])

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
    short = min(losses_of(Lbfgs(30, history=3), function, start, 60))
    long = min(losses_of(Lbfgs(30, history=20), function, start, 60))
    assert long < short < float(function(tf.constant(start, tf.float32))) * 1e-2

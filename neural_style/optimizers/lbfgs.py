"""L-BFGS (Liu and Nocedal 1989) on the device, with one evaluation a step and no line search.

The usual line search spends evaluations on finding a step length; here a step is tried at full length and judged
afterwards. What makes that safe: a trial that raises the loss is not accepted, but its gradient still gives a curvature
pair, with which the next direction from the same picture is better; after repeated failures the step is shortened, and
in the end the history is dropped.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow as tf

from neural_style.optimizers.protocol import Evaluate

HISTORY = 12
"""The number of curvature pairs kept: 20 reach a loss lower by about 0.6 %, at 24 bytes a pixel and pair."""

FIRST_STEP = 30.0
"""The largest change of a value in a step along the plain gradient, in grey levels."""

MAX_REJECTIONS = 4
"""The number of trials rejected in a row before the history is dropped and the first step is cut to a tenth."""

MIN_CURVATURE = 1e-10
"""The least curvature of a pair: it is kept if s.y > MIN_CURVATURE y.y, which keeps the directions descending."""


class LbfgsState(NamedTuple):
    """The accepted picture with its loss and gradient, the trial to evaluate next, and the safeguard's counters."""

    trial: tf.Tensor
    accepted: tf.Tensor
    loss: tf.Tensor
    gradient: tf.Tensor
    rejections: tf.Tensor
    first_step: tf.Tensor


class Lbfgs:
    """L-BFGS within bounds; it holds the history of one run in variables, in a ring of `history` rows.

    Args:
        size: number of values in the picture.
        history: number of curvature pairs, >= 1.
        first_step: largest change of a value in the first step.
        bounds: every trial is clipped to them.
    """

    def __init__(
        self,
        size: int,
        history: int = HISTORY,
        first_step: float = FIRST_STEP,
        bounds: tuple[float, float] = (0.0, 255.0),
    ) -> None:
        self._history = history
        self._first_step = first_step
        self._bounds = bounds
        self._steps = tf.Variable(tf.zeros([history, size]))  # s = change of the picture
        self._changes = tf.Variable(tf.zeros([history, size]))  # y = change of the gradient
        self._inverse_curvature = tf.Variable(tf.zeros([history]))  # 1 / s.y; 0 marks an empty row
        self._scale = tf.Variable(tf.constant(1.0))  # s.y / y.y of the newest pair
        self._newest = tf.Variable(tf.constant(-1))

    def start(self, picture: tf.Tensor) -> LbfgsState:
        """See `Optimizer.start`."""
        self._forget()
        return LbfgsState(
            trial=picture,
            accepted=picture,
            loss=tf.constant(float("inf")),
            gradient=tf.zeros_like(picture),
            rejections=tf.constant(0),
            first_step=tf.constant(self._first_step),
        )

    def restart(self, state: LbfgsState) -> LbfgsState:
        """See `Optimizer.restart`."""
        return self.start(state.trial)

    def is_done(self, state: LbfgsState) -> bool:  # noqa: ARG002 - part of the protocol
        """See `Optimizer.is_done`; it knows no end by itself."""
        return False

    def step(self, state: LbfgsState, evaluate: Evaluate) -> tuple[LbfgsState, tf.Tensor]:
        """See `Optimizer.step`."""
        terms, gradient = evaluate(state.trial)
        self._remember(state.trial - state.accepted, gradient - state.gradient)
        better = terms[-1] <= state.loss
        accepted = tf.where(better, state.trial, state.accepted)
        loss = tf.where(better, terms[-1], state.loss)
        gradient = tf.where(better, gradient, state.gradient)
        rejections = tf.where(better, 0, state.rejections + 1)
        exhausted = rejections >= MAX_REJECTIONS
        tf.cond(exhausted, self._forget, _pass)
        rejections = tf.where(exhausted, 0, rejections)
        first_step = tf.where(exhausted, state.first_step / 10.0, state.first_step)
        length = tf.pow(0.5, tf.cast(tf.maximum(rejections - 1, 0), tf.float32))
        change = length * self._direction(gradient, first_step)
        trial = tf.clip_by_value(accepted + change, *self._bounds)
        return LbfgsState(trial, accepted, loss, gradient, rejections, first_step), terms

    def _remember(self, step: tf.Tensor, change: tf.Tensor) -> None:
        """Store a curvature pair over the oldest one; a pair without positive curvature is passed over."""
        step, change = tf.reshape(step, [-1]), tf.reshape(change, [-1])
        curvature, square = _dot(step, change), _dot(change, change)

        def store() -> None:
            row = tf.math.floormod(self._newest + 1, self._history)
            self._steps.scatter_update(tf.IndexedSlices(step, row))
            self._changes.scatter_update(tf.IndexedSlices(change, row))
            self._inverse_curvature.scatter_update(tf.IndexedSlices(1.0 / curvature, row))
            self._scale.assign(curvature / square)
            self._newest.assign(row)

        tf.cond(curvature > MIN_CURVATURE * square, store, _pass)

    def _forget(self) -> None:
        self._inverse_curvature.assign(tf.zeros_like(self._inverse_curvature))

    def _direction(self, gradient: tf.Tensor, first_step: tf.Tensor) -> tf.Tensor:
        """Return a direction of descent, scaled to be tried at full length."""
        flat = tf.reshape(gradient, [-1])
        direction = -self._apply_inverse_hessian(flat)
        usable = tf.reduce_any(self._inverse_curvature > 0.0) & (_dot(direction, flat) < 0.0)
        tf.cond(usable, _pass, self._forget)
        steepest = -flat * tf.math.divide_no_nan(first_step, tf.reduce_max(tf.abs(flat)))
        return tf.reshape(tf.where(usable, direction, steepest), tf.shape(gradient))

    def _apply_inverse_hessian(self, vector: tf.Tensor) -> tf.Tensor:
        """Apply the two-loop recursion (Nocedal 1980). An empty row has an inverse curvature of 0: it changes nothing.

        Rows are read with `sparse_read`: a variable that was written by rows is copied as a whole to be indexed.

        Loops are the graph's, not Python's: unrolled they are half of all that is to be compiled for a step, and all
        rows would be in memory twice.
        """

        def backward(age: tf.Tensor, vector: tf.Tensor, projections: tf.Tensor) -> tuple[tf.Tensor, ...]:
            row = self._row(age)
            projection = self._inverse_curvature[row] * _dot(self._steps.sparse_read(row), vector)
            remembered = tf.tensor_scatter_nd_update(projections, [[age]], [projection])
            return age + 1, vector - projection * self._changes.sparse_read(row), remembered

        def forward(age: tf.Tensor, vector: tf.Tensor) -> tuple[tf.Tensor, ...]:
            row = self._row(age)
            correction = projections[age] - self._inverse_curvature[row] * _dot(self._changes.sparse_read(row), vector)
            return age - 1, vector + correction * self._steps.sparse_read(row)

        unknown = tf.zeros_like(self._inverse_curvature)
        first, last = tf.constant(0), tf.constant(self._history - 1)
        _, vector, projections = _loop(lambda age, *_: age <= last, backward, (first, vector, unknown))
        _, vector = _loop(lambda age, *_: age >= first, forward, (last, vector * self._scale))
        return vector

    def _row(self, age: tf.Tensor) -> tf.Tensor:
        """Return the row of the pair that is older than the newest one by `age`."""
        return tf.math.floormod(self._newest - age, self._history)


def _loop(goes_on: Callable[..., tf.Tensor], body: Callable[..., Any], values: tuple[tf.Tensor, ...]) -> Any:
    return tf.while_loop(goes_on, body, values, parallel_iterations=1)


def _dot(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(a * b)


def _pass() -> None:
    """Do nothing: the idle branch of a `tf.cond`."""

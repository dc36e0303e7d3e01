"""Adam (Kingma and Ba 2015), in the form that the original program uses."""

from typing import NamedTuple

import tensorflow as tf

from neural_style.optimizers.protocol import Evaluate
from neural_style.settings import AdamSettings


class AdamState(NamedTuple):
    """The picture, running means of the gradient and of its square, and the updates made (a float scalar)."""

    trial: tf.Tensor
    mean: tf.Tensor
    square: tf.Tensor
    updates: tf.Tensor


class Adam:
    """Adam, one update a step, without keeping to 0..255: the original program clips only what it writes.

    Epsilon is added to the root of the uncorrected second moment ("epsilon hat" in the paper's section 2), as in
    TensorFlow 1, which the original program runs on.
    """

    def __init__(self, settings: AdamSettings) -> None:
        self._settings = settings

    def start(self, picture: tf.Tensor) -> AdamState:
        """See `Optimizer.start`."""
        return AdamState(picture, tf.zeros_like(picture), tf.zeros_like(picture), tf.constant(0.0))

    def restart(self, state: AdamState) -> AdamState:
        """See `Optimizer.restart`."""
        return self.start(state.trial)

    def is_done(self, state: AdamState) -> bool:  # noqa: ARG002 - part of the protocol
        """See `Optimizer.is_done`; it knows no end by itself."""
        return False

    def step(self, state: AdamState, evaluate: Evaluate) -> tuple[AdamState, tf.Tensor]:
        """See `Optimizer.step`."""
        options = self._settings
        terms, gradient = evaluate(state.trial)
        updates = state.updates + 1.0
        mean = options.beta1 * state.mean + (1.0 - options.beta1) * gradient
        square = options.beta2 * state.square + (1.0 - options.beta2) * tf.square(gradient)
        bias_correction = tf.sqrt(1.0 - tf.pow(options.beta2, updates)) / (1.0 - tf.pow(options.beta1, updates))
        change = options.learning_rate * bias_correction * mean / (tf.sqrt(square) + options.epsilon)
        return AdamState(state.trial - change, mean, square, updates), terms

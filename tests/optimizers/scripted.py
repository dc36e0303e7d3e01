"""An optimiser for tests of its wrappers: each trial is one larger, and the losses are a list."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import tensorflow as tf

from neural_style.optimizers.protocol import Evaluate, Optimizer


class Count(NamedTuple):
    trial: tf.Tensor


class Counting:
    """An optimiser whose n-th trial is a picture full of n."""

    def start(self, picture: tf.Tensor) -> Count:
        return Count(picture)

    def restart(self, state: Count) -> Count:
        return Count(state.trial)

    def is_done(self, state: Count) -> bool:  # noqa: ARG002 - part of the protocol
        return False

    def step(self, state: Count, evaluate: Evaluate) -> tuple[Count, tf.Tensor]:
        terms, _ = evaluate(state.trial)
        return Count(state.trial + 1.0), terms


def losses_of(totals: Sequence[float]) -> Evaluate:
    """Return an evaluation in which the n-th picture has two terms that add up to the n-th total."""

    def evaluate(picture: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        total = tf.gather(tf.constant(totals, tf.float32), tf.cast(picture[0], tf.int32))
        return tf.stack([0.25 * total, 0.75 * total, total]), tf.zeros_like(picture)

    return evaluate


def states_of(optimizer: Optimizer, totals: Sequence[float]) -> list[Any]:
    """Return the state after each of the steps, which are compiled as those of a run are."""
    step = tf.function(lambda state: optimizer.step(state, losses_of(totals))[0], autograph=False)
    states = [optimizer.start(tf.zeros([2]))]
    for _ in totals:
        states.append(step(states[-1]))
    return states[1:]

"""A wrapper that keeps the best picture of a run, whatever the optimiser does after it, as optimistix wraps solvers."""

from typing import Any, NamedTuple

import tensorflow as tf

from neural_style.optimizers.protocol import Evaluate, Optimizer


class BestState(NamedTuple):
    """The state of the wrapped optimiser, and the picture with the lowest finite total so far.

    Attributes:
        inner: the state of the wrapped optimiser.
        best: that picture; before any total was finite, the one to begin with.
        terms: its loss terms with the total last; the total is infinite before any was finite.
    """

    inner: Any
    best: tf.Tensor
    terms: tf.Tensor

    @property
    def trial(self) -> tf.Tensor:
        """The picture that the next step will evaluate."""
        return self.inner.trial


class BestSoFar:
    """An optimiser that remembers the best picture that it has evaluated.

    Args:
        inner: the optimiser.
        terms: number of loss terms, the total included.
    """

    def __init__(self, inner: Optimizer, terms: int) -> None:
        self._inner = inner
        self._terms = terms

    def start(self, picture: tf.Tensor) -> BestState:
        """See `Optimizer.start`."""
        return BestState(self._inner.start(picture), picture, tf.fill([self._terms], float("inf")))

    def restart(self, state: BestState) -> BestState:
        """See `Optimizer.restart`; the best picture stays."""
        return state._replace(inner=self._inner.restart(state.inner))

    def step(self, state: BestState, evaluate: Evaluate) -> tuple[BestState, tf.Tensor]:
        """See `Optimizer.step`."""
        picture = state.trial
        inner, terms = self._inner.step(state.inner, evaluate)
        is_better = tf.reduce_all(tf.math.is_finite(terms)) & (terms[-1] < state.terms[-1])
        best = tf.where(is_better, picture, state.best)
        return BestState(inner, best, tf.where(is_better, terms, state.terms)), terms

    def is_done(self, state: BestState) -> bool:
        """See `Optimizer.is_done`."""
        return self._inner.is_done(state.inner)

"""The protocol of the optimisers: a state of tensors, moved on by one evaluation a step.

A state is a NamedTuple whose `trial` is the picture that the next step will evaluate. Its tensors are never changed in
place, so that a picture held by somebody else stays what it was. What watches a run, such as `BestSoFar` and `Plateau`,
wraps an optimiser and is one itself.
"""

from collections.abc import Callable
from typing import Any, Protocol

import tensorflow as tf

Evaluate = Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]
"""A function from a picture to (loss terms, the total last; gradient of the total), float32, without side effects."""


class Optimizer(Protocol):
    """An optimiser, which minimises a function of one tensor."""

    def start(self, picture: tf.Tensor) -> Any:
        """Return the state before the first step, which evaluates `picture` itself."""
        ...

    def restart(self, state: Any) -> Any:
        """Return a state that goes on from `state.trial` without what was learnt of the curvature so far."""
        ...

    def step(self, state: Any, evaluate: Evaluate) -> tuple[Any, tf.Tensor]:
        """Evaluate `state.trial` once; return the next state and the loss terms of the picture evaluated."""
        ...

    def is_done(self, state: Any) -> bool:
        """Whether further steps are not worth their time; called outside of compiled functions."""
        ...

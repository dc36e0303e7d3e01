"""The protocol of the optimisers: a state, moved on by one evaluation a step.

A state is a NamedTuple whose `trial` is the picture that the next step will evaluate. A picture is never changed once
it is a trial, so that what somebody else holds stays what it was. What watches a run, such as `BestSoFar` and
`Plateau`, wraps an optimiser and is one itself.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from neural_style.optimizers.vectors import Array

Evaluate = Callable[[Array], tuple[Sequence[float], Array]]
"""A function from a picture to (loss terms, the total last; gradient of the total, float32), without side effects."""


class Optimizer(Protocol):
    """An optimiser, which minimises a function of one array."""

    def start(self, picture: Array) -> Any:
        """Return the state before the first step, which evaluates `picture` itself."""
        ...

    def restart(self, state: Any) -> Any:
        """Return a state that goes on from `state.trial` without what was learnt of the curvature so far."""
        ...

    def step(self, state: Any, evaluate: Evaluate) -> tuple[Any, Sequence[float]]:
        """Evaluate `state.trial` once; return the next state and the loss terms of the picture evaluated."""
        ...

    def is_done(self, state: Any) -> bool:
        """Whether further steps are not worth their time."""
        ...

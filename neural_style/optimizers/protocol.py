"""The protocol of the optimisers: a state, moved on by one evaluation a step.

A state is a NamedTuple whose `trial` is the picture that the next step will evaluate. A picture is never changed once
it is a trial, so that what somebody else holds stays what it was. What watches a run, such as `BestSoFar` and
`Plateau`, wraps an optimiser and is one itself.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from neural_style.optimizers.vectors import Array

Evaluate = Callable[[Array], tuple[Sequence[float], Array]]
"""A function from a picture to (loss terms, the total last; gradient of the total, float32), without side effects."""


Saved = Mapping[str, Any]
"""All that an optimiser needs to go on in another process: name -> array, number, or sequence of numbers."""


def is_array(value: Any) -> bool:
    """Whether a value is an array, of NumPy or on a device, and no number."""
    return getattr(value, "ndim", 0) > 0


def within(saved: Saved) -> Saved:
    """Return what a wrapped optimiser saves by the names that its wrapper has for it."""
    return {f"{_INNER}{name}": value for name, value in saved.items()}


def of_inner(saved: Saved) -> Saved:
    """Return what `within` was given."""
    return {name.removeprefix(_INNER): value for name, value in saved.items() if name.startswith(_INNER)}


_INNER = "inner "


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

    def saved(self, state: Any) -> Saved:
        """Return what it takes to go on from a state exactly; the arrays are not copied, and never changed."""
        ...

    def restored(self, saved: Saved) -> Any:
        """Return the state that was saved, and remember what belongs to it.

        Raises:
            KeyError, ValueError: it was saved by another optimiser.
        """
        ...

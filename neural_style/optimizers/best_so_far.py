"""A wrapper that keeps the best picture of a run, whatever the optimiser does after it, as optimistix wraps solvers."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from neural_style.optimizers.protocol import Evaluate, Optimizer, Saved, of_inner, within
from neural_style.optimizers.vectors import Array


class BestState(NamedTuple):
    """The state of the wrapped optimiser, and the picture with the lowest finite total so far.

    Attributes:
        inner: the state of the wrapped optimiser.
        best: that picture; before any total was finite, the one to begin with.
        terms: its loss terms with the total last; infinite before any was finite.
    """

    inner: Any
    best: Array
    terms: Sequence[float] = (math.inf,)

    @property
    def trial(self) -> Array:
        """The picture that the next step will evaluate."""
        return self.inner.trial


class BestSoFar:
    """An optimiser that remembers the best picture that it has evaluated."""

    def __init__(self, inner: Optimizer) -> None:
        self._inner = inner

    def start(self, picture: Array) -> BestState:
        """See `Optimizer.start`."""
        return BestState(self._inner.start(picture), picture)

    def restart(self, state: BestState) -> BestState:
        """See `Optimizer.restart`; the best picture stays."""
        return state._replace(inner=self._inner.restart(state.inner))

    def step(self, state: BestState, evaluate: Evaluate) -> tuple[BestState, Sequence[float]]:
        """See `Optimizer.step`."""
        picture = state.trial
        inner, terms = self._inner.step(state.inner, evaluate)
        if all(map(math.isfinite, terms)) and terms[-1] < state.terms[-1]:
            return BestState(inner, picture, terms), terms
        return state._replace(inner=inner), terms

    def saved(self, state: BestState) -> Saved:
        """See `Optimizer.saved`."""
        return {**within(self._inner.saved(state.inner)), "best": state.best, "terms": list(state.terms)}

    def restored(self, saved: Saved) -> BestState:
        """See `Optimizer.restored`."""
        terms = [float(term) for term in saved["terms"]]
        return BestState(self._inner.restored(of_inner(saved)), saved["best"], terms)

    def is_done(self, state: BestState) -> bool:
        """See `Optimizer.is_done`."""
        return self._inner.is_done(state.inner)

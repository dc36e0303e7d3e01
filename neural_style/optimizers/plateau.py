"""A wrapper that ends a run on a plateau of its loss, where more steps would change little."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from neural_style.optimizers.protocol import Evaluate, Optimizer, Saved, of_inner, within
from neural_style.optimizers.vectors import Array


class PlateauState(NamedTuple):
    """The state of the wrapped optimiser, and the lowest losses of the last steps.

    Attributes:
        inner: the state of the wrapped optimiser.
        lowest: of each of the last steps, one more than the window has, the lowest total so far less what no picture
            can get below; the latest last, infinite where there was no such step.
    """

    inner: Any
    lowest: tuple[float, ...]

    @property
    def trial(self) -> Array:
        """The picture that the next step will evaluate."""
        return self.inner.trial


class Plateau:
    """An optimiser that is done when the loss no longer falls usefully.

    Args:
        inner: the optimiser.
        window: steps over which the gain is looked at.
        min_gain: the part of the loss that they must take off it.
        least: the part of the loss that no picture can get below, which does not count.
    """

    def __init__(self, inner: Optimizer, window: int, min_gain: float, least: float = 0.0) -> None:
        self._inner = inner
        self._window = window
        self._min_gain = min_gain
        self._least = least

    def start(self, picture: Array) -> PlateauState:
        """See `Optimizer.start`."""
        return PlateauState(self._inner.start(picture), (math.inf,) * (self._window + 1))

    def restart(self, state: PlateauState) -> PlateauState:
        """See `Optimizer.restart`; the losses so far stay."""
        return state._replace(inner=self._inner.restart(state.inner))

    def step(self, state: PlateauState, evaluate: Evaluate) -> tuple[PlateauState, Sequence[float]]:
        """See `Optimizer.step`."""
        inner, terms = self._inner.step(state.inner, evaluate)
        total, before = terms[-1] - self._least, state.lowest[-1]
        now = total if total < before else before  # a total that is no number is not lower
        return PlateauState(inner, (*state.lowest[1:], now)), terms

    def saved(self, state: PlateauState) -> Saved:
        """See `Optimizer.saved`."""
        return {**within(self._inner.saved(state.inner)), "lowest": list(state.lowest)}

    def restored(self, saved: Saved) -> PlateauState:
        """See `Optimizer.restored`."""
        lowest = tuple(float(total) for total in saved["lowest"])
        return PlateauState(self._inner.restored(of_inner(saved)), lowest)

    def is_done(self, state: PlateauState) -> bool:
        """Whether the last `window` steps gained too little."""
        first, latest = state.lowest[0], state.lowest[-1]
        return first < math.inf and latest > (1.0 - self._min_gain) * first

"""When to stop, for those who do not want to think in steps: when the loss no longer falls usefully."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from neural_style.core.scales import Scale, plan_scales
from neural_style.request import StylizeRequest
from neural_style.settings import Length, OptimizerName, Settings


@dataclass(frozen=True)
class Patience:
    """What a length stands for.

    Attributes:
        min_gain: the part of the loss that `WINDOWS` steps must take off it to be worth their time.
        bound: most updates, in those of L-BFGS at the size of the result.
    """

    min_gain: float
    bound: int


LENGTHS: Mapping[Length, Patience] = {
    "sketch": Patience(min_gain=0.05, bound=60),
    "good": Patience(min_gain=0.03, bound=150),
    "fine": Patience(min_gain=0.007, bound=400),
}

WINDOWS: Mapping[OptimizerName, int] = {"lbfgs": 10, "adam": 50}
"""Steps over which the gain is looked at: Adam needs about five times as many for the same."""


def iterations_of(settings: Settings) -> int:
    """Updates of a run, at the size of the result; with a length, the most that it may have."""
    if settings.length is None:
        return settings.iterations
    return LENGTHS[settings.length].bound * WINDOWS[settings.optimizer] // WINDOWS["lbfgs"]


def scales_of(request: StylizeRequest) -> tuple[Scale, ...]:
    """The sizes at which it is painted, with the most updates that each may have."""
    settings = request.settings
    return plan_scales(*request.canvas_size, iterations_of(settings), settings.scales)


class Plateau:
    """Watches the lowest loss so far of one scale, without what no picture can get below.

    Args:
        window: steps over which the gain is looked at.
        min_gain: the part of the loss that they must take off.
    """

    def __init__(self, window: int, min_gain: float) -> None:
        self._losses: deque[float] = deque(maxlen=window + 1)
        self._min_gain = min_gain

    def reached(self, best_loss: float) -> bool:
        """To be asked after every step: whether the last `window` steps gained too little."""
        self._losses.append(best_loss)
        is_full = len(self._losses) == self._losses.maxlen
        return is_full and best_loss > (1.0 - self._min_gain) * self._losses[0]


def plateau_of(settings: Settings) -> Plateau | None:
    """What watches a scale of a run with a length; None where the number of steps decides."""
    if settings.length is None:
        return None
    return Plateau(WINDOWS[settings.optimizer], LENGTHS[settings.length].min_gain)

"""The plateau of a loss: where more steps would change little."""

from collections import deque


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

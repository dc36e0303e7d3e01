"""The loss curve has the losses of a run over its steps, in as few points as a chart needs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from neural_style.iterate import Iterate, LossValues

MOST_POINTS = 150


@dataclass(frozen=True, slots=True)
class LossPoint:
    """The losses of a step, and the longest side that it was painted at: losses of two sizes do not compare."""

    step: int
    side: int
    losses: LossValues

    @classmethod
    def of(cls, iterate: Iterate) -> "LossPoint":
        """Return the losses of the current picture of an iterate."""
        return cls(iterate.step, max(iterate.painted_size), iterate.losses)


def thinned(points: Sequence[LossPoint]) -> tuple[LossPoint, ...]:
    """Return every second, third, ... point, so that at most `MOST_POINTS` are left."""
    return tuple(points[:: max(1, math.ceil(len(points) / MOST_POINTS))])

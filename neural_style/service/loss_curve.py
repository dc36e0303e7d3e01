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
    """Return every second, third, ... point, at most `MOST_POINTS`; of steps that were made twice the latest count."""
    made = _made_last(points)
    return tuple(made[:: max(1, math.ceil(len(made) / MOST_POINTS))])


def _made_last(points: Sequence[LossPoint]) -> list[LossPoint]:
    """Return the points with rising steps: where a worker dies under a run, the run goes back some steps."""
    made: list[LossPoint] = []
    for point in reversed(points):
        if not made or point.step < made[-1].step:
            made.append(point)
    return made[::-1]

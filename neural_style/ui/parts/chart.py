"""The losses are a small chart that grows: lines over the steps, on a logarithmic scale. Plain SVG, no script."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from neural_style.iterate import LossValues
from neural_style.service.loss_curve import LossPoint, thinned
from neural_style.ui.texts import texts

WIDTH, HEIGHT = 600, 110
_MARGIN = 4
_LEAST_DECADES = 0.3
"""The least height of the scale, in decades: a loss that hardly falls must not look as if it fell to nothing."""


def loss_chart(points: Sequence[LossPoint]) -> str:
    """Return an `<svg>` with a line for each term of the loss and each size; empty with fewer than two points."""
    points = thinned(points)
    values = [value for point in points for value in point.losses.with_total().values()]
    values = [value for value in values if value > 0 and math.isfinite(value)]
    if len(points) < 2 or not values:
        return ""
    high = math.log10(max(values))
    scale = _Scale(points[0].step, points[-1].step, min(math.log10(min(values)), high - _LEAST_DECADES), high)
    lines = [
        f'<polyline class="{name}" points="{coordinates}"/>'
        for name in total_first(points[-1].losses)
        for _, group in groupby(points, key=lambda point: point.side)
        if (coordinates := scale.line(list(group), name))
    ]
    return (
        f'<svg class="losses" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{texts().chart_label}">{"".join(lines)}</svg>'
    )


def total_first(losses: LossValues) -> dict[str, float]:
    """Return the losses in the order in which people read them: the total, then what it is made of, without zeros."""
    return {"total": losses.total, **{name: value for name, value in losses.items() if value != 0.0}}


@dataclass(frozen=True)
class _Scale:
    """The scale that maps steps and decadic logarithms of losses to the chart's coordinates."""

    first: int
    last: int
    low: float
    high: float

    def line(self, points: Sequence[LossPoint], name: str) -> str:
        values = [(point.step, point.losses.with_total()[name]) for point in points]
        shown = [(step, value) for step, value in values if value > 0 and math.isfinite(value)]
        return " ".join(f"{self._x(step):.1f},{self._y(math.log10(value)):.1f}" for step, value in shown)

    def _x(self, step: int) -> float:
        return _MARGIN + (WIDTH - 2 * _MARGIN) * (step - self.first) / (self.last - self.first)

    def _y(self, exponent: float) -> float:
        return _MARGIN + (HEIGHT - 2 * _MARGIN) * (self.high - exponent) / (self.high - self.low)

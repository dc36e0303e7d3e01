"""Strength: one number from faithful to abstract that stands for several settings, which only work together.

The more of the painting's forms a picture shall have, the less it may be held to the photo, the more its strokes must
belong together, and the smaller it must be when it is begun. Named looks are points on this scale.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from neural_style.loss_weights import COUNTS
from neural_style.rows import Kind, Row
from neural_style.settings import ROWS, Settings, with_changes
from neural_style.validation import Bounds

STRENGTH = Row(
    path="strength",
    flag="--strength",
    group=COUNTS,
    label="Strength",
    kind=Kind(float),
    bounds=Bounds(low=0, high=1),
    help="How far from the photo, 0, to the painting's own forms, 1; one number for content weight, stroke weight, "
    "length of strokes and first size.",
)
"""What people and programs are told of the strength. It is no field of the settings, which hold what it stands for."""


@dataclass(frozen=True)
class Point:
    """The settings at one strength.

    Attributes:
        strength: where on the scale.
        content: weight of likeness to the photo.
        matching: weight of likeness to places of the paintings.
        coherence: see its setting.
        first_px: longest side of the first size.
    """

    strength: float
    content: float
    matching: float
    coherence: float
    first_px: float


FAITHFUL, PAINTED, BOLD, ABSTRACT = 0.0, 0.4, 0.7, 1.0
"""The strengths of the named looks."""

POINTS: Sequence[Point] = (
    Point(FAITHFUL, content=5.0, matching=8.0, coherence=0.3, first_px=192),
    Point(PAINTED, content=1.5, matching=15.0, coherence=0.5, first_px=136),
    Point(BOLD, content=0.8, matching=30.0, coherence=0.7, first_px=96),
    Point(ABSTRACT, content=0.3, matching=50.0, coherence=1.0, first_px=96),
)
"""Points of the scale, chosen by eye. Between two of them weights are interpolated by their logarithms, as the eye
takes them, and the rest evenly."""


def settings_at(strength: float) -> dict[str, Any]:
    """Return the settings that a strength stands for: path -> value, as `with_changes` takes them.

    Raises:
        OptionsError: it is not a number from 0 to 1.
    """
    STRENGTH.check(strength)
    below = max((point for point in POINTS[:-1] if point.strength <= strength), key=lambda point: point.strength)
    above = POINTS[POINTS.index(below) + 1]
    part = (strength - below.strength) / (above.strength - below.strength)

    def between(low: float, high: float) -> float:
        return (1.0 - part) * low + part * high

    def between_logarithms(low: float, high: float) -> float:
        return float(f"{math.exp(between(math.log(low), math.log(high))):.4g}")

    return {
        "weights.content": between_logarithms(below.content, above.content),
        "weights.matching": between_logarithms(below.matching, above.matching),
        "weights.coherence": float(f"{between(below.coherence, above.coherence):.4g}"),
        "first_px": round(between(below.first_px, above.first_px)),
    }


def at_strength(settings: Settings, strength: float) -> Settings:
    """Return the settings with those that the strength stands for.

    Raises:
        OptionsError: the strength is not a number from 0 to 1.
    """
    return with_changes(settings, settings_at(strength))


def strength_of(settings: Settings) -> float | None:
    """Return the strength, in hundredths, that these settings have; None where they are not on the scale."""
    values = {path: ROWS[path].value_in(settings) for path in PATHS}
    return _STRENGTHS.get(_key(values))


def _key(values: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(values[path] for path in PATHS)


PATHS = tuple(settings_at(0.0))
"""The paths of the settings that a strength stands for."""

_STRENGTHS = {_key(settings_at(hundredth / 100)): hundredth / 100 for hundredth in range(101)}

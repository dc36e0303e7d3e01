"""Coarse to fine: the sizes at which a picture is painted one after the other, and how much is done at each.

A stroke is as large as the network sees far, whatever the size of the picture. Painted small first, a picture keeps its
large strokes while the later, larger scales add the finer ones (Gatys et al. 2017, "Controlling Perceptual Factors",
section 6, do it in one step; steps of the square root of 2 lose less of what was painted).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from neural_style.settings import MIN_SIDE_PX, Scales

STEP = math.sqrt(2.0)
"""The factor from the side of one scale to the side of the next."""

LONG_STEP = 1.8
"""About the factor from scale to scale where the first size is given: matches say what is to be painted, and less of it
is lost by a longer step than by Gram matrices."""

SMALLEST_PX = 181
"""The least longest side at which "auto" begins: 256 px divided by the step. In smaller pictures faces are lost."""

_ROUNDING = 0.01
"""The part of a step that is allowed for rounding: 512 px begin at 181.02 px."""


@dataclass(frozen=True)
class Scale:
    """One size to paint at, in pixels, and the number of updates of the picture there."""

    height: int
    width: int
    updates: int

    @property
    def work(self) -> int:
        """The cost of painting this scale: evaluations times pixels. The start picture is evaluated, too."""
        return self.height * self.width * (self.updates + 1)


def plan_scales(
    height: int, width: int, iterations: int, scales: Scales, first_px: int | None = None
) -> tuple[Scale, ...]:
    """Return the scales of a picture, smallest first; the last one has the size of the picture.

    Every scale has the same number of updates, so that half of the work or more is done at the last one.

    Args:
        height: of the picture, in pixels.
        width: of the picture, in pixels.
        iterations: the work, in updates at the size of the picture: the wait does not depend on the number of scales.
        scales: how many, or "auto". Sizes with a side below `MIN_SIDE_PX` are left out, and so is a size twice.
        first_px: longest side of the smallest one; None: it follows from the number, by steps of `STEP`.
    """
    factors = _factors(max(height, width), scales, first_px)
    largest_factor = min(height, width) / MIN_SIDE_PX
    sizes = {(round(height / factor), round(width / factor)): factor for factor in factors}  # of equal ones the last
    factors = [factor for factor in sizes.values() if factor == 1.0 or factor <= largest_factor]
    updates = max(1, round(iterations / sum(factor**-2 for factor in factors)))
    return tuple(Scale(round(height / factor), round(width / factor), updates) for factor in factors)


def _factors(longest_side_px: int, scales: Scales, first_px: int | None) -> list[float]:
    """Return by how much the scales are smaller than the picture, largest factor first; the last is 1."""
    if first_px is None:
        wanted = automatic_count(longest_side_px) if scales == "auto" else scales
        return [STEP**k for k in reversed(range(wanted))]
    whole = max(1.0, longest_side_px / first_px)
    wanted = 1 + round(math.log(whole, LONG_STEP)) if scales == "auto" else scales
    return [whole ** (k / (wanted - 1)) for k in reversed(range(1, wanted))] + [1.0]


def step_count(scales: Sequence[Scale]) -> int:
    """Count the steps of all scales: the updates, and for each scale one evaluation of the picture it begins with."""
    return sum(scale.updates + 1 for scale in scales)


def automatic_count(longest_side_px: int) -> int:
    """Count the scales down to `SMALLEST_PX`; the strokes of smaller pictures are large enough."""
    if longest_side_px < SMALLEST_PX:
        return 1
    return 1 + int(math.log(longest_side_px / SMALLEST_PX, STEP) + _ROUNDING)

"""What the engine answers: one small frozen record for each step.

A frame names its pictures without copying them: `picture()` and `result()` fetch from the device only when called, so
that a consumer decides by its own clock when a preview is worth its cost, and a consumer that is interrupted between
two steps still has the best picture so far in its hands.
"""

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass, fields

from neural_style.images import ByteImage


@dataclass(frozen=True)
class StepLosses:
    """The terms of the loss at one picture, each already multiplied by its weight; `total` is their sum."""

    content: float
    style: float
    total_variation: float
    total: float

    def first_non_finite(self) -> str | None:
        """The name of the first term that is infinite or not a number, in words; None when all are finite."""
        for field in fields(self):
            if not math.isfinite(getattr(self, field.name)):
                return field.name.replace("_", " ")
        return None


@dataclass(frozen=True, eq=False)
class Frame:
    """The state of a run after `step` updates of the picture; step 0 is the start picture.

    Attributes:
        step: number of updates made, 0..steps.
        steps: number of updates asked for.
        losses: the loss terms of `picture()`.
        best_losses: the loss terms of `result()`: the lowest total so far.
        elapsed_s: seconds since the run began, the preparation of the targets included.
        network: the name of the network that paints, for people.
        is_last: no frame follows.
        notice: a sentence for the person where the run ended early by itself, else None.
        picture: returns the current picture, `[H, W, 3] uint8, RGB`, in sRGB.
        result: returns the best picture so far, likewise.
    """

    step: int
    steps: int
    losses: StepLosses
    best_losses: StepLosses
    elapsed_s: float
    network: str
    is_last: bool
    picture: Callable[[], ByteImage]
    result: Callable[[], ByteImage]
    notice: str | None = None

    @property
    def remaining_s(self) -> float | None:
        """Seconds left at the pace so far; None before the first update is done."""
        return self.elapsed_s / self.step * (self.steps - self.step) if self.step else None


Frames = Generator[Frame, None, None]
"""A run: one frame after another; closing it ends the run and frees what it holds."""

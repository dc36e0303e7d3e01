"""The iterates that the engine yields: one small frozen record for each step.

An iterate names its pictures without copying them: `picture()` and `result()` fetch from the device only when called,
so that a consumer decides by its own clock when a preview is worth its cost, and a consumer that is interrupted between
two steps still has the best picture so far in its hands.
"""

import math
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from neural_style.changes import Change
from neural_style.images.arrays import ByteImage, FloatImage
from neural_style.settings import Arithmetic


class LossValues(Mapping[str, float]):
    """The terms of the loss at one picture: name -> value, each already multiplied by its weight.

    Attributes:
        total: the sum of the terms.
    """

    def __init__(self, terms: Mapping[str, float], total: float) -> None:
        self._terms = dict(terms)
        self.total = total

    def __getitem__(self, name: str) -> float:
        return self._terms[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._terms)

    def __len__(self) -> int:
        return len(self._terms)

    def __repr__(self) -> str:
        return f"LossValues({self._terms!r}, total={self.total!r})"

    def with_total(self) -> dict[str, float]:
        """Return the terms and, as the last entry, their total."""
        return {**self._terms, "total": self.total}

    def first_non_finite(self) -> str | None:
        """Return the name of the first term that is infinite or not a number, in words; None when all are finite."""
        broken = (name for name, value in self.with_total().items() if not math.isfinite(value))
        return next((name.replace("_", " ") for name in broken), None)


Nearness = Mapping[str, Mapping[str, float]]
"""The name of a term, or "colors" -> layer, or "pixels" -> how near: 0 as the photo, 1 as the painting."""


@dataclass(frozen=True, eq=False)
class RunState:
    """What it takes to go on from an iterate in another process.

    Attributes:
        scale: index of the size that is painted, 0 for the smallest.
        updates: number of updates made at that size.
        step: that of the iterate.
        elapsed_s: seconds of painting so far.
        picture: the best picture so far at that size, its padding included, `[h, w, 3] float32, RGB, 0..255`.
        start: the picture that painting at that size began with, likewise; None: it is not known, and `picture` stands
            for it.
        optimizer: all that the optimiser knows; see `optimizers.protocol.Saved`. None: it begins anew from `picture`.
        most_updates: of that size, where changes made it another number than the settings say; None: they did not.
        is_extended: the latest updates are made whatever the losses say.
        changes: those that were made to the run before that step.
    """

    scale: int
    updates: int
    step: int
    elapsed_s: float
    picture: FloatImage
    start: FloatImage | None = None
    optimizer: Mapping[str, Any] | None = None
    most_updates: int | None = None
    is_extended: bool = False
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, eq=False)
class Iterate:
    """The state of a run after `step` updates of the picture; step 0 is the start picture.

    Going on at a larger size counts as an update. Both pictures have the size of the result, whatever size is painted.

    Attributes:
        step: number of updates made, 0..steps.
        steps: number of updates that there will be; at most so many where the run ends by its losses.
        work_done: part of the work that is done, 0..1: updates of a small picture count less.
        losses: the loss terms of the picture of this step; they can be compared at one size only.
        best_losses: the loss terms of `result()`: the lowest total at this size.
        elapsed_s: seconds since the run began, the preparation of the targets included.
        network: the name of the network that paints, for people.
        painted_size: (height, width) in pixels at which this step was painted.
        arithmetic: how convolutions were worked out.
        tile_px: side of the tiles that the picture was painted in; None: all at once.
        is_last: no iterate follows.
        notice: a sentence for the person where the run ended early by itself, else None.
        picture: returns the current picture, `[H, W, 3] uint8, RGB`, in sRGB.
        result: returns the best picture so far, likewise.
        exact: returns the same before it is rounded, `[H, W, 3] float32, RGB, 0..255`; None where only bytes are known.
        state: returns what it takes to go on from here; None where a run cannot.
        changes: those that were made to the run before this step.
        nearness: measures how near the result is to its painting and to its photo: name of a term -> layer -> number,
            0 as the photo and 1 as the painting; None where it cannot. It takes as long as some steps of a small
            picture, and is worked out once.
    """

    step: int
    steps: int
    work_done: float
    losses: LossValues
    best_losses: LossValues
    elapsed_s: float
    network: str
    painted_size: tuple[int, int]
    arithmetic: Arithmetic
    is_last: bool
    picture: Callable[[], ByteImage]
    result: Callable[[], ByteImage]
    tile_px: int | None = None
    notice: str | None = None
    exact: Callable[[], FloatImage] | None = None
    state: Callable[[], RunState] | None = None
    changes: tuple[Change, ...] = ()
    nearness: Callable[[], Nearness] | None = None

    @property
    def remaining_s(self) -> float | None:
        """The seconds left at the pace so far; None before the first update is done."""
        return self.elapsed_s / self.work_done * (1.0 - self.work_done) if self.step else None


Iterates = Generator[Iterate, Change | None, None]
"""A run: one iterate after another; closing it ends the run and frees what it holds.

A change that is sent to it (`run.send(change)`, which returns the next iterate) is made at once: the run goes on from
its picture with other targets. One that does not fit to the request, or takes more memory than there is, is passed
over: `Iterate.changes` has those that were made."""

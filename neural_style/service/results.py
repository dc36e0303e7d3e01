"""The result of an order: a finished picture, as the places of its files and small facts of how its run ended."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from neural_style.iterate import LossValues, Nearness
from neural_style.service.loss_curve import LossPoint, thinned
from neural_style.service.orders import Order
from neural_style.service.runner import ResultFiles, Update


@dataclass(frozen=True, eq=False, kw_only=True)
class Outcome:
    """The facts of how a run ended, for a front end to say in its own words.

    Attributes:
        step: the last step.
        elapsed_s: seconds that the run took.
        network: title of what painted.
        stopped: somebody asked for the end.
        notice: why it ended by itself before its time; None: it did not.
        file_notices: what the person shall be told of the files that the pictures are from.
        losses: those of the result.
        curve: the losses on the way.
        nearness: how near the result is to painting and photo; see `Iterate`. None: it was not measured.
    """

    step: int
    elapsed_s: float
    network: str
    stopped: bool
    notice: str | None
    file_notices: tuple[str, ...]
    losses: LossValues
    curve: tuple[LossPoint, ...]
    nearness: Nearness | None = None

    @classmethod
    def of(cls, update: Update, points: Sequence[LossPoint]) -> "Outcome":
        """Return what the last update of a run says, with the losses of all its steps."""
        iterate = update.iterate
        return cls(
            step=iterate.step,
            elapsed_s=iterate.elapsed_s,
            network=iterate.network,
            stopped=update.stopped,
            notice=iterate.notice,
            file_notices=update.notices,
            losses=iterate.best_losses,
            curve=thinned(points),
            nearness=iterate.nearness and iterate.nearness(),
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class Result:
    """A finished picture.

    Attributes:
        order: what it came of.
        files: where it lies, and its recipe.
        size: (height, width) in pixels.
        thumbnail: as a data URL.
        outcome: how its run ended.
        form: what the page had in its fields when it was ordered; None: nothing is known.
        key: unguessable.
    """

    order: Order
    files: ResultFiles
    size: tuple[int, int]
    thumbnail: str
    outcome: Outcome
    form: Mapping[str, Any] | None = None
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))

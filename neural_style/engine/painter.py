"""A picture being painted at one size: the optimiser's state, and the best picture so far."""

import math
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from neural_style.core.network import Network
from neural_style.core.scales import Scale
from neural_style.engine.canvas import Canvas
from neural_style.engine.step import build_optimizer, compiled, evaluation
from neural_style.engine.stopping import plateau_of
from neural_style.engine.targets import compute_targets
from neural_style.frame import StepLosses
from neural_style.request import Arithmetic, Settings


@dataclass(frozen=True, eq=False)
class Workshop:
    """What stays the same from scale to scale."""

    network: Network
    settings: Settings
    shares: tuple[float, ...]
    arithmetic: Arithmetic


class Painter:
    """Paints one scale of a run; each `advance` makes one evaluation and one update.

    Args:
        workshop: what to paint with.
        canvas: the pictures at the size of the scale.
        scale: the number of updates.
        goes_on: the start picture was painted at a smaller scale.

    Attributes:
        picture: the picture evaluated last that had finite losses, `[H, W, 3] float32`; before any, the start.
        best: the one with the lowest total so far.
        losses: the terms of the last evaluation.
        best_losses: those of `best`; None where no losses were finite.
        updates: number of updates before the last evaluation.
        bad_term: the first term of `losses` that is not finite, in words, or None.
    """

    def __init__(self, workshop: Workshop, canvas: Canvas, scale: Scale, *, goes_on: bool) -> None:
        settings = workshop.settings
        targets = compute_targets(canvas, workshop.shares, workshop.network, settings)
        optimizer = build_optimizer(canvas.start.size, settings, goes_on=goes_on)
        self._step = compiled(optimizer, evaluation(targets, workshop.network, settings, workshop.arithmetic))
        self._state: Any = optimizer.start(tf.constant(canvas.start))
        self._scale = scale
        self._plateau = plateau_of(settings)
        self.picture = self.best = self._state.trial
        self.losses = StepLosses(*[math.nan] * 4)
        self.best_losses: StepLosses | None = None
        self.updates = -1
        self.bad_term: str | None = None
        self._is_flat = False

    def advance(self) -> None:
        """Evaluate the current picture and make the next one."""
        picture = self._state.trial
        self._state, terms = self._step(self._state)
        self.updates += 1
        self.losses = StepLosses(*terms.numpy().tolist())
        self.bad_term = self.losses.first_non_finite()
        if self.bad_term is None:
            self.picture = picture
            if self.best_losses is None or self.losses.total < self.best_losses.total:
                self.best, self.best_losses = picture, self.losses
        if self._plateau is not None and self.best_losses is not None:
            self._is_flat = self._plateau.reached(self.best_losses.total)

    @property
    def updates_left(self) -> int:
        """At most so many; 0 where the loss no longer falls usefully, or is no number any more."""
        return 0 if self._is_flat or self.bad_term is not None else self._scale.updates - self.updates

"""A picture being painted at one size: the optimiser's state, and the best picture so far."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from neural_style.engine.allocator import release_memory
from neural_style.engine.canvas import Canvas
from neural_style.engine.coarse_to_fine import Scale
from neural_style.engine.effort import WINDOWS, stopping_rule
from neural_style.engine.evaluation import compiled_loss
from neural_style.engine.memory_plan import Conditions, Plan, choose_plan, smaller_plan
from neural_style.engine.optimizer import build_optimizer
from neural_style.engine.targets import PictureSources
from neural_style.engine.tiles import build_evaluation
from neural_style.iterate import LossValues
from neural_style.losses.objective import objective
from neural_style.optimizers.best_so_far import BestSoFar
from neural_style.optimizers.plateau import Plateau
from neural_style.optimizers.protocol import Evaluate, Saved, is_array
from neural_style.optimizers.vectors import Array
from neural_style.settings import Arithmetic, Settings
from neural_style.vgg.network import Network

MOST_SAVED_BYTES = 1_000_000_000
"""The most bytes of what an optimiser knows that are kept with the state of a run: it has 300 bytes a pixel."""


@dataclass(frozen=True, eq=False)
class RunContext:
    """The parts of a run that stay the same from scale to scale.

    Attributes:
        network: what looks at the pictures.
        settings: how to paint.
        arithmetic: how convolutions are worked out.
        memory_bytes: what a run may take beyond what the process has.
    """

    network: Network
    settings: Settings
    arithmetic: Arithmetic
    memory_bytes: int

    @property
    def conditions(self) -> Conditions:
        """The conditions, besides the size, that the need for memory depends on."""
        return Conditions.of(self.settings, self.network.topology, self.arithmetic)

    def plan(self, size: tuple[int, int], updates: int) -> Plan:
        """Choose whether a picture of that (height, width), padding included, is painted whole or in tiles.

        Raises:
            OptionsError: no plan fits into the memory.
        """
        return choose_plan(*size, self.memory_bytes, replace(self.conditions, updates=updates))


class ScaleRun:
    """The painting of one scale of a run; each `advance` makes one evaluation and one update.

    Args:
        context: what to paint with.
        canvas: the pictures at the size of the scale.
        scale: the number of updates.
        goes_on: the start picture was painted before, at a smaller scale or at this one.
        updates_done: number of updates that were made at this scale before.
        saved: what the optimiser knows of them; None: it begins with the start picture of the canvas.

    Attributes:
        start: the picture that painting at this scale began with.
        picture: the picture evaluated last that had finite losses, `[H, W, 3] float32`; before any, the start.
        losses: the terms of the last evaluation.
        updates: number of updates before the last evaluation.
        bad_term: the first term of `losses` that is not finite, in words, or None.
        plan: whole or in tiles.
        padding_px: what the pictures have around them; see `Canvas`.
    """

    def __init__(
        self,
        context: RunContext,
        canvas: Canvas,
        scale: Scale,
        *,
        goes_on: bool,
        updates_done: int = 0,
        saved: Saved | None = None,
    ) -> None:
        self._context, self._scale, self._goes_on = context, scale, goes_on
        self.start = canvas.start
        self.picture: Array = canvas.start
        self.losses = LossValues({}, math.nan)
        self.updates = updates_done - 1
        self.bad_term: str | None = None
        self.padding_px = canvas.padding_px
        self._objective = objective(PictureSources(canvas, context.network, context.settings, context.arithmetic))
        self._held = None if canvas.division.kept is None else (canvas.division.kept >= 1.0)[..., np.newaxis]
        self._set_up(context.plan(canvas.start.shape[:2], scale.updates))
        if saved is None:
            self._state = self._optimizer.start(self.picture)
        else:
            self._state = self._optimizer.restored(saved)
            self.picture, self.updates = self._state.best, updates_done
            self.losses = self._loss_values(self._state.terms)

    @property
    def best(self) -> Array:
        """The picture with the lowest total so far, `[H, W, 3] float32`; before any finite losses, the start."""
        return self._state.best

    @property
    def best_losses(self) -> LossValues | None:
        """The losses of `best`; None where no losses were finite."""
        return self._loss_values(self._state.terms) if math.isfinite(self._state.terms[-1]) else None

    @property
    def saved(self) -> Saved | None:
        """What the optimiser knows; None where that is more than `MOST_SAVED_BYTES`."""
        saved = self._optimizer.saved(self._state)
        pictures = sum(is_array(value) for value in saved.values())
        return saved if pictures * self.start.nbytes <= MOST_SAVED_BYTES else None

    @property
    def updates_left(self) -> int:
        """The most updates that are left; 0 where the loss no longer falls usefully, or is no number any more."""
        is_over = self.bad_term is not None or self._optimizer.is_done(self._state)
        return 0 if is_over else self._scale.updates - self.updates

    def advance(self) -> None:
        """Evaluate the current picture and make the next one."""
        picture = self._state.trial
        self._state, terms = self._step()
        self.updates += 1
        self.losses = self._loss_values(terms)
        self.bad_term = self.losses.first_non_finite()
        if self.bad_term is None:
            self.picture = picture

    def _set_up(self, plan: Plan) -> None:
        """Build the optimiser and the evaluation by that plan."""
        context, self.plan = self._context, plan
        settings, network = context.settings, context.network
        optimizer = build_optimizer(settings, goes_on=self._goes_on, history=plan.history)
        rule = stopping_rule(settings)
        if rule is not None:
            optimizer = Plateau(optimizer, WINDOWS[settings.optimizer], rule.min_gain, self._objective.least)
        self._optimizer = BestSoFar(optimizer)
        loss = compiled_loss(network, self._objective, settings.pooling, context.arithmetic)
        evaluation = build_evaluation(loss, self._objective, network.topology, plan.tile_side_px)
        self._evaluation = evaluation if self._held is None else _Holding(evaluation, self._held)

    def _step(self) -> tuple[Any, Sequence[float]]:
        """Make a step; where the device runs out of memory, use smaller tiles from then on."""
        while True:
            try:
                return self._optimizer.step(self._state, self._evaluation)
            except tf.errors.ResourceExhaustedError:
                pass
            del self._evaluation  # out of the handler: the error's traceback holds memory, too
            release_memory()
            self._state = self._optimizer.restart(self._state)
            self._set_up(smaller_plan(self.plan, *self._state.trial.shape[:2]))

    def _loss_values(self, terms: Sequence[float]) -> LossValues:
        *values, total = terms
        return LossValues(dict(zip(self._objective.names, values, strict=True)), total)


@dataclass(frozen=True, eq=False)
class _Holding:
    """An `Evaluate` that holds some pixels where they are: the gradient by them is 0.

    Attributes:
        evaluate: what evaluates the whole picture.
        held: `[H, W, 1] bool`, those pixels.
    """

    evaluate: Evaluate
    held: NDArray[np.bool_]

    def __call__(self, picture: Any) -> tuple[Sequence[float], Any]:
        terms, gradient = self.evaluate(picture)
        return terms, tf.where(self.held, 0.0, gradient)

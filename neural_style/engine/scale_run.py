"""A picture being painted at one size: the optimiser's state, and the best picture so far."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from neural_style.changes import FOLLOWING_UPDATES
from neural_style.engine.allocator import release_memory
from neural_style.engine.canvas import Canvas
from neural_style.engine.coarse_to_fine import Scale
from neural_style.engine.effort import WINDOWS, stopping_rule
from neural_style.engine.evaluation import compiled_loss
from neural_style.engine.even_pull import even_pull, probe
from neural_style.engine.memory_plan import Conditions, Plan, choose_plan, smaller_plan
from neural_style.engine.optimizer import build_optimizer
from neural_style.engine.targets import Memory, PictureSources
from neural_style.engine.tiles import build_evaluation
from neural_style.iterate import LossValues
from neural_style.losses.objective import Objective, objective
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
        is_extended: it was given updates that are made whatever the losses say.

    Attributes:
        scale: the size, with the number of updates; changes may make it larger.
        start: the picture that painting at this scale began with.
        picture: the picture evaluated last that had finite losses, `[H, W, 3] float32`; before any, the start.
        losses: the terms of the last evaluation.
        updates: number of updates before the last evaluation.
        bad_term: the first term of `losses` that is not finite, in words, or None.
        is_changed: the number of updates at this scale was changed.
        is_extended: the latest of them are made whatever the losses say.
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
        is_extended: bool = False,
    ) -> None:
        self._context, self.scale, self._goes_on = context, scale, goes_on
        self._is_painted, self._memory = canvas.is_painted, Memory()
        self.start, self.is_changed, self.is_extended = canvas.start, is_extended, is_extended
        self._plan: Plan | None = None
        self.picture: Array = canvas.start
        self.losses = LossValues({}, math.nan)
        self.updates = updates_done - 1
        self.bad_term: str | None = None
        self.padding_px = canvas.padding_px
        self._prepare(canvas)
        if saved is None:
            self._state = self._optimizer.start(self.picture)
        else:
            self._state = self._optimizer.restored(saved)
            self.picture, self.updates = self._state.best, updates_done
            self.losses = self._loss_values(self._state.terms)

    @property
    def tile_px(self) -> int | None:
        """The side of the tiles that the picture is painted in; None: all at once."""
        return self._plan_in_use.tile_side_px

    @property
    def _plan_in_use(self) -> Plan:
        if self._plan is None:
            raise RuntimeError("the run is not prepared yet")
        return self._plan

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
        is_done = not self.is_extended and self._optimizer.is_done(self._state)
        is_over = self.bad_term is not None or is_done
        return 0 if is_over else self.scale.updates - self.updates

    def advance(self) -> None:
        """Evaluate the current picture and make the next one."""
        picture = self._state.trial
        self._state, terms = self._step()
        self.updates += 1
        self.losses = self._loss_values(terms)
        self.bad_term = self.losses.first_non_finite()
        if self.bad_term is None:
            self.picture = picture

    def change(self, context: RunContext, canvas: Canvas) -> None:
        """Go on from the best picture so far with other targets, for as long as it takes to follow them.

        Args:
            context: with the settings from now on.
            canvas: the pictures as they are prepared for what is painted from now on; its start is not looked at.

        Raises:
            OptionsError: they take more memory than there is; nothing is changed.
        """
        least = self.updates + 1 + FOLLOWING_UPDATES
        scale = replace(self.scale, updates=max(self.scale.updates, least))
        context.plan(self.start.shape[:2], scale.updates)  # refuses what will not fit
        self._context, self.scale = context, scale
        self._goes_on = self.is_changed = True
        self._prepare(replace(canvas, start=self.start, is_painted=self._is_painted))
        self._state = self._optimizer.start(self._state.best)

    def extend(self, updates: int | None) -> None:
        """Make so many updates from here on, however little they gain; None: as many as there are."""
        if updates is None:
            return
        self.scale = replace(self.scale, updates=max(0, self.updates) + updates)
        self.is_extended = self.is_changed = True

    def _prepare(self, canvas: Canvas) -> None:
        """Make the targets, and the optimiser and the evaluation for them."""
        context = self._context
        sources = PictureSources(canvas, context.network, context.settings, context.arithmetic, self._memory)
        self._objective = objective(sources)
        self._held = None if canvas.division.kept is None else (canvas.division.kept >= 1.0)[..., np.newaxis]
        plan = self._plan_for(canvas)
        if context.settings.weights.normalize_gradients:
            plan = self._even_out(canvas, plan)
        self._set_up(plan)

    def _plan_for(self, canvas: Canvas) -> Plan:
        """Choose a plan; tiles that the device was found to need stay."""
        plan, before = self._context.plan(canvas.start.shape[:2], self.scale.updates), self._plan
        sides = [each.tile_side_px for each in (plan, before) if each is not None and each.tile_side_px is not None]
        return replace(plan, tile_side_px=min(sides, default=None))

    def _even_out(self, canvas: Canvas, plan: Plan) -> Plan:
        """Even the terms out; return the plan, with smaller tiles where the device runs out of memory."""
        while True:
            gradient_of = self._gradient_at(canvas, plan)
            try:
                self._objective = even_pull(self._objective, self._context.settings.weights, gradient_of)
            except tf.errors.ResourceExhaustedError:
                pass
            else:
                return plan
            release_memory()
            plan = smaller_plan(plan, *canvas.start.shape[:2])

    def _set_up(self, plan: Plan) -> None:
        """Build the optimiser and the evaluation by that plan."""
        context, self._plan = self._context, plan
        settings = context.settings
        optimizer = build_optimizer(settings, goes_on=self._goes_on, history=plan.history)
        rule = stopping_rule(settings)
        if rule is not None:
            optimizer = Plateau(optimizer, WINDOWS[settings.optimizer], rule.min_gain, self._objective.least)
        self._optimizer = BestSoFar(optimizer)
        evaluation = self._evaluation_of(self._objective, plan)
        self._evaluation = evaluation if self._held is None else _Holding(evaluation, self._held)

    def _evaluation_of(self, objective: Objective, plan: Plan) -> Evaluate:
        context = self._context
        loss = compiled_loss(context.network, objective, context.settings.pooling, context.arithmetic)
        return build_evaluation(loss, objective, context.network.topology, plan.tile_side_px)

    def _gradient_at(self, canvas: Canvas, plan: Plan) -> Callable[[Objective], Any]:
        """Return a function from an objective to its gradient by a picture that is like neither photo nor paintings."""
        picture = probe(canvas.content, canvas.styles)
        return lambda objective: self._evaluation_of(objective, plan)(picture)[1]

    def _step(self) -> tuple[Any, Sequence[float]]:
        """Make a step; where the device runs out of memory, use smaller tiles from then on."""
        while True:
            plan = self._plan_in_use
            try:
                return self._optimizer.step(self._state, self._evaluation)
            except tf.errors.ResourceExhaustedError:
                pass
            del self._evaluation  # out of the handler: the error's traceback holds memory, too
            release_memory()
            self._state = self._optimizer.restart(self._state)
            self._set_up(smaller_plan(plan, *self._state.trial.shape[:2]))

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

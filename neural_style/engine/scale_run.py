"""A picture being painted at one size: the optimiser's state, and the best picture so far."""

import math
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from neural_style.engine.allocator import release_memory
from neural_style.engine.canvas import Canvas
from neural_style.engine.coarse_to_fine import Scale
from neural_style.engine.effort import plateau_of
from neural_style.engine.memory_plan import Conditions, Plan, choose_plan, smaller_plan
from neural_style.engine.step import build_optimizer, compiled, evaluation, in_parts, tiled_evaluation
from neural_style.engine.targets import compute_targets
from neural_style.engine.tiles import CELL_PX, tiling_for
from neural_style.iterate import LossValues
from neural_style.losses.terms import all_loss_layers, least_style_loss
from neural_style.settings import Arithmetic, Settings
from neural_style.vgg.network import Network


@dataclass(frozen=True, eq=False)
class RunContext:
    """What stays the same from scale to scale.

    Attributes:
        network: what looks at the pictures.
        settings: how to paint.
        shares: of the active styles, summing to 1.
        arithmetic: how convolutions are worked out.
        memory_bytes: what a run may take beyond what the process has.
    """

    network: Network
    settings: Settings
    shares: tuple[float, ...]
    arithmetic: Arithmetic
    memory_bytes: int

    @property
    def conditions(self) -> Conditions:
        """What the need of memory depends on beside the size."""
        halo_px = tiling_for(CELL_PX, self.network.topology, all_loss_layers(self.settings.weights)).halo_px
        return Conditions(halo_px=halo_px, arithmetic=self.arithmetic, optimizer=self.settings.optimizer)

    def plan(self, height: int, width: int) -> Plan:
        """Whole or in tiles.

        Raises:
            OptionsError: no plan fits into the memory.
        """
        return choose_plan(height, width, self.memory_bytes, self.conditions)


class ScaleRun:
    """Paints one scale of a run; each `advance` makes one evaluation and one update.

    Args:
        context: what to paint with.
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
        plan: whole or in tiles.
        padding_px: what the pictures have around them; see `Canvas`.
    """

    def __init__(self, context: RunContext, canvas: Canvas, scale: Scale, *, goes_on: bool) -> None:
        self._context, self._scale, self._goes_on = context, scale, goes_on
        self._plateau = plateau_of(context.settings)
        self._is_flat = False
        self.picture = self.best = tf.constant(canvas.start)
        self.losses = LossValues(*[math.nan] * 4)
        self.best_losses: LossValues | None = None
        self.updates = -1
        self.bad_term: str | None = None
        self._targets = compute_targets(canvas, context.shares, context.network, context.settings)
        self._least_loss = least_style_loss(self._targets, context.settings.weights)
        self.padding_px = canvas.padding_px
        self._set_up(context.plan(*canvas.start.shape[:2]), self.picture)

    def _set_up(self, plan: Plan, start: tf.Tensor) -> None:
        """Begin to optimise from `start` by that plan."""
        context, self.plan = self._context, plan
        size = int(tf.size(start))
        optimizer = build_optimizer(size, context.settings, goes_on=self._goes_on, history=plan.history)
        self._state: Any = optimizer.start(start)
        parts = self._targets, context.network, context.settings, context.arithmetic
        if plan.tile_side_px is None:
            self._step = compiled(optimizer, evaluation(*parts))
        else:
            self._step = in_parts(optimizer, tiled_evaluation(*parts, plan.tile_side_px))

    def _evaluate(self) -> tuple[Any, tf.Tensor]:
        """A step; where the device runs out of memory, in smaller tiles from then on."""
        while True:
            try:
                return self._step(self._state)
            except tf.errors.ResourceExhaustedError:
                start = self._state.trial
            del self._step, self._state  # out of the handler, since the error's traceback holds memory, too
            release_memory()
            self._set_up(smaller_plan(self.plan, *start.shape[:2]), start)

    def advance(self) -> None:
        """Evaluate the current picture and make the next one."""
        picture = self._state.trial
        self._state, terms = self._evaluate()
        self.updates += 1
        self.losses = LossValues(*terms.numpy().tolist())
        self.bad_term = self.losses.first_non_finite()
        if self.bad_term is None:
            self.picture = picture
            if self.best_losses is None or self.losses.total < self.best_losses.total:
                self.best, self.best_losses = picture, self.losses
        if self._plateau is not None and self.best_losses is not None:
            self._is_flat = self._plateau.reached(self.best_losses.total - self._least_loss)

    @property
    def updates_left(self) -> int:
        """At most so many; 0 where the loss no longer falls usefully, or is no number any more."""
        return 0 if self._is_flat or self.bad_term is not None else self._scale.updates - self.updates

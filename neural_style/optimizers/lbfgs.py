"""L-BFGS (Liu and Nocedal 1989), with one evaluation a step and no line search.

The usual line search spends evaluations on finding a step length; here a step is tried at full length and judged
afterwards. What makes that safe: a trial that raises the loss is not accepted, but its gradient still gives a curvature
pair, with which the next direction from the same picture is better; after repeated failures the step is shortened, and
in the end the history is dropped.
"""

import math
from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple

from neural_style.optimizers.protocol import Evaluate, Saved
from neural_style.optimizers.vectors import Array, HostVectors, Vectors

HISTORY = 12
"""The number of curvature pairs kept: 20 reach a loss lower by about 0.6 %, at 24 bytes a pixel and pair."""

FIRST_STEP = 30.0
"""The largest change of a value in a step along the plain gradient, in grey levels."""

MAX_REJECTIONS = 4
"""The number of trials rejected in a row before the history is dropped and the first step is cut to a tenth."""

MIN_CURVATURE = 1e-10
"""The least curvature of a pair: it is kept if s.y > MIN_CURVATURE y.y, which keeps the directions descending."""


MIN_GRADIENT = 1e-30
"""The largest gradient that is taken for none; float32 has few digits for less."""


class LbfgsState(NamedTuple):
    """The accepted picture with its loss and gradient, the trial to evaluate next, and the safeguard's counters."""

    trial: Array
    accepted: Array
    loss: float
    gradient: Array
    rejections: int
    first_step: float


_ARRAYS = ("trial", "accepted", "gradient")
_NUMBERS = ("loss", "rejections", "first_step")


class Pair(NamedTuple):
    """A curvature pair.

    Attributes:
        step: s, a change of the picture.
        change: y, that of the gradient along it.
        inverse_curvature: 1 / s.y.
    """

    step: Array
    change: Array
    inverse_curvature: float


class Lbfgs:
    """L-BFGS within bounds; it holds the history of one run.

    Args:
        history: number of curvature pairs, >= 1.
        first_step: largest change of a value in the first step.
        bounds: every trial is clipped to them.
        vectors: the arithmetic of the arrays that pictures and gradients are.
    """

    def __init__(
        self,
        history: int = HISTORY,
        first_step: float = FIRST_STEP,
        bounds: tuple[float, float] = (0.0, 255.0),
        vectors: Vectors | None = None,
    ) -> None:
        self._first_step = first_step
        self._bounds = bounds
        self._vectors: Vectors = vectors or HostVectors()
        self._pairs: deque[Pair] = deque(maxlen=history)
        self._scale = 1.0  # s.y / y.y of the newest pair

    def start(self, picture: Array) -> LbfgsState:
        """See `Optimizer.start`."""
        self._pairs.clear()
        picture = self._vectors.of(picture)
        return LbfgsState(picture, picture, math.inf, 0.0 * picture, 0, self._first_step)

    def restart(self, state: LbfgsState) -> LbfgsState:
        """See `Optimizer.restart`."""
        return self.start(state.trial)

    def is_done(self, state: LbfgsState) -> bool:  # noqa: ARG002 - part of the protocol
        """See `Optimizer.is_done`; it knows no end by itself."""
        return False

    def saved(self, state: LbfgsState) -> Saved:
        """See `Optimizer.saved`: with the curvature pairs."""
        saved: dict[str, Any] = {name: getattr(state, name) for name in (*_ARRAYS, *_NUMBERS)} | {"scale": self._scale}
        for number, pair in enumerate(self._pairs):
            saved |= {f"step {number}": pair.step, f"change {number}": pair.change}
        return {**saved, "inverse curvatures": [pair.inverse_curvature for pair in self._pairs]}

    def restored(self, saved: Saved) -> LbfgsState:
        """See `Optimizer.restored`."""
        of = self._vectors.of
        self._pairs.clear()
        for number, inverse in enumerate(saved["inverse curvatures"]):
            self._pairs.append(Pair(of(saved[f"step {number}"]), of(saved[f"change {number}"]), float(inverse)))
        self._scale = float(saved["scale"])
        loss, rejections, first_step = (saved[name] for name in _NUMBERS)
        trial, accepted, gradient = (of(saved[name]) for name in _ARRAYS)
        return LbfgsState(trial, accepted, float(loss), gradient, int(rejections), float(first_step))

    def step(self, state: LbfgsState, evaluate: Evaluate) -> tuple[LbfgsState, Sequence[float]]:
        """See `Optimizer.step`."""
        terms, gradient = evaluate(state.trial)
        with self._vectors.at_work():
            return self._next(state, terms, self._vectors.of(gradient)), terms

    def _next(self, state: LbfgsState, terms: Sequence[float], gradient: Array) -> LbfgsState:
        """Return the state after an evaluation of the trial."""
        self._remember(state.trial - state.accepted, gradient - state.gradient)
        if terms[-1] <= state.loss:
            state = state._replace(accepted=state.trial, loss=terms[-1], gradient=gradient, rejections=0)
        else:
            state = state._replace(rejections=state.rejections + 1)
        if state.rejections >= MAX_REJECTIONS:
            self._pairs.clear()
            state = state._replace(rejections=0, first_step=state.first_step / 10.0)
        length = 0.5 ** max(state.rejections - 1, 0)
        change = self._descent(state.gradient, state.first_step)
        trial = self._vectors.add(self._vectors.copy(state.accepted), length, change)
        return state._replace(trial=self._vectors.clip(trial, *self._bounds))

    def _remember(self, step: Array, change: Array) -> None:
        """Keep a curvature pair instead of the oldest one; a pair without positive curvature is passed over."""
        curvature, square = self._vectors.dot(step, change), self._vectors.dot(change, change)
        if square > 0.0 and curvature > MIN_CURVATURE * square:
            self._pairs.append(Pair(step, change, 1.0 / curvature))
            self._scale = curvature / square

    def _descent(self, gradient: Array, first_step: float) -> Array:
        """Return a direction of descent as a new array, scaled to be tried at full length."""
        if self._pairs:
            direction = self._newton_direction(gradient)
            if self._vectors.dot(direction, gradient) < 0.0:
                return direction
            self._pairs.clear()
        largest = self._vectors.largest(gradient)
        return gradient * -(first_step / largest if largest > MIN_GRADIENT else 0.0)

    def _newton_direction(self, gradient: Array) -> Array:
        """Return the inverse Hessian, as the pairs have it, times the gradient, negated: two loops (Nocedal 1980)."""
        vectors, projections = self._vectors, []
        vector = vectors.copy(gradient)
        for pair in reversed(self._pairs):
            projections.append(pair.inverse_curvature * vectors.dot(pair.step, vector))
            vector = vectors.add(vector, -projections[-1], pair.change)
        vector *= -self._scale
        for pair in self._pairs:
            correction = -projections.pop() - pair.inverse_curvature * vectors.dot(pair.change, vector)
            vector = vectors.add(vector, correction, pair.step)
        return vector

"""Adam (Kingma and Ba 2015), in the form that the original program uses."""

from collections.abc import Sequence
from typing import NamedTuple

from neural_style.optimizers.protocol import Evaluate, Saved
from neural_style.optimizers.vectors import Array, HostVectors, Vectors
from neural_style.settings import AdamSettings

_ARRAYS = ("trial", "mean", "square")


class AdamState(NamedTuple):
    """The picture, running means of the gradient and of its square, and the number of updates made."""

    trial: Array
    mean: Array
    square: Array
    updates: int


class Adam:
    """Adam, one update a step, without keeping to 0..255: the original program clips only what it writes.

    Epsilon is added to the root of the uncorrected second moment ("epsilon hat" in the paper's section 2), as in
    TensorFlow 1, which the original program runs on.
    """

    def __init__(self, settings: AdamSettings, vectors: Vectors | None = None) -> None:
        self._settings = settings
        self._vectors: Vectors = vectors or HostVectors()

    def start(self, picture: Array) -> AdamState:
        """See `Optimizer.start`."""
        picture = self._vectors.of(picture)
        return AdamState(picture, 0.0 * picture, 0.0 * picture, 0)

    def restart(self, state: AdamState) -> AdamState:
        """See `Optimizer.restart`."""
        return self.start(state.trial)

    def is_done(self, state: AdamState) -> bool:  # noqa: ARG002 - part of the protocol
        """See `Optimizer.is_done`; it knows no end by itself."""
        return False

    def saved(self, state: AdamState) -> Saved:
        """See `Optimizer.saved`."""
        return {name: getattr(state, name) for name in (*_ARRAYS, "updates")}

    def restored(self, saved: Saved) -> AdamState:
        """See `Optimizer.restored`."""
        return AdamState(*(self._vectors.of(saved[name]) for name in _ARRAYS), updates=int(saved["updates"]))

    def step(self, state: AdamState, evaluate: Evaluate) -> tuple[AdamState, Sequence[float]]:
        """See `Optimizer.step`."""
        terms, gradient = evaluate(state.trial)
        with self._vectors.at_work():
            return self._next(state, self._vectors.of(gradient)), terms

    def _next(self, state: AdamState, gradient: Array) -> AdamState:
        """Return the state after an evaluation of the trial."""
        options, updates = self._settings, state.updates + 1
        mean = options.beta1 * state.mean + (1.0 - options.beta1) * gradient
        square = options.beta2 * state.square + (1.0 - options.beta2) * gradient**2
        bias_correction = (1.0 - options.beta2**updates) ** 0.5 / (1.0 - options.beta1**updates)
        change = options.learning_rate * bias_correction * mean / (square**0.5 + options.epsilon)
        return AdamState(state.trial - change, mean, square, updates)

"""An optimiser for tests of its wrappers: each trial is one larger, and the losses are a list."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from neural_style.optimizers.protocol import Evaluate, Optimizer, Saved


class Count(NamedTuple):
    trial: np.ndarray


class Counting:
    """An optimiser whose n-th trial is a picture full of n."""

    def start(self, picture: np.ndarray) -> Count:
        return Count(picture)

    def restart(self, state: Count) -> Count:
        return Count(state.trial)

    def is_done(self, state: Count) -> bool:  # noqa: ARG002 - part of the protocol
        return False

    def saved(self, state: Count) -> Saved:
        return {"trial": state.trial}

    def restored(self, saved: Saved) -> Count:
        return Count(saved["trial"])

    def step(self, state: Count, evaluate: Evaluate) -> tuple[Count, Sequence[float]]:
        terms, _ = evaluate(state.trial)
        return Count(state.trial + np.float32(1.0)), terms


def losses_of(totals: Sequence[float]) -> Evaluate:
    """Return an evaluation in which the n-th picture has two terms that add up to the n-th total."""

    def evaluate(picture: np.ndarray) -> tuple[list[float], np.ndarray]:
        total = float(totals[int(picture[0])])
        return [0.25 * total, 0.75 * total, total], np.zeros_like(picture)

    return evaluate


def states_of(optimizer: Optimizer, totals: Sequence[float]) -> list[Any]:
    """Return the state after each of the steps."""
    states = [optimizer.start(np.zeros(2, np.float32))]
    for _ in totals:
        states.append(optimizer.step(states[-1], losses_of(totals))[0])
    return states[1:]

"""Show the progress of many pictures: as one bar on a terminal, as a line for each picture in a log."""

import sys
import time
from collections.abc import Callable, Sequence

from neural_style.cli.progress import Bar, say
from neural_style.engine.effort import typical_share
from neural_style.iterate import Iterate
from neural_style.service.estimate import rough_duration
from neural_style.settings import Settings


class BatchProgress(Bar):
    """Shows how far many pictures are on standard error.

    Args:
        weights: the work of each picture, in any unit.
        now: the clock, in seconds.

    Attributes:
        weights: the work of each picture.
        finished: number of pictures that have ended.
    """

    def __init__(self, weights: Sequence[float], now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.weights, self._now = weights, now
        self._share = 0.0
        self._began: float | None = None
        self.finished = 0

    @property
    def count(self) -> str:
        """The number of pictures that have ended and of all, such as "3 of 40"."""
        return f"{self.finished} of {len(self.weights)}"

    @property
    def left_s(self) -> float | None:
        """The seconds left at the pace so far; None before anything is done."""
        done = self._done()
        if self._began is None or not done:
            return None
        return (self._now() - self._began) * (sum(self.weights) - done) / done

    def begin(self) -> None:
        """Begin to measure the pace, where the steps of pictures are not shown."""
        self._began = self._began or self._now()

    def show(self, name: str, settings: Settings, iterate: Iterate) -> None:
        """Show the next iterate of the picture that is being painted; `name` is what it is called."""
        self.begin()
        self._share = min(1.0, iterate.work_done / typical_share(settings))
        if sys.stderr.isatty():
            number = f"{self.finished + 1} of {len(self.weights)}"
            self._show(f"{self._time_left()}, picture {number}: {name}, step {iterate.step}")

    def finish(self, line: str) -> None:
        """Count a picture as painted; in a log say so, with what is left."""
        self._count_one()
        if not sys.stderr.isatty():
            say(f"{self.count}: {line}, {self._time_left()}", sys.stderr)

    def fail(self, sentence: str) -> None:
        """Count a picture as ended that could not be painted, and say why. It says nothing of the pace."""
        say(f"neural-style: {sentence}", sys.stderr)
        self.weights = [*self.weights[: self.finished], 0.0, *self.weights[self.finished + 1 :]]
        self._count_one()

    def _count_one(self) -> None:
        self.finished, self._share = self.finished + 1, 0.0
        if sys.stderr.isatty():
            self._show(f"{self._time_left()}, {self.count} pictures")

    def _done(self) -> float:
        under_way = self.weights[self.finished] * self._share if self.finished < len(self.weights) else 0.0
        return sum(self.weights[: self.finished]) + under_way

    def _time_left(self) -> str:
        if self.finished == len(self.weights):
            return "nothing left"
        return "time left unknown" if self.left_s is None else f"about {rough_duration(self.left_s)} left"

    def _show(self, text: str) -> None:
        self._draw(text, self._done() / (sum(self.weights) or 1.0)).refresh()

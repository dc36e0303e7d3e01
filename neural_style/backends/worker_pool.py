"""The workers of a pool: lent to one run at a time, and replaced when they die.

A worker is whatever the starting function returns; how it is started, ended and asked is not known here.
"""

import threading
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from neural_style.errors import BackendError

START_PATIENCE_S = 300.0
"""The time for a first worker to start, or for a machine to come that has room for it."""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 30.0
"""The time before a worker that did not start is started again, which doubles from one time to the next."""

Actor = TypeVar("Actor", bound=Hashable)


@dataclass
class Lent(Generic[Actor]):
    """A worker that is lent to a run.

    Attributes:
        actor: the worker.
        is_dead: set by the run where the worker died under it.
    """

    actor: Actor
    is_dead: bool = False


class WorkerPool(Generic[Actor]):
    """A number of workers; safe to use from many threads. One that has died is replaced.

    As long as there is no room for the new one, the others go on: a cluster that loses a machine paints with fewer.

    Args:
        workers: the number of workers.
        start: starts a worker; returns it, and a future that is done when it has started.
        kill: ends a worker, which may be dead.
        answers: whether a worker that was idle is still alive.

    Attributes:
        is_closed: whether the workers were ended.
    """

    def __init__(
        self,
        workers: int,
        start: Callable[[], tuple[Actor, Future[int]]],
        kill: Callable[[Actor], object],
        answers: Callable[[Actor], bool],
    ) -> None:
        self._start, self._kill, self._answers = start, kill, answers
        self._idle: list[Actor] = []
        self._living: set[Actor] = set()
        self._starting: set[Actor] = set()
        self._changed = threading.Condition()
        self._latest_error: BaseException | None = None
        self.is_closed = False
        for _ in range(workers):
            self._add()

    @contextmanager
    def lent(self) -> Iterator[Lent[Actor]]:
        """Lend a worker that is idle and answers; wait for one where there is none.

        Raises:
            BackendError: no worker is alive, and none starts, or the pool was closed.
        """
        while not self._answers(actor := self._taken()):
            self._replace(actor)
        worker = Lent(actor)
        try:
            yield worker
        finally:
            if worker.is_dead:
                self._replace(actor)
            else:
                self._give_back(actor)

    def idle(self) -> tuple[Actor, ...]:
        """Return the workers that are lent to no run."""
        with self._changed:
            return tuple(self._idle)

    def close(self) -> None:
        """End all workers; none is started any more, and whoever waits for one is told so."""
        with self._changed:
            self.is_closed = True
            self._changed.notify_all()
            actors = self._living | self._starting
        for actor in actors:  # without the lock, for which a worker that starts at this moment may be waiting
            self._kill(actor)

    def _taken(self) -> Actor:
        """Take the worker that was used last, which may still have what it worked out of the same painting."""
        with self._changed:
            while not self._changed.wait_for(lambda: self._idle or self.is_closed, START_PATIENCE_S):
                if not self._living:
                    raise BackendError(self._nothing_starts())
            if self.is_closed:
                raise BackendError("The workers were ended.")
            return self._idle.pop()

    def _give_back(self, actor: Actor) -> None:
        with self._changed:
            self._idle.append(actor)
            self._changed.notify()

    def _replace(self, actor: Actor) -> None:
        """Start another worker in place of one that has died, or that is out of reach: it must not come back."""
        with self._changed:
            self._living.discard(actor)
        self._kill(actor)
        self._add()

    def _add(self, pause_s: float = FIRST_PAUSE_S) -> None:
        """Start a worker, which is idle once it has started; where it dies before, try again after a pause."""
        with self._changed:
            if self.is_closed:
                return
        actor, started = self._start()
        with self._changed:
            self._starting.add(actor)
            is_late = self.is_closed
        if is_late:
            self._kill(actor)
        started.add_done_callback(partial(self._started, actor, pause_s))

    def _started(self, actor: Actor, pause_s: float, started: Future[int]) -> None:
        with self._changed:
            self._starting.discard(actor)
            self._latest_error = started.exception()
            if self._latest_error is None:
                self._living.add(actor)
                self._idle.append(actor)
                self._changed.notify()
                return
        again = threading.Timer(pause_s, self._add, [min(LONGEST_PAUSE_S, 2.0 * pause_s)])
        again.daemon = True
        again.start()

    def _nothing_starts(self) -> str:
        if self._latest_error is not None:
            return f"No worker starts ({self._latest_error})."
        return (
            f"No machine had room for a worker within {START_PATIENCE_S:.0f} seconds. "
            "Give each fewer cores or GPUs, or add a machine."
        )

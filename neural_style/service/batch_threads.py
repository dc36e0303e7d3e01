"""Pictures of a batch are painted at the same time, each in a thread of its own, which a stop ends all together.

The painting itself is elsewhere, on a cluster, and may hang there: a program that ends does not wait for these threads.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from neural_style.iterate import Iterate
from neural_style.request import StylizeRequest

CHECK_INTERVAL_S = 0.2
"""The time from one look to the next at whether the batch is to end."""

STOP_PATIENCE_S = 10.0
"""The time after a stop for the steps that are being made, and for finished pictures to be written."""

Watch = Callable[[StylizeRequest, Iterate], None]
"""A function that is told of each iterate of each job; what it raises ends the painting."""

Job = TypeVar("Job")
Result = TypeVar("Result")


class _Stopping(BaseException):
    """Ends the painting of a picture after a stop."""


class PaintingThreads(Generic[Job, Result]):
    """Threads that paint a job each; they are begun and ended by one other thread.

    Args:
        paint: paints a job; it is given a watch.
        watch: told of each iterate.

    Attributes:
        running: number of jobs that were begun and have not ended.
    """

    def __init__(self, paint: Callable[[Job, Watch], Result], watch: Watch) -> None:
        self._paint, self._watch = paint, watch
        self._ended: SimpleQueue[tuple[Job, Future[Result]]] = SimpleQueue()
        self._in_steps: set[int] = set()
        self._is_stopping = threading.Event()
        self.running = 0

    def begin(self, job: Job) -> None:
        """Begin to paint a job."""
        self.running += 1
        threading.Thread(target=self._run, args=(job,), name="painting", daemon=True).start()

    def next_ended(self, check: Callable[[], None]) -> tuple[Job, Future[Result]]:
        """Wait for the next job to end; return it, and how it ended.

        Args:
            check: called again and again meanwhile; what it raises ends the waiting.
        """
        while (ended := self._get(CHECK_INTERVAL_S)) is None:
            check()
        return ended

    def stop(self) -> Iterator[tuple[Job, Future[Result]]]:
        """End all jobs, each at its next step, and yield those that end in time.

        A picture after its last step is finished. Nothing is waited for where no picture has begun with its steps.
        """
        self._is_stopping.set()
        deadline = time.monotonic() + STOP_PATIENCE_S
        while self._in_steps and (left_s := deadline - time.monotonic()) > 0:
            ended = self._get(min(CHECK_INTERVAL_S, left_s))
            if ended is not None:
                yield ended
        while (ended := self._get(0.0)) is not None:
            yield ended

    def _get(self, patience_s: float) -> tuple[Job, Future[Result]] | None:
        try:
            ended = self._ended.get(timeout=patience_s)
        except Empty:
            return None
        self.running -= 1
        return ended

    def _run(self, job: Job) -> None:
        ended, me = Future[Result](), threading.get_ident()

        def watch(request: StylizeRequest, iterate: Iterate) -> None:
            self._in_steps.add(me)
            if self._is_stopping.is_set() and not iterate.is_last:
                raise _Stopping
            self._watch(request, iterate)

        try:
            ended.set_result(self._paint(job, watch))
        except BaseException as error:
            ended.set_exception(error)
        self._ended.put((job, ended))
        self._in_steps.discard(me)

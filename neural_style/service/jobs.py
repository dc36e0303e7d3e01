"""The jobs of this server, from the click until the end, each have an order, a session, and a stop flag.

Cancelling a Gradio event closes its generator, and with it the chance to hand over a result. So Stop raises a flag
that the job sees at its next step. Jobs are named by unguessable tokens that only their own session knows.
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from neural_style.errors import OptionsError
from neural_style.service import messages
from neural_style.service.orders import Order


@dataclass(frozen=True, eq=False)
class Job:
    """A job that waits or runs.

    Attributes:
        order: what is to be painted.
        session: token of the browser that the result is for.
        stop: set when the visitor asks for the end.
    """

    order: Order
    session: str
    stop: threading.Event = field(default_factory=threading.Event)


class Jobs:
    """The jobs that wait or run; safe to use from many threads."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, token: object) -> bool:
        return token in self._jobs

    def register(self, order: Order, session: str) -> str:
        """Return a token for a job that is about to be queued."""
        token = secrets.token_urlsafe(16)
        self._jobs[token] = Job(order, session)
        return token

    def forget(self, token: str) -> None:
        """Forget a job that is over, or whose visitor has left; unknown tokens are fine."""
        self._jobs.pop(token, None)

    def stop(self, token: str) -> None:
        """Ask a job to end; unknown tokens are fine."""
        job = self._jobs.get(token)
        if job is not None:
            job.stop.set()

    @contextmanager
    def running(self, token: str) -> Iterator[Job]:
        """Give the job while it runs; afterwards it is forgotten.

        Raises:
            OptionsError: its visitor has left.
        """
        job = self._jobs.get(token)
        if job is None:
            raise OptionsError(messages.STATUS_LEFT_QUEUE)
        try:
            yield job
        finally:
            self.forget(token)

"""What stands behind the page: what paints, what is known of it, and its orderly end."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from neural_style.engine import Stylizer
from neural_style.errors import OptionsError
from neural_style.frame import Frame
from neural_style.networks.provider import ProviderStatus
from neural_style.request import StylizeRequest
from neural_style.ui import texts
from neural_style.ui.pace import Pace

Recipe = Callable[[StylizeRequest, Frame], str]
"""What the result's metadata says of how it was painted."""


class Closing:
    """Lets the jobs that run hand over their best pictures before the server ends; safe to use from many threads."""

    def __init__(self) -> None:
        self._begun = threading.Event()
        self._changed = threading.Condition()
        self._running = 0

    @property
    def has_begun(self) -> bool:
        """Whether jobs shall come to their end."""
        return self._begun.is_set()

    @property
    def running(self) -> int:
        """Jobs that are being painted."""
        return self._running

    @contextmanager
    def job(self) -> Iterator[None]:
        """Around a job.

        Raises:
            OptionsError: the server is ending, and begins nothing new.
        """
        if self.has_begun:
            raise OptionsError(texts.SERVER_ENDS)
        with self._changed:
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def begin(self, patience_s: float) -> bool:
        """Ask all jobs for their end, and wait for them. Returns whether there were any."""
        self._begun.set()
        deadline = time.monotonic() + patience_s
        with self._changed:
            had_jobs = self._running > 0
            while self._running and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
        return had_jobs


@dataclass(frozen=True)
class Studio:
    """What `ui.app.build_app` puts a page over.

    Attributes:
        stylizer: paints a request.
        network_status: which network would paint now; called whenever the page shows it, so cheap.
        recipe: what the metadata of a result says of how it was painted; None: nothing.
        pace: what is known of the speed of this machine.
        closing: ends the jobs when the server ends.
    """

    stylizer: Stylizer
    network_status: Callable[[], ProviderStatus]
    recipe: Recipe | None = None
    pace: Pace = field(default_factory=Pace)
    closing: Closing = field(default_factory=Closing)

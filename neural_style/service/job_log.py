"""The log has a line when a job begins and one when it ends: an id and numbers, no pictures and no names."""

import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from neural_style.iterate import Iterate
from neural_style.request import StylizeRequest

_logger = logging.getLogger(__name__)


@dataclass(eq=False)
class JobLog:
    """The facts that the log gives of a job when it ends."""

    job: str = field(default_factory=lambda: secrets.token_hex(4))
    outcome: str = "failed"
    steps: int = 0

    def ended(self, outcome: str, iterate: Iterate) -> None:
        """Note that the job came to its end as it should."""
        self.outcome, self.steps = outcome, iterate.step


@contextmanager
def job_log(request: StylizeRequest) -> Iterator[JobLog]:
    """Log the begin and the end of the job in the `with` block; one that ends by an exception has failed."""
    log, began = JobLog(), time.monotonic()
    height, width = request.canvas_size
    _logger.info("job=%s event=begin size=%dx%d styles=%d", log.job, width, height, len(request.styles))
    try:
        yield log
    finally:
        seconds = time.monotonic() - began
        _logger.info("job=%s event=end outcome=%s steps=%d seconds=%.1f", log.job, log.outcome, log.steps, seconds)

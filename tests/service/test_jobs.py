"""Jobs from the click to the end."""

import pytest

from neural_style.errors import OptionsError
from neural_style.service import messages
from neural_style.service.jobs import Jobs
from neural_style.service.orders import (
    Order,
)


def test_jobs_are_forgotten_when_they_are_over(order: Order) -> None:
    jobs = Jobs()
    token, other = jobs.register(order, "a session"), jobs.register(order, "another")
    jobs.stop("unknown")
    with jobs.running(token) as job:
        assert (job.order, job.session, job.stop.is_set()) == (order, "a session", False)
        jobs.stop(token)
        assert job.stop.is_set()
    jobs.forget(other)
    assert len(jobs) == 0
    with pytest.raises(OptionsError, match=messages.STATUS_LEFT_QUEUE), jobs.running(token):
        pass

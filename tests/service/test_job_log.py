"""The lines that the log has for a job."""

import logging
import re

import pytest

from neural_style.service.job_log import job_log
from tests.fakes import FakeStylizer, small_request


def lines_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name.startswith("neural_style")]


def test_a_job_has_a_line_for_its_beginning_and_one_for_its_end(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "neural_style")
    request = small_request(iterations=3)
    with job_log(request) as log:
        *_, last = FakeStylizer()(request)
        log.ended("finished", last)
    begin, end = lines_of(caplog)
    assert begin == f"job={log.job} event=begin size=56x40 styles=1"
    assert re.fullmatch(rf"job={log.job} event=end outcome=finished steps=3 seconds=\d+\.\d", end)
    assert re.fullmatch("[0-9a-f]{8}", log.job)


def test_a_job_that_ends_by_an_exception_has_failed(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "neural_style")
    with pytest.raises(ZeroDivisionError), job_log(small_request()):
        raise ZeroDivisionError
    assert "event=end outcome=failed steps=0" in lines_of(caplog)[-1]


def test_no_two_jobs_have_the_same_id() -> None:
    ids = set()
    for _ in range(50):
        with job_log(small_request()) as log:
            ids.add(log.job)
    assert len(ids) == 50

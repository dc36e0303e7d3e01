"""One job of a server, from its turn to its result."""

from dataclasses import replace
from pathlib import Path

import pytest

from neural_style.errors import ImageError, OptionsError
from neural_style.service.jobs import Job
from neural_style.service.options import ServerOptions
from neural_style.service.orders import Order
from neural_style.service.painter import Painter
from neural_style.service.pictures import Picture
from neural_style.service.sessions import Sessions
from tests.service.helpers import fake_painter


def test_a_job_of_a_browser_tells_its_moments_and_leaves_its_result_there(order: Order) -> None:
    runner, stylizer = fake_painter()
    sessions = Sessions(60.0)
    job = Job(order, sessions.arrive(""), is_kept=True)
    Painter(runner, ServerOptions(), sessions)(job)
    updates = [moment.update for moment in job.moments if moment.update is not None]
    assert [update.iterate.step for update in updates] == list(range(order.settings.iterations + 1))
    assert job.result is not None
    assert updates[-1].files == job.result.files
    assert sessions.results(job.session) == [job.result]
    assert job.result.outcome.step == order.settings.iterations
    assert stylizer.closed == 1


def test_a_job_of_a_program_leaves_nothing_for_any_browser(order: Order) -> None:
    runner, _ = fake_painter()
    sessions = Sessions(60.0)
    job = Job(order, sessions.arrive(""))
    Painter(runner, ServerOptions(), sessions)(job)
    assert job.result is None
    assert job.moments[-1].update is not None
    assert job.moments[-1].update.files is not None
    assert sessions.results(job.session) == []


def test_what_cannot_be_painted_is_said_in_its_sentence(order: Order) -> None:
    runner, _ = fake_painter()
    with pytest.raises(OptionsError, match="A photo is needed"):
        Painter(runner, ServerOptions(), Sessions(60.0))(Job(replace(order, content=None), "a"))


def test_a_job_that_is_stopped_before_its_first_step_leaves_no_result(order: Order) -> None:
    runner, _ = fake_painter()
    sessions = Sessions(60.0)
    job = Job(order, sessions.arrive(""), is_kept=True)
    job.stop.set()
    Painter(runner, ServerOptions(), sessions)(job)
    assert job.result is None
    assert sessions.results(job.session) == []


def test_an_album_is_painted_photo_by_photo_and_what_cannot_be_read_is_passed_over(
    order: Order, tmp_path: Path
) -> None:
    runner, stylizer = fake_painter()
    stylizer.steps = 2
    sessions = Sessions(60.0)
    (tmp_path / "broken.png").write_text("no picture")
    broken = replace(order, content=Picture.of(tmp_path / "broken.png"))
    job = Job(order, sessions.arrive(""), is_kept=True, album=(order, broken, order))
    Painter(runner, ServerOptions(), sessions)(job)
    assert len(sessions.results(job.session)) == 2
    assert job.result is sessions.results(job.session)[-1]
    assert [moment.place for moment in job.moments if moment.update and moment.update.files] == [(1, 3), (3, 3)]
    (failure,) = job.failures
    assert "broken.png" in failure


def test_an_album_that_is_stopped_keeps_what_is_done_and_one_of_no_pictures_says_why(
    order: Order, tmp_path: Path
) -> None:
    runner, stylizer = fake_painter()
    stylizer.steps = 2
    sessions = Sessions(60.0)
    job = Job(order, sessions.arrive(""), is_kept=True, album=(order, order))
    job.stop.set()
    Painter(runner, ServerOptions(), sessions)(job)
    assert stylizer.requests == []
    (tmp_path / "broken.png").write_text("no picture")
    broken = replace(order, content=Picture.of(tmp_path / "broken.png"))
    with pytest.raises(ImageError, match=r"broken\.png"):
        Painter(runner, ServerOptions(), sessions)(Job(order, "a", is_kept=True, album=(broken, broken)))

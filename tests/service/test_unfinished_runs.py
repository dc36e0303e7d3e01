"""A picture goes on where its server was killed, as if nothing had been: real processes, the real engine, SIGKILL."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neural_style.backends.local import LocalStylizer
from neural_style.changes import Change
from neural_style.engine.precision import choose_arithmetic
from neural_style.errors import OptionsError
from neural_style.images.load import load_image
from neural_style.iterate import Iterate, Iterates, RunState
from neural_style.networks.provider import ProviderStatus
from neural_style.request import StylizeRequest
from neural_style.service.context import ServiceContext
from neural_style.service.jobs import Job, Jobs
from neural_style.service.journal import Journal
from neural_style.service.options import ServerOptions
from neural_style.service.orders import Order
from neural_style.service.painter import MOST_BEGINNINGS, Painter
from neural_style.service.pictures import Picture
from neural_style.service.runner import Runner
from neural_style.service.sessions import Sessions
from neural_style.service.unfinished_runs import NAME, UnfinishedRun, request_after, request_with
from neural_style.settings import Settings
from tests.fakes import small_picture, small_request, tiny_network
from tests.forking import forking
from tests.record.states import iterate_with
from tests.service.helpers import order_for
from tests.ui.conftest import wait_until

SETTINGS = Settings(iterations=8, optimizer="lbfgs", start="content", precision="float32", scales=2)
TITLE = tiny_network().title
LOADED = """
import tests.service.test_unfinished_runs
from neural_style.backends.loading import load_tensorflow
load_tensorflow()
"""
SERVER = """
import os, signal
from pathlib import Path
from neural_style.record import checkpoint
from neural_style.service import unfinished_runs
from tests.service.test_unfinished_runs import Server

unfinished_runs.MIN_INTERVAL_S, checkpoint.MAX_COST = 0.0, float("inf")

def kill(request, iterate):
    if iterate.step == {step} and {title!r} in (request.styles[0].title, ""):
        os.kill(os.getpid(), signal.SIGKILL)

Server(Path({folder!r}), kill).work()
"""


class Server:
    """A server without a page, over the real engine with a tiny network; those in the same folder follow another."""

    def __init__(self, folder: Path, seen: Any = lambda _request, _iterate: None) -> None:
        self.journal = Journal(folder / "journal")
        self.sessions = Sessions(60.0, journal=self.journal)
        self.begun: list[RunState | None] = []
        self.seen, self.engine = seen, LocalStylizer(tiny_network, choose=choose_arithmetic)
        self.context = ServiceContext(self.paint, lambda: ProviderStatus(TITLE, "off", 0, 0, ""))
        painter = Painter(Runner(self.context, folder / "results"), ServerOptions(), self.sessions)
        self.jobs = Jobs()
        self.jobs.open(painter, at_once=1, most_waiting=9, most_of_one=9, journal=self.journal)

    def paint(self, request: StylizeRequest, begin: RunState | None = None, /) -> Iterates:
        self.begun.append(begin)
        change, run = None, self.engine(request, begin)
        while True:
            try:
                iterate: Iterate = run.send(change)
            except StopIteration:
                return
            self.seen(request, iterate)
            change = yield iterate

    def work(self) -> None:
        """Paint what the server before it left, until nothing is left."""
        self.jobs.resume()
        self.jobs.begin()
        wait_until(lambda: not self.jobs.running and not self.jobs.waiting, 120.0)


def leave(folder: Path, order: Order, **more: Any) -> Job:
    """Have a server be ordered a picture that it does not begin."""
    journal = Journal(folder / "journal")
    session = Sessions(60.0, journal=journal).arrive("")
    job = Job(order, session, "::1", 60.0, is_kept=True, **more)
    journal.keep_job(job.kept())
    return job


KillAt = Callable[..., None]


@pytest.fixture(scope="module")
def kill_at() -> Iterator[KillAt]:
    """Run a server that is killed at that step of a picture, of that painting where one is named."""
    with forking(LOADED, dict(os.environ)) as python:

        def run(folder: Path, step: int, title: str = "") -> None:
            done = python.run(SERVER.format(folder=str(folder), step=step, title=title), dict(os.environ))
            assert done.returncode == -signal.SIGKILL, done.stderr

        yield run


def pictures(server: Server, job: Job) -> list[np.ndarray]:
    return [load_image(result.files.picture) for result in server.sessions.results(job.session)]


def painted_at_once(folder: Path, order: Order) -> np.ndarray:
    folder.mkdir()
    job = leave(folder, order)
    server = Server(folder)
    server.work()
    return pictures(server, job)[0]


def test_a_picture_goes_on_from_its_last_step_and_is_the_one_of_a_server_that_was_not_killed(
    tmp_path: Path, kill_at: KillAt
) -> None:
    order = replace(order_for(tmp_path, SETTINGS), changes=(Change(settings={"weights.content": 0.3}, step=2),))
    job = leave(tmp_path, order)
    kill_at(tmp_path, 3)
    kill_at(tmp_path, 11)
    server = Server(tmp_path)
    assert (tmp_path / "results" / job.token / NAME).exists()
    server.work()
    (begin,) = server.begun
    assert begin is not None
    assert begin.step == 10
    np.testing.assert_array_equal(pictures(server, job)[0], painted_at_once(tmp_path / "other", order))
    assert server.journal.jobs() == []
    assert not (tmp_path / "results" / job.token).exists()
    (result,) = server.sessions.results(job.session)
    assert result.order.changes == order.changes


def test_a_change_that_was_sent_before_the_kill_is_made_after_it(tmp_path: Path, kill_at: KillAt) -> None:
    order = order_for(tmp_path, replace(SETTINGS, scales=1))
    job = leave(tmp_path, order)
    kill_at(tmp_path, 4)
    journal = Journal(tmp_path / "journal")
    (kept,) = journal.jobs()
    change = Change(settings={"weights.content": 0.3})
    journal.keep_job(replace(kept, pending=change))
    server = Server(tmp_path)
    server.work()
    (result,) = server.sessions.results(job.session)
    assert result.order.changes == (change.at(3),)
    wanted = painted_at_once(tmp_path / "other", replace(order, changes=(change.at(3),)))
    np.testing.assert_array_equal(pictures(server, job)[0], wanted)


def test_changes_survive_one_kill_after_the_other(tmp_path: Path, kill_at: KillAt) -> None:
    """Of two changes one is made before the state that is kept, the other after it."""
    order = order_for(tmp_path, replace(SETTINGS, scales=1))
    early, later = (Change(settings={"weights.content": weight}, step=step) for weight, step in ((0.3, 1), (0.1, 6)))
    job = leave(tmp_path, replace(order, changes=()))
    journal = Journal(tmp_path / "journal")
    journal.keep_job(replace(job.kept(), made=(early, later)))
    for step in (3, 5):
        kill_at(tmp_path, step)
        (kept,) = journal.jobs()
        assert kept.made == (early, later)
    server = Server(tmp_path)
    server.work()
    (result,) = server.sessions.results(job.session)
    assert result.order.changes == (early, later)
    wanted = painted_at_once(tmp_path / "other", replace(order, changes=(early, later)))
    np.testing.assert_array_equal(pictures(server, job)[0], wanted)


def test_a_stop_that_was_asked_for_is_remembered(tmp_path: Path, kill_at: KillAt) -> None:
    job = leave(tmp_path, order_for(tmp_path, replace(SETTINGS, scales=1)))
    kill_at(tmp_path, 5)
    journal = Journal(tmp_path / "journal")
    (kept,) = journal.jobs()
    journal.keep_job(replace(kept, is_stopped=True))
    server = Server(tmp_path)
    server.work()
    (result,) = server.sessions.results(job.session)
    assert result.outcome.stopped
    assert result.outcome.step == 4


def test_a_server_that_is_killed_when_the_result_is_kept_leaves_one_result(tmp_path: Path) -> None:
    job = leave(tmp_path, order_for(tmp_path, replace(SETTINGS, iterations=1, scales=1)))
    kept = job.kept()
    first = Server(tmp_path)
    first.work()
    first.journal.keep_job(kept)  # as if its end had not been noted
    server = Server(tmp_path)
    server.work()
    assert server.begun == []
    assert len(pictures(server, job)) == 1
    found = server.jobs.find(job.token)
    assert found is not None
    assert found.result is not None


def test_keep_going_goes_on_from_its_own_state_though_the_run_before_it_is_gone(
    tmp_path: Path, kill_at: KillAt
) -> None:
    order = order_for(tmp_path, replace(SETTINGS, scales=1))
    job = leave(tmp_path, order)
    server = Server(tmp_path)
    server.work()
    (result,) = server.sessions.results(job.session)
    assert result.files.run is not None
    more = replace(order, begin=result.files.run, changes=(Change(step=8, more=6),))
    going = leave(tmp_path, more)
    kill_at(tmp_path, 11)
    result.files.run.unlink()
    server = Server(tmp_path)
    server.work()
    (begin,) = server.begun
    assert begin is not None
    assert begin.step == 10
    (finished,) = server.sessions.results(going.session)
    assert finished.outcome.step == 14


def test_what_was_painted_goes_on_before_what_waited(tmp_path: Path, kill_at: KillAt) -> None:
    order = order_for(tmp_path, replace(SETTINGS, scales=1))
    named = replace(order, styles=tuple(replace(style, title="second") for style in order.styles))
    waiting, painted = leave(tmp_path, order), leave(tmp_path, named)
    journal = Journal(tmp_path / "journal")
    journal.forget_job(waiting.token)
    kill_at(tmp_path, 5, "second")
    (kept,) = journal.jobs()
    journal.forget_job(painted.token)
    for each in (waiting.kept(), kept):
        journal.keep_job(each)
    server = Server(tmp_path)
    server.work()
    assert [begin and begin.step for begin in server.begun] == [4, None]


def test_an_orderly_end_does_not_count_as_one_that_the_picture_brought_about(tmp_path: Path) -> None:
    job = leave(tmp_path, order_for(tmp_path, replace(SETTINGS, scales=1)))
    for _ in range(MOST_BEGINNINGS + 1):
        server = Server(tmp_path)
        server.seen = lambda _request, _iterate, server=server: server.context.shutdown.begin(0.0)
        server.work()
        (kept,) = server.journal.jobs()
        assert kept.beginnings == 0
        assert server.sessions.results(job.session) == []
    server = Server(tmp_path)
    server.work()
    assert len(pictures(server, job)) == 1


def test_an_album_that_an_orderly_end_interrupts_before_a_step_has_that_photo_still_to_paint(tmp_path: Path) -> None:
    order = order_for(tmp_path, replace(SETTINGS, iterations=2, scales=1))
    job = leave(tmp_path, order, album=(order, order))
    server = Server(tmp_path)
    server.seen = lambda _request, _iterate: server.context.shutdown.begin(0.0)
    server.work()
    (kept,) = server.journal.jobs()
    assert kept.done == 0
    assert list((tmp_path / "results").iterdir()) == []
    server = Server(tmp_path)
    server.work()
    assert len(pictures(server, job)) == 2


def test_an_album_goes_on_with_the_picture_that_was_painted(tmp_path: Path, kill_at: KillAt) -> None:
    first = order_for(tmp_path, replace(SETTINGS, scales=1))
    second = replace(first, styles=tuple(replace(style, title="second") for style in first.styles))
    job = leave(tmp_path, first, album=(first, second, first))
    kill_at(tmp_path, 5, "second")
    server = Server(tmp_path)
    (kept,) = server.journal.jobs()
    assert (kept.done, kept.beginnings) == (1, 1)
    server.work()
    assert [begin and begin.step for begin in server.begun] == [4, None]
    results = pictures(server, job)
    assert len(results) == 3
    for result in results[1:]:
        np.testing.assert_array_equal(result, results[0])


def test_a_picture_that_ends_one_server_after_the_other_is_given_up_in_a_sentence(
    tmp_path: Path, kill_at: KillAt
) -> None:
    job = leave(tmp_path, order_for(tmp_path, replace(SETTINGS, scales=1)))
    for _ in range(MOST_BEGINNINGS):
        kill_at(tmp_path, 0)
    server = Server(tmp_path)
    server.work()
    assert server.begun == []
    found = server.jobs.latest_of(job.session)
    assert found is not None
    assert f"ended {MOST_BEGINNINGS} times while it painted this picture" in str(found.error)
    assert server.journal.jobs() == []


def test_one_that_gets_further_each_time_is_not_given_up(tmp_path: Path, kill_at: KillAt) -> None:
    job = leave(tmp_path, order_for(tmp_path, replace(SETTINGS, scales=1)))
    for step in (2, 4, 5, 7):
        kill_at(tmp_path, step)
    server = Server(tmp_path)
    server.work()
    assert len(pictures(server, job)) == 1


def test_a_photo_that_is_gone_is_said_and_the_next_job_is_painted(tmp_path: Path) -> None:
    order = order_for(tmp_path, replace(SETTINGS, iterations=1, scales=1))
    gone = leave(tmp_path, replace(order, content=Picture.of(tmp_path / "gone.png")))
    job = leave(tmp_path, order)
    server = Server(tmp_path)
    server.work()
    found = server.jobs.latest_of(gone.session)
    assert found is not None
    assert isinstance(found.error, Exception)
    assert "gone.png" in str(found.error)
    assert len(pictures(server, job)) == 1


def test_a_server_that_ends_in_order_leaves_what_it_did_not_begin_to_the_next_one(tmp_path: Path) -> None:
    job = leave(tmp_path, order_for(tmp_path, SETTINGS))
    server = Server(tmp_path)
    server.context.shutdown.begin(0.0)
    server.work()
    assert server.begun == []
    assert [kept.token for kept in server.journal.jobs()] == [job.token]


def state_at(step: int, *changes: Change) -> RunState:
    return RunState(0, step, step, 1.0, small_picture(20, 24), changes=changes)


def test_a_state_of_another_request_or_network_is_passed_over_and_the_run_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("neural_style.service.unfinished_runs.MIN_INTERVAL_S", 0.0)
    request = small_request()
    run = UnfinishedRun(tmp_path / "run", request, TITLE)
    assert run.state() is None
    run.keep(iterate_with(state_at(7)))
    found = UnfinishedRun(tmp_path / "run", request, TITLE).state()
    assert found is not None
    assert found.step == 7
    others: Mapping[str, Any] = {"request": small_request(padding_px=3), "network": "VGG-19"}
    for name, value in others.items():
        assert replace(UnfinishedRun(tmp_path / "run", request, TITLE), **{name: value}).state() is None
    (tmp_path / "run" / NAME).write_text("damaged")
    assert UnfinishedRun(tmp_path / "run", request, TITLE).state() is None
    run.end()
    run.end()
    assert not (tmp_path / "run").exists()


def test_a_disk_that_is_full_costs_the_state_and_not_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("neural_style.service.unfinished_runs.MIN_INTERVAL_S", 0.0)
    (tmp_path / "file").write_text("")
    run = UnfinishedRun(tmp_path / "file" / "run", small_request(), TITLE)
    assert run.state() is None
    run.keep(iterate_with(state_at(7)))
    assert "could not be kept" in caplog.text


def test_the_changes_after_a_state_are_those_made_until_it_and_those_planned_from_it_on() -> None:
    early, made, now, later = (Change([number], step=step) for number, step in ((1, 2), (2, 3), (3, 7), (4, 9)))
    request = replace(small_request(), changes=(early, made, now, later))
    assert request_after(state_at(7, made), request).changes == (made, now, later)
    assert request_after(state_at(8, made, now), request).changes == (made, now, later)
    with pytest.raises(OptionsError):
        request_after(state_at(7, Change([1, 2], step=1)), request)


def test_a_run_that_is_begun_anew_makes_the_changes_that_were_made_and_those_planned_once_each() -> None:
    made, planned = Change([1], step=2), Change([2], step=3)
    request = replace(small_request(), changes=(planned,))
    assert request_with((), request) is request
    assert request_with((made,), request).changes == (made, planned)
    assert request_with((made, planned), request).changes == (made, planned)

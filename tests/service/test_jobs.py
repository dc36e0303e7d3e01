"""Jobs from the click to the end: their turns, their watchers, and what becomes of them when those are gone."""

import asyncio
import re
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from neural_style.changes import Change
from neural_style.errors import OptionsError
from neural_style.languages import speaking
from neural_style.service.jobs import KEPT_PREVIEWS, MOST_ENDED, WATCH_INTERVAL_S, Job, Jobs, Moment
from neural_style.service.journal import Journal
from neural_style.service.messages import messages
from neural_style.service.orders import Order
from neural_style.service.runner import Update
from tests.service.helpers import iterate_of, request_for
from tests.ui.conftest import wait_until


class Desk:
    """Paints one job at a time, when it is told to."""

    def __init__(self, journal: Journal | None = None, **limits: int) -> None:
        self.begun: list[Job] = []
        self._gates: dict[Job, threading.Event] = {}
        self.jobs = Jobs()
        limits = {"at_once": 1, "most_waiting": 10, "most_of_one": 10, **limits}
        self.jobs.open(self._paint, journal=journal, **limits)

    def _paint(self, job: Job) -> None:
        gate = self._gates.setdefault(job, threading.Event())
        self.begun.append(job)
        while not gate.wait(0.01):
            job.lose_patience()
            if job.stop.is_set() or job.given_up.is_set():
                return

    def finish(self, job: Job) -> None:
        wait_until(lambda: job in self._gates)
        self._gates[job].set()
        wait_until(lambda: job.has_ended)


def submitted(desk: Desk, order: Order, session: str, address: str = "::1", **more: Any) -> Job:
    job = Job(order, session, address, **{"patience_s": 60.0, **more})
    desk.jobs.submit(job)
    return job


def test_a_bug_is_said_by_an_id_under_which_the_log_has_it_in_the_language_of_who_ordered(
    order: Order, caplog: pytest.LogCaptureFixture
) -> None:
    def paint(_job: Job) -> None:
        raise ValueError("oops")

    jobs = Jobs()
    jobs.open(paint, at_once=1, most_waiting=1, most_of_one=1)
    with speaking("de"):
        wanted = messages().unexpected_error.partition("{")[0]
        job = Job(order, "a")
    jobs.submit(job)
    wait_until(lambda: job.has_ended)
    assert isinstance(job.error, OptionsError)
    assert str(job.error).startswith(wanted)
    (error_id,) = re.findall(r"[0-9a-f]{8}", str(job.error))
    assert f"Unexpected error {error_id}" in caplog.text
    assert "oops" in caplog.text


def followed(
    jobs: Jobs, job: Job, *, every: bool = False, meanwhile: Callable[[], None] = lambda: None
) -> list[Moment]:
    async def follow() -> list[Moment]:
        task = asyncio.get_running_loop().run_in_executor(None, meanwhile)
        moments = [moment async for moment in jobs.follow(job, every=every)]
        await task
        return moments

    return asyncio.run(follow())


def test_jobs_are_painted_in_turns_and_know_how_many_come_before(order: Order) -> None:
    desk = Desk()
    first, second, third = (submitted(desk, order, "greedy") for _ in range(3))
    other = submitted(desk, order, "other", "::2")
    wait_until(lambda: desk.begun == [first])
    assert [desk.jobs.ahead(job) for job in (first, second, third, other)] == [None, 2, 3, 1]
    assert (desk.jobs.waiting, desk.jobs.running, desk.jobs.would_wait_for()) == (3, 1, 4)
    for job in (first, other, second, third):
        desk.finish(job)
    assert desk.begun == [first, other, second, third]
    assert (desk.jobs.waiting, desk.jobs.running, desk.jobs.would_wait_for()) == (0, 0, 0)


def test_several_are_painted_at_once_where_that_is_allowed(order: Order) -> None:
    desk = Desk(at_once=2)
    jobs = [submitted(desk, order, "a") for _ in range(3)]
    wait_until(lambda: len(desk.begun) == 2)
    assert desk.jobs.ahead(jobs[2]) == 1
    for job in jobs:
        desk.finish(job)


def test_too_many_waiting_are_refused_in_words_of_all_and_of_one(order: Order) -> None:
    desk = Desk(most_waiting=3, most_of_one=2)
    jobs = [submitted(desk, order, "a") for _ in range(3)]
    with pytest.raises(OptionsError, match="2 of your pictures are waiting"):
        submitted(desk, order, "a")
    jobs.append(submitted(desk, order, "b"))
    with pytest.raises(OptionsError, match="3 pictures are waiting already"):
        submitted(desk, order, "c")
    for job in jobs:
        desk.jobs.stop(job)
    wait_until(lambda: desk.jobs.running == 0)
    assert desk.begun == jobs[:1]


def test_a_waiting_job_that_is_stopped_never_begins_and_the_next_one_moves_up(order: Order) -> None:
    desk = Desk()
    first, second, third = (submitted(desk, order, name) for name in "abc")
    desk.jobs.stop(second)
    assert second.has_ended
    assert followed(desk.jobs, second) == []
    assert desk.jobs.ahead(third) == 1
    desk.finish(first)
    desk.finish(third)
    assert second not in desk.begun


def test_a_watcher_is_told_the_place_the_moments_and_the_end(order: Order) -> None:
    desk = Desk()
    first, second = submitted(desk, order, "a"), submitted(desk, order, "b")

    def meanwhile() -> None:
        time.sleep(3 * WATCH_INTERVAL_S)
        desk.finish(first)
        wait_until(lambda: second.has_begun)
        second.tell(Moment(preview=b"picture"))
        time.sleep(3 * WATCH_INTERVAL_S)
        desk.finish(second)

    moments = followed(desk.jobs, second, meanwhile=meanwhile)
    assert moments[0] == Moment(ahead=1)
    assert moments[-1].preview == b"picture"
    assert all(moment.ahead is None for moment in moments[1:])


def test_every_moment_is_told_to_who_wants_them_and_the_latest_with_its_preview_to_others(order: Order) -> None:
    desk, job = Desk(), Job(order, "a")
    updates = [Update.of(request_for(order), iterate_of(order, step=step)).told() for step in range(5)]
    for update in updates:
        job.tell(Moment(update=update, preview=b"%d" % update.iterate.step if update.iterate.step < 4 else None))
    job.has_ended = True
    every = followed(desk.jobs, job, every=True)
    assert [moment.update for moment in every] == updates
    assert [moment.preview for moment in every] == [None, b"1", b"2", b"3", None]
    assert KEPT_PREVIEWS == 3
    (latest,) = followed(desk.jobs, job)
    assert (latest.update, latest.preview) == (updates[-1], b"3")


def test_a_failure_reaches_every_watcher_also_the_late_ones_and_the_next_job_begins(order: Order) -> None:
    jobs = Jobs()

    def fail(job: Job) -> None:
        if job.session == "bad":
            raise OptionsError("It cannot be painted.")

    jobs.open(fail, at_once=1, most_waiting=5, most_of_one=5)
    bad, good = Job(order, "bad"), Job(order, "good")
    jobs.submit(bad)
    jobs.submit(good)
    wait_until(lambda: good.has_ended)
    for _ in range(2):
        with pytest.raises(OptionsError, match="cannot be painted"):
            followed(jobs, bad)
    assert jobs.find(bad.token) is bad
    assert jobs.find("made up") is jobs.find(None) is None


def test_who_is_gone_for_longer_than_the_patience_ends_the_job(order: Order) -> None:
    desk = Desk()
    program = submitted(desk, order, "a", patience_s=0.05)
    wait_until(lambda: program.has_ended)
    assert program.given_up.is_set()
    page = submitted(desk, order, "b", patience_s=0.05, is_kept=True)
    wait_until(lambda: page.has_ended)
    assert page.stop.is_set()
    assert not page.given_up.is_set()


def test_who_watches_keeps_the_job_going(order: Order) -> None:
    desk = Desk()
    job = submitted(desk, order, "a", patience_s=4 * WATCH_INTERVAL_S)

    def meanwhile() -> None:
        time.sleep(12 * WATCH_INTERVAL_S)
        assert not job.has_ended
        desk.finish(job)

    followed(desk.jobs, job, meanwhile=meanwhile)
    assert not job.given_up.is_set()


def test_the_unfinished_job_of_a_browser_is_found_again_and_that_of_a_program_is_not(order: Order) -> None:
    desk = Desk()
    page = submitted(desk, order, "browser", is_kept=True)
    program = submitted(desk, order, "program")
    assert desk.jobs.latest_of("browser") is page
    assert desk.jobs.latest_of("program") is None
    desk.jobs.give_up(program)
    desk.finish(page)
    assert desk.jobs.latest_of("browser") is None


def test_jobs_that_ended_long_ago_are_forgotten(order: Order) -> None:
    jobs = Jobs()
    jobs.open(lambda _job: None, at_once=1, most_waiting=10**6, most_of_one=10**6)
    many = [Job(order, "a") for _ in range(MOST_ENDED + 2)]
    for each in many:
        jobs.submit(each)
        wait_until(lambda job=each: job.has_ended)
    first, last = many[0], many[-1]
    jobs.submit(Job(order, "a"))
    assert jobs.find(first.token) is None
    assert jobs.find(last.token) is last


def test_a_change_that_the_run_has_just_taken_is_known_beside_one_that_comes_now(order: Order) -> None:
    job = Job(order, "a", is_kept=True)
    first, second = Change(settings={"weights.content": 0.5}), Change(settings={"weights.content": 0.1})
    job.tell(Moment(update=Update.of(request_for(order), iterate_of(order, step=4))))
    job.change(first)
    assert job.take_change() == first
    job.change(second)
    kept = job.kept()
    assert (kept.made, kept.pending) == ((first.at(4),), second)
    job.tell(Moment(update=Update.of(request_for(order), iterate_of(order, step=5))))
    assert job.kept().made == ()  # the run has passed it over: it did not fit
    job.tell(Moment(update=Update.of(request_for(order), iterate_of(order, step=6, changes=(first.at(4),)))))
    assert job.kept().made == (first.at(4),)


def test_a_change_that_comes_at_the_end_of_a_job_does_not_bring_it_back(order: Order) -> None:
    journal = Journal()
    desk = Desk(journal)
    job = submitted(desk, order, "a", is_kept=True)
    assert [kept.token for kept in journal.jobs()] == [job.token]
    desk.finish(job)
    desk.jobs.change(job, Change(settings={"weights.content": 0.5}))
    desk.jobs.stop(job)
    assert journal.jobs() == []

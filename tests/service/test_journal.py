"""What a server must know to go on after it was killed, on the disk."""

import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neural_style.changes import Change
from neural_style.languages import speaking
from neural_style.masks import READY
from neural_style.service.jobs import Job
from neural_style.service.journal import VERSION, Journal, KeptJob
from neural_style.service.loss_curve import LossPoint
from neural_style.service.mix import Mix
from neural_style.service.orders import Order
from neural_style.service.results import Result
from tests.service.helpers import iterate_of, result_in

FORM = {"look": "bold", "gallery": {"styles": {"a": {"share": 0.5}}, "own": []}, "own": {}, "side": None, "seed": 3}


def full_order(order: Order) -> Order:
    """Return the order with everything in it that an order can have."""
    (style,) = order.styles
    styles = (replace(style, region=READY["left"], excerpt=READY["middle"], turn=30.0), replace(style, share=0.5))
    changes = (Change([1, 2], {"weights.content": 0.25}, step=3), Change(step=9, more=50))
    return replace(
        order,
        styles=styles,
        initial=order.content,
        left_alone=READY["ground"],
        notices=("A notice.",),
        changes=changes,
        begin=Path("run.npz"),
    )


def full_result(folder: Path, order: Order) -> Result:
    result, iterate = result_in(folder), iterate_of(order)
    nearness = {"style": {"relu1_1": 0.5}, "colors": {"pixels": float("nan")}}
    outcome = replace(result.outcome, curve=(LossPoint.of(iterate),), nearness=nearness, notice="It ended.")
    return replace(result, order=full_order(order), outcome=outcome, form=FORM)


def as_text(result: Result) -> str:
    return repr(result)  # of all that is in it; records of losses are not compared by their values


def test_a_session_is_read_with_its_form_and_results_as_it_was(order: Order, tmp_path: Path) -> None:
    path, result, other = tmp_path / "journal", full_result(tmp_path, order), result_in(tmp_path)
    journal = Journal(path)
    journal.keep_session("later", 200.0, None)
    journal.keep_session("mine", 50.0, None)
    journal.keep_session("mine", 100.0, FORM)
    journal.keep_result("mine", result)
    journal.keep_result("mine", other)
    journal.star_result(other.key, is_starred=True)
    mine, later = Journal(path).sessions()
    assert (mine.token, mine.seen_at, mine.form) == ("mine", 100.0, FORM)
    assert list(map(as_text, mine.results)) == list(map(as_text, [result, other]))
    assert mine.starred == {other.key}
    assert (later.token, later.form, later.results) == ("later", None, ())
    journal.forget_result(result.key)
    journal.forget_session("later")
    (mine,) = Journal(path).sessions()
    assert [each.key for each in mine.results] == [other.key]
    journal.forget_session("mine")
    journal.keep_session("mine", 1.0, None)
    assert Journal(path).sessions()[0].results == ()


def test_a_job_is_read_as_it_was_latest_and_in_its_turn(order: Order, tmp_path: Path) -> None:
    order = full_order(order)
    first = KeptJob(
        token="first",
        session="mine",
        address="::1",
        patience_s=60.0,
        order=order,
        album=(order, order),
        done=1,
        reached=40,
        failures=("broken.png",),
        beginnings=2,
        has_begun=True,
        is_stopped=True,
        made=order.changes[:1],
        pending=Change(settings={"color_strength": 0.5}),
        form=FORM,
        mix=Mix.of(order),
        language="de",
    )
    second = KeptJob(token="second", session="mine", address="", patience_s=1.0, order=order)
    journal = Journal(tmp_path / "journal")
    for job in (replace(first, done=0), second, first):
        journal.keep_job(job)
    assert Journal(tmp_path / "journal").jobs() == [first, second]
    journal.forget_job("first")
    journal.forget_job("unknown")
    assert Journal(tmp_path / "journal").jobs() == [second]


def test_a_job_goes_on_with_the_changes_that_were_made_planned_and_still_to_be_taken(order: Order) -> None:
    with speaking("de"):
        job = Job(full_order(order), "mine", "::1", 60.0, is_kept=True, form=FORM)
    job.change(Change([3, 1]))
    again = Job.of(job.kept())
    assert again.kept() == job.kept()
    assert again.changes == (*full_order(order).changes, Change([3, 1]))
    again = Job.of(replace(job.kept(), made=(Change([2, 2], step=1),), is_stopped=True))
    assert again.changes == (Change([2, 2], step=1), Change([3, 1]))
    assert again.stop.is_set()
    assert again.take_change() == Change([3, 1])


def test_a_damaged_file_is_set_aside_and_a_new_one_begun(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "journal"
    path.write_bytes(b"no database" * 1000)
    journal = Journal(path)
    journal.keep_session("mine", 1.0, None)
    assert len(Journal(path).sessions()) == 1
    assert (tmp_path / "damaged-journal").read_bytes().startswith(b"no database")
    assert "cannot be used" in caplog.text


@given(damage=st.lists(st.tuples(st.integers(0, 60_000), st.integers(0, 255)), min_size=1, max_size=40))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_damage_of_any_sort_a_server_starts_and_notes_what_happens(
    tmp_path_factory: pytest.TempPathFactory, damage: list[tuple[int, int]]
) -> None:
    path = tmp_path_factory.mktemp("damaged") / "journal"
    journal = Journal(path)
    for number in range(40):
        journal.keep_session(f"{number}", float(number), FORM)
    journal.close()
    content = bytearray(path.read_bytes())
    for place, value in damage:
        content[place % len(content)] = value
    path.write_bytes(content)
    journal = Journal(path)
    journal.jobs()
    assert all(isinstance(session.seen_at, float) for session in journal.sessions())
    journal.keep_session("new", 1.0, None)
    assert "new" in {session.token for session in journal.sessions()}
    journal.close()


def test_the_tables_of_another_version_are_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    Journal(path).close()
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA user_version = {VERSION + 1}")
    database.close()
    Journal(path).keep_session("mine", 1.0, None)
    assert len(Journal(path).sessions()) == 1
    assert (tmp_path / "damaged-journal").exists()


def test_an_entry_that_this_version_cannot_read_is_passed_over(order: Order, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path)
    journal.keep_job(KeptJob(token="good", session="mine", address="", patience_s=1.0, order=order))
    journal.keep_session("mine", 1.0, FORM)
    database = sqlite3.connect(path)
    database.execute("INSERT INTO jobs VALUES ('bad', '{\"token\": \"bad\"}')")
    database.execute("INSERT INTO results VALUES ('bad', 'mine', 0, 'no JSON')")
    database.commit()
    assert [job.token for job in journal.jobs()] == ["good"]
    assert database.execute("SELECT token FROM jobs").fetchall() == [("good",)]
    assert journal.sessions()[0].results == ()


def test_where_there_can_be_no_file_the_server_goes_on_without(
    order: Order, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal(tmp_path / "not" / "here")
    journal.keep_session("mine", 1.0, None)
    assert len(journal.sessions()) == 1
    journal.close()
    journal.keep_job(KeptJob(token="job", session="mine", address="", patience_s=1.0, order=order))
    assert journal.jobs() == []
    assert "could not be written" in caplog.text


def test_many_threads_may_write_at_once(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")

    def write(number: int) -> None:
        for step in range(20):
            journal.keep_session(f"{number}", float(step), FORM)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(each.token, each.seen_at) for each in journal.sessions()} == {(f"{n}", 19.0) for n in range(8)}

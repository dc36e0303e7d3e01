"""Whose results and forms are whose, and that they outlive the server."""

from pathlib import Path

import pytest

from neural_style.errors import OptionsError
from neural_style.service.journal import Journal, KeptJob
from neural_style.service.orders import Order
from neural_style.service.sessions import RESULTS_PER_SESSION, Sessions
from tests.service.helpers import result_in

KEPT_S = 3600


def test_a_browser_finds_its_own_results_and_no_other_does(tmp_path: Path) -> None:
    sessions, result = Sessions(KEPT_S), result_in(tmp_path)
    mine, other = sessions.arrive(""), sessions.arrive(None)
    assert mine != other
    sessions.add(mine, result)
    sessions.add("unknown", result)
    assert sessions.arrive(mine) == mine
    assert sessions.results(mine) == [result]
    assert sessions.result(mine, result.key) is result
    assert sessions.results(other) == sessions.results("unknown") == []
    for token in (other, "unknown", ""):
        with pytest.raises(OptionsError, match="no longer here"):
            sessions.result(token, result.key)


def test_a_token_that_nobody_gave_out_is_replaced() -> None:
    sessions = Sessions(KEPT_S)
    for made_up in ("mine", 3, {"a": 1}, ["x"], None):
        assert sessions.arrive(made_up) not in ("mine", 3)


def test_the_oldest_results_and_the_oldest_sessions_go(tmp_path: Path) -> None:
    now = 0.0
    sessions = Sessions(KEPT_S, lambda: now)
    token = sessions.arrive("")
    results = [result_in(tmp_path) for _ in range(RESULTS_PER_SESSION + 2)]
    for result in results:
        sessions.add(token, result)
    assert sessions.results(token) == results[2:]
    now += KEPT_S - 1
    assert sessions.arrive(token) == token
    now += KEPT_S + 1
    assert sessions.arrive(token) != token


def test_a_result_whose_file_has_been_cleared_is_gone(tmp_path: Path) -> None:
    sessions, result = Sessions(KEPT_S), result_in(tmp_path)
    token = sessions.arrive("")
    sessions.add(token, result)
    result.files.picture.unlink()
    assert sessions.results(token) == []


def test_a_star_keeps_a_result_beside_newer_ones(tmp_path: Path) -> None:
    sessions = Sessions(KEPT_S)
    token = sessions.arrive("")
    first, *others = [result_in(tmp_path) for _ in range(RESULTS_PER_SESSION + 3)]
    sessions.add(token, first)
    sessions.star(token, first.key, is_starred=True)
    sessions.star(token, "made up", is_starred=True)
    for result in others:
        sessions.add(token, result)
    assert sessions.starred(token) == {first.key}
    assert sessions.results(token) == [first, *others[-RESULTS_PER_SESSION:]]
    sessions.star(token, first.key, is_starred=False)
    assert sessions.results(token) == others[-RESULTS_PER_SESSION:]
    assert sessions.starred(token) == sessions.starred("unknown") == frozenset()


def test_a_result_that_is_deleted_is_gone_with_its_files_and_only_for_who_has_it(tmp_path: Path) -> None:
    sessions = Sessions(KEPT_S)
    mine, other = sessions.arrive(""), sessions.arrive("")
    folder = tmp_path / "result"
    folder.mkdir()
    result = result_in(folder)
    sessions.add(mine, result)
    for token in (other, "unknown"):
        sessions.delete(token, result.key)
        assert sessions.results(mine) == [result]
    sessions.delete(mine, result.key)
    sessions.delete(mine, result.key)
    assert sessions.results(mine) == []
    assert not folder.exists()


def test_the_form_of_a_browser_is_kept_for_it_alone() -> None:
    sessions = Sessions(KEPT_S)
    mine, other = sessions.arrive(""), sessions.arrive("")
    sessions.keep_form(mine, {"look": "bold"})
    sessions.keep_form("unknown", {"look": "print"})
    assert sessions.form(mine) == {"look": "bold"}
    assert sessions.form(other) is sessions.form("unknown") is None


def test_a_server_that_is_started_again_knows_its_browsers(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    sessions, kept, starred = Sessions(KEPT_S, journal=journal), result_in(tmp_path), result_in(tmp_path)
    mine, other = sessions.arrive(""), sessions.arrive("")
    sessions.keep_form(mine, {"look": "bold"})
    for result in (starred, kept):
        sessions.add(mine, result)
    sessions.star(mine, starred.key, is_starred=True)
    folder = tmp_path / "deleted"
    folder.mkdir()
    deleted = result_in(folder)
    sessions.add(mine, deleted)
    sessions.delete(mine, deleted.key)
    again = Sessions(KEPT_S, journal=Journal(tmp_path / "journal"))
    assert again.arrive(mine) == mine
    assert again.form(mine) == {"look": "bold"}
    assert [result.key for result in again.results(mine)] == [starred.key, kept.key]
    assert again.starred(mine) == {starred.key}
    assert again.results(other) == []
    assert again.arrive("made up") != "made up"


def test_a_browser_that_something_is_painted_for_is_not_forgotten(order: Order, tmp_path: Path) -> None:
    now, journal = 0.0, Journal(tmp_path / "journal")
    sessions = Sessions(KEPT_S, lambda: now, journal)
    mine, idle = sessions.arrive(""), sessions.arrive("")
    now = KEPT_S - 1.0
    sessions.keep(mine)
    sessions.keep("unknown")
    now = KEPT_S + 1.0
    sessions.forget_old()
    assert [session.token for session in journal.sessions()] == [mine]
    journal.keep_session(idle, 0.0, None)  # as of a server that was away for long
    journal.keep_job(KeptJob(token="job", session=idle, address="", patience_s=1.0, order=order))
    again = Sessions(KEPT_S, journal=journal)
    assert again.arrive(idle) == idle


def test_what_is_forgotten_is_forgotten_by_the_next_server_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now, journal = 0.0, Journal(tmp_path / "journal")
    monkeypatch.setattr("neural_style.service.sessions.time.time", lambda: now)
    sessions = Sessions(KEPT_S, lambda: now, journal)
    old = sessions.arrive("")
    results = [result_in(tmp_path) for _ in range(RESULTS_PER_SESSION + 2)]
    for result in results:
        sessions.add(old, result)
    (kept,) = journal.sessions()
    assert [result.key for result in kept.results] == [result.key for result in results[2:]]
    now = KEPT_S / 2
    young = sessions.arrive("")
    now = KEPT_S + 1.0
    again = Sessions(KEPT_S, lambda: now, Journal(tmp_path / "journal"))
    assert again.arrive(old) != old
    assert again.arrive(young) == young
    assert old not in {session.token for session in journal.sessions()}

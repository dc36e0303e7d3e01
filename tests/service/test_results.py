"""Finished pictures and who may see them."""

from pathlib import Path

import pytest

from neural_style.errors import OptionsError
from neural_style.service.results import RESULTS_PER_SESSION, Sessions
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

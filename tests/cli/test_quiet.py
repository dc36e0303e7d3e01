"""Chatter of a library that is being loaded."""

import os

import pytest

from neural_style.cli.quiet import quiet_loading


def chatter(words: str) -> None:
    """As a C library does, past Python's own streams."""
    os.write(2, words.encode())


def test_what_a_library_says_while_it_loads_is_not_shown_and_what_comes_after_is(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
    with quiet_loading():
        chatter("could not find cuda drivers")
        assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "3"
    chatter("an error of ours")
    assert capfd.readouterr().err == "an error of ours"


def test_it_is_shown_after_all_where_loading_fails(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")

    def fail() -> None:
        with quiet_loading():
            chatter("the reason")
            raise ImportError

    with pytest.raises(ImportError):
        fail()
    assert capfd.readouterr().err == "the reason"
    assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "0", "a person's own choice"


def test_no_file_descriptor_is_left_open():
    def lowest_free() -> int:
        free = os.dup(2)
        os.close(free)
        return free

    before = lowest_free()
    with quiet_loading():
        pass
    assert lowest_free() == before

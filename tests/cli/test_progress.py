"""What a person sees: a bar on a terminal, a line now and then in a log."""

import io
from dataclasses import replace

import pytest

from neural_style.cli import progress
from neural_style.cli.progress import Progress, losses_text, say
from neural_style.frame import Frame, StepLosses
from tests.fakes import FakeStylizer, small_request


def frames(*, seconds_each: float = 0.0) -> list[Frame]:
    return [replace(frame, elapsed_s=frame.step * seconds_each) for frame in FakeStylizer()(small_request())]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def show(*, on_terminal: bool, monkeypatch: pytest.MonkeyPatch, seconds_each: float = 0.0) -> str:
    stream = Terminal() if on_terminal else io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("COLUMNS", "120")
    with Progress() as shown:
        for frame in frames(seconds_each=seconds_each):
            shown.show(frame)
    return stream.getvalue()


def test_on_a_terminal_there_is_a_bar_with_losses_and_steps(monkeypatch: pytest.MonkeyPatch):
    text = show(on_terminal=True, monkeypatch=monkeypatch)
    assert "100%" in text
    assert "5/5" in text
    assert "loss 167 = content 33.3 + style 117 + tv 16.7" in text


def test_in_a_log_a_quick_run_says_nothing(monkeypatch: pytest.MonkeyPatch):
    assert show(on_terminal=False, monkeypatch=monkeypatch) == ""


def test_in_a_log_a_slow_run_says_how_far_it_is_and_what_is_left(monkeypatch: pytest.MonkeyPatch):
    lines = show(on_terminal=False, monkeypatch=monkeypatch, seconds_each=progress.LOG_INTERVAL_S / 2).splitlines()
    assert len(lines) == 2
    assert lines[0] == "step 2 of 5, loss 333 = content 66.7 + style 233 + tv 33.3, 00:45 left"


def test_losses_that_are_not_finite_are_shown_as_they_are():
    losses = StepLosses(content=1.0, style=float("nan"), total_variation=float("inf"), total=float("nan"))
    assert losses_text(losses) == "loss nan = content 1 + style nan + tv inf"


def test_a_stream_that_is_gone_is_no_error():
    class Gone(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    say("nobody hears this", Gone())

"""A person sees a bar on a terminal, a line now and then in a log."""

import io
import re
from dataclasses import replace

import pytest

from neural_style.cli import progress
from neural_style.cli.progress import Progress, losses_text, say
from neural_style.iterate import Iterate, LossValues
from tests.fakes import FakeStylizer, small_request


def iterates(*, seconds_each: float = 0.0) -> list[Iterate]:
    return [replace(iterate, elapsed_s=iterate.step * seconds_each) for iterate in FakeStylizer()(small_request())]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def show(
    of_run: list[Iterate], monkeypatch: pytest.MonkeyPatch, *, on_terminal: bool, ends_by_losses: bool = False
) -> str:
    stream = Terminal() if on_terminal else io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("COLUMNS", "120")
    with Progress(ends_by_losses=ends_by_losses) as shown:
        for iterate in of_run:
            shown.show(iterate)
    return stream.getvalue()


def run_that_ends_by_its_losses() -> list[Iterate]:
    """Two small updates of at most 5, which are a tenth of the work each, and then the end."""
    seconds = 2 * progress.LOG_INTERVAL_S
    first, second, third, *_ = iterates(seconds_each=seconds)
    return [
        replace(first, work_done=0.1),
        replace(second, work_done=0.2),
        replace(third, steps=2, work_done=1.0, is_last=True),
    ]


def test_on_a_terminal_there_is_a_bar_with_losses_and_steps(monkeypatch: pytest.MonkeyPatch):
    text = show(iterates(), monkeypatch, on_terminal=True)
    assert "100%" in text
    assert "step 5 of 5" in text
    assert "loss 167 = content 33.3 + style 117 + tv 16.7" in text


def test_what_is_done_before_the_first_step_is_on_the_bar_and_the_steps_follow(monkeypatch: pytest.MonkeyPatch):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("COLUMNS", "120")
    with Progress() as shown:
        shown.prepare("Loading TensorFlow")
        assert re.search(r"  0%\|[ ]+\| Loading TensorFlow", terminal.getvalue())
        for iterate in iterates():
            shown.show(iterate)
    assert re.search(r"100%\|\S+\| step 5 of 5", terminal.getvalue())
    assert "\n" not in terminal.getvalue().rstrip("\n"), "one bar"


def test_in_a_log_what_is_done_before_the_first_step_is_a_line(monkeypatch: pytest.MonkeyPatch):
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    with Progress() as shown:
        shown.prepare("Loading TensorFlow")
        shown.prepare("Preparing the first step")
    assert stream.getvalue() == "Loading TensorFlow ...\nPreparing the first step ...\n"


def test_the_bar_shows_the_work_whose_end_may_come_before_the_last_step(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(progress, "BAR_OPTIONS", {**progress.BAR_OPTIONS, "mininterval": 0})
    lines = show(run_that_ends_by_its_losses(), monkeypatch, on_terminal=True, ends_by_losses=True).split("\r")
    told = {line[:4]: line for line in lines if "step" in line}
    assert list(told) == [" 10%", " 20%", "100%"]
    assert "step 1 of at most 5, 04:00 left or less, loss 500" in told[" 20%"]
    assert "step 2 of at most 2, 00:00 left" in told["100%"]


def test_in_a_log_a_quick_run_says_nothing(monkeypatch: pytest.MonkeyPatch):
    assert show(iterates(), monkeypatch, on_terminal=False) == ""


def test_in_a_log_a_slow_run_says_how_far_it_is_and_what_is_left(monkeypatch: pytest.MonkeyPatch):
    slow = iterates(seconds_each=progress.LOG_INTERVAL_S / 2)
    lines = show(slow, monkeypatch, on_terminal=False).splitlines()
    assert len(lines) == 2
    assert lines[0] == "step 2 of 5, loss 333 = content 66.7 + style 233 + tv 33.3, 00:30 left"


def test_losses_that_are_not_finite_are_shown_as_they_are():
    losses = LossValues({"content": 1.0, "style": float("nan"), "total_variation": float("inf")}, float("nan"))
    assert losses_text(losses) == "loss nan = content 1 + style nan + tv inf"


def test_a_stream_that_is_gone_is_no_error():
    class Gone(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    say("nobody hears this", Gone())

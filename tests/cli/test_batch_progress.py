"""One bar over all pictures on a terminal, a line for each in a log, and the time that is left."""

import io
import re
from dataclasses import replace

import pytest

from neural_style.cli.batch_progress import BatchProgress
from neural_style.settings import Settings
from tests.fakes import FakeStylizer, small_request

FIRST, *_, LAST = FakeStylizer()(small_request())


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_the_time_left_follows_the_work_that_is_done():
    clock = Clock()
    progress = BatchProgress([1.0, 3.0], clock)
    assert progress.left_s is None
    progress.show("a", Settings(), replace(FIRST, work_done=0.0))
    assert progress.left_s is None
    clock.seconds += 20
    progress.show("a", Settings(), replace(FIRST, work_done=0.5))
    assert progress.left_s == pytest.approx(20 * 3.5 / 0.5)
    progress.finish("a")
    assert progress.left_s == pytest.approx(60)
    assert progress.count == "1 of 2"


def test_what_failed_says_nothing_of_the_pace():
    clock = Clock()
    progress = BatchProgress([1.0, 1.0, 1.0], clock)
    progress.show("a", Settings(), LAST)
    clock.seconds += 10
    progress.finish("a")
    progress.fail("b.jpg is no picture.")
    assert progress.left_s == pytest.approx(10)


def test_a_run_that_usually_ends_early_counts_as_done_there():
    clock = Clock()
    progress = BatchProgress([1.0], clock)
    settings = Settings(effort="good", start="colors")
    progress.show("a", settings, replace(FIRST, work_done=0.0))
    clock.seconds += 8
    progress.show("a", settings, replace(FIRST, work_done=0.4))
    assert progress.left_s == pytest.approx(8)


def test_on_a_terminal_there_is_one_bar(monkeypatch: pytest.MonkeyPatch):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("COLUMNS", "120")
    with BatchProgress([1.0, 1.0]) as progress:
        progress.prepare("Loading TensorFlow")
        for name in ("a.jpg", "b.jpg"):
            progress.show(name, Settings(), FIRST)
            progress.finish(name)
    text = terminal.getvalue()
    assert re.search(r"  0%\|[ ]+\| Loading TensorFlow", text)
    assert re.search(r" 58%\|.*picture 2 of 2: b\.jpg, step 0", text)
    assert re.search(r"100%\|\S+\| nothing left, 2 of 2 pictures", text)
    assert "\n" not in text.rstrip("\n")


def test_in_a_log_there_is_a_line_for_each_picture(capsys: pytest.CaptureFixture[str]):
    with BatchProgress([1.0, 1.0]) as progress:
        progress.prepare("Loading TensorFlow")
        progress.show("a.jpg", Settings(), FIRST)
        progress.finish("a.png in 3 s")
        progress.finish("b.png in 3 s")
    first, second, third = capsys.readouterr().err.splitlines()
    assert first == "Loading TensorFlow ..."
    assert re.fullmatch(r"1 of 2: a\.png in 3 s, about \d+ s left", second)
    assert third == "2 of 2: b.png in 3 s, nothing left"


def test_nothing_to_paint_is_no_error():
    assert BatchProgress([]).left_s is None

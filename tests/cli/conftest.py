import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import end_what_was_started, write_pictures


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a content and two styles in it, and an accent and a space in its name."""
    folder = tmp_path / "mes images, été"
    folder.mkdir()
    write_pictures(folder)
    return folder


@pytest.fixture(autouse=True)
def _signals_as_at_a_terminal() -> Iterator[None]:
    """Handle signals as at a terminal: a background job, or one under nohup, and its children inherit ignored ones."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(autouse=True)
def _nothing_left_running() -> Iterator[None]:
    yield
    end_what_was_started()

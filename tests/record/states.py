"""What several tests of states on the disk begin with."""

from dataclasses import replace

import pytest

from neural_style.iterate import Iterate, RunState
from neural_style.record import checkpoint
from tests.fakes import FakeStylizer, small_request


def iterate_with(state: RunState) -> Iterate:
    first, *_ = FakeStylizer()(small_request(iterations=2))
    return replace(first, state=lambda: state)


def moving_clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the time of checkpoints, which a test moves on."""
    now = [100.0]
    monkeypatch.setattr(checkpoint.time, "monotonic", lambda: now[0])
    return now

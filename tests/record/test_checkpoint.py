"""The latest state of a run in a file, written now and then."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from neural_style.errors import ImageError
from neural_style.iterate import Iterate, RunState
from neural_style.record import checkpoint
from neural_style.record.checkpoint import Checkpoint
from neural_style.record.run_state import load_state
from tests.fakes import small_picture
from tests.record.states import iterate_with, moving_clock

STATE = RunState(
    *(0, 3, 3, 4.0),
    picture=small_picture(20, 24),
    start=small_picture(20, 24, seed=1),
    optimizer={"pairs": np.ones((4, 20, 24, 3), np.float32), "count": 4},
)


def iterate() -> Iterate:
    return iterate_with(STATE)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    return moving_clock(monkeypatch)


def test_the_state_is_written_when_it_is_time_and_not_before(tmp_path: Path, clock: list[float]) -> None:
    kept = Checkpoint(tmp_path / "state", "this run", 20.0)
    kept.keep(iterate())
    assert load_state(kept.path, "this run") is None
    clock[0] += 20.0
    kept.keep(iterate())
    found = load_state(kept.path, "this run")
    assert found is not None
    assert found.step == 3
    assert found.optimizer is not None
    np.testing.assert_array_equal(found.optimizer["pairs"], 1.0)


def test_writing_takes_a_fiftieth_of_the_time_at_most(
    tmp_path: Path, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    writings = []

    def slowly(*_arguments: object) -> None:
        writings.append(clock[0])
        clock[0] += 10.0

    monkeypatch.setattr(checkpoint, "save_state", slowly)
    kept = Checkpoint(tmp_path / "state", "this run", 1.0)
    for _ in range(1200):
        kept.keep(iterate())
        clock[0] += 1.0
    assert len(writings) == pytest.approx(1200 / 500, abs=1)


def test_a_disk_that_is_full_is_tried_again_when_it_is_time_again(tmp_path: Path, clock: list[float]) -> None:
    kept = Checkpoint(tmp_path / "full" / "state", "this run", 20.0)
    clock[0] += 20.0
    with pytest.raises(ImageError, match="cannot be written"):
        kept.keep(iterate())
    kept.keep(iterate())
    kept.path.parent.mkdir()
    clock[0] += 20.0
    kept.keep(iterate())
    assert kept.path.exists()


def test_of_a_state_that_is_too_large_the_picture_is_kept(tmp_path: Path) -> None:
    for most_bytes, is_whole in ((4 * 4 * 20 * 24 * 3, True), (1000, False)):
        Checkpoint(tmp_path / "state", "this run", 20.0, most_bytes).save(iterate())
        found = load_state(tmp_path / "state", "this run")
        assert found is not None
        np.testing.assert_array_equal(found.picture, STATE.picture)
        assert (found.optimizer is not None, found.start is not None) == (is_whole, is_whole)


def test_what_cannot_go_on_is_not_kept(tmp_path: Path) -> None:
    kept = Checkpoint(tmp_path / "state", "this run", 0.0)
    kept.keep(replace(iterate(), state=None))
    kept.save(replace(iterate(), state=None))
    assert not kept.path.exists()

"""`--resume`: a run that is stopped, and goes on."""

import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from neural_style.cli.destinations import Destinations
from neural_style.cli.job import Job
from neural_style.cli.main import main
from neural_style.cli.resume import MIN_INTERVAL_S, Resume
from neural_style.errors import ImageError, OptionsError
from neural_style.images.load import load_image
from neural_style.iterate import Iterate, RunState
from neural_style.record import checkpoint
from neural_style.record.run_state import load_state
from tests.cli.command import MAIN, flags, paint, start
from tests.fakes import small_picture, small_request
from tests.record.states import iterate_with, moving_clock

STATE = RunState(scale=0, updates=3, step=3, elapsed_s=4.0, picture=small_picture(20, 24))


def iterate_with_state() -> Iterate:
    return iterate_with(STATE)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    return moving_clock(monkeypatch)


def test_the_state_is_written_after_a_minute_and_read_by_the_next_command(tmp_path: Path, clock: list[float]) -> None:
    kept = Resume(tmp_path / "state", "this run")
    assert kept.begin() is None
    kept.keep(iterate_with_state())
    assert not kept.path.exists()
    clock[0] += MIN_INTERVAL_S
    kept.keep(iterate_with_state())
    found = Resume(kept.path, "this run").begin()
    assert found is not None
    assert found.step == 3
    np.testing.assert_array_equal(found.picture, STATE.picture)


def test_a_disk_that_is_full_costs_no_picture_and_is_said(
    tmp_path: Path, clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    kept = Resume(tmp_path / "gone" / "state", "this run")
    clock[0] += MIN_INTERVAL_S
    kept.keep(iterate_with_state())
    assert "cannot be written" in capsys.readouterr().err


def test_at_the_end_the_file_is_gone_and_there_need_not_be_one(tmp_path: Path) -> None:
    kept = Resume(tmp_path / "state", "this run")
    kept.save(iterate_with_state())
    kept.end()
    kept.end()
    assert load_state(kept.path, "this run") is None


def test_a_file_of_another_run_is_refused_before_any_work(tmp_path: Path) -> None:
    Resume(tmp_path / "state", "another run").save(iterate_with_state())
    with pytest.raises(OptionsError, match="another run"):
        Resume(tmp_path / "state", "this run").begin()


def test_what_cannot_go_on_is_not_kept(tmp_path: Path, clock: list[float]) -> None:
    kept = Resume(tmp_path / "state", "this run")
    clock[0] += MIN_INTERVAL_S
    kept.keep(replace(iterate_with_state(), state=None))
    assert not kept.path.exists()


@pytest.mark.slow
def test_a_run_that_is_interrupted_goes_on_by_the_same_command(folder: Path) -> None:
    words = flags(folder, "--iterations", "400", "--print-iterations", "1", "--resume", "state.npz", "--size", "48")
    process = start(MAIN, words)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("step 3:"):
            process.send_signal(signal.SIGINT)
            break
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "the same command goes on from there" in said
    assert not (folder / "out.png").exists()
    again = start(MAIN, words)
    assert again.stdout is not None
    first = next(iter(again.stdout))
    again.send_signal(signal.SIGINT)
    again.communicate(timeout=120)
    assert int(first.split()[1].rstrip(":")) >= 3
    assert (folder / "state.npz").exists()


def test_the_state_may_not_have_the_name_of_another_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    elsewhere = str(folder / ".." / folder.name / "out.png")
    for name in (str(folder / "out.png"), elsewhere):
        assert paint(flags(folder, "--iterations", "2", "--resume", name)) == 2
        assert "Two of the files to write would both be" in capsys.readouterr().err
    assert not (folder / "out.png").exists()


def test_a_state_that_cannot_be_written_is_no_file_to_begin_with(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert paint(flags(folder, "--resume", str(folder / "not" / "here" / "state.npz"))) == 2
    assert "not/here" in capsys.readouterr().err


def job_that_is_stopped(folder: Path) -> Job:
    path = folder / "state.npz"
    return Job(small_request(), Destinations(folder / "out.png", overwrite=False), resume=Resume(path, "this run"))


def test_where_the_state_cannot_be_kept_the_picture_so_far_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_arguments: object) -> None:
        raise ImageError("The disk is full.")

    job = job_that_is_stopped(folder)
    assert job.keep_state(iterate_with_state())
    assert "the same command goes on from there" in capsys.readouterr().err
    monkeypatch.setattr(checkpoint, "save_state", full)
    assert not job.keep_state(iterate_with_state())
    assert "The disk is full." in capsys.readouterr().err
    assert not replace(job, resume=None).keep_state(iterate_with_state())


def test_a_run_that_goes_on_may_replace_its_own_checkpoints_and_no_picture(folder: Path) -> None:
    words = ["--iterations", "4", "--checkpoint-output", str(folder / "c_{}.png"), "--checkpoint-iterations", "2"]
    assert paint(flags(folder, *words)) == 0
    (folder / "out.png").unlink()
    again = flags(folder, *words, "--resume", str(folder / "state.npz"))
    assert paint(again) == 2
    (folder / "state.npz").write_bytes(b"a state")
    assert paint(again) == 0
    assert paint(again) == 2


def test_a_run_that_goes_on_may_not_replace_the_plot_of_another(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "state.npz").write_bytes(b"a state")
    (folder / "progress.png").write_bytes(b"of another run")
    assert paint(flags(folder, "--progress-plot", "--resume", str(folder / "state.npz"))) == 2
    assert "progress.png" in capsys.readouterr().err


def test_a_finished_run_is_kept_and_goes_on_with_more_steps(folder: Path) -> None:
    kept = str(folder / "run.npz")
    small = ("--size", "48", "--optimizer", "lbfgs", "--start", "colors", "--precision", "float32")
    assert main(flags(folder, *small, "--iterations", "12", output="whole.png")) == 0
    assert main(flags(folder, *small, "--iterations", "5", "--save-run", kept, output="first.png")) == 0
    words = ["--iterations", "12", "--resume", kept, "--save-run", kept]
    assert main(flags(folder, *small, *words, output="both.png")) == 0
    difference = load_image(folder / "both.png") - load_image(folder / "whole.png")
    assert np.abs(difference).max() <= 1
    assert (folder / "run.npz").exists()
    assert main(flags(folder, *small, "--seed", "3", *words, output="other.png")) == 2, "it is another run"


def test_a_file_with_the_name_of_the_run_is_not_replaced(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "run.npz").write_text("mine")
    assert paint(flags(folder, "--iterations", "2", "--save-run", "run.npz")) == 2
    assert "exists already" in capsys.readouterr().err

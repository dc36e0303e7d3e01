"""Real signals at real processes: the first keeps the best picture so far, the second ends the program at once."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from neural_style.images.load import load_image, read_recipe
from tests.cli.command import MAIN, fake_painter, flags, start


def wait_for(process: subprocess.Popen[str], beginning: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(beginning):
            return
    pytest.fail(f"the process ended without {beginning!r}: {process.communicate()[1]}")


def check_kept(folder: Path, process: subprocess.Popen[str], status: int) -> str:
    """The process ended in good order with a picture of a run cut short. Returns its standard error."""
    _stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == status, stderr
    assert load_image(folder / "out.png").shape == (40, 56, 3)
    steps = json.loads(read_recipe(folder / "out.png") or "{}")["steps"]
    assert 1 <= steps["done"] < steps["asked"]
    assert f"Stopped after step {steps['done']} of {steps['asked']}" in stderr
    assert "Traceback" not in stderr
    assert not list(folder.glob(".*")), "a temporary file was left"
    return stderr


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_the_first_signal_keeps_the_best_picture_so_far(folder: Path, number: signal.Signals, status: int):
    process = start(
        fake_painter(), flags(folder, "--iterations", "90000", "--print-iterations", "1", "--progress-write")
    )
    wait_for(process, "step 2:")
    process.send_signal(number)
    check_kept(folder, process, status)
    assert len((folder / "progress.txt").read_text().splitlines()) >= 4


def test_the_second_ctrl_c_ends_the_program_at_once(folder: Path):
    before = {path.name for path in folder.iterdir()}
    process = start(fake_painter(stall_at=3), flags(folder))
    wait_for(process, "stalled")
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert process.poll() is None, "the first one should wait for the step under way"
    process.send_signal(signal.SIGINT)
    _stdout, stderr = process.communicate(timeout=20)
    assert process.returncode == 130
    assert stderr == "neural-style: stopped\n"
    assert {path.name for path in folder.iterdir()} == before


def test_ctrl_c_before_the_first_update_ends_the_program_at_once(folder: Path):
    process = start(fake_painter(stall_at=1), flags(folder))
    wait_for(process, "stalled")
    process.send_signal(signal.SIGINT)
    _stdout, stderr = process.communicate(timeout=20)
    assert (process.returncode, stderr) == (130, "neural-style: stopped\n")
    assert not (folder / "out.png").exists()


def test_a_signal_that_the_shell_has_turned_off_stays_off(folder: Path):
    process = start(["nohup", *fake_painter()], flags(folder, "--iterations", "40", "--print-iterations", "1"))
    wait_for(process, "step 2:")
    process.send_signal(signal.SIGHUP)
    assert process.wait(timeout=60) == 0
    assert json.loads(read_recipe(folder / "out.png") or "{}")["steps"] == {"done": 40, "asked": 40}


@pytest.mark.slow
def test_ctrl_c_while_the_real_engine_paints_keeps_its_picture(folder: Path):
    words = ["--preset", "painted", "--iterations", "90000", "--print-iterations", "1"]
    process = start(MAIN, flags(folder, *words), NEURAL_STYLE_WEIGHTS=str(folder))
    wait_for(process, "step 3:")
    process.send_signal(signal.SIGINT)
    stderr = check_kept(folder, process, 130)
    ours = ("Painting ", "Loading ", "Finding out ", "That takes ", "The look ", "Preparing ", "Stopped ")
    assert all(line.startswith(ours) for line in stderr.splitlines()), "TensorFlow was not quiet"

"""The files that a run writes are checked before any work."""

from pathlib import Path

import pytest

from neural_style.cli.destinations import Checkpoints, Destinations, checkpoints
from neural_style.errors import ImageError, OptionsError


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("a_{}.png", "a_7.png"),
        ("a_{:05}.png", "a_00007.png"),
        ("a_{:05d}.png", "a_00007.png"),
        ("a_{0:3}.png", "a_  7.png"),
        ("50% {:02}.png", "50% 07.png"),
        ("{x}_%05d.png", "{x}_00007.png"),
        ("%d.png", "7.png"),
    ],
)
def test_a_checkpoints_name_is_made_as_python_or_c_would(pattern: str, name: str):
    assert Checkpoints(Path("folder") / pattern, 1).path(7) == Path("folder") / name


@pytest.mark.parametrize("pattern", ["step.png", "{}_{}.png", "{step}.png", "%s.png"])
def test_a_checkpoints_name_must_hold_one_place_for_the_step(pattern: str):
    with pytest.raises(OptionsError, match="must hold one place for the step"):
        Checkpoints(Path(pattern), 1)


def test_a_checkpoint_is_due_every_so_many_updates_and_not_at_the_start():
    every_third = Checkpoints(Path("{}.png"), 3)
    assert [step for step in range(8) if every_third.is_due(step)] == [3, 6]


def test_a_name_and_an_interval_go_together():
    assert checkpoints(None, None) is None
    assert checkpoints(Path("{}.png"), 2) == Checkpoints(Path("{}.png"), 2)
    for pattern, interval in ((Path("{}.png"), None), (None, 2)):
        with pytest.raises(OptionsError, match="go together"):
            checkpoints(pattern, interval)
    with pytest.raises(OptionsError, match="at least 1; got 0"):
        checkpoints(Path("{}.png"), 0)


def test_no_two_files_may_have_one_name(tmp_path: Path):
    output, every = tmp_path / "out_4.png", Checkpoints(tmp_path / "out_{}.png", 2)
    Destinations(output, overwrite=False, checkpoints=every).check(iterations=3)
    for clash in (
        Destinations(output, overwrite=False, checkpoints=every),
        Destinations(output, overwrite=False, plot=output),
        Destinations(output, overwrite=False, table=tmp_path / "a.mp4", timelapse=tmp_path / "a.mp4"),
    ):
        with pytest.raises(OptionsError, match="Two of the files"):
            clash.check(iterations=4)


@pytest.mark.parametrize("taken", ["out.png", "step_20.png", "losses.png", "losses.txt", "film.mp4"])
def test_a_file_that_exists_is_not_replaced_unasked_and_nothing_is_touched(tmp_path: Path, taken: str):
    (tmp_path / taken).write_bytes(b"mine")
    files = {
        "output": tmp_path / "out.png",
        "checkpoints": Checkpoints(tmp_path / "step_{}.png", 10),
        "plot": tmp_path / "losses.png",
        "table": tmp_path / "losses.txt",
        "timelapse": tmp_path / "film.mp4",
    }
    with pytest.raises(ImageError, match="exists already"):
        Destinations(overwrite=False, **files).check(iterations=25)
    Destinations(overwrite=True, **files).check(iterations=25)
    assert [path.name for path in tmp_path.iterdir()] == [taken]


def test_a_film_needs_an_ending_that_can_be_written(tmp_path: Path):
    with pytest.raises(OptionsError, match=r"must end in \.mp4 or \.webp; got film\.avi"):
        Destinations(tmp_path / "out.png", overwrite=False, timelapse=tmp_path / "film.avi").check(iterations=1)

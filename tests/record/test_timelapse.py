"""The film: written with a real encoder, read back with a real decoder."""

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from neural_style.errors import ImageError
from neural_style.images.arrays import ByteImage
from neural_style.images.resize import resize
from neural_style.iterate import Iterate
from neural_style.record.timelapse import (
    FILM_SIDE_PX,
    FRAMES_PER_S,
    HOLD_S,
    MOST_FRAMES,
    WEBP_MOST_FRAMES,
    WEBP_SIDE_PX,
    Timelapse,
    animated_webp,
    save_film,
)
from neural_style.request import Style, StylizeRequest
from neural_style.settings import Settings
from tests.fakes import FakeStylizer, small_picture

HELD = round(HOLD_S * FRAMES_PER_S)


def painted(steps: int, height: int = 90, width: int = 121) -> list[Iterate]:
    request = StylizeRequest(
        small_picture(height, width, seed=1), [Style(small_picture(48, 48, seed=2))], Settings(iterations=steps)
    )
    return list(FakeStylizer()(request))


def filmed(path: Path, frames: list[Iterate]) -> Path:
    film = Timelapse()
    for frame in frames:
        film.add(frame)
    path.write_bytes(film.finish(frames[-1].result()))
    return path


def decoded(path: Path) -> list[ByteImage]:
    with av.open(str(path)) as container:
        return [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in container.decode(video=0)]


def test_a_film_has_every_step_of_a_short_run_and_ends_with_the_result_held(tmp_path: Path) -> None:
    frames = painted(20)
    pictures = decoded(filmed(tmp_path / "film.mp4", frames))
    assert len(pictures) == 21 + 1 + HELD
    assert {picture.shape for picture in pictures} == {(90, 120, 3)}  # even
    result = resize(frames[-1].result().astype(np.float32), 90, 120)
    assert np.abs(pictures[-1] - result).mean() < 6
    assert np.abs(pictures[0] - result).mean() > 20
    changes = [np.abs(a.astype(int) - b).mean() for a, b in pairwise(pictures[:21])]
    assert min(changes) > 0.2


def test_the_colours_of_a_film_are_not_shifted(tmp_path: Path) -> None:
    flat = np.full((64, 64, 3), (200, 30, 90), np.uint8)
    (tmp_path / "film.mp4").write_bytes(Timelapse().finish(flat))
    assert np.abs(decoded(tmp_path / "film.mp4")[0] - flat.astype(int)).max() <= 3


def test_a_long_run_makes_no_longer_a_film(tmp_path: Path) -> None:
    pictures = decoded(filmed(tmp_path / "film.mp4", painted(400, 32, 32)))
    assert MOST_FRAMES // 2 < len(pictures) - 1 - HELD <= MOST_FRAMES


def test_a_large_picture_is_filmed_smaller(tmp_path: Path) -> None:
    path = filmed(tmp_path / "film.mp4", painted(1, 300, FILM_SIDE_PX + 176))
    assert decoded(path)[0].shape == (256, FILM_SIDE_PX, 3)


def test_the_animation_shows_the_same_from_start_to_end(tmp_path: Path) -> None:
    frames = painted(100, 300, 600)
    film = filmed(tmp_path / "film.mp4", frames)
    animated_webp(film, tmp_path / "film.webp")
    with Image.open(tmp_path / "film.webp") as animation:
        count = getattr(animation, "n_frames", 1)
        assert WEBP_MOST_FRAMES - 5 < count <= WEBP_MOST_FRAMES  # equal ones become one
        assert animation.size == (WEBP_SIDE_PX, 240)
        animation.seek(0)
        first = np.asarray(animation.convert("RGB"), np.float32)
        animation.seek(count - 1)
        last = np.asarray(animation.convert("RGB"), np.float32)
    start, result = (
        resize(picture.astype(np.float32), 240, WEBP_SIDE_PX) for picture in (frames[0].picture(), frames[-1].result())
    )
    assert np.abs(first - start).mean() < 8
    assert np.abs(last - result).mean() < 8


def test_an_animation_of_a_film_that_is_gone_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"film\.webp cannot be made"):
        animated_webp(tmp_path / "film.mp4", tmp_path / "film.webp")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["film.mp4", "film.webp"])
def test_a_film_replaces_another_only_where_it_may(tmp_path: Path, name: str) -> None:
    film = Timelapse()
    film.add(painted(2)[0])
    mp4 = film.finish(painted(2)[-1].result())
    (tmp_path / name).write_bytes(b"old")
    with pytest.raises(ImageError, match="File exists"):
        save_film(tmp_path / name, mp4, exclusive=True)
    assert (tmp_path / name).read_bytes() == b"old"
    save_film(tmp_path / name, mp4)
    assert (tmp_path / name).stat().st_size > 500
    assert [path.name for path in tmp_path.iterdir()] == [name]

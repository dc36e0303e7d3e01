"""Picture files are decoded once and remembered within bounds, and no longer than they exist."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
from PIL import Image

from neural_style.errors import ImageError, NeuralStyleError
from neural_style.images.load import LoadedImage, load_picture
from neural_style.images.save import save_image
from neural_style.service.pictures import Picture, PictureCache
from tests.fakes import small_picture
from tests.hard_inputs import hard_inputs, write_to

BYTES = 40 * 56 * 3
"""The bytes of a small picture, decoded."""


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were decoded, in order."""
    names: list[str] = []

    def counted(file: BinaryIO) -> LoadedImage:
        names.append(file.name)
        return load_picture(file)

    monkeypatch.setattr("neural_style.service.pictures.load_picture", counted)
    return names


def picture_in(folder: Path, name: str, seed: int = 0) -> Picture:
    save_image(folder / name, small_picture(seed=seed))
    return Picture.of(folder / name)


def test_a_broken_or_vanished_file_is_called_by_its_owners_name(tmp_path: Path) -> None:
    picture = Picture.from_upload({"path": str(tmp_path / "a1b2.bin"), "orig_name": "Holiday.heic"})
    assert picture is not None
    with pytest.raises(NeuralStyleError) as told:
        PictureCache().load(picture)
    assert "Holiday.heic" in str(told.value)
    assert str(tmp_path) not in str(told.value)


def test_every_kind_of_file_comes_back_bit_for_bit(tmp_path: Path) -> None:
    write_to(tmp_path)
    levels = np.linspace(0, 65535, 40 * 56).reshape(40, 56).astype(np.uint16)
    Image.fromarray(levels).save(tmp_path / "sixteen bits.png")  # its levels are no whole ones
    cache, readable = PictureCache(), [name for name, wanted in hard_inputs().items() if wanted.picture is not None]
    for name in (*readable, "sixteen bits.png"):
        picture = Picture.of(tmp_path / name)
        expected = load_picture(picture.path)
        for _ in range(2):
            found = cache.load(picture)
            assert found.image.dtype == np.float32
            np.testing.assert_array_equal(found.image, expected.image)
            np.testing.assert_array_equal(found.alpha, expected.alpha)
            assert (found.notice or "").partition(" ")[2] == (expected.notice or "").partition(" ")[2]
            assert found.format == expected.format
            assert cache.size(picture) == expected.image.shape[:2]


def test_a_file_is_decoded_once_until_it_changes(tmp_path: Path, decoded: list[str]) -> None:
    cache, picture = PictureCache(), picture_in(tmp_path, "a.png")
    for _ in range(3):
        cache.load(picture)
    assert decoded == ["a.png"]
    changed = small_picture(seed=7)
    save_image(picture.path, changed)
    os.utime(picture.path, ns=(1, 1))
    np.testing.assert_allclose(cache.load(picture).image, changed, atol=0.5)
    assert decoded == ["a.png"] * 2
    assert cache.kept_bytes == BYTES


def test_what_was_not_wanted_for_longest_makes_room(tmp_path: Path, decoded: list[str]) -> None:
    cache = PictureCache(2 * BYTES)
    a, b, c = (picture_in(tmp_path, f"{name}.png") for name in "abc")
    for picture in (a, b, a, c):
        cache.load(picture)
    assert cache.kept_bytes == 2 * BYTES
    cache.load(a)
    cache.load(b)
    assert decoded == ["a.png", "b.png", "c.png", "b.png"]


def test_a_picture_larger_than_all_room_is_not_kept_and_drives_no_other_out(tmp_path: Path, decoded: list[str]) -> None:
    cache, small = PictureCache(2 * BYTES), picture_in(tmp_path, "small.png")
    save_image(tmp_path / "large.png", small_picture(80, 90))
    for picture in (small, Picture.of(tmp_path / "large.png"), small):
        cache.load(picture)
    assert decoded == ["small.png", "large.png"]
    assert cache.kept_bytes == BYTES


def test_nothing_is_kept_of_a_deleted_file(tmp_path: Path) -> None:
    cache, gone, other = PictureCache(), picture_in(tmp_path, "gone.png"), picture_in(tmp_path, "other.png")
    cache.load(gone)
    cache.load(other)
    gone.path.unlink()
    cache.forget_deleted()
    assert cache.kept_bytes == BYTES
    other.path.unlink()
    with pytest.raises(ImageError):
        cache.load(other)
    assert cache.kept_bytes == 0


def test_who_wants_a_file_that_is_being_decoded_waits_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, picture = PictureCache(), picture_in(tmp_path, "a.png")
    begun, go_on, times = threading.Event(), threading.Event(), []

    def slow(file: BinaryIO) -> LoadedImage:
        times.append(file)
        begun.set()
        assert go_on.wait(20)
        return load_picture(file)

    monkeypatch.setattr("neural_style.service.pictures.load_picture", slow)
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(cache.load, picture) for _ in range(4)]
        assert begun.wait(20)
        assert not any(each.done() for each in waiting)
        go_on.set()
        images = [each.result(20).image for each in waiting]
    assert len(times) == 1
    for image in images:
        np.testing.assert_array_equal(image, images[0])


def test_a_file_that_could_not_be_read_is_tried_again(tmp_path: Path) -> None:
    cache, picture = PictureCache(), Picture.of(tmp_path / "a.png")
    picture.path.write_bytes(b"not yet")
    for _ in range(2):
        with pytest.raises(ImageError):
            cache.load(picture)
    save_image(picture.path, small_picture())
    assert cache.load(picture).image.shape == (40, 56, 3)

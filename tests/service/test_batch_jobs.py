"""A job reads its files when it is its turn, and knows its size by the header of the photo alone."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from neural_style.errors import ImageError
from neural_style.request import ChosenStyle
from neural_style.service.pictures import PictureCache
from neural_style.settings import Settings
from tests.service.batches import job, write_files


@pytest.fixture(autouse=True)
def _files(tmp_path: Path) -> None:
    write_files(tmp_path)


def test_the_request_has_the_pictures_with_shares_and_scales(tmp_path: Path):
    styles = (ChosenStyle(tmp_path / "style.png", share=3.0), ChosenStyle(tmp_path / "style2.png", scale=0.5))
    settings = Settings(iterations=2, start="image")
    request = job(tmp_path, styles=styles, settings=settings, initial=tmp_path / "1.png").request(PictureCache())
    assert request.shares == pytest.approx((0.75, 0.25))
    assert [style.scale for style in request.styles] == [1.0, 0.5]
    assert request.initial is not None
    assert request.settings == settings


def test_a_painting_is_decoded_once_for_all_jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    cache = PictureCache()
    first = job(tmp_path).request(cache)
    monkeypatch.setattr("neural_style.service.pictures.load_picture", lambda _: pytest.fail("decoded again"))
    second = job(tmp_path, "1.png").request(cache)
    np.testing.assert_array_equal(first.styles[0].image, second.styles[0].image)


@pytest.mark.parametrize(("name", "sentence"), [("missing.png", "There is no file"), ("text.png", "not a picture")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, sentence: str):
    (tmp_path / "text.png").write_text("I am a text")
    for wrong in (job(tmp_path, photo=name), job(tmp_path, style=name)):
        with pytest.raises(ImageError, match=f"{sentence}|{name} .*{sentence}"):
            wrong.request(PictureCache())


@pytest.mark.parametrize(
    "settings", [{}, {"longest_side_px": 28}, {"width": 30}, {"longest_side_px": 5000}, {"width": 200}]
)
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_the_expected_size_is_that_of_the_request(tmp_path: Path, settings: dict[str, int], orientation: int):
    with Image.open(tmp_path / "0.png") as picture:
        exif = picture.getexif()
        exif[0x0112] = orientation
        picture.convert("RGB").save(tmp_path / "turned.jpg", exif=exif)
    turned = job(tmp_path, "turned.jpg", settings=Settings(**settings))  # pyright: ignore[reportArgumentType]
    assert turned.expected_size() == turned.request(PictureCache()).canvas_size


def test_nothing_is_expected_of_what_cannot_be_read(tmp_path: Path):
    assert job(tmp_path, "missing.png").expected_size() is None


def test_the_sources_are_all_files_that_are_read(tmp_path: Path):
    initial = tmp_path / "1.png"
    assert replace(job(tmp_path), initial=initial).sources == (tmp_path / "0.png", tmp_path / "style.png", initial)

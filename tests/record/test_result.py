"""The finished picture as a file."""

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from neural_style.images.load import load_image, read_recipe
from neural_style.iterate import Iterate
from neural_style.record.result import file_stem, save_result
from neural_style.request import StylizeRequest
from tests.fakes import FakeStylizer, small_request


def painted(**settings: object) -> tuple[StylizeRequest, Iterate]:
    request = small_request(**settings)
    *_, last = FakeStylizer(steps=3)(request)
    return request, last


def pixel_format(path: Path) -> str:
    with av.open(str(path)) as file:
        return next(file.decode(video=0)).format.name


def test_sixteen_bits_are_of_the_picture_before_it_is_rounded(tmp_path: Path) -> None:
    request, iterate = painted(bits=16)
    save_result(tmp_path / "out.png", request, iterate, recipe="{}")
    with av.open(str(tmp_path / "out.png")) as file:
        samples = next(file.decode(video=0)).to_ndarray(format="rgb48le")
    assert iterate.exact is not None
    np.testing.assert_allclose(samples / 257.0, iterate.exact(), atol=0.01)
    assert read_recipe(tmp_path / "out.png") == "{}"


@pytest.mark.parametrize("bits", [8, 16])
def test_a_print_says_its_dots_per_inch(tmp_path: Path, bits: int) -> None:
    request, iterate = painted(bits=bits, dpi=300)
    save_result(tmp_path / "out.png", request, iterate)
    with Image.open(tmp_path / "out.png") as picture:
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)


@pytest.mark.parametrize(("bits", "name"), [(8, "out.png"), (16, "out.jpg")])
def test_eight_bits_are_the_bytes_that_were_shown(tmp_path: Path, bits: int, name: str) -> None:
    request, iterate = painted(bits=bits)
    save_result(tmp_path / name, request, iterate)
    assert np.abs(load_image(tmp_path / name) - iterate.result()).mean() < (3 if name.endswith("jpg") else 1e-9)
    assert "48" not in pixel_format(tmp_path / name)


def test_a_frame_that_knows_only_bytes_is_written_in_eight_bits(tmp_path: Path) -> None:
    request, iterate = painted(bits=16)
    save_result(tmp_path / "out.png", request, replace(iterate, exact=None))
    assert pixel_format(tmp_path / "out.png") == "rgb24"


@pytest.mark.parametrize(
    ("pictures", "stem"),
    [
        (["red panda.jpg", "Starry-Night (van Gogh).jpeg"], "red_panda-Starry_Night_van_Gogh"),
        (["holiday/IMG_1.HEIC", "a.png", "b.png", "c.png"], "IMG_1-a-b"),
        (["été.jpg", "浮世絵.png"], "été-浮世絵"),
        (["e\u0301te\u0301.jpg", "a.png"], "été-a"),
        (["???.jpg", ".jpg"], "picture-jpg"),
        (["\udcff.jpg", "a"], "picture-a"),
        (["x" * 50, "a"], f"{'x' * 40}-a"),
    ],
)
def test_a_result_is_called_as_its_pictures_are(pictures: list[str], stem: str) -> None:
    assert file_stem(pictures) == stem


def test_the_longest_names_fit_into_what_a_file_system_takes(tmp_path: Path) -> None:
    path = tmp_path / f"{file_stem(['浮' * 80, '𝒜' * 80, 'é' * 80])}-1000.png"
    path.touch()
    assert path.exists()


@pytest.mark.parametrize(
    ("names", "stem"),
    [
        (["Ba\u0308r.heic", "a.png"], "Bär-a"),
        (["हिन्दी चित्र.jpg"], "हिन्दी_चित्र"),
        (["ภาพถ่ายที่บ้าน.png"], "ภาพถ่ายที่บ้าน"),
        (["a  -- b!?.png", "...", ""], "a_b-picture-picture"),
        (["x" * 300 + ".heic"], "x" * 40),
    ],
)
def test_a_stem_keeps_the_letters_and_marks_of_any_script(names: list[str], stem: str) -> None:
    assert file_stem(names) == stem


def test_three_long_names_fit_into_what_a_file_system_takes() -> None:
    stem = file_stem([f"{'画' * 40}.jpg"] * 3)
    assert len(f"{stem}.png".encode()) < 255
    assert stem.count("-") == 2

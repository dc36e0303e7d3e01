"""The writer: what is written is what was painted, under a final name only when it is whole."""

import io
import os
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageCms

from neural_style.errors import ImageError
from neural_style.images.load import load_image, load_picture, read_recipe
from neural_style.images.save import OUTPUT_OPTIONS, check_output_path, encode_preview, save_image, save_png16
from tests.hard_inputs import HEIGHT, WIDTH, ramp
from tests.images.pictures import encoded
from tests.service.batches import disk_of


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


class TestSaving:
    @pytest.mark.parametrize("extension", OUTPUT_OPTIONS)
    def test_every_extension_is_written_tagged_as_srgb(self, tmp_path: Path, extension: str):
        path = tmp_path / f"result{extension}"
        save_image(path, ramp())
        np.testing.assert_allclose(load_image(path), ramp(), atol=12 if extension.startswith(".jp") else 0)
        with Image.open(path) as picture:
            profile = picture.info.get("icc_profile")
        if extension != ".bmp":  # which has no place for a profile
            assert profile is not None
            assert "sRGB" in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))

    @pytest.mark.parametrize("extension", [".png", ".webp", ".tif"])
    def test_alpha_is_written_and_read_back(self, tmp_path: Path, extension: str):
        alpha = np.tile(np.linspace(0, 255, WIDTH, dtype=np.float32), (HEIGHT, 1))
        path = tmp_path / f"out{extension}"
        save_image(path, ramp(), alpha=alpha)
        kept = load_picture(path).alpha
        assert kept is not None
        np.testing.assert_allclose(kept, alpha, atol=0.5)

    @pytest.mark.parametrize("extension", [".png", ".jpg", ".tif", ".bmp"])
    def test_the_dots_per_inch_are_in_the_file_where_they_are_wanted(self, tmp_path: Path, extension: str):
        for dpi, name in ((300, "print"), (None, "screen")):
            save_image(tmp_path / f"{name}{extension}", ramp(), dpi=dpi)
        with Image.open(tmp_path / f"print{extension}") as picture:
            assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        with Image.open(tmp_path / f"screen{extension}") as picture:
            assert picture.info.get("dpi", (96, 96))[0] < 100

    def test_sixteen_bits_have_the_dots_per_inch_too(self, tmp_path: Path):
        save_png16(tmp_path / "print.png", ramp(), dpi=150)
        with Image.open(tmp_path / "print.png") as picture:
            assert picture.info["dpi"] == pytest.approx((150, 150), abs=0.1)

    def test_a_format_without_transparency_leaves_alpha_out(self, tmp_path: Path):
        save_image(tmp_path / "out.jpg", ramp(), alpha=np.zeros((HEIGHT, WIDTH), np.float32))
        assert np.abs(load_image(tmp_path / "out.jpg") - ramp()).mean() < 4

    @pytest.mark.parametrize("with_alpha", [False, True])
    def test_sixteen_bits_keep_the_fractions_the_recipe_and_the_profile(self, tmp_path: Path, with_alpha: bool):
        exact = np.random.default_rng(0).uniform(-5, 260, (37, 53, 3)).astype(np.float32)
        alpha = np.full((37, 53), 100.5, np.float32) if with_alpha else None
        path = tmp_path / "out.png"
        save_png16(path, exact, recipe='{"é": 1}', alpha=alpha)
        with av.open(str(path)) as file:
            samples = next(file.decode(video=0)).to_ndarray(format="rgba64le" if with_alpha else "rgb48le")
        np.testing.assert_allclose(samples[..., :3] / 257.0, np.clip(exact, 0, 255), atol=0.01)
        assert read_recipe(path) == '{"é": 1}'
        with Image.open(path) as picture:
            kept = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
            assert ImageCms.getProfileDescription(kept).startswith("sRGB")
            assert (picture.mode, picture.size) == ("RGBA" if with_alpha else "RGB", (53, 37))

    def test_only_a_png_has_sixteen_bits_and_a_failure_leaves_what_was_there(self, tmp_path: Path):
        (tmp_path / "out.png").write_bytes(b"old")
        exact = np.zeros((16, 16, 3), np.float32)
        with pytest.raises(ImageError, match=r"out\.jpg cannot have 16 bits"):
            save_png16(tmp_path / "out.jpg", exact)
        with pytest.raises(ImageError, match="exists already"):
            save_png16(tmp_path / "out.png", exact, exclusive=True)
        assert (tmp_path / "out.png").read_bytes() == b"old"
        assert names_in(tmp_path) == ["out.png"]

    def test_a_recipe_comes_back_from_a_png_as_it_went_in(self, tmp_path: Path):
        path = tmp_path / "result.png"
        save_image(path, ramp(), recipe='{"title": "é 画 \\u0000"}')
        assert read_recipe(path) == '{"title": "é 画 \\u0000"}'
        assert read_recipe(io.BytesIO(path.read_bytes())) == read_recipe(path)

    def test_a_file_without_a_recipe_has_none(self, tmp_path: Path):
        assert read_recipe(encoded(Image.fromarray(ramp()))) is None
        assert read_recipe(encoded(Image.fromarray(ramp()), "JPEG")) is None
        assert read_recipe(tmp_path / "missing.png") is None

    @pytest.mark.parametrize("extension", OUTPUT_OPTIONS)
    def test_a_disk_that_fills_up_leaves_the_old_file_as_it_was(self, tmp_path: Path, extension: str):
        path = tmp_path / f"result{extension}"
        noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3))
        save_image(path, noise)
        lengths = 4096, path.stat().st_size - 10
        save_image(path, ramp())
        before = path.read_bytes()
        sentence = rf"result\{extension} cannot be written \(File too large\)"
        for most_bytes in lengths:
            with disk_of(most_bytes), pytest.raises(ImageError, match=sentence):
                save_image(path, noise)
        assert path.read_bytes() == before
        assert names_in(tmp_path) == [path.name]

    def test_a_file_that_appeared_meanwhile_is_kept_if_it_must_not_be_replaced(self, tmp_path: Path):
        path = tmp_path / "result.png"
        path.write_bytes(b"somebody else's")
        with pytest.raises(ImageError, match="exists already"):
            save_image(path, ramp(), exclusive=True)
        assert path.read_bytes() == b"somebody else's"
        assert names_in(tmp_path) == ["result.png"]

    def test_a_picture_too_long_for_its_format_is_refused_in_words(self, tmp_path: Path):
        with pytest.raises(ImageError, match=r"long\.webp cannot be written"):
            save_image(tmp_path / "long.webp", np.zeros((1, 20_000, 3)))
        assert names_in(tmp_path) == []

    def test_a_preview_is_a_small_jpeg_of_the_same_shape(self):
        with Image.open(io.BytesIO(encode_preview(ramp(), 32))) as preview:
            assert (preview.format, preview.size) == ("JPEG", (32, 24))


class TestOutputPaths:
    def test_a_free_name_is_accepted_and_not_touched(self, tmp_path: Path):
        assert check_output_path(tmp_path / "new.PNG", overwrite=False) == tmp_path / "new.PNG"
        assert names_in(tmp_path) == []

    def test_a_misspelt_extension_is_refused_naming_the_right_ones(self, tmp_path: Path):
        with pytest.raises(ImageError, match=r"out\.jgp .*\.png, \.jpg"):
            check_output_path(tmp_path / "out.jgp", overwrite=True)

    def test_an_existing_file_needs_overwrite(self, tmp_path: Path):
        (tmp_path / "old.png").touch()
        with pytest.raises(ImageError, match="--overwrite"):
            check_output_path(tmp_path / "old.png", overwrite=False)
        check_output_path(tmp_path / "old.png", overwrite=True)

    def test_a_dangling_link_counts_as_existing(self, tmp_path: Path):
        (tmp_path / "link.png").symlink_to(tmp_path / "nowhere.png")
        with pytest.raises(ImageError, match="exists already"):
            check_output_path(tmp_path / "link.png", overwrite=False)

    def test_a_folder_and_a_missing_folder_are_refused(self, tmp_path: Path):
        (tmp_path / "folder.png").mkdir()
        with pytest.raises(ImageError, match="is a folder"):
            check_output_path(tmp_path / "folder.png", overwrite=True)
        with pytest.raises(ImageError, match="does not exist"):
            check_output_path(tmp_path / "missing" / "out.png", overwrite=False)

    def test_a_folder_that_may_not_be_written_to_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(os, "access", lambda _path, _mode: False)  # root, who runs the tests in CI, may everything
        with pytest.raises(ImageError, match="not writable"):
            check_output_path(tmp_path / "out.png", overwrite=False)

    def test_a_name_too_long_for_the_disk_is_refused_in_words(self, tmp_path: Path):
        with pytest.raises(ImageError, match="cannot be written"):
            check_output_path(tmp_path / ("x" * 300 + ".png"), overwrite=False)

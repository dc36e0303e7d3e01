"""The loader: every kind of file that people have comes out as what it shows."""

import contextlib
import errno
import io
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from neural_style.errors import ImageError
from neural_style.images.load import MAX_FILE_PIXELS, READABLE_FORMATS, load_image, pixel_count, read_recipe
from neural_style.images.save import save_image
from tests.hard_inputs import HEIGHT, WIDTH, ramp
from tests.images.pictures import ORIENTATION, encoded, loaded
from tests.images.png import png_of


class TestLoading:
    def test_a_plain_rgb_picture_is_its_pixels(self):
        picture = loaded(Image.fromarray(ramp()))
        assert picture.dtype == np.float32
        np.testing.assert_array_equal(picture, ramp())

    def test_sixteen_bit_rgb_is_scaled(self):
        rows = b"".join(b"\0" + (ramp()[y].astype(np.uint16) * 257).astype(">u2").tobytes() for y in range(HEIGHT))
        np.testing.assert_allclose(load_image(png_of((WIDTH, HEIGHT, 16, 2), rows)), ramp(), atol=1)

    @pytest.mark.parametrize(("file_format", "options"), [("GIF", {}), ("WEBP", {"lossless": True}), ("TIFF", {})])
    def test_of_an_animation_the_first_frame_is_taken(self, file_format: str, options: dict[str, object]):
        frames = [Image.new("RGB", (WIDTH, HEIGHT), colour) for colour in ("#ff0000", "#00ff00", "#0000ff")]
        picture = loaded(frames[0], file_format, save_all=True, append_images=frames[1:], **options)
        np.testing.assert_array_equal(picture, np.full((HEIGHT, WIDTH, 3), (255, 0, 0)))

    def test_names_with_spaces_accents_and_commas_work(self, tmp_path: Path):
        path = tmp_path / "name with space é 画, comma.png"
        save_image(path, ramp())
        np.testing.assert_array_equal(load_image(path), ramp())
        np.testing.assert_array_equal(load_image(str(path)), ramp())

    @given(
        mode=st.sampled_from(["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK", "F", "I", "YCbCr", "LAB"]),
        height=st.integers(1, 40),
        width=st.integers(1, 40),
        seed=st.integers(0, 99),
    )
    @settings(max_examples=120, deadline=None)
    def test_any_mode_and_size_gives_rgb_of_that_size_in_range(self, mode: str, height: int, width: int, seed: int):
        noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
        if mode == "LAB":
            lab = ImageCms.createProfile("LAB")
            original = ImageCms.profileToProfile(
                Image.fromarray(noise), ImageCms.createProfile("sRGB"), lab, outputMode="LAB"
            )
        else:
            original = Image.fromarray(noise).convert("L" if mode == "I;16" else "RGB").convert(mode)
        assert original is not None
        lossless = {"CMYK", "F", "I", "LAB"}
        picture = loaded(original, "JPEG" if mode == "YCbCr" else "TIFF" if mode in lossless else "PNG")
        assert picture.shape == (height, width, 3)
        assert picture.dtype == np.float32
        assert 0 <= picture.min() <= picture.max() <= 255


class TestUnreadableFiles:
    def test_a_missing_file_is_named(self, tmp_path: Path):
        with pytest.raises(ImageError, match=r"no file .*nothing\.png"):
            load_image(tmp_path / "nothing.png")

    def test_a_pipe_is_refused_before_it_is_opened(self, tmp_path: Path):
        os.mkfifo(tmp_path / "pipe.png")
        with pytest.raises(ImageError, match=r"pipe\.png is a pipe; a picture file is needed"):
            load_image(tmp_path / "pipe.png")
        assert (pixel_count(tmp_path / "pipe.png"), read_recipe(tmp_path / "pipe.png")) == (0, None)

    def test_a_folder_is_called_a_folder(self, tmp_path: Path):
        with pytest.raises(ImageError, match="is a folder"):
            load_image(tmp_path)

    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (b"", "empty"),
            (b"\0" * 600, "filled with zeros"),
            (b"%PDF-1.7 ...", "a PDF document"),
            (b"\0\0\0\x18ftypheic\0\0\0\0", "a damaged HEIC photo"),
            (b'<?xml version="1.0"?>\n<svg xmlns="..."/>', "an SVG drawing"),
            (b"<!DOCTYPE html><html>not found</html>", "a web page"),
            (b"hello, I am a text", "a file of an unknown kind"),
        ],
    )
    def test_another_type_of_file_is_called_what_it_is(self, tmp_path: Path, content: bytes, kind: str):
        path = tmp_path / "picture.jpg"
        path.write_bytes(content)
        with pytest.raises(ImageError) as refusal:
            load_image(path)
        assert str(path) in str(refusal.value)
        assert kind in str(refusal.value)
        assert kind.startswith("a damaged") or all(name in str(refusal.value) for name in READABLE_FORMATS)
        with pytest.raises(ImageError, match=kind):
            load_image(io.BytesIO(content))

    def test_a_truncated_picture_is_called_damaged(self):
        noise = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)
        whole = encoded(Image.fromarray(noise), "JPEG").getvalue()
        with pytest.raises(ImageError, match="may be damaged"):
            load_image(io.BytesIO(whole[: len(whole) // 2]))

    @pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
    @pytest.mark.parametrize("side", [10_100, 40_000])
    def test_a_bomb_is_refused_from_its_header(self, side: int):
        with pytest.raises(ImageError, match=f"more than {MAX_FILE_PIXELS // 1_000_000} million pixels"):
            load_image(png_of((side, side, 1, 0), b""))

    def test_a_file_that_may_not_be_read_is_not_called_damaged(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        def refuse(*_positional: object, **_named: object) -> None:
            raise PermissionError(errno.EACCES, "Permission denied")

        (tmp_path / "secret.png").touch()
        monkeypatch.setattr(Image, "open", refuse)
        with pytest.raises(ImageError, match="permissions"):
            load_image(tmp_path / "secret.png")

    @given(
        source=st.sampled_from(["PNG", "JPEG", "WEBP", "AVIF", "BMP", "GIF", "PPM"]),
        damage=st.lists(st.tuples(st.integers(0, 500), st.integers(0, 255)), min_size=1, max_size=12),
        kept=st.floats(0.3, 1.0),
    )
    @settings(max_examples=150, deadline=None)
    @pytest.mark.filterwarnings("ignore")
    def test_damage_of_any_sort_gives_a_picture_or_a_sentence(
        self, source: str, damage: list[tuple[int, int]], kept: float
    ):
        exif = Image.Exif()
        exif[ORIENTATION] = 6
        options = {"exif": exif} if source in ("PNG", "JPEG", "WEBP", "AVIF") else {}
        data = bytearray(encoded(Image.fromarray(ramp()[:16, :24]), source, **options).getvalue())
        for place, value in damage:
            data[place % len(data)] = value
        file = io.BytesIO(bytes(data[: int(len(data) * kept)]))
        with contextlib.suppress(ImageError):
            assert load_image(file).shape[2] == 3
        file.seek(0)
        assert read_recipe(file) is None


def test_the_pixels_of_a_file_are_counted_by_its_header(tmp_path: Path):
    Image.new("RGB", (31, 17)).save(tmp_path / "photo.png")
    whole = (tmp_path / "photo.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[:60])
    (tmp_path / "text.png").write_text("I am a text")
    counts = [pixel_count(tmp_path / name) for name in ("photo.png", "cut.png", "text.png", "missing.png", "")]
    assert counts == [31 * 17, 31 * 17, 0, 0, 0]

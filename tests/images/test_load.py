"""The loader: every kind of file that people have comes out as what it shows."""

import contextlib
import errno
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from neural_style.errors import ImageError
from neural_style.images.load import MAX_FILE_PIXELS, READABLE_FORMATS, load_image, read_recipe
from neural_style.images.resize import resize, size_for_longest_side, size_for_width
from neural_style.images.save import save_image
from tests.hard_inputs import HEIGHT, WIDTH, ramp

ORIENTATION = 0x0112


def encoded(picture: Image.Image, file_format: str = "PNG", **options: object) -> io.BytesIO:
    file = io.BytesIO()
    picture.save(file, file_format, **options)
    file.seek(0)
    return file


def loaded(picture: Image.Image, file_format: str = "PNG", **options: object) -> np.ndarray:
    return load_image(encoded(picture, file_format, **options))


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def profile_with_red_and_blue_swapped() -> bytes:
    """The sRGB profile with the names of two primaries exchanged: a working profile that is plainly not sRGB."""
    return srgb_profile().replace(b"rXYZ", b"TEMP").replace(b"bXYZ", b"rXYZ").replace(b"TEMP", b"bXYZ")


def png_of(header: tuple[int, int, int, int], rows: bytes) -> io.BytesIO:
    """A PNG of (width, height, bits, colour type), for kinds that Pillow does not write."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    start = chunk(b"IHDR", struct.pack(">IIBBBBB", *header, 0, 0, 0))
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + start + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


class TestLoading:
    def test_a_plain_rgb_picture_is_its_pixels(self):
        picture = loaded(Image.fromarray(ramp()))
        assert picture.dtype == np.float32
        np.testing.assert_array_equal(picture, ramp())

    @pytest.mark.parametrize("mode", ["L", "LA", "1", "P", "RGBA"])
    def test_gray_alpha_palette_and_bilevel_are_what_they_show(self, mode: str):
        original = Image.fromarray(ramp()).convert(mode)
        np.testing.assert_array_equal(loaded(original), np.asarray(original.convert("RGB")))

    def test_a_palette_of_eight_colours_keeps_its_colours(self):
        original = Image.fromarray(ramp()).quantize(8)
        np.testing.assert_array_equal(loaded(original), np.asarray(original.convert("RGB")))

    def test_transparent_parts_are_white_and_not_the_colour_hidden_under_them(self):
        pixels = np.asarray(Image.fromarray(ramp()).convert("RGBA")).copy()
        pixels[:, : WIDTH // 2] = (255, 0, 255, 0)
        picture = loaded(Image.fromarray(pixels))
        assert (picture[:, : WIDTH // 2] == 255).all()
        np.testing.assert_array_equal(picture[:, WIDTH // 2 :], ramp()[:, WIDTH // 2 :])

    def test_half_transparent_black_is_mid_gray(self):
        picture = loaded(Image.new("RGBA", (4, 4), (0, 0, 0, 128)))
        np.testing.assert_allclose(picture, 127, atol=1)

    def test_a_palette_colour_marked_transparent_is_white(self):
        original = Image.new("P", (4, 4), 0)
        original.putpalette([255, 0, 255, 0, 0, 0])
        assert (loaded(original, transparency=0) == 255).all()

    def test_cmyk_ink_becomes_light(self):
        picture = loaded(Image.new("CMYK", (4, 4), (255, 0, 0, 0)), "TIFF")
        np.testing.assert_array_equal(picture[0, 0], (0, 255, 255))

    def test_a_cmyk_jpeg_looks_like_its_rgb_version(self):
        picture = loaded(Image.fromarray(ramp()).convert("CMYK"), "JPEG", quality=98)
        assert np.abs(picture - ramp()).mean() < 3

    def test_a_colour_profile_is_applied(self):
        picture = loaded(Image.fromarray(ramp()), icc_profile=profile_with_red_and_blue_swapped())
        np.testing.assert_allclose(picture, ramp()[..., ::-1], atol=2)

    def test_the_profile_of_a_palette_is_applied_to_its_colours(self):
        original = Image.new("P", (4, 4), 0)
        original.putpalette([200, 100, 0])
        picture = loaded(original, icc_profile=profile_with_red_and_blue_swapped())
        np.testing.assert_allclose(picture[0, 0], (0, 100, 200), atol=2)

    def test_a_profile_under_transparency_is_applied(self):
        picture = loaded(Image.new("RGBA", (4, 4), (200, 100, 0, 255)), icc_profile=profile_with_red_and_blue_swapped())
        np.testing.assert_allclose(picture[0, 0], (0, 100, 200), atol=2)

    @pytest.mark.parametrize("profile", [srgb_profile(), b"not a profile", srgb_profile()[:200]])
    def test_an_srgb_profile_or_a_broken_one_changes_nothing(self, profile: bytes):
        np.testing.assert_allclose(loaded(Image.fromarray(ramp()), icc_profile=profile), ramp(), atol=1)

    def test_an_rgb_profile_on_a_gray_picture_is_left_aside(self):
        original = Image.fromarray(ramp()).convert("L")
        np.testing.assert_array_equal(loaded(original, icc_profile=srgb_profile()), np.asarray(original.convert("RGB")))

    @pytest.mark.parametrize("file_format", ["PNG", "TIFF", "WEBP"])
    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_every_exif_orientation_comes_out_upright(self, orientation: int, file_format: str):
        undo = {1: 0, 3: 2, 6: 1, 8: 3, 2: 0, 4: 2, 5: 1, 7: 3}  # quarter turns that the camera was off by
        stored = np.rot90(ramp(), undo[orientation])
        if orientation in (2, 4):
            stored = stored[:, ::-1]
        if orientation in (5, 7):
            stored = stored[::-1]
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        options = {"lossless": True} if file_format == "WEBP" else {}
        picture = loaded(Image.fromarray(np.ascontiguousarray(stored)), file_format, exif=exif, **options)
        np.testing.assert_array_equal(picture, ramp())

    @pytest.mark.parametrize("orientation", [3, 6])
    def test_a_jpeg_from_a_turned_camera_is_upright(self, orientation: int):
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        stored = np.rot90(ramp(), {3: 2, 6: 1}[orientation])
        picture = loaded(Image.fromarray(np.ascontiguousarray(stored)), "JPEG", exif=exif, quality=98, subsampling=0)
        np.testing.assert_allclose(picture, ramp(), atol=8)

    @given(st.binary(max_size=60))
    @settings(max_examples=60, deadline=None)
    @pytest.mark.filterwarnings("ignore::UserWarning")
    def test_damaged_exif_never_costs_the_picture(self, junk: bytes):
        picture = loaded(Image.fromarray(ramp()), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08" + junk)
        assert sorted(picture.shape) == sorted(ramp().shape)

    def test_exif_that_turns_the_picture_but_is_damaged_elsewhere_still_turns_it(self):
        entries = [(ORIENTATION, 3, 1, struct.pack(">HH", 6, 0)), (0x011A, 2, 1, b"x\0\0\0")]  # resolution as text
        table = b"".join(struct.pack(">HHI", tag, kind, count) + value for tag, kind, count, value in entries)
        exif = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", len(entries)) + table + b"\0\0\0\0"
        assert loaded(Image.fromarray(ramp()), "JPEG", exif=exif).shape == (WIDTH, HEIGHT, 3)

    def test_sixteen_bit_gray_keeps_its_levels_and_its_full_range(self):
        levels = np.linspace(0, 65535, 1024).astype(np.uint16).reshape(16, 64)
        picture = loaded(Image.fromarray(levels))
        assert len(np.unique(picture)) == 1024
        np.testing.assert_allclose(picture[..., 1], levels / 257.0, atol=1e-3)

    def test_a_dark_sixteen_bit_picture_stays_dark(self):
        assert loaded(Image.fromarray(np.full((8, 8), 257, np.uint16))).max() == pytest.approx(1.0)

    def test_sixteen_bit_rgb_is_scaled(self):
        rows = b"".join(b"\0" + (ramp()[y].astype(np.uint16) * 257).astype(">u2").tobytes() for y in range(HEIGHT))
        np.testing.assert_allclose(load_image(png_of((WIDTH, HEIGHT, 16, 2), rows)), ramp(), atol=1)

    @pytest.mark.parametrize("full_scale", [1.0, 255.0, 65535.0, 1e6])
    def test_float_gray_is_scaled_by_the_scale_that_its_levels_fit_in(self, full_scale: float):
        levels = np.linspace(0, full_scale, 64, dtype=np.float32).reshape(8, 8)
        picture = loaded(Image.fromarray(levels), "TIFF")
        np.testing.assert_allclose(picture[..., 0], np.linspace(0, 255, 64).reshape(8, 8), atol=1e-2)

    def test_thirty_two_bit_gray_is_not_all_white(self):
        levels = (np.arange(64, dtype=np.int32) * 30_000_000).reshape(8, 8)
        assert len(np.unique(loaded(Image.fromarray(levels), "TIFF"))) == 64

    def test_a_float_picture_with_holes_has_black_there(self):
        levels = np.array([[0.5, np.nan], [np.inf, 1.0]], np.float32)
        np.testing.assert_allclose(loaded(Image.fromarray(levels), "TIFF")[..., 0], [[127.5, 0], [0, 255]])

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
        assert all(name in str(refusal.value) for name in READABLE_FORMATS)
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

    def test_a_file_that_may_not_be_read_is_not_called_damaged(self, monkeypatch: pytest.MonkeyPatch):
        def refuse(*_positional: object, **_named: object) -> None:
            raise PermissionError(errno.EACCES, "Permission denied")

        monkeypatch.setattr(Image, "open", refuse)
        with pytest.raises(ImageError, match="permissions"):
            load_image("secret.png")

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


class TestSizes:
    def test_a_width_is_exact_and_the_height_rounded_down(self):
        assert size_for_width(67, 101, 50) == (33, 50)

    def test_a_bound_on_the_longest_side_shrinks_and_never_enlarges(self):
        assert size_for_longest_side(600, 400, 300) == (300, 200)
        assert size_for_longest_side(60, 40, 300) == (60, 40)
        assert size_for_longest_side(2000, 3, 100) == (100, 1)

    @given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 60), st.integers(1, 60))
    @settings(max_examples=80, deadline=None)
    def test_resizing_gives_the_size_asked_for_and_stays_in_range(
        self, height: int, width: int, new_h: int, new_w: int
    ):
        noise = np.random.default_rng(height * 61 + width).uniform(0, 255, (height, width, 3)).astype(np.float32)
        resized = resize(noise, new_h, new_w)
        assert resized.shape == (new_h, new_w, 3)
        assert resized.dtype == np.float32
        assert 0 <= resized.min() <= resized.max() <= 255
        np.testing.assert_allclose(
            resize(noise.transpose(1, 0, 2), new_w, new_h), resized.transpose(1, 0, 2), atol=0.01
        )

    @given(st.floats(0, 255, width=32), st.integers(1, 40), st.integers(1, 40))
    @settings(max_examples=40, deadline=None)
    def test_resizing_a_flat_picture_leaves_it_flat(self, level: float, height: int, width: int):
        np.testing.assert_allclose(resize(np.full((9, 7, 3), level, np.float32), height, width), level, atol=1e-3)

    def test_halving_a_picture_is_antialiased(self):
        stripes = np.zeros((8, 64, 3), np.float32)
        stripes[:, ::2] = 255.0
        np.testing.assert_allclose(resize(stripes, 4, 32)[:, 2:-2], 127.5, atol=16)

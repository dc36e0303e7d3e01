"""A table of files that break image programs, and what each must lead to: a picture that is known, or a sentence.

The table goes through the loader, the command line and the running server alike.
"""

import io
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, ImageCms

from tests.images.png import png_with
from tests.images.tiff import Tiff

pillow_heif.register_heif_opener()

HEIGHT, WIDTH = 48, 64


def ramp() -> np.ndarray:
    """Return a picture, `[48, 64, 3] uint8`: red grows to the right, green downwards, blue along the diagonal."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    return np.stack([x * 255 // (WIDTH - 1), y * 255 // (HEIGHT - 1), (x + y) * 2], -1).astype(np.uint8)


@dataclass(frozen=True)
class HardInput:
    """A file and what becomes of it.

    Attributes:
        name: of the file.
        content: its bytes.
        picture: what it shows, `[H, W, 3]`, 0..255; None where it is refused.
        tolerance: largest mean difference from that, in grey levels.
        words: in the refusal, or in the notice that comes along.
    """

    name: str
    content: bytes
    picture: np.ndarray | None = None
    tolerance: float = 0.0
    words: str = ""


def hard_inputs() -> Mapping[str, HardInput]:
    """Return all files of the table by name."""
    inputs = [*_modes(), *_deep(), *_turned(), *_animated(), *_profiles(), *_unreadable(), *_sizes()]
    inputs += [*_pngs(), *_tiffs(), *_ends(), *_other_kinds()]
    return {each.name: each for each in inputs}


def write_to(folder: Path) -> Mapping[str, HardInput]:
    """Write all files to the folder and return them by name."""
    inputs = hard_inputs()
    for each in inputs.values():
        (folder / each.name).write_bytes(each.content)
    return inputs


def _file(picture: Image.Image, file_format: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, file_format, **options)
    return file.getvalue()


def _modes() -> list[HardInput]:
    colors = Image.fromarray(ramp())
    gray, few, dots = colors.convert("L"), colors.quantize(8), colors.convert("1")
    found = [
        HardInput("rgb.png", _file(colors, "PNG"), ramp()),
        HardInput("rgb.bmp", _file(colors, "BMP"), ramp()),
        HardInput("rgb.ppm", _file(colors, "PPM"), ramp()),
        HardInput("rgb.tif", _file(colors, "TIFF"), ramp()),
        HardInput("photo.heic", _file(colors, "HEIF", quality=95), ramp(), 4.0),
        HardInput("photo.avif", _file(colors, "AVIF", quality=95), ramp(), 4.0),
        HardInput("gray_L.png", _file(gray, "PNG"), np.array(gray.convert("RGB"))),
        HardInput("gray_LA.png", _file(gray.convert("LA"), "PNG"), np.array(gray.convert("RGB"))),
        HardInput("palette.png", _file(few, "PNG"), np.array(few.convert("RGB"))),
        HardInput("palette.gif", _file(few, "GIF"), np.array(few.convert("RGB"))),
        HardInput("bilevel.png", _file(dots, "PNG"), np.array(dots.convert("RGB"))),
        HardInput("cmyk.jpg", _file(colors.convert("CMYK"), "JPEG", quality=95), ramp(), 4.0),
        HardInput(
            "lab.tif", _file(Image.new("LAB", (WIDTH, HEIGHT), (128, 128, 128)), "TIFF"), np.full((48, 64, 3), 119), 2.0
        ),
    ]
    hidden = np.array(colors.convert("RGBA"))
    hidden[:, : WIDTH // 2] = [255, 0, 255, 0]
    white = ramp()
    white[:, : WIDTH // 2] = 255
    found.append(HardInput("transparent_over_magenta.png", _file(Image.fromarray(hidden), "PNG"), white))
    found.append(HardInput("transparent.webp", _file(Image.fromarray(hidden), "WEBP", lossless=True), white))
    return found


def _deep() -> list[HardInput]:
    levels = np.tile((np.arange(WIDTH) * 65535 // (WIDTH - 1)).astype(np.uint16), (HEIGHT, 1))
    gray = np.repeat((levels / 257.0)[..., None], 3, -1)
    unit = Image.fromarray((levels / 65535.0).astype(np.float32))
    return [
        HardInput("gray16.png", _file(Image.fromarray(levels), "PNG"), gray, 0.01),
        HardInput("gray16.tif", _file(Image.fromarray(levels), "TIFF"), gray, 0.01),
        HardInput("float.tif", _file(unit, "TIFF"), gray, 0.01),
        HardInput("rgb16.png", _rgb16_png(), ramp(), 0.01),
    ]


def _rgb16_png() -> bytes:
    rows = b"".join(b"\0" + row.tobytes() for row in (ramp().astype(np.uint16) * 257).astype(">u2"))
    return png_with((WIDTH, HEIGHT, 16, 2), rows).getvalue()


def _turned() -> list[HardInput]:
    upright = {1: ramp(), 3: ramp()[::-1, ::-1], 6: np.rot90(ramp(), -1), 8: np.rot90(ramp(), 1)}
    found = []
    for orientation, picture in upright.items():
        exif = Image.Exif()
        exif[0x0112] = orientation
        content = _file(Image.fromarray(ramp()), "JPEG", exif=exif, quality=97, subsampling=0)
        found.append(HardInput(f"exif{orientation}.jpg", content, picture, 3.0))
    return found


def _animated() -> list[HardInput]:
    red, green, blue = (Image.new("RGB", (WIDTH, HEIGHT), color) for color in ("#ff0000", "#00ff00", "#0000ff"))
    options = {"save_all": True, "append_images": [green, blue]}
    return [
        HardInput("animated.gif", _file(red, "GIF", duration=100, **options), np.array(red), 0.0, "has 3 frames"),
        HardInput("animated.webp", _file(red, "WEBP", lossless=True, **options), np.array(red), 0.0, "has 3 frames"),
        HardInput("animated.png", _file(red, "PNG", duration=100, **options), np.array(red), 0.0, "has 3 frames"),
        HardInput("pages.tif", _file(red, "TIFF", **options), np.array(red), 0.0, "has 3 frames"),
    ]


def _profiles() -> list[HardInput]:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    colors = Image.fromarray(ramp())
    return [
        HardInput("srgb_profile.png", _file(colors, "PNG", icc_profile=srgb), ramp(), 0.5),
        HardInput("broken_profile.png", _file(colors, "PNG", icc_profile=b"not a profile"), ramp()),
    ]


def _unreadable() -> list[HardInput]:
    rng = np.random.default_rng(0)
    noise = _file(Image.fromarray(rng.integers(0, 255, (256, 256, 3), dtype=np.uint8)), "JPEG")
    return [
        HardInput("truncated.jpg", noise[: len(noise) // 2], words="The file may be damaged"),
        HardInput("empty.png", b"", words="is empty"),
        HardInput("zeros.png", bytes(5000), words="is filled with zeros"),
        HardInput("page.jpg", b"<!DOCTYPE html><html>no picture</html>", words="is a web page"),
        HardInput("letter.pdf", b"%PDF-1.7 and so on", words="is a PDF document"),
        HardInput("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', words="is an SVG drawing"),
        HardInput("clip.mp4", b"\0\0\0\x18ftypisom\0\0\0\0", words="is a video"),
        HardInput("photo.png", b"just some words", words="a file of an unknown kind"),
        HardInput("bomb.png", _file(Image.new("1", (20_000, 10_000)), "PNG"), words="more than 100 million pixels"),
    ]


def _pngs() -> list[HardInput]:
    """Return what stands beside the pixels of a PNG, and levels that are transparent."""
    rows = b"".join(b"\0" + row.tobytes() for row in ramp())
    gray = np.tile(np.arange(WIDTH) * 1040, (HEIGHT, 1))
    deep = b"".join(b"\0" + row.astype(">u2").tobytes() for row in gray)
    keyed = np.where(gray == 10 * 1040, 255.0, gray / 257.0)
    control = (b"fcTL", struct.pack(">IIIIIHHBB", 0, WIDTH, HEIGHT, 0, 0, 1, 1, 0, 0))
    linear = 255.0 * np.where((x := ramp() / 255.0) > 0.0031308, 1.055 * x ** (1 / 2.4) - 0.055, 12.92 * x)
    rgb, gray16 = (WIDTH, HEIGHT, 8, 2), (WIDTH, HEIGHT, 16, 0)
    long_text = (b"zTXt", b"workflow\0\0" + zlib.compress(b"node " * 400_000))
    spoiled = png_with(rgb, rows, (b"pHYs", struct.pack(">IIB", 1, 1, 0))).getvalue()
    place = spoiled.index(b"pHYs") + 13
    spoiled = spoiled[:place] + bytes([spoiled[place] ^ 1]) + spoiled[place + 1 :]
    frames = ((b"acTL", struct.pack(">II", 2, 0)), control, control)
    return [
        HardInput("long_text.png", png_with(rgb, rows, long_text).getvalue(), ramp()),
        HardInput("long_text_behind.png", png_with(rgb, rows, behind=long_text).getvalue(), ramp()),
        HardInput("wrong_checksum.png", spoiled, ramp()),
        HardInput("control_twice.png", png_with(rgb, rows, *frames).getvalue(), ramp(), 0.0, "has 2 frames"),
        HardInput(
            "transparent_level.png",
            png_with(gray16, deep, (b"tRNS", struct.pack(">H", 10 * 1040))).getvalue(),
            np.repeat(keyed[..., None], 3, -1),
            0.01,
        ),
        HardInput(
            "linear_light.png", png_with(rgb, rows, (b"gAMA", struct.pack(">I", 100_000))).getvalue(), linear, 0.5
        ),
    ]


def _tiffs() -> list[HardInput]:
    """Return TIFF of depths, orders and planes that libraries confuse, and raws that hold a small copy."""
    levels = np.tile(np.arange(WIDTH) * 16, (HEIGHT, 1))
    gray = np.repeat((levels * (255.0 / 1023))[..., None], 3, -1)
    deep = ramp().astype(np.int64) * 257
    small = ramp()[::4, ::4]
    return [
        HardInput("white_is_zero.tif", Tiff().gray(65535 - deep[..., 0], 16, 0).file().getvalue(), _gray_of(0), 0.01),
        HardInput("big_endian.tif", Tiff(">").gray(65535 - deep[..., 1], 16, 0).file().getvalue(), _gray_of(1), 0.01),
        HardInput("ten_bits.tif", Tiff().gray(levels, 10).file().getvalue(), gray, 0.01),
        HardInput("planes.tif", Tiff().colors(deep, 16, planar=True).file().getvalue(), ramp(), 0.01),
        HardInput("next_page_is_nonsense.tif", Tiff().colors(ramp(), 8).file(last=70).getvalue(), ramp()),
        HardInput("small_copy_first.tif", Tiff().colors(small, 8, t254=1).colors(ramp(), 8).file().getvalue(), ramp()),
        HardInput("raw.dng", Tiff().colors(small, 8, t50706=[1, 4, 0, 0]).file().getvalue(), words="raw photo"),
        HardInput("raw_named.tif", Tiff().gray(levels, 16, 32803).file().getvalue(), words="raw photo"),
        HardInput("half.tif", Tiff().colors(deep, 16).file().getvalue()[:9000], words="damaged"),
    ]


def _gray_of(channel: int) -> np.ndarray:
    return np.repeat(ramp()[..., channel : channel + 1], 3, -1)


def _ends() -> list[HardInput]:
    """Return JPEG whose end is not there, and what is cut off."""
    options = {"quality": 97, "subsampling": 0}
    whole, progressive = (_file(Image.fromarray(ramp()), "JPEG", progressive=each, **options) for each in (False, True))
    scan = progressive.rindex(b"\xff\xda")
    endless = progressive[:scan] + progressive[scan:-2] * 200 + progressive[-2:]
    heic = _file(Image.fromarray(ramp()), "HEIF", quality=95)
    return [
        HardInput("no_end.jpg", whole[:-2], ramp(), 3.0),
        HardInput("no_end_progressive.jpg", progressive[:-2], ramp(), 3.0),
        HardInput("endless_scans.jpg", endless, words="would take too long"),
        HardInput("heic_named.jpg", heic, ramp(), 4.0),
        HardInput("half.avif", _file(Image.fromarray(ramp()), "AVIF")[:400], words="damaged"),
    ]


def _other_kinds() -> list[HardInput]:
    return [
        HardInput("picture.jxl", b"\xff\x0a" + bytes(range(100)), words="JPEG XL"),
        HardInput("favicon.ico", b"\0\0\1\0\1\0" + bytes(60), words="an icon"),
        HardInput("pointer.jpg", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", words="Git LFS"),
        HardInput("._photo.jpg", b"\0\5\x16\7\0\2\0\0Mac OS X" + bytes(60), words="macOS"),
        HardInput("film.webm", b"\x1aE\xdf\xa3" + bytes(range(60)), words="a video"),
        HardInput("old_page.jpg", b"<HTML><BODY>404</BODY></HTML>", words="a web page"),
    ]


def _sizes() -> list[HardInput]:
    rng = np.random.default_rng(1)

    def noise(width: int, height: int) -> np.ndarray:
        return rng.integers(0, 255, (height, width, 3), dtype=np.uint8)

    odd = noise(101, 67)
    return [
        HardInput("size_101x67.png", _file(Image.fromarray(odd), "PNG"), odd),
        HardInput("black.png", _file(Image.new("RGB", (64, 64)), "PNG"), np.zeros((64, 64, 3))),
        HardInput("flat_gray.png", _file(Image.new("RGB", (64, 64), (127,) * 3), "PNG"), np.full((64, 64, 3), 127)),
        HardInput("name with space \u00e9 \u753b, comma.png", _file(Image.fromarray(ramp()), "PNG"), ramp()),
        *(
            HardInput(f"size_{width}x{height}.png", _file(Image.fromarray(noise(width, height)), "PNG"), words=words)
            for width, height, words in (
                (1, 1, "at least 16 px"),
                (15, 15, "at least 16 px"),
                (2000, 3, "at least 16 px"),
                (3, 2000, "at least 16 px"),
                (680, 40, "at most 16 times the other"),
            )
        ),
    ]

"""The one loader of picture files as RGB arrays, which page, command line and API share; `save` writes.

A picture inside the program is `[H, W, 3] float32, RGB, 0..255` in sRGB, upright. What a file may hold beyond that
(alpha, a colour profile, EXIF orientation, 16 bits, a palette, several frames) is settled here and in the decoders.
"""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from neural_style.errors import ImageError
from neural_style.files import NoRegularFileError, check_regular
from neural_style.images import pillow, png_chunks, tiff_pages, vips
from neural_style.images.arrays import FloatImage, FloatPlane
from neural_style.images.kinds import kind_of
from neural_style.images.samples import CheckSize, Header, RefusedError, Samples
from neural_style.images.srgb import LYING, alpha_of, image_of

READABLE_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF", "PPM")
"""The formats that are read, by their names for people."""

MAX_FILE_PIXELS = 100_000_000
"""The most pixels of a file: one with more is refused from its header, since its bytes alone take over 0.3 GB."""

_HEAD_BYTES = 10
_FIRST_FRAME = "{name} has {frames} frames; the first one is used."

RECIPE_KEY = "neural-style"


@dataclass(frozen=True, eq=False)
class LoadedImage:
    """A picture file that has been read.

    Attributes:
        image: `[H, W, 3] float32, RGB, 0..255`, in sRGB, upright. Transparent parts lie on white; of an animation it is
            the first frame; 16-bit samples are scaled to 0..255 and keep their fractions.
        alpha: `[H, W] float32, 0..255`, how opaque each pixel is; None where all are.
        notice: a sentence for the person, where not all of the file is used.
        format: one of `READABLE_FORMATS`, by what is in the file and not by its name; empty where it is not known.
    """

    image: FloatImage
    alpha: FloatPlane | None = None
    notice: str | None = None
    format: str = ""


def load_image(source: str | os.PathLike[str] | BinaryIO) -> FloatImage:
    """Read a picture file as `[H, W, 3] float32, RGB, 0..255`; `load_picture` also returns its alpha and a notice."""
    return load_picture(source).image


def load_picture(source: str | os.PathLike[str] | BinaryIO) -> LoadedImage:
    """Read a picture file.

    Args:
        source: a path, or a binary file object positioned at its start.

    Raises:
        ImageError: the file is missing, is not a picture of a known format, is damaged, or is larger than
            `MAX_FILE_PIXELS`.
    """
    name = _name_of(source)
    with _in_words(source), _opened(source) as file:
        samples = _decoder_of(file).samples(file, partial(_check_size, name))
        notice = _FIRST_FRAME.format(name=name, frames=samples.frames) if samples.frames > 1 else None
        return LoadedImage(image_of(samples), alpha_of(samples), notice, samples.format)


def size_of(source: str | os.PathLike[str] | BinaryIO) -> tuple[int, int]:
    """Return the (height, width) in pixels that `load_picture` gives a picture file, by its header.

    Raises:
        ImageError: see `load_picture`; what is damaged behind the header is not seen.
    """
    with _in_words(source), _opened(source) as file:
        header = _decoder_of(file).header(file)
        _check_size(_name_of(source), header.size)
        height, width = header.size
        return (width, height) if header.orientation in LYING else (height, width)


def notices_of(pictures: Iterable[LoadedImage | None]) -> tuple[str, ...]:
    """Return the notices of the pictures, each sentence once."""
    return tuple(dict.fromkeys(picture.notice for picture in pictures if picture and picture.notice))


def pixel_count(source: str | os.PathLike[str]) -> int:
    """Return how many pixels a picture file has, by its header; 0 where that cannot be read."""
    try:
        with _opened(source) as file:
            height, width = _decoder_of(file).header(file).size
            return height * width
    except Exception:  # as in load_picture, which says what is wrong
        return 0


def read_recipe(source: str | os.PathLike[str] | BinaryIO) -> str | None:
    """Return the recipe text that `save_image` stored in a PNG, or None where there is none."""
    return _recipe_in(source, before_pixels=False)


def has_recipe(path: Path) -> bool:
    """Whether a file is a PNG with a recipe before its pixels, where `save_image` puts it; cheaper than to read it."""
    return path.suffix.lower() == ".png" and _recipe_in(path, before_pixels=True) is not None


def _recipe_in(source: str | os.PathLike[str] | BinaryIO, *, before_pixels: bool) -> str | None:
    try:
        with _opened(source) as file:
            if file.read(len(png_chunks.SIGNATURE)) != png_chunks.SIGNATURE:
                return None
            return png_chunks.text_in(file, RECIPE_KEY, before_pixels=before_pixels)
    except (OSError, ValueError):  # a file that cannot be read has none
        return None


@contextlib.contextmanager
def _opened(source: str | os.PathLike[str] | BinaryIO) -> Iterator[BinaryIO]:
    """Give the file, at its start; a pipe or a device is not waited for."""
    if isinstance(source, (str, os.PathLike)):
        check_regular(source)
        with Path(source).open("rb") as file:
            yield file
    else:
        source.seek(0)
        yield source


@dataclass(frozen=True)
class _Decoder:
    header: Callable[[BinaryIO], Header]
    samples: Callable[[BinaryIO, CheckSize], Samples]


_PNG = _Decoder(png_chunks.header_in, vips.png_samples)
_TIFF = _Decoder(vips.tiff_header, vips.tiff_samples)
_OTHER = _Decoder(pillow.header_of, pillow.samples_of)


def _decoder_of(file: BinaryIO) -> _Decoder:
    """Return what decodes a file, by what it begins with."""
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if head.startswith(png_chunks.SIGNATURE):
        return _PNG
    is_raw = head.endswith(b"CR")  # where Canon's raws say that they are no TIFF
    return _TIFF if head.startswith(tiff_pages.SIGNATURES) and not is_raw else _OTHER


@contextlib.contextmanager
def _in_words(source: str | os.PathLike[str] | BinaryIO) -> Iterator[None]:
    """Turn what goes wrong with a picture file into a sentence."""
    name = _name_of(source)
    try:
        yield
    except Image.DecompressionBombError as error:
        raise ImageError(_too_large(name)) from error
    except FileNotFoundError as error:
        raise ImageError(f"There is no file {name}. Check the path.") from error
    except IsADirectoryError as error:
        raise ImageError(f"{name} is a folder; a picture file is needed.") from error
    except NoRegularFileError as error:
        raise ImageError(f"{name} is {error.kind}; a picture file is needed.") from error
    except PermissionError as error:
        raise ImageError(f"{name} may not be read by this user. Check the permissions of the file.") from error
    except UnidentifiedImageError as error:
        raise ImageError(_unidentified(source, name)) from error
    except RefusedError as error:
        raise ImageError(f"{name} {error}.") from error
    except ImageError:
        raise
    except Exception as error:  # Pillow's decoders let pass whatever a damaged file makes them stumble over
        raise ImageError(f"{name} cannot be read as a picture ({error}). The file may be damaged.") from error


def _unidentified(source: str | os.PathLike[str] | BinaryIO, name: str) -> str:
    with _opened(source) as file:
        kind = kind_of(file)
    if kind.startswith("a damaged"):
        return f"{name} is {kind}. Fetch it or save it again."
    return f"{name} is {kind}, not a picture. Use one of {', '.join(READABLE_FORMATS)}."


def _check_size(name: str, size: tuple[int, int]) -> None:
    height, width = size
    if height * width > MAX_FILE_PIXELS:
        raise ImageError(_too_large(name))


def _too_large(name: str) -> str:
    return f"{name} has more than {MAX_FILE_PIXELS // 1_000_000} million pixels. Use a smaller copy."


def _name_of(source: str | os.PathLike[str] | BinaryIO) -> str:
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source)
    return getattr(source, "name", None) or "The picture"

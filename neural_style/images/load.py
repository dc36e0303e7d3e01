"""The one loader of picture files as RGB arrays, which page, command line and API share; `save` writes.

A picture inside the program is `[H, W, 3] float32, RGB, 0..255` in sRGB, upright. What a file may hold beyond that
(alpha, a colour profile, EXIF orientation, 16 bits, a palette, several frames) is settled here, once.
"""

import contextlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pillow_heif
from PIL import Image, UnidentifiedImageError

from neural_style.errors import ImageError
from neural_style.files import NoRegularFileError, check_regular, kind_of
from neural_style.images.arrays import FloatImage, FloatPlane
from neural_style.images.srgb import alpha_of, to_rgb

pillow_heif.register_heif_opener()

READABLE_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF", "PPM")
"""The formats that Pillow may try on a stranger's file: pixel formats only, nothing that runs an interpreter."""


MAX_FILE_PIXELS = 100_000_000
"""The most pixels of a file: one with more is refused from its header, since its bytes alone take over 0.3 GB."""

_ANIMATED_FORMATS = frozenset({"GIF", "PNG", "WEBP", "AVIF", "TIFF"})
"""The formats that have frames: what a phone adds to a JPEG or HEIC photo, such as its depth, is no second frame."""

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
    """

    image: FloatImage
    alpha: FloatPlane | None = None
    notice: str | None = None


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
    with _in_words(source), open_picture(source) as picture:
        _check_header(picture, name)
        frames = getattr(picture, "n_frames", 1) if picture.format in _ANIMATED_FORMATS else 1
        picture.load()
        notice = _FIRST_FRAME.format(name=name, frames=frames) if frames > 1 else None
        return LoadedImage(to_rgb(picture), alpha_of(picture), notice)


def open_picture(source: str | os.PathLike[str] | BinaryIO, formats: tuple[str, ...] = READABLE_FORMATS) -> Image.Image:
    """Open a picture file and read its header; a pipe or a device is not waited for.

    Raises:
        OSError: there is no picture of these formats; or whatever Pillow stumbles over in a damaged file.
    """
    if isinstance(source, (str, os.PathLike)):
        check_regular(source)
    return Image.open(source, formats=formats)


def notices_of(pictures: Iterable[LoadedImage | None]) -> tuple[str, ...]:
    """Return the notices of the pictures, each sentence once."""
    return tuple(dict.fromkeys(picture.notice for picture in pictures if picture and picture.notice))


def pixel_count(source: str | os.PathLike[str]) -> int:
    """Return how many pixels a picture file has, by its header; 0 where that cannot be read."""
    try:
        with open_picture(source) as picture:
            return picture.width * picture.height
    except Exception:  # as in load_picture, which says what is wrong
        return 0


def read_recipe(source: str | os.PathLike[str] | BinaryIO) -> str | None:
    """Return the recipe text that `save_image` stored in a PNG, or None where there is none."""
    try:
        with open_picture(source, formats=("PNG",)) as picture:
            picture.load()  # text chunks may stand behind the pixels
            text = picture.info.get(RECIPE_KEY)
    except Exception:  # as in load_image; a file without a readable recipe has none
        return None
    return None if text is None else str(text)


def has_recipe(path: Path) -> bool:
    """Whether a file is a PNG with a recipe before its pixels, where `save_image` puts it; cheaper than to read it."""
    if path.suffix.lower() != ".png":
        return False
    try:
        with open_picture(path, formats=("PNG",)) as picture:
            return RECIPE_KEY in picture.info
    except Exception:  # as in load_picture
        return False


def check_picture(source: str | os.PathLike[str]) -> None:
    """Refuse what is no picture by its header, as `load_picture` does; what is damaged behind that is not seen.

    Raises:
        ImageError: see `load_picture`.
    """
    with _in_words(source), open_picture(source) as picture:
        _check_header(picture, _name_of(source))


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
        formats = ", ".join(READABLE_FORMATS)
        raise ImageError(f"{name} is {kind_of(source)}, not a picture. Use one of {formats}.") from error
    except ImageError:
        raise
    except Exception as error:  # Pillow's decoders let pass whatever a damaged file makes them stumble over
        raise ImageError(f"{name} cannot be read as a picture ({error}). The file may be damaged.") from error


def _check_header(picture: Image.Image, name: str) -> None:
    if picture.width * picture.height > MAX_FILE_PIXELS:
        raise ImageError(_too_large(name))


def _too_large(name: str) -> str:
    return f"{name} has more than {MAX_FILE_PIXELS // 1_000_000} million pixels. Use a smaller copy."


def _name_of(source: str | os.PathLike[str] | BinaryIO) -> str:
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source)
    return getattr(source, "name", None) or "The picture"

"""Picture files <-> RGB arrays: the one loader and the one writer that the page, the command line and the API share.

A picture inside the program is `[H, W, 3] float32, RGB, 0..255` in sRGB, upright. What a file may hold beyond that
(alpha, a colour profile, EXIF orientation, 16 bits, a palette, several frames) is settled here, once.
"""

import io
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pillow_heif
from numpy.typing import ArrayLike, NDArray
from PIL import Image, PngImagePlugin, UnidentifiedImageError

from neural_style.deep_png import encode_deep_png, with_chunks
from neural_style.errors import ImageError
from neural_style.files import kind_of, replacing
from neural_style.pixels import SRGB, alpha_of, to_rgb

FloatImage = NDArray[np.float32]
FloatPlane = NDArray[np.float32]
ByteImage = NDArray[np.uint8]

pillow_heif.register_heif_opener()

READABLE_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF", "PPM")
"""What Pillow may try on a file that somebody gives us: pixel formats only, nothing that runs an interpreter."""

OUTPUT_OPTIONS: Mapping[str, tuple[str, dict[str, Any]]] = {
    ".png": ("PNG", {}),
    ".jpg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".jpeg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".webp": ("WEBP", {"lossless": True}),
    ".tif": ("TIFF", {"compression": "tiff_deflate"}),
    ".tiff": ("TIFF", {"compression": "tiff_deflate"}),
    ".bmp": ("BMP", {}),
}
"""Output extension -> Pillow's format and its options. JPEG quality 95 is the seed's."""

_FORMATS_WITH_ALPHA = frozenset({"PNG", "WEBP", "TIFF"})

MAX_FILE_PIXELS = 100_000_000
"""A file with more pixels is refused from its header: decoding it takes over 0.3 GB, as bytes alone."""

_ANIMATED_FORMATS = frozenset({"GIF", "PNG", "WEBP", "AVIF", "TIFF"})
"""What a phone adds to a JPEG or an HEIC photo, such as its depth, is no second frame."""

_FIRST_FRAME = "{name} has {frames} frames; the first one is used."

_RECIPE_KEY = "neural-style"


@dataclass(frozen=True, eq=False)
class LoadedImage:
    """A picture file, read.

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
    """The picture of `load_picture` alone: `[H, W, 3] float32, RGB, 0..255`."""
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
    try:
        with Image.open(source, formats=READABLE_FORMATS) as picture:
            _check_header(picture, name)
            frames = getattr(picture, "n_frames", 1) if picture.format in _ANIMATED_FORMATS else 1
            picture.load()
            notice = _FIRST_FRAME.format(name=name, frames=frames) if frames > 1 else None
            return LoadedImage(to_rgb(picture), alpha_of(picture), notice)
    except Image.DecompressionBombError as error:
        raise ImageError(_too_large(name)) from error
    except FileNotFoundError as error:
        raise ImageError(f"There is no file {name}. Check the path.") from error
    except IsADirectoryError as error:
        raise ImageError(f"{name} is a folder; a picture file is needed.") from error
    except PermissionError as error:
        raise ImageError(f"{name} may not be read by this user. Check the permissions of the file.") from error
    except UnidentifiedImageError as error:
        formats = ", ".join(READABLE_FORMATS)
        raise ImageError(f"{name} is {kind_of(source)}, not a picture. Use one of {formats}.") from error
    except ImageError:
        raise
    except Exception as error:  # Pillow's decoders let pass whatever a damaged file makes them stumble over
        raise ImageError(f"{name} cannot be read as a picture ({error}). The file may be damaged.") from error


def notices_of(pictures: Iterable[LoadedImage | None]) -> tuple[str, ...]:
    """What is to be said of them, each sentence once."""
    return tuple(dict.fromkeys(picture.notice for picture in pictures if picture and picture.notice))


def save_image(
    path: str | os.PathLike[str],
    image: ArrayLike,
    *,
    recipe: str | None = None,
    alpha: FloatPlane | None = None,
    exclusive: bool = False,
) -> None:
    """Write a picture so that the final name only ever holds a whole file.

    Args:
        path: where to write; the extension chooses the format (`OUTPUT_OPTIONS`). PNG, WebP and TIFF are lossless.
        image: `[H, W, 3]`, RGB, 0..255; clipped and rounded, once, here.
        recipe: a text (JSON) stored in the metadata of a PNG; other formats leave it out.
        alpha: `[H, W]`, 0..255, how opaque it is; formats without transparency leave it out.
        exclusive: refuse to replace a file that has appeared under the name meanwhile.

    Raises:
        ImageError: the extension is unknown, or the file cannot be written. A file already there stays as it was.
    """
    path = Path(path)
    name, options = _output_format(path)
    options = dict(options, icc_profile=SRGB.tobytes())
    if name == "PNG" and recipe is not None:
        options["pnginfo"] = _text_of(recipe)
    picture = Image.fromarray(to_bytes(image))
    if alpha is not None and name in _FORMATS_WITH_ALPHA:
        picture.putalpha(Image.fromarray(to_bytes(alpha)))
    with _written(path, exclusive=exclusive) as temporary:
        picture.save(temporary, name, **options)


def save_deep_image(
    path: str | os.PathLike[str],
    image: FloatImage,
    *,
    recipe: str | None = None,
    alpha: FloatPlane | None = None,
    exclusive: bool = False,
) -> None:
    """As `save_image`, as a PNG of 16 bits a sample.

    Raises:
        ImageError: the extension is another, or the file cannot be written.
    """
    path = Path(path)
    check_deep_path(path)
    profile = b"sRGB\0\0" + zlib.compress(SRGB.tobytes())
    texts = [] if recipe is None else [chunk[:2] for chunk in _text_of(recipe).chunks]
    png = with_chunks(encode_deep_png(image, alpha), [(b"iCCP", profile), *texts])
    with _written(path, exclusive=exclusive) as temporary:
        temporary.write_bytes(png)


def check_deep_path(path: Path) -> None:
    """Refuse, before any work, what cannot have 16 bits.

    Raises:
        ImageError: the extension is not .png.
    """
    if path.suffix.lower() != ".png":
        raise ImageError(f"{path.name} cannot have 16 bits a sample. Choose a name that ends in .png.")


def _text_of(recipe: str) -> PngImagePlugin.PngInfo:
    text = PngImagePlugin.PngInfo()
    text.add_itxt(_RECIPE_KEY, recipe)
    return text


@contextmanager
def _written(path: Path, *, exclusive: bool) -> Iterator[Path]:
    """As `files.replacing`, with its errors as sentences."""
    try:
        with replacing(path, exclusive=exclusive) as temporary:
            yield temporary
    except FileExistsError as error:
        raise ImageError(f"{path} exists already and was not replaced.") from error
    except (OSError, ValueError) as error:  # ValueError: more pixels a side than the format can hold
        reason = getattr(error, "strerror", None) or error
        raise ImageError(f"{path} cannot be written ({reason}).") from error


def read_recipe(source: str | os.PathLike[str] | BinaryIO) -> str | None:
    """The recipe text that `save_image` stored in a PNG, or None where there is none."""
    try:
        with Image.open(source, formats=("PNG",)) as picture:
            picture.load()  # text chunks may stand behind the pixels
            text = picture.info.get(_RECIPE_KEY)
    except Exception:  # as in load_image; a file without a readable recipe has none
        return None
    return None if text is None else str(text)


def check_output_path(path: str | os.PathLike[str], *, overwrite: bool) -> Path:
    """Make sure, before any work and without touching the file, that a picture can be written to `path` later.

    Raises:
        ImageError: the extension is unknown, the folder is missing or not writable, `path` is a folder, or it
            exists and `overwrite` is False.
    """
    _output_format(Path(path))
    return check_new_path(path, overwrite=overwrite)


def check_new_path(path: str | os.PathLike[str], *, overwrite: bool) -> Path:
    """As `check_output_path`, for a file of any kind."""
    path = Path(path)
    folder = path.parent
    try:
        if path.is_dir():
            raise ImageError(f"{path} is a folder; a file name is needed.")
        if not folder.is_dir():
            raise ImageError(f"The folder {folder} for {path.name} does not exist. Create it first.")
    except OSError as error:  # a name that is too long, a folder that may not be entered
        raise ImageError(f"{path} cannot be written ({error.strerror}). Choose another name.") from error
    if not os.access(folder, os.W_OK):
        raise ImageError(f"The folder {folder} is not writable. Choose another for {path.name}.")
    if os.path.lexists(path) and not overwrite:  # a dangling link stands in the way, too
        raise ImageError(f"{path} exists already. Give --overwrite to replace it, or choose another name.")
    return path


def to_bytes(image: ArrayLike) -> ByteImage:
    """Clip to 0..255 and round to the nearest level: any shape and dtype -> uint8."""
    return np.rint(np.clip(np.asarray(image, np.float32), 0.0, 255.0)).astype(np.uint8)


def encode_preview(image: ArrayLike, longest_side_px: int, quality: int = 85) -> bytes:
    """A small JPEG for watching: at most `longest_side_px` on its longest side. Results go through `save_image`."""
    picture = Image.fromarray(to_bytes(image))
    picture.thumbnail((longest_side_px, longest_side_px), Image.Resampling.BILINEAR)
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=quality)
    return encoded.getvalue()


def resize(image: FloatImage, height: int, width: int) -> FloatImage:
    """Bicubic (antialiased when shrinking), clipped: `[H, W, 3] float32, 0..255` -> `[height, width, 3]`.

    Bicubic is the filter that the seed's program gets from Pillow; here it works on floats instead of bytes.
    """
    if image.shape[:2] == (height, width):
        return image
    planes = [resize_plane(image[..., channel], height, width) for channel in range(3)]
    return np.clip(np.stack(planes, -1), 0.0, 255.0)


def resize_plane(plane: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    """As `resize`, of one channel of any range, which may be left by a little: `[H, W]` -> `[height, width]`."""
    shown = Image.fromarray(np.ascontiguousarray(plane))
    return np.asarray(shown.resize((width, height), Image.Resampling.BICUBIC))


def size_for_width(height: int, width: int, target_width_px: int) -> tuple[int, int]:
    """(height, width) at exactly the target width; the height is rounded down, as the seed's program does."""
    return height * target_width_px // width, target_width_px


def size_for_longest_side(height: int, width: int, longest_side_px: int) -> tuple[int, int]:
    """(height, width) shrunk so that the longest side is at most `longest_side_px`; never enlarged."""
    longest = max(height, width)
    if longest <= longest_side_px:
        return height, width
    return max(1, round(height * longest_side_px / longest)), max(1, round(width * longest_side_px / longest))


def _check_header(picture: Image.Image, name: str) -> None:
    if picture.width * picture.height > MAX_FILE_PIXELS:
        raise ImageError(_too_large(name))


def _too_large(name: str) -> str:
    return f"{name} has more than {MAX_FILE_PIXELS // 1_000_000} million pixels. Use a smaller copy."


def _output_format(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        return OUTPUT_OPTIONS[path.suffix.lower()]
    except KeyError:
        known = ", ".join(OUTPUT_OPTIONS)
        raise ImageError(f"{path.name} has no extension that can be written. Use one of {known}.") from None


def _name_of(source: str | os.PathLike[str] | BinaryIO) -> str:
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source)
    return getattr(source, "name", None) or "The picture"

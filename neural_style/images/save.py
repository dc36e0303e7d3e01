"""The one writer of picture files, which page, command line and API share. Reading is left to `load`."""

import io
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike
from PIL import Image, PngImagePlugin

from neural_style.errors import ImageError, NameTakenError
from neural_style.files import replacing
from neural_style.images.arrays import FloatImage, FloatPlane, to_bytes
from neural_style.images.load import RECIPE_KEY
from neural_style.images.png16 import encode_png16
from neural_style.images.srgb import SRGB

OUTPUT_OPTIONS: Mapping[str, tuple[str, dict[str, Any]]] = {
    ".png": ("PNG", {}),
    ".jpg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".jpeg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".webp": ("WEBP", {"lossless": True}),
    ".tif": ("TIFF", {"compression": "tiff_deflate"}),
    ".tiff": ("TIFF", {"compression": "tiff_deflate"}),
    ".bmp": ("BMP", {}),
}
"""The output extension -> Pillow's format and its options. JPEG quality 95 is the original program's."""

_METRES_PER_INCH = 0.0254

_FORMATS_WITH_ALPHA = frozenset({"PNG", "WEBP", "TIFF"})


def save_image(
    path: str | os.PathLike[str],
    image: ArrayLike,
    *,
    recipe: str | None = None,
    alpha: FloatPlane | None = None,
    exclusive: bool = False,
    dpi: int | None = None,
) -> None:
    """Write a picture so that the final name only ever holds a whole file.

    Args:
        path: where to write; the extension chooses the format (`OUTPUT_OPTIONS`). PNG, WebP and TIFF are lossless.
        image: `[H, W, 3]`, RGB, 0..255; clipped and rounded, once, here.
        recipe: a text (JSON) stored in the metadata of a PNG; other formats leave it out.
        alpha: `[H, W]`, 0..255, how opaque it is; formats without transparency leave it out.
        exclusive: refuse to replace a file that has appeared under the name meanwhile.
        dpi: dots per inch, for printing; None: the file says nothing of it. WebP has no place for it.

    Raises:
        ImageError: the extension is unknown, or the file cannot be written. A file already there stays as it was.
    """
    path = Path(path)
    name, options = _output_format(path)
    options = dict(options, icc_profile=SRGB.tobytes())
    if dpi is not None and name != "WEBP":
        options["dpi"] = (dpi, dpi)
    if name == "PNG" and recipe is not None:
        options["pnginfo"] = _text_of(recipe)
    picture = Image.fromarray(to_bytes(image))
    if alpha is not None and name in _FORMATS_WITH_ALPHA:
        picture.putalpha(Image.fromarray(to_bytes(alpha)))
    with _written(path, exclusive=exclusive) as temporary:
        encoded = io.BytesIO()  # since Pillow, writing to a file, takes no notice of a disk that is full
        picture.save(encoded, name, **options)
        temporary.write_bytes(encoded.getbuffer())


def save_png16(
    path: str | os.PathLike[str],
    image: FloatImage,
    *,
    recipe: str | None = None,
    alpha: FloatPlane | None = None,
    exclusive: bool = False,
    dpi: int | None = None,
) -> None:
    """Write a picture as `save_image` does, but as a PNG of 16 bits a sample.

    Raises:
        ImageError: the extension is another, or the file cannot be written.
    """
    path = Path(path)
    check_png16_path(path)
    profile = b"sRGB\0\0" + zlib.compress(SRGB.tobytes())
    texts = [] if recipe is None else [chunk[:2] for chunk in _text_of(recipe).chunks]
    density = [] if dpi is None else [(b"pHYs", struct.pack(">IIB", *[round(dpi / _METRES_PER_INCH)] * 2, 1))]
    png = encode_png16(image, alpha, [(b"iCCP", profile), *density, *texts])
    with _written(path, exclusive=exclusive) as temporary:
        temporary.write_bytes(png)


def encode_preview(image: ArrayLike, longest_side_px: int, quality: int = 85) -> bytes:
    """Return a small JPEG for watching, at most `longest_side_px` on its longest side. `save_image` writes results."""
    picture = Image.fromarray(to_bytes(image))
    picture.thumbnail((longest_side_px, longest_side_px), Image.Resampling.BILINEAR)
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=quality)
    return encoded.getvalue()


def check_output_path(path: str | os.PathLike[str], *, overwrite: bool) -> Path:
    """Make sure, before any work and without touching the file, that a picture can be written to `path` later.

    Raises:
        ImageError: the extension is unknown, the folder is missing or not writable, `path` is a folder, or it
            exists and `overwrite` is False.
    """
    _output_format(Path(path))
    return check_new_path(path, overwrite=overwrite)


def check_new_path(path: str | os.PathLike[str], *, overwrite: bool) -> Path:
    """Make sure, as `check_output_path` does, that a file of any kind can be written to `path` later."""
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


def check_png16_path(path: Path) -> None:
    """Refuse, before any work, a path whose format cannot have 16 bits a sample.

    Raises:
        ImageError: the extension is not .png.
    """
    if not can_be_png16(path):
        raise ImageError(f"{path.name} cannot have 16 bits a sample. Choose a name that ends in .png, or 8 bits.")


def can_be_png16(path: Path) -> bool:
    """Whether a file of that name may have 16 bits a sample."""
    return path.suffix.lower() == ".png"


def _text_of(recipe: str) -> PngImagePlugin.PngInfo:
    text = PngImagePlugin.PngInfo()
    text.add_itxt(RECIPE_KEY, recipe)
    return text


@contextmanager
def _written(path: Path, *, exclusive: bool) -> Iterator[Path]:
    """Give a path to write to, as `files.replacing` does, with its errors as sentences."""
    try:
        with replacing(path, exclusive=exclusive) as temporary:
            yield temporary
    except FileExistsError as error:
        raise NameTakenError(f"{path} exists already and was not replaced.") from error
    except (OSError, ValueError) as error:  # ValueError: more pixels a side than the format can hold
        reason = getattr(error, "strerror", None) or error
        raise ImageError(f"{path} cannot be written ({reason}).") from error


def _output_format(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        return OUTPUT_OPTIONS[path.suffix.lower()]
    except KeyError:
        known = ", ".join(OUTPUT_OPTIONS)
        raise ImageError(f"{path.name} has no extension that can be written. Use one of {known}.") from None

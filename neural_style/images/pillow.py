"""JPEG, WebP, GIF, BMP, AVIF, HEIF and PPM decoded by Pillow, with what it leaves to its users.

That is: an end marker that a JPEG lacks, scans without end, Adobe RGB that is said in EXIF only, colours of HEIF and
AVIF that are named by numbers, and HEIF that is turned by its EXIF alone.
"""

import contextlib
import io
from typing import Any, BinaryIO

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import ExifTags, Image

from neural_style.images.color_spaces import ADOBE_RGB, ColorSpace, of_code_points
from neural_style.images.samples import CheckSize, Header, Model, RefusedError, Samples, scaled

pillow_heif.register_heif_opener()

FORMATS = ("JPEG", "WEBP", "GIF", "BMP", "AVIF", "HEIF", "PPM")
"""The formats that Pillow may try on a stranger's file: pixel formats only, nothing that runs an interpreter."""

MOST_SCANS = 100
"""The most scans of a progressive JPEG: one has about ten, and each takes as long as a whole picture."""

_ANIMATED_FORMATS = frozenset({"GIF", "WEBP", "AVIF"})
"""The formats that have frames: what a phone adds to a JPEG or HEIC photo, such as its depth, is no second frame."""

_NUMBERED_FORMATS = frozenset({"AVIF", "HEIF"})
_HEAD_BYTES = 100_000
_JPEG_FORMATS = frozenset({"JPEG", "MPO"})
_JPEG_END, _SCAN = b"\xff\xd9", b"\xff\xda"
_UNCALIBRATED, _ADOBE = 65535, 2
"""What EXIF's ColorSpace says of Adobe RGB, by the standard and by some cameras."""

_INTEROPERABILITY_INDEX = 1


def header_of(file: BinaryIO) -> Header:
    """Return the size and the orientation of a picture; raises what `samples_of` does."""
    with _opened(file) as picture:
        return Header((picture.height, picture.width), _orientation(picture, file))


def samples_of(file: BinaryIO, check: CheckSize) -> Samples:
    """Decode a picture.

    Raises:
        UnidentifiedImageError: it is none of the formats.
        RefusedError: it would take too long.
        Exception: whatever Pillow stumbles over in a damaged file.
    """
    with _opened(file) as picture:
        check((picture.height, picture.width))
        _check_scans(picture, file)
        frames = _frames(picture)
        try:
            picture.load()
        except OSError:
            if picture.format not in _JPEG_FORMATS:
                raise
            return _samples(_with_end(file), file, frames)
        return _samples(picture, file, frames)


def _opened(file: BinaryIO) -> Image.Image:
    file.seek(0)
    return Image.open(file, formats=FORMATS)


def _samples(picture: Image.Image, file: BinaryIO, frames: int) -> Samples:
    name = "JPEG" if picture.format in _JPEG_FORMATS else str(picture.format)
    facts: dict[str, Any] = {"orientation": _orientation(picture, file), "frames": frames, "format": name}
    if picture.mode.startswith(("I", "F")):
        return Samples(levels=_deep(picture), model="gray", **facts)
    profile = picture.info.get("icc_profile") or None
    alpha = None
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        alpha = np.asarray(picture.getchannel("A"), np.float32)
    model: Model = "gray" if picture.mode in ("1", "L") else "cmyk" if picture.mode == "CMYK" else "rgb"
    mode = {"gray": "L", "rgb": "RGB", "cmyk": "CMYK"}[model]
    space = None if profile else _named_space(picture, file)
    levels = np.asarray(picture if picture.mode == mode else picture.convert(mode))
    levels = levels[..., np.newaxis] if levels.ndim == 2 else levels
    return Samples(levels=levels, model=model, alpha=alpha, profile=profile, space=space, **facts)


def _deep(picture: Image.Image) -> NDArray[np.float32]:
    """Return gray of more than 8 bits, scaled."""
    return scaled(np.asarray(picture))[..., np.newaxis]


def _frames(picture: Image.Image) -> int:
    """Return the number of frames; a later one that is damaged ends them."""
    if picture.format not in _ANIMATED_FORMATS:
        return 1
    with contextlib.suppress(Exception):  # Pillow seeks through all of them
        return getattr(picture, "n_frames", 1)
    return 1


def _orientation(picture: Image.Image, file: BinaryIO) -> int:
    """Return how the picture is turned; EXIF that cannot be read says nothing."""
    turned_by_exif = picture.info.get("original_orientation")
    if picture.format == "HEIF" and turned_by_exif and not any(box in _head(file) for box in (b"irot", b"imir")):
        return int(turned_by_exif)  # as EXIF alone says; the container's turn, which is undone, comes before it
    try:
        return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # of damaged EXIF Pillow raises whatever it stumbles over
        return 1


def _named_space(picture: Image.Image, file: BinaryIO) -> ColorSpace | None:
    """Return the colour space of a picture without a profile, by EXIF or by numbers; None: sRGB."""
    if picture.mode != "RGB" and not picture.mode.startswith("RGBA"):
        return None
    if picture.format in _NUMBERED_FORMATS:
        return _numbered_space(_head(file))
    try:
        exif = picture.getexif()
        inner = exif.get_ifd(ExifTags.IFD.Exif)
        space, has_index = inner.get(ExifTags.Base.ColorSpace), ExifTags.IFD.Interop in inner
        index = exif.get_ifd(ExifTags.IFD.Interop).get(_INTEROPERABILITY_INDEX, "") if has_index else ""
    except Exception:  # as in _orientation
        return None
    index = index.decode("latin-1") if isinstance(index, bytes) else str(index)
    is_adobe = space == _ADOBE or (space in (_UNCALIBRATED, None) and index.startswith("R03"))
    return ADOBE_RGB if is_adobe else None


def _numbered_space(head: bytes) -> ColorSpace | None:
    """Return the colour space of the box `colr` of a HEIF or AVIF (ISO/IEC 23008-12), by code points."""
    _, found, numbers = head.partition(b"colrnclx")
    if not found or len(numbers) < 4:
        return None
    return of_code_points(int.from_bytes(numbers[:2], "big"), int.from_bytes(numbers[2:4], "big"))


def _head(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read(_HEAD_BYTES)


def _check_scans(picture: Image.Image, file: BinaryIO) -> None:
    if picture.format == "JPEG" and picture.info.get("progressive"):
        file.seek(0)
        scans = file.read().count(_SCAN)
        if scans > MOST_SCANS:
            raise RefusedError(
                f"is a JPEG in {scans} scans, which would take too long; one has about ten. Save it again in another "
                "program"
            )


def _with_end(file: BinaryIO) -> Image.Image:
    """Return a JPEG that has all its pixels and lacks its end marker, decoded.

    Whether all are there is seen by what is put in the place of those that may be missing: it changes nothing.

    Raises:
        OSError: some are missing.
    """
    file.seek(0)
    data = file.read()
    fillings = (b"", b"\x00" * 64, b"\x5a\xa5" * 32)
    ended = [Image.open(io.BytesIO(data + filling + _JPEG_END), formats=["JPEG"]) for filling in fillings]
    first, *others = (each.tobytes() for each in ended)
    if any(other != first for other in others):
        raise OSError("image file is truncated")
    return ended[0]

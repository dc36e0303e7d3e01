"""PNG and TIFF decoded, and ICC profiles applied, by libvips: it keeps all 16 bits, and reads what Pillow reads wrong.

Pillow takes 16-bit RGB for 8 bits, planes for pixels, white for black, and a level for another where it is transparent.
"""

import io
from dataclasses import replace
from functools import lru_cache
from typing import Any, BinaryIO

import numpy as np
import pyvips
from numpy.typing import NDArray
from PIL import Image

from neural_style.images import png_chunks, tiff_depths, tiff_pages
from neural_style.images.arrays import FloatPlane
from neural_style.images.samples import (
    CheckSize,
    DamagedError,
    Header,
    Levels,
    Model,
    RefusedError,
    Samples,
    floats,
    scaled,
)
from neural_style.images.tiff_pages import Page, Photometric

pyvips.cache_set_max(0)  # what was decoded is kept by us, if at all

_READ_BITS = frozenset({1, 2, 4, 8, 16, 32, 64})
_MODELS: dict[str, Model] = {"b-w": "gray", "grey16": "gray", "cmyk": "cmyk"}
"""What libvips calls an interpretation -> what its channels are; RGB are those of all others."""

_MOST_CHANNELS = 16
_WHOLE = (np.uint8, np.uint16)
"""The types of levels whose white is known."""

_SIGNATURES: dict[Model, bytes] = {"gray": b"GRAY", "rgb": b"RGB ", "cmyk": b"CMYK"}
"""What channels are -> the signature in the header of a profile for them (ICC.1:2022, 7.2.8)."""


def png_samples(file: BinaryIO, check: CheckSize) -> Samples:
    """Decode a PNG.

    Raises:
        DamagedError: its pixels are damaged, or its header is.
    """
    check(png_chunks.size_in(file))
    chunks = png_chunks.chunks_beside(file)
    image = _decoded(file, "pngload_buffer", fail_on="error")
    return _samples(
        image,
        has_alpha=image.hasalpha(),
        profile=png_chunks.profile_of(chunks),
        space=png_chunks.space_of(chunks),
        orientation=png_chunks.orientation_of(chunks),
        frames=png_chunks.frames_of(chunks),
        format="PNG",
    )


def tiff_header(file: BinaryIO) -> Header:
    """Return the size and the orientation of a TIFF; raises what `tiff_samples` does."""
    page = _checked_page(file, tiff_pages.pages_of(file))
    return Header(page.size, page.orientation)


def tiff_samples(file: BinaryIO, check: CheckSize) -> Samples:
    """Decode a TIFF.

    Raises:
        DamagedError: its page is damaged.
        RefusedError: it is a camera's raw photo, or of a kind that is not read.
    """
    pages = tiff_pages.pages_of(file)
    page = _checked_page(file, pages)
    check(page.size)
    image = _lab_image(file, page) if page.photometric == Photometric.CIELAB else _tiff_image(file, page)
    frames = sum(each.is_whole for each in pages)
    facts = {"profile": page.profile, "orientation": page.orientation, "frames": frames, "format": "TIFF"}
    samples = _samples(image, has_alpha=page.has_alpha, **facts)
    if image.format in ("float", "double") and page.photometric == Photometric.WHITE_IS_ZERO:
        return replace(samples, levels=np.float32(255.0) - samples.levels)
    return samples


def _checked_page(file: BinaryIO, pages: list[Page]) -> Page:
    """Return the page of a TIFF that is its picture.

    Raises:
        RefusedError: it is a camera's raw photo, or of a kind that is not read.
    """
    if tiff_pages.is_raw(file, pages):
        raise RefusedError("is a camera's raw photo. Develop it first, and use the JPEG or TIFF that comes of it")
    page = tiff_pages.picture_of(pages)
    if not (_has_read_depth(page) or tiff_depths.can_be_unpacked(page)) or page.channels > _MOST_CHANNELS:
        said = f"{page.bits[0]} bits a sample and {page.channels} samples a pixel"
        raise RefusedError(f"is a TIFF with {said}, which is not read. Save it with 8 or 16 bits as gray, RGB or CMYK")
    return page


def with_profile(levels: Levels, model: Model, profile: bytes) -> NDArray[np.float32] | None:
    """Bring levels from an ICC profile to sRGB, by its colours' appearance relative to white.

    Args:
        levels: `[H, W, C]`, whole levels of 8 or 16 bits.
        model: what the channels are.
        profile: the ICC profile.

    Returns:
        `[H, W, 3] float32`, 0..255; None where the profile is damaged, for other channels, or sRGB itself, of which
        not a level is to change.
    """
    if profile[16:20] != _SIGNATURES[model] or profile[36:40] != b"acsp" or (model == "rgb" and _is_srgb(profile)):
        return None
    return _converted(levels, model, profile)


@lru_cache(maxsize=4)  # profiles may be large
def _is_srgb(profile: bytes) -> bool:
    """Whether a profile says of all colours of a grid what sRGB says, to half a level."""
    steps = np.linspace(0, 255, 9).round()
    grid = np.stack(np.meshgrid(steps, steps, steps), -1).reshape(27, 27, 3)
    converted = _converted(grid.astype(np.uint8), "rgb", profile)
    return converted is not None and bool(np.abs(converted - grid).max() < 0.5)


def _converted(levels: Levels, model: Model, profile: bytes) -> NDArray[np.float32] | None:
    is_deep = levels.dtype == np.uint16
    interpretations = {"gray": "grey16" if is_deep else "b-w", "rgb": "rgb16" if is_deep else "srgb", "cmyk": "cmyk"}
    image = pyvips.Image.new_from_array(levels, interpretation=interpretations[model])
    image = image.copy()
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)  # pyright: ignore[reportArgumentType]
    try:
        found = _array(image.icc_transform("srgb", embedded=True, depth=16, black_point_compensation=True))
    except pyvips.Error:
        return None
    return np.divide(found[..., :3], np.float32(257.0), dtype=np.float32)


def _lab_image(file: BinaryIO, page: Page) -> pyvips.Image:
    """Decode a page in CIELAB by Pillow: libvips takes it for another format of its own."""
    file.seek(0)
    with Image.open(file, formats=["TIFF"]) as picture:
        picture.seek(page.number)
        return pyvips.Image.new_from_array(np.asarray(picture.convert("RGB")), interpretation="srgb")


def _has_read_depth(page: Page) -> bool:
    return set(page.bits) <= _READ_BITS


def _tiff_image(file: BinaryIO, page: Page) -> pyvips.Image:
    if _has_read_depth(page):
        return _decoded(file, "tiffload_buffer", page=page.number, fail_on="truncated")
    described = io.BytesIO(tiff_depths.as_page_of_bytes(file, page))
    rows = _array(_decoded(described, "tiffload_buffer", fail_on="truncated"))[..., 0]
    levels = tiff_depths.unpacked(rows, page)
    if page.photometric == Photometric.WHITE_IS_ZERO:
        levels = 65535 - levels
    interpretation = {1: "grey16", 2: "grey16"}.get(page.channels, "rgb16")
    if page.photometric == Photometric.SEPARATED:
        interpretation = "cmyk"
    return pyvips.Image.new_from_array(levels, interpretation=interpretation)


def _decoded(file: BinaryIO, loader: str, **options: Any) -> pyvips.Image:
    file.seek(0)
    try:
        return getattr(pyvips.Image, loader)(file.read(), **options).copy_memory()
    except pyvips.Error as error:
        raise DamagedError(_last_line(error)) from error


def _samples(image: pyvips.Image, *, has_alpha: bool, **facts: Any) -> Samples:
    """Return the samples of a decoded picture; what is beyond its colours and its opacity is left out."""
    levels = _array(image)
    model = _MODELS.get(str(image.interpretation), "rgb")
    colors = {"gray": 1, "rgb": 3, "cmyk": 4}[model]
    if levels.shape[2] < colors:  # of several channels nobody says what they are
        model, colors = "gray", 1
    alpha = _plane(levels[..., colors]) if has_alpha and levels.shape[2] > colors else None
    chosen = levels[..., :colors]
    if levels.dtype not in _WHOLE:
        chosen = scaled(chosen)
    return Samples(levels=np.ascontiguousarray(chosen), model=model, alpha=alpha, **facts)


def _array(image: pyvips.Image) -> NDArray[Any]:
    """Return the samples of a picture, `[H, W, C]`, also where a side or the channels are 1."""
    return np.asarray(image.numpy()).reshape(image.height, image.width, image.bands)


def _plane(levels: NDArray[Any]) -> FloatPlane:
    return floats(levels) if levels.dtype in _WHOLE else scaled(levels)


def _last_line(error: pyvips.Error) -> str:
    """Return what libvips says last of an error, without the names of its functions."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else "it cannot be decoded"

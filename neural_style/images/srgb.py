"""Convert a decoded picture of any mode to sRGB, upright, on white. Opening and refusing files is left to `images`."""

import contextlib
import io

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The EXIF orientation -> the transposition that undoes it."""


def to_rgb(picture: Image.Image) -> NDArray[np.float32]:
    """Convert a decoded picture of any mode to `[H, W, 3] float32, RGB, 0..255`, upright, on white, in sRGB."""
    picture = _upright(picture)
    if picture.mode.startswith(("I", "F")):
        return _deep_gray_to_rgb(picture)
    profile = picture.info.get("icc_profile")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        alpha = picture.getchannel("A")
        colors = _to_srgb(picture.convert("RGB"), profile)
        white = Image.new("RGB", picture.size, "white")
        return np.asarray(Image.composite(colors, white, alpha), np.float32)
    return np.asarray(_to_srgb(picture, profile), np.float32)


def alpha_of(picture: Image.Image) -> NDArray[np.float32] | None:
    """Return the opacity of a decoded picture, upright: `[H, W] float32, 0..255`; None where it is wholly opaque."""
    if not picture.has_transparency_data:
        return None
    alpha = np.asarray(_upright(picture).convert("RGBA").getchannel("A"), np.float32)
    return None if alpha.min() == 255.0 else alpha


def _upright(picture: Image.Image) -> Image.Image:
    """Turn a picture upright as its EXIF says; EXIF that cannot be read says nothing."""
    try:
        turn = _UPRIGHT.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # as in load_image
        turn = None
    return picture if turn is None else picture.transpose(turn)


def _to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert by the embedded profile where it can be used; a broken or foreign one falls back to plain conversion."""
    if picture.mode not in ("RGB", "CMYK", "L", "LAB"):
        picture = picture.convert("RGB")  # a palette's profile is that of its colours
    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, SRGB, outputMode="RGB")
            if converted is not None:
                return converted
    return picture.convert("RGB")


def _deep_gray_to_rgb(picture: Image.Image) -> NDArray[np.float32]:
    """Scale 16-bit, 32-bit and float gray to RGB: Pillow's own conversion to 8 bits clips instead of scaling.

    White is the smallest of the usual full scales that the levels fit in, else the highest level.
    """
    levels = np.nan_to_num(np.asarray(picture, np.float32), posinf=0.0, neginf=0.0)
    highest = float(levels.max(initial=0.0))
    usual = (1.0, 255.0, 65535.0) if picture.mode == "F" else (65535.0,)
    full_scale = next((scale for scale in usual if highest <= scale), highest)
    gray = np.clip(levels * (255.0 / full_scale), 0.0, 255.0)
    return np.repeat(gray[..., np.newaxis], 3, axis=-1)

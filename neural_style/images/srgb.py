"""Bring the samples of a picture file to sRGB, upright, on white. Opening, refusing and decoding are left to others."""

import numpy as np
from numpy.typing import NDArray
from PIL import ImageCms

from neural_style.images.arrays import FloatImage, FloatPlane
from neural_style.images.color_spaces import to_srgb
from neural_style.images.samples import Samples, floats
from neural_style.images.vips import with_profile

LYING = (5, 6, 7, 8)
"""The orientations of pictures that are stored on their side."""

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def image_of(samples: Samples) -> FloatImage:
    """Return the picture `[H, W, 3] float32, RGB, 0..255`, upright, on white, in sRGB."""
    colors = _colors(samples)
    if samples.alpha is not None:
        white = np.float32(255.0)  # in place, as large pictures are
        colors -= white
        colors *= samples.alpha[..., np.newaxis] / white
        colors += white
    return upright(colors, samples.orientation)


def alpha_of(samples: Samples) -> FloatPlane | None:
    """Return the opacity, upright: `[H, W] float32, 0..255`; None where all is opaque."""
    if samples.alpha is None or samples.alpha.min() == 255.0:
        return None
    return upright(samples.alpha, samples.orientation)


def upright(pixels: NDArray[np.float32], orientation: int) -> NDArray[np.float32]:
    """Return pixels turned and mirrored as EXIF's number says; one that there is not says nothing."""
    if orientation in LYING:
        pixels = np.swapaxes(pixels, 0, 1)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)


def _colors(samples: Samples) -> FloatImage:
    """Return the colours, in a new array, by the profile where it can be used, by the named space, or plainly."""
    if samples.profile is not None and samples.levels.dtype != np.float32:
        converted = with_profile(samples.levels, samples.model, samples.profile)
        if converted is not None:
            return converted
    levels = floats(samples.levels)
    if samples.model == "gray":
        levels = np.repeat(levels, 3, axis=-1)
    elif samples.model == "cmyk":
        light = np.float32(255.0) - levels
        levels = np.asarray(light[..., :3] * light[..., 3:] / np.float32(255.0), np.float32)
    return levels if samples.space is None else to_srgb(levels, samples.space)

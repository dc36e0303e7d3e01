"""Ways to keep the photo's colours: a row for each, with what it does before, while and after a picture is painted.

Gatys et al. 2016, "Preserving Color in Neural Artistic Style Transfer", compare the two kinds: to bring the painting
into the photo's colours before, and to paint lightness alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from neural_style.color import LUMA, keep_colors, match_colors, strips
from neural_style.images.arrays import FloatImage, parts_of_pixels
from neural_style.images.lab import to_lab, to_srgb
from neural_style.regions import Division, Region
from neural_style.settings import ColorWay, Settings

_NOISE_DEVIATION = 1.0
"""Added to deviations, in grey levels: it keeps the map of a flat picture finite and gentle."""


@dataclass(frozen=True)
class Way:
    """A way to keep the photo's colours; what is None is not done. Pictures are `[H, W, 3] float32`, RGB, 0..255.

    Attributes:
        painting: from a painting and the photo to the painting that is painted after.
        photo: from the photo to the picture that is painted.
        result: from what was painted and the photo to the result.
    """

    painting: Callable[[FloatImage, FloatImage], FloatImage] | None = None
    photo: Callable[[FloatImage], FloatImage] | None = None
    result: Callable[[FloatImage, FloatImage], FloatImage] | None = None


def gray(image: FloatImage) -> FloatImage:
    """Return the luma of a picture, as a gray picture."""
    return np.repeat((image @ LUMA.astype(np.float32))[..., np.newaxis], 3, -1)


def gray_like(painting: FloatImage, photo: FloatImage) -> FloatImage:
    """Return the luma of a painting, with the mean and the deviation of the photo's."""
    own, wanted = gray(painting)[..., 0], gray(photo)[..., 0]
    factor = (wanted.std() + _NOISE_DEVIATION) / (own.std() + _NOISE_DEVIATION)
    matched = np.clip((own - own.mean()) * factor + wanted.mean(), 0.0, 255.0)
    return np.repeat(matched[..., np.newaxis], 3, -1).astype(np.float32)


def keep_colors_lab(result: FloatImage, photo: FloatImage) -> FloatImage:
    """Return the lightness of `result` with a and b of the photo, in CIELAB, clipped to 0..255."""
    kept = np.empty_like(result)
    for rows in strips(len(result)):
        lab = to_lab(photo[rows])
        lab[..., 0] = to_lab(result[rows])[..., 0]
        kept[rows] = np.clip(to_srgb(lab), 0.0, 255.0)
    return kept


def match_histograms(image: FloatImage, target: FloatImage) -> FloatImage:
    """Give L, a and b of a picture the values that they have in the target, each in the order that they have here.

    It is exact for each of the three alone, as `color.match_colors` is for mean and covariance ("histogram
    specification", Gonzalez and Woods).
    """
    own, wanted = to_lab(image).reshape(-1, 3), to_lab(target).reshape(-1, 3)
    matched = np.stack([_specified(own[:, channel], wanted[:, channel]) for channel in range(3)], -1)
    return np.clip(to_srgb(matched), 0.0, 255.0).reshape(image.shape).astype(np.float32)


def _specified(values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the quantile of the wanted values that each value is of its own; equal ones stay equal."""
    found, places, counts = np.unique(values.round(3), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - 0.5 * counts) / values.size
    quantiles = (np.arange(wanted.size) + 0.5) / wanted.size
    return np.interp(ranks, quantiles, np.sort(wanted))[places].reshape(len(values)) if len(found) else values


WAYS: Mapping[ColorWay, Way] = {
    "ycbcr": Way(result=keep_colors),
    "lab": Way(result=keep_colors_lab),
    "luminance": Way(painting=gray_like, photo=gray, result=keep_colors),
    "matched": Way(painting=lambda painting, photo: match_colors(painting, [photo], [1.0])),
    "histogram": Way(painting=match_histograms),
}
"""The name of each way -> what it does."""

NOTHING = Way()


def way_of(settings: Settings) -> Way:
    """Return the way that the settings ask for; one that does nothing where the painting's colours are taken."""
    return WAYS[settings.color_way] if settings.preserve_colors and settings.color_strength > 0.0 else NOTHING


def before_finish(settings: Settings) -> Settings:
    """Return the settings as far as they decide what is painted: without what is only done to the result."""
    way = way_of(settings)
    if way.painting is not None or way.photo is not None:
        return settings
    return replace(settings, preserve_colors=False, color_strength=1.0)


def as_painted(
    content: FloatImage, styles: Sequence[FloatImage], settings: Settings, division: Division
) -> tuple[FloatImage, list[FloatImage]]:
    """Return the photo and the paintings as they are painted with; a painting takes the colours of its own region."""
    way, painted_with = way_of(settings), list(styles)
    if way.painting is not None:
        strength = 1.0 if way.photo is not None else settings.color_strength  # half gray is what nobody asks for
        for region in division.regions:
            seen = _within(content, region)
            for index in region.styles:
                painted_with[index] = _recolored(styles[index], way.painting, seen, strength)
    return content if way.photo is None else way.photo(content), painted_with


def _recolored(
    painting: FloatImage, recolor: Callable[[FloatImage, FloatImage], FloatImage], photo: FloatImage, strength: float
) -> FloatImage:
    """Return a painting after `recolor(painting, photo)`; of one with parts that do not count, the others alone."""
    parts = parts_of_pixels(painting)
    if parts is None:
        return _mixed(painting, recolor(painting, photo), strength)
    recolored, counts = painting.copy(), parts > 0.0
    pixels = painting[counts][:, np.newaxis, :3]
    recolored[counts, :3] = _mixed(pixels, recolor(pixels, photo), strength)[:, 0]
    return recolored


def _within(content: FloatImage, region: Region) -> FloatImage:
    """Return the pixels of a region as a picture of one column; all of them where no pixel is mostly in it."""
    if region.weights is None:
        return content
    pixels = content[region.weights > 0.5]
    return pixels[:, np.newaxis] if len(pixels) else content


def finished(
    image: FloatImage, content: FloatImage, settings: Settings, recolored: Callable[[], FloatImage]
) -> FloatImage:
    """Return the result of what was painted.

    Args:
        image: that.
        content: the photo, at the same size.
        settings: which way, and how strongly.
        recolored: gives the photo in the paintings' colours, which lightness that was painted alone has by as much as
            the photo's own are not kept.
    """
    way, strength = way_of(settings), settings.color_strength
    if way.result is None:
        return image
    if way.photo is None:
        return _mixed(image, way.result(image, content), strength)
    colors = content if strength == 1.0 else _mixed(recolored(), content, strength)
    return way.result(image, colors)


def _mixed(one: FloatImage, other: FloatImage, strength: float) -> FloatImage:
    return other if strength == 1.0 else (one + np.float32(strength) * (other - one)).astype(np.float32)

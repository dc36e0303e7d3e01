"""The pictures of a run at one size they are painted at: content, styles, and the one to start from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from neural_style.color_ways import as_painted
from neural_style.images.arrays import FloatImage
from neural_style.images.resize import resize
from neural_style.images.turn import turned
from neural_style.regions import Division
from neural_style.request import Style, StylizeRequest

NOISE_DEVIATION = 0.256
"""The standard deviation of the original program's noise around the network's mean colour, in grey levels: all but
flat."""


@dataclass(frozen=True, eq=False)
class Canvas:
    """The pictures of one size, each `[H, W, 3] float32, RGB, 0..255`; the start may leave the range by its noise.

    Attributes:
        content: the photograph at the size to paint at.
        styles: the active styles, each at its own scale; perhaps `[H, W, 4]`, with how much each pixel counts.
        start: the picture that the optimiser begins with, at the same size.
        division: how the picture is divided among the styles, its padding included.
        padding_px: what content and start have around them, mirrored, beyond the size to paint at.
        is_painted: whether the start is what was painted at a smaller size.
        are_turned: of each style, whether its strokes have a direction that somebody chose; empty: none has.
    """

    content: FloatImage
    styles: Sequence[FloatImage]
    start: FloatImage
    division: Division
    padding_px: int = 0
    is_painted: bool = False
    are_turned: Sequence[bool] = ()


def prepare_canvas(
    request: StylizeRequest,
    mean_rgb: tuple[float, float, float],
    size: tuple[int, int] | None = None,
    painted: FloatImage | None = None,
) -> Canvas:
    """Resize everything and make the start picture.

    Args:
        request: what to paint.
        mean_rgb: the network's mean colour, 0..255.
        size: (height, width) to paint at; None: that of the result.
        painted: the picture of a smaller scale, without its padding, to go on from; None: the request's start picture.
    """
    height, width = size or request.canvas_size
    division = request.division((height, width))
    content, styles = as_painted(*_resized(request, (height, width)), request.settings, division)
    if painted is not None:
        start = resize(painted, height, width)
    else:
        start = _start_picture(request, content, styles, mean_rgb)
    start = division.with_kept(start, content)
    padding_px = padding_of(request.settings.padding_px, (height, width))
    is_painted = painted is not None
    mirrored = _mirrored(content, padding_px), styles, _mirrored(start, padding_px), division.padded(padding_px)
    return Canvas(*mirrored, padding_px, is_painted, [style.turn != 0.0 for style in request.active_styles])


def recolored_photo(request: StylizeRequest, size: tuple[int, int]) -> FloatImage:
    """Return the photograph at that (height, width) in the colours of the paintings, `[height, width, 3] float32`."""
    content, styles = _resized(request, size)
    return request.division(size).recolored(content, styles)


def padding_of(wanted_px: int, size: tuple[int, int]) -> int:
    """Limit the padding to what a picture of that (height, width) can be mirrored by: less than its shorter side."""
    return min(wanted_px, min(size) - 1)


def padded_size(size: tuple[int, int], wanted_px: int) -> tuple[int, int]:
    """Return the (height, width) of a picture of that size with its padding."""
    padding_px = padding_of(wanted_px, size)
    return size[0] + 2 * padding_px, size[1] + 2 * padding_px


def without_padding(image: FloatImage, padding_px: int) -> FloatImage:
    """Return the picture inside its padding of p pixels: `[H + 2 p, W + 2 p, 3]` -> `[H, W, 3]`."""
    height, width = image.shape[:2]
    return image[padding_px : height - padding_px, padding_px : width - padding_px]


def _resized(request: StylizeRequest, size: tuple[int, int]) -> tuple[FloatImage, list[FloatImage]]:
    """Return the photograph at that (height, width), and the active styles, each at the scale that it has then."""
    fit = request.settings.style_fit
    styles = [_looked_at(style, style.size(size, fit)) for style in request.active_styles]
    return resize(request.content, *size), styles


def _looked_at(style: Style, size: tuple[int, int]) -> FloatImage:
    """Return a painting as it is looked at: at that size, turned, and perhaps with how much each pixel counts."""
    image = turned(resize(style.image, *size), style.turn)
    if style.excerpt is None:
        return image
    parts = turned(255.0 * style.excerpt.at(*size)[..., np.newaxis], style.turn, order=1)
    return np.dstack([image, parts]).astype(np.float32)


def _mirrored(image: FloatImage, padding_px: int) -> FloatImage:
    return np.pad(image, ((padding_px, padding_px), (padding_px, padding_px), (0, 0)), mode="reflect")


def _start_picture(
    request: StylizeRequest,
    content: FloatImage,
    styles: Sequence[FloatImage],
    mean_rgb: tuple[float, float, float],
) -> FloatImage:
    """Return the picture chosen, mixed with noise around the mean colour by the request's share of noise."""
    base = _base_picture(request, content, styles)
    noise_share = request.settings.noise_share
    if noise_share == 0.0:
        return base
    generator = np.random.default_rng(request.settings.seed)
    noise = np.asarray(mean_rgb) + generator.normal(0.0, NOISE_DEVIATION, content.shape)
    return ((1.0 - noise_share) * base + noise_share * noise).astype(np.float32)


def _base_picture(request: StylizeRequest, content: FloatImage, styles: Sequence[FloatImage]) -> FloatImage:
    if request.initial is not None:
        return resize(request.initial, *content.shape[:2])
    if request.settings.start == "colors":
        return request.division((content.shape[0], content.shape[1])).recolored(content, styles)
    return content  # "content", and what "noise" is mixed into

"""Measures how good a painted picture is, in numbers other than the loss that it was painted by.

These are pure functions of pictures. Less is better in all of them, and 0 is what cannot be bettered. Colours are
compared in CIE L*a*b* (D65), where a distance of 1 is about the least that people see; "a unit" below is that. None of
the numbers alone is a judgement: a grey blur has no specks, and the photo itself has all of its structure.

A picture is `[H, W, 3]` uint8 or float, RGB, 0..255, in sRGB. "The painting" is the painting at the size at which the
engine shows it to the network, so that a pixel means the same in both.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import fmean

import numpy as np
from numpy.typing import ArrayLike

from benchmarks.planes import Plane, checked, cosine, finest_band, gradient, gradient_energy, lab, ring_steps, rms
from neural_style.color import match_colors
from neural_style.engine.canvas import Canvas
from neural_style.engine.targets import PictureSources
from neural_style.errors import ImageError
from neural_style.images.arrays import FloatImage
from neural_style.images.resize import resize
from neural_style.losses.gram import GRAM
from neural_style.losses.layers import STYLE_LAYERS
from neural_style.losses.style import style_statistics
from neural_style.regions import Division
from neural_style.settings import Settings
from neural_style.vgg.network import Network

HEADLINES = ("speckle", "border", "palette", "structure", "style")
"""The measures to look at first."""

RING_PX = 16
"""The width of the widest ring."""

QUANTILES = 256

GRADIENT_SIGMAS_PX = (1.5, 4.0)

FLAT_SHARE = 0.1
"""The part of the photo's area that counts as flat."""

OTHER_LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")
"""The layers that no loss looks at, of both topologies."""

_LEAST_BAND = 0.1
"""The least RMS of the finest band, in units: about what rounding to 256 levels leaves in a picture that has none."""


@dataclass(frozen=True)
class Measures:
    """The measures of one picture; less is better everywhere.

    Attributes:
        speckle: finest detail of L* beyond the painting's, relative to it.
        border: what stands out along the edge, in units.
        palette: distance of the colours from the painting's, in units.
        structure: 1 - cosine of the gradients of L* with the photo's, 0..2.
        style: the mean of the last three below.
        chroma_noise: as `speckle`, of a* and b*.
        softness: finest detail of L* that the painting has and the result lacks, relative to the painting's, 0..1.
        flat_speckle: finest detail of L* where the photo is flat, in units.
        style_half: relative distance from the painting's Gram matrices at half the size.
        style_double: at double the size.
        style_between: at the size itself, at layers that no loss looks at.
    """

    speckle: float
    border: float
    palette: float
    structure: float
    style: float
    chroma_noise: float
    softness: float
    flat_speckle: float
    style_half: float
    style_double: float
    style_between: float

    def as_dict(self) -> dict[str, float]:
        """Return the measures as name -> number, the headline ones first."""
        return asdict(self)


def measure(result: ArrayLike, photo: ArrayLike, painting: ArrayLike, network: Network) -> Measures:
    """Return all measures of a result.

    Args:
        result: the painted picture.
        photo: of the same size.
        painting: as shown to the network.
        network: whose layers stand for style; it may be the one that painted.

    Raises:
        ImageError: a picture is none, or the sizes of result and photo differ.
    """
    parts = style_parts(result, painting, network)
    return Measures(
        speckle=speckle(result, painting),
        border=border(result, photo),
        palette=palette(result, painting),
        structure=structure(result, photo),
        style=fmean(parts.values()),
        chroma_noise=chroma_noise(result, painting),
        softness=softness(result, painting),
        flat_speckle=flat_speckle(result, photo),
        style_half=parts["half"],
        style_double=parts["double"],
        style_between=parts["between"],
    )


def speckle(result: ArrayLike, painting: ArrayLike) -> float:
    """Return how much more of the finest detail of L* the result has than the painting: max(0, ratio - 1).

    The ratio is `finest_ratio`. Below 1 it tells of blur instead of specks. That is not rewarded here, or the smoothest
    recipe would win, and not punished either, or the number would no longer mean specks: `softness` has it, so that
    the ratio is 1 + speckle - softness.
    """
    return max(0.0, finest_ratio(lab(result)[..., 0], lab(painting)[..., 0]) - 1.0)


def softness(result: ArrayLike, painting: ArrayLike) -> float:
    """Return how much of the painting's finest detail of L* the result lacks: max(0, 1 - ratio), 0..1."""
    return max(0.0, 1.0 - finest_ratio(lab(result)[..., 0], lab(painting)[..., 0]))


def chroma_noise(result: ArrayLike, painting: ArrayLike) -> float:
    """Return the same measure as `speckle`, of a* and b* together."""
    return max(0.0, finest_ratio(lab(result)[..., 1:], lab(painting)[..., 1:]) - 1.0)


def finest_ratio(result: Plane, painting: Plane) -> float:
    """Return the RMS of the finest band of the one over that of the other, each at least what rounding leaves."""
    ours, theirs = (max(_LEAST_BAND, rms(finest_band(plane))) for plane in (result, painting))
    return ours / theirs


def flat_speckle(result: ArrayLike, photo: ArrayLike) -> float:
    """Return the RMS of the result's finest band of L* in the photo's flattest tenth, as seen in skies, in units.

    It is not compared with the painting, whose strokes may rightly lie in a sky: so it tells two recipes apart and says
    nothing alone.
    """
    _check_same_size(result, photo)
    energy = gradient_energy(photo)
    return rms(finest_band(lab(result)[..., 0])[energy <= np.quantile(energy, FLAT_SHARE)])


def border(result: ArrayLike, photo: ArrayLike, ring_px: int = RING_PX) -> float:
    """Return how much the outermost ring of the result stands out beyond what is in the picture: in units, 0 no frame.

    Rings differ by what is in the picture, too. So the steps from ring to ring of the photo, in the result's own
    colours, are subtracted from those of the result, and of the outermost step that is left counts what is more than
    the mean length of the next two, where no frame is. A frame may be as wide as `ring_px` or as thin as the network's
    finest padding: the largest of rings of that width, half, a quarter and an eighth of it counts. See `ring_steps`.

    About 1 is found in a picture without a frame, by chance; a frame of 10 grey levels is about 2.
    """
    _check_same_size(result, photo)
    in_its_colors = match_colors(checked(photo), [checked(result)], [1.0])
    widths = [max(1, ring_px // part) for part in (1, 2, 4, 8)]
    return max(_excess(ring_steps(result, width) - ring_steps(in_its_colors, width)) for width in widths)


def palette(result: ArrayLike, painting: ArrayLike, directions: int = 64, seed: int = 0) -> float:
    """Return the sliced Wasserstein-1 distance of the colours (Bonneel et al. 2015), wherever they are: in units.

    The mean over random directions in L*a*b* of the distance of the distributions along them, each taken at 256
    quantiles. Two flat pictures of colours c and d have the mean of |(c - d) . direction|, about half of |c - d|.
    """
    axes = np.random.default_rng(seed).normal(size=(directions, 3))
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    levels = (np.arange(QUANTILES) + 0.5) / QUANTILES
    ours, theirs = (np.quantile(axes @ lab(each).reshape(-1, 3).T, levels, axis=1) for each in (result, painting))
    return float(np.abs(ours - theirs).mean())


def structure(result: ArrayLike, photo: ArrayLike) -> float:
    """Return 1 - cosine of L*'s gradients with the photo's as vector fields, mean over scales: 0 same, 2 a negative.

    The cosine sees neither brightness nor contrast nor colour, but a dark sky where the photo's is bright counts as
    structure lost, although a person may see the same outline.
    """
    _check_same_size(result, photo)
    ours, theirs = lab(result)[..., 0], lab(photo)[..., 0]
    cosines = [cosine(gradient(ours, sigma), gradient(theirs, sigma)) for sigma in GRADIENT_SIGMAS_PX]
    return max(0.0, 1.0 - fmean(cosines))  # rounding may leave a cosine just above 1


def style_elsewhere(result: ArrayLike, painting: ArrayLike, network: Network) -> float:
    """Return the distance from the painting's style where the loss does not look: the mean of `style_parts`."""
    return fmean(style_parts(result, painting, network).values())


def style_parts(result: ArrayLike, painting: ArrayLike, network: Network) -> dict[str, float]:
    """Return |G_result - G_painting| / |G_painting| of the Gram matrices (Frobenius norms), each a mean over layers.

    "half" and "double" are the layers of the loss with both pictures resized, "between" is other layers at the size
    itself. 0 is the painting; 1 is as far as a picture without any activations.
    """
    ours, theirs = (_grams(checked(each), network) for each in (result, painting))
    return {name: _relative_distance(ours[name], theirs[name]) for name in ours}


def _excess(steps: Plane) -> float:
    """Return the length of the first of `[3, 9]` steps beyond the mean of the others."""
    outermost, *inner = np.linalg.norm(steps, axis=1)
    return max(0.0, float(outermost) - fmean(inner))


def _grams(picture: FloatImage, network: Network) -> dict[str, list[Plane]]:
    """Return the Gram matrices of each part, `[C, C]`, one for each of its layers."""
    height, width = picture.shape[:2]
    half = resize(picture, math.ceil(height / 2), math.ceil(width / 2))
    double = resize(picture, 2 * height, 2 * width)
    parts = {"half": (half, STYLE_LAYERS), "double": (double, STYLE_LAYERS), "between": (picture, OTHER_LAYERS)}
    return {name: _grams_at(view, layers, network) for name, (view, layers) in parts.items()}


def _grams_at(picture: FloatImage, layers: Sequence[str], network: Network) -> list[Plane]:
    """Return the engine's Gram matrices; it remembers those of the painting for the second recipe."""
    sources = PictureSources(
        Canvas(picture, [picture], picture, Division.of_shares([1.0])), network, Settings(pooling="max")
    )
    grams = style_statistics(GRAM, sources, layers)[0]
    return [grams[layer].astype(np.float64) for layer in layers]


def _relative_distance(ours: list[Plane], theirs: list[Plane]) -> float:
    least = np.finfo(np.float32).tiny
    return fmean(
        np.linalg.norm(gram - target) / max(np.linalg.norm(target), least)
        for gram, target in zip(ours, theirs, strict=True)
    )


def _check_same_size(result: ArrayLike, photo: ArrayLike) -> None:
    ours, theirs = (checked(picture).shape for picture in (result, photo))
    if ours != theirs:
        raise ImageError(
            f"The result has {ours[1]}x{ours[0]} px and the photo {theirs[1]}x{theirs[0]}; resize the photo first."
        )

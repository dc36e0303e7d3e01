"""Total variation: squared differences of neighbouring pixels (Mahendran and Vedaldi 2015)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import tensorflow as tf

from neural_style.color import LUMA
from neural_style.losses.term import PIXELS, Plane, Sources, Sums, TermFamily, View

_SMOOTHNESS = "smoothness"

_LEAST_SQUARE = 1.0
"""Added to a square, in grey levels squared, where its root is taken: the gradient changes gently around 0."""


def total_variation(image: tf.Tensor, smoothness: tf.Tensor | None = None) -> tf.Tensor:
    """Return the mean squared difference of vertical neighbours plus that of horizontal ones, a scalar.

    The original program squares the differences and takes the mean for each direction, so that the term does not grow
    with the picture; the papers sum absolute values or their powers.

    Args:
        image: `[H, W, 3] float32`.
        smoothness: `[H, W, 1] float32`: each square is multiplied by the mean of that of its two pixels.
    """
    return tf.add_n([tf.reduce_mean(squares) for squares in squared_differences(image, smoothness)])


def chroma_stressed(image: tf.Tensor, factor: float) -> tf.Tensor:
    """Make squared differences of colour alone `factor` times as large, and leave those of gray as they are.

    Strokes are told apart by their lightness, while specks and fringes of colour are seen as noise, which painters do
    not make. `[H, W, 3]` -> the same; linear, and the picture itself for 1.
    """
    if factor == 1.0:
        return image
    luma = tf.tensordot(image, tf.constant(LUMA, tf.float32), 1)[..., tf.newaxis]
    return luma + math.sqrt(factor) * (image - luma)


def powers(squares: tf.Tensor, exponent: float) -> tf.Tensor:
    """Return |d|^exponent from the squares of differences d, for a colour as a whole: `[h, w, 3]` -> `[h, w, 1]`.

    Below 2 large differences cost less than many small ones of the same sum: flat places meet in edges (Mahendran and
    Vedaldi call it beta). The squares themselves, channel by channel, for 2: that is the original program's.
    """
    if exponent == 2.0:
        return squares
    return tf.pow(tf.reduce_mean(squares, -1, keepdims=True) + _LEAST_SQUARE, exponent / 2.0)


def squared_differences(image: tf.Tensor, smoothness: tf.Tensor | None = None) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the squares for vertical neighbours, `[H - 1, W, 3]`, and for horizontal ones, `[H, W - 1, 3]`.

    With `smoothness`, `[H, W, 1]`, each is multiplied by the mean of that of its two pixels.
    """
    vertical = tf.square(image[1:] - image[:-1])
    horizontal = tf.square(image[:, 1:] - image[:, :-1])
    if smoothness is None:
        return vertical, horizontal
    of_rows = 0.5 * (smoothness[1:] + smoothness[:-1])
    of_columns = 0.5 * (smoothness[:, 1:] + smoothness[:, :-1])
    return of_rows * vertical, of_columns * horizontal


@dataclass(frozen=True, eq=False)
class TotalVariationTerm:
    """The term that smooths the picture; a `Term`.

    Attributes:
        weight: factor of the term.
        chroma_smoothing: factor of squared differences of colour alone.
        exponent: power of the differences.
        planes: where the term differs from place to place, its weight at each pixel, `[H, W, 1] float32`.
    """

    weight: float
    chroma_smoothing: float = 1.0
    exponent: float = 2.0
    planes: Mapping[str, Plane] = field(default_factory=dict)
    name: str = "total_variation"
    layers: tuple[str, ...] = ()
    least: float = 0.0
    is_additive: bool = True

    def sums(self, view: View) -> Sums:
        """Sum the squared differences of each direction, and their weights."""
        image = chroma_stressed(view.image, self.chroma_smoothing)
        vertical, horizontal = squared_differences(image, view.planes.get(_SMOOTHNESS))
        sums: dict[str, tf.Tensor] = {}
        for direction, squares in (("vertical", vertical), ("horizontal", horizontal)):
            sums[direction], sums[f"{direction} weight"] = view.sum_and_weight(powers(squares, self.exponent))
        return sums

    def value(self, sums: Sums) -> tf.Tensor:
        """See `Term.value`."""
        means = [sums[direction] / sums[f"{direction} weight"] for direction in ("vertical", "horizontal")]
        return self.weight * tf.add_n(means)


def total_variation_term(sources: Sources) -> TotalVariationTerm:
    """Make the term, with the map of where the picture should be smooth if that is asked for."""
    weights = sources.settings.weights
    is_adaptive = sources.settings.smoothing == "adaptive" and weights.total_variation > 0
    planes = {_SMOOTHNESS: Plane(PIXELS, sources.smoothness())} if is_adaptive else {}
    return TotalVariationTerm(weights.total_variation, weights.chroma_smoothing, weights.smoothing_exponent, planes)


TOTAL_VARIATION = TermFamily(lambda _weights: (), total_variation_term)

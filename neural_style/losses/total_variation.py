"""Total variation: squared differences of neighbouring pixels (Mahendran and Vedaldi 2015)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import tensorflow as tf

from neural_style.color import LUMA
from neural_style.losses.term import (
    PIXELS,
    BaseTerm,
    Gradients,
    Plane,
    PullBack,
    Sources,
    Sums,
    TermFamily,
    View,
    count,
    sum_of_squares,
)

_SMOOTHNESS = "smoothness"

_LEAST_SQUARE = 1.0
"""Added to a square, in grey levels squared, where its root is taken: the gradient changes gently around 0."""

_COUNT = "{direction} count"


def total_variation(image: tf.Tensor, smoothness: tf.Tensor | None = None) -> tf.Tensor:
    """Return the mean squared difference of vertical neighbours plus that of horizontal ones, a scalar.

    The original program squares the differences and takes the mean for each direction, so that the term does not grow
    with the picture; the papers sum absolute values or their powers.

    Args:
        image: `[H, W, 3] float32`.
        smoothness: `[H, W, 1] float32`: each square is multiplied by the mean of that of its two pixels.
    """
    directions = differences(image, smoothness).values()
    return tf.add_n([tf.reduce_mean(tf.square(difference)) for difference in directions])


def differences(image: tf.Tensor, smoothness: tf.Tensor | None = None) -> dict[str, tf.Tensor]:
    """Return the differences of "vertical" neighbours, `[H - 1, W, 3]`, and of "horizontal" ones, `[H, W - 1, 3]`.

    With `smoothness`, `[H, W, 1]`, each is multiplied by the root of the mean of that of its two pixels.
    """
    found = {"vertical": image[1:] - image[:-1], "horizontal": image[:, 1:] - image[:, :-1]}
    if smoothness is None:
        return found
    return {direction: root * found[direction] for direction, root in _roots(smoothness).items()}


def stress(factor: Any) -> tf.Tensor:
    """Return the matrix `[3, 3]` of `chroma_stressed`: pixels as rows are multiplied by it."""
    luma = np.outer(LUMA, np.ones(3)).astype(np.float32)
    return luma + tf.sqrt(tf.cast(factor, tf.float32)) * (np.eye(3, dtype=np.float32) - luma)


def chroma_stressed(image: tf.Tensor, factor: Any) -> tf.Tensor:
    """Make squared differences of colour alone `factor` times as large, and leave those of gray as they are.

    Strokes are told apart by their lightness, while specks and fringes of colour are seen as noise, which painters do
    not make. `[H, W, 3]` -> the same; linear, and the picture itself for 1.
    """
    return tf.tensordot(image, stress(factor), 1)


@dataclass(frozen=True, eq=False)
class TotalVariationTerm(BaseTerm):
    """The term that smooths the picture; a `Term`.

    With an exponent below 2 large differences cost less than many small ones of the same sum, so that flat places meet
    in edges (Mahendran and Vedaldi call it beta); the three channels of a difference then count as one. With 2 they
    are squared channel by channel, as in the original program.

    Attributes:
        weight: factor of the term.
        chroma_smoothing: factor of squared differences of colour alone.
        exponent: power of the differences; None: 2.
        planes: where the term differs from place to place, its weight at each pixel, `[H, W, 1] float32`.
    """

    NUMBERS: ClassVar[tuple[str, ...]] = ("weight", "chroma_smoothing", "exponent")

    weight: Any
    chroma_smoothing: Any = 1.0
    exponent: Any = None
    planes: Mapping[str, Plane] = field(default_factory=dict)
    name: str = "total_variation"
    layers: tuple[str, ...] = ()
    least: float = 0.0
    is_additive: bool = True

    def with_pull_back(self, view: View) -> tuple[Sums, PullBack]:
        """Sum the powers of the differences of each direction, and count them."""
        smoothness = view.planes.get(_SMOOTHNESS)
        whole = differences(chroma_stressed(view.image, self.chroma_smoothing), smoothness)
        counted = {direction: view.counted(difference) for direction, difference in whole.items()}
        sums: dict[str, tf.Tensor] = {}
        for direction, difference in counted.items():
            powers = self._powers(difference)
            sums[direction] = sum_of_squares(difference) if powers is None else tf.reduce_sum(powers)
            sums[_COUNT.format(direction=direction)] = count(difference if powers is None else powers)

        def pull_back(derivatives: Sums) -> Gradients:
            by_difference = {
                direction: view.uncounted(derivatives[direction] * self._slopes(counted[direction]), difference)
                for direction, difference in whole.items()
            }
            stressed = _differences_pull_back(by_difference, smoothness)
            return {PIXELS: tf.tensordot(stressed, tf.transpose(stress(self.chroma_smoothing)), 1)}

        return sums, pull_back

    def value(self, sums: Sums) -> tf.Tensor:
        """See `Term.value`."""
        means = [sums[direction] / sums[_COUNT.format(direction=direction)] for direction in ("vertical", "horizontal")]
        return tf.cast(self.weight, means[0].dtype) * tf.add_n(means)

    def _powers(self, difference: tf.Tensor) -> tf.Tensor | None:
        """Return |d|^exponent of a colour as a whole, `[h, w, 3]` -> `[h, w, 1]`; None for plain squares."""
        return None if self.exponent is None else tf.pow(_mean_square(difference), self.exponent / 2.0)

    def _slopes(self, difference: tf.Tensor) -> tf.Tensor:
        """Return the derivative of what is summed by the differences."""
        if self.exponent is None:
            return 2.0 * difference
        return self.exponent / 3.0 * tf.pow(_mean_square(difference), self.exponent / 2.0 - 1.0) * difference


def _mean_square(difference: tf.Tensor) -> tf.Tensor:
    return tf.reduce_mean(tf.square(difference), -1, keepdims=True) + _LEAST_SQUARE


def _roots(smoothness: tf.Tensor) -> dict[str, tf.Tensor]:
    return {
        "vertical": tf.sqrt(0.5 * (smoothness[1:] + smoothness[:-1])),
        "horizontal": tf.sqrt(0.5 * (smoothness[:, 1:] + smoothness[:, :-1])),
    }


def _differences_pull_back(gradients: Mapping[str, tf.Tensor], smoothness: tf.Tensor | None) -> tf.Tensor:
    """Return the gradient by the picture from that by its `differences`, each of which is between two pixels."""
    if smoothness is not None:
        roots = _roots(smoothness)
        gradients = {direction: roots[direction] * gradient for direction, gradient in gradients.items()}
    vertical = tf.pad(gradients["vertical"], [[1, 1], [0, 0], [0, 0]])
    horizontal = tf.pad(gradients["horizontal"], [[0, 0], [1, 1], [0, 0]])
    return vertical[:-1] - vertical[1:] + horizontal[:, :-1] - horizontal[:, 1:]


def total_variation_term(sources: Sources) -> TotalVariationTerm:
    """Make the term, with the map of where the picture should be smooth if that is asked for."""
    weights = sources.settings.weights
    is_adaptive = sources.settings.smoothing == "adaptive" and weights.total_variation > 0
    planes = {_SMOOTHNESS: Plane(PIXELS, sources.smoothness())} if is_adaptive else {}
    exponent = None if weights.smoothing_exponent == 2.0 else weights.smoothing_exponent
    return TotalVariationTerm(weights.total_variation, weights.chroma_smoothing, exponent, planes)


TOTAL_VARIATION = TermFamily(lambda _weights: (), total_variation_term)

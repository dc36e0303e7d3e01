"""The matching loss: each place of the picture is to look like a place of a painting, chosen beforehand.

Kolkin et al. 2022, "Neural Neighbor Style Transfer", compare the hypercolumn of each place with that of its nearest
neighbour in the painting. Here the matches are found once for each size that is painted, and coherently
(`correspondence`): so the loss is one function of the picture, and L-BFGS can be used. Statistics of a whole painting,
such as Gram matrices, mix its forms; what is matched is in the painting as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from neural_style.images.arrays import FloatImage
from neural_style.losses.assignment import assign
from neural_style.losses.candidates import (
    MAX_CANDIDATES,
    SAMPLE,
    descriptors,
    principal_components,
    sample,
    windows,
)
from neural_style.losses.correspondence import Candidates, Correspondence, coherent, nearest
from neural_style.losses.hypercolumns import GRID, LAYER_SHARES, balanced_factors, on_grid, raw_hypercolumns
from neural_style.losses.term import Plane, Sources, Sums, TermFamily, View
from neural_style.settings import LossWeights
from neural_style.vgg.shapes import known_shape

SCALE = 1e5
"""The factor of the loss within its weight: it keeps weights in the size of those of the other terms."""

BLEND_CELLS = 3.0
"""The standard deviation, in cells, of the Gaussian that smooths how well paintings fit before places are assigned."""

_INDEX = "index"


@dataclass(frozen=True, eq=False)
class MatchingTerm:
    """1 - cosine of the hypercolumns with those of their matches, on average; a `Term`.

    Attributes:
        weight: factor of the term.
        factors: of the channels of a hypercolumn, `[D] float32`.
        targets: the hypercolumns of the candidates, by these factors and divided by their lengths, `[N, D] bfloat16`.
        planes: the index of the match of each place, `[h, w, 1] int32`.
    """

    weight: float
    factors: tf.Tensor
    targets: tf.Tensor
    planes: Mapping[str, Plane]
    name: str = "matching"
    layers: tuple[str, ...] = tuple(LAYER_SHARES)
    least: float = 0.0
    is_additive: bool = True

    def sums(self, view: View) -> Sums:
        """Sum 1 - cosine over the places."""
        parts = list(on_grid(view.features).values())
        channels = [known_shape(part)[-1] for part in parts]
        matched = tf.split(tf.gather(self.targets, tf.squeeze(view.planes[_INDEX], -1)), channels, -1)
        products, squares = [], []
        for values, target, factor in zip(parts, matched, tf.split(self.factors, channels), strict=True):
            scaled = factor * values
            products.append(tf.reduce_sum(scaled * tf.cast(target, tf.float32), -1))
            squares.append(tf.reduce_sum(tf.square(scaled), -1))
        cosine = tf.add_n(products) * tf.math.rsqrt(tf.add_n(squares) + 1e-12)
        total, weight = view.sum_and_weight(tf.expand_dims(1.0 - cosine, -1), GRID)
        return {"distance": total, "weight": weight}

    def value(self, sums: Sums) -> tf.Tensor:
        """See `Term.value`."""
        return self.weight * SCALE * (sums["distance"] / sums["weight"])


def matching_layers(weights: LossWeights) -> tuple[str, ...]:
    """Return the layers of the hypercolumns."""
    return tuple(LAYER_SHARES) if weights.matching > 0 else ()


def matching_term(sources: Sources) -> MatchingTerm | None:
    """Make the term: find the match of each place, in the painting that the place is given to."""
    weights = sources.settings.weights
    if weights.matching <= 0:
        return None
    paintings = [_Painting.of(sources, style) for style in sources.styles]
    columns = tf.concat([painting.columns for painting in paintings], 0)
    factors = balanced_factors(sample(columns), sources.channels(tuple(LAYER_SHARES)))
    matches = [painting.matches(sources, factors) for painting in paintings]
    index = blended(matches, [len(painting.columns) for painting in paintings], sources.shares)
    planes = {_INDEX: Plane(GRID, tf.constant(index[..., np.newaxis], tf.int32))}
    return MatchingTerm(weights.matching, factors, unit_columns(columns, factors), planes)


def blended(matches: Sequence[Correspondence], sizes: Sequence[int], shares: Sequence[float]) -> NDArray[np.int64]:
    """Give each place to a painting, by shares, and return its match among the candidates of all: `[h, w]`.

    How well a painting fits is smoothed first, so that whole parts of the picture are painted by one of them.

    Args:
        matches: of the picture, for each painting.
        sizes: number of candidates of each painting.
        shares: one for each painting, summing to 1.
    """
    fits = np.stack([gaussian_filter(match.cosine, BLEND_CELLS, mode="nearest").ravel() for match in matches])
    chosen = assign(fits, shares).reshape(matches[0].index.shape)
    first = np.cumsum([0, *sizes[:-1]])
    indices = np.stack([match.index + offset for match, offset in zip(matches, first, strict=True)])
    return np.take_along_axis(indices, chosen[np.newaxis], 0)[0]


def unit_columns(columns: tf.Tensor, factors: tf.Tensor) -> tf.Tensor:
    """Return hypercolumns `[N, D] bfloat16` times factors and divided by their lengths; a part of them at a time."""
    parts = [columns[start : start + SAMPLE] for start in range(0, len(columns), SAMPLE)]
    return tf.concat([_unit(tf.cast(part, tf.float32) * factors) for part in parts], 0)


def _unit(columns: tf.Tensor) -> tf.Tensor:
    return tf.cast(tf.math.l2_normalize(columns, 1, 1e-12), tf.bfloat16)


@dataclass(frozen=True, eq=False)
class _Painting:
    """A painting to look for matches in: its hypercolumns as they are, `[N, D] bfloat16`, on grids in cells."""

    columns: tf.Tensor
    grids: Sequence[tuple[int, int]]

    @classmethod
    def of(cls, sources: Sources, style: FloatImage) -> "_Painting":
        parts, grids = [], []
        for window in windows(style, MAX_CANDIDATES // len(sources.styles)):
            columns = sources.map_cells(window.picture, tuple(LAYER_SHARES), raw_hypercolumns, GRID)[window.cells]
            height, width, depth = known_shape(columns)
            grids.append((height, width))
            parts.append(tf.cast(tf.reshape(columns, [-1, depth]), tf.bfloat16))
        return cls(tf.concat(parts, 0), grids)

    def matches(self, sources: Sources, factors: tf.Tensor) -> Correspondence:
        """Find the match of each place of the picture that is sought."""
        projection = factors[:, tf.newaxis] * principal_components(sample(self.columns) * factors)
        found = Candidates(descriptors(tf.matmul(self.columns, tf.cast(projection, tf.bfloat16))), self.grids)
        queries = descriptors(
            sources.map_cells(
                sources.sought,
                tuple(LAYER_SHARES),
                lambda features: tf.tensordot(raw_hypercolumns(features), projection, 1),
                GRID,
            )
        )
        match, coherence = nearest(queries, found), sources.settings.weights.coherence
        return coherent(queries, found, match, coherence) if coherence > 0 else match


MATCHING = TermFamily(matching_layers, matching_term)

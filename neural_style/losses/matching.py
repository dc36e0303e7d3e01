"""The matching loss: each place of the picture is to look like a place of a painting, chosen beforehand.

Kolkin et al. 2022, "Neural Neighbor Style Transfer", compare the hypercolumn of each place with that of its nearest
neighbour in the painting. Here the matches are found once for each size that is painted, and coherently
(`correspondence`): so the loss is one function of the picture, and L-BFGS can be used. It has no Gram matrix's blur
between the forms of a painting: what is painted is in the painting.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from neural_style.images.arrays import FloatImage
from neural_style.losses.assignment import assign
from neural_style.losses.candidates import MAX_CANDIDATES, Descriptors, candidates_of, normalised, windows
from neural_style.losses.correspondence import Correspondence, coherent, nearest
from neural_style.losses.hypercolumns import (
    GRID, LAYER_SHARES, Factors, energies, factors_of, hypercolumns, on_grid,
)
from neural_style.losses.term import Plane, Sources, Sums, TermFamily, View
from neural_style.settings import LossWeights

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
        factors: of the layers of a hypercolumn.
        targets: the hypercolumns of the candidates, divided by their lengths, `[N, D] bfloat16`.
        planes: the index of the match of each place, `[h, w, 1] int32`.
    """

    weight: float
    factors: Factors
    targets: tf.Tensor
    planes: Mapping[str, Plane]
    name: str = "matching"
    layers: tuple[str, ...] = tuple(LAYER_SHARES)
    least: float = 0.0
    is_additive: bool = True

    def sums(self, view: View) -> Sums:
        """Sum 1 - cosine over the places."""
        parts = on_grid(view.features)
        matched = tf.gather(self.targets, view.planes[_INDEX][..., 0])
        targets = tf.split(matched, [values.shape[-1] for values in parts.values()], -1)
        products, squares = [], []
        for (layer, values), target in zip(parts.items(), targets, strict=True):
            products.append(self.factors[layer] * tf.reduce_sum(values * tf.cast(target, tf.float32), -1))
            squares.append(self.factors[layer] ** 2 * tf.reduce_sum(tf.square(values), -1))
        cosine = tf.add_n(products) * tf.math.rsqrt(tf.add_n(squares) + 1e-12)
        total, weight = view.sum_and_weight((1.0 - cosine)[..., tf.newaxis], GRID)
        return {"distance": total, "weight": weight}

    def value(self, sums: Sums) -> tf.Tensor:
        """See `Term.value`."""
        return self.weight * SCALE * sums["distance"] / sums["weight"]


def matching_layers(weights: LossWeights) -> tuple[str, ...]:
    """Return the layers of the hypercolumns."""
    return tuple(LAYER_SHARES) if weights.matching > 0 else ()


def matching_term(sources: Sources) -> MatchingTerm | None:
    """Make the term: find the match of each place, in the painting that the place is given to."""
    weights = sources.settings.weights
    if weights.matching <= 0:
        return None
    factors = _factors(sources)
    found = [_match(sources, style, factors) for style in sources.styles]
    index = blended([match for match, _ in found], [len(columns) for _, columns in found], sources.shares)
    targets = unit_columns(np.concatenate([columns for _, columns in found]))
    planes = {_INDEX: Plane(GRID, tf.constant(index[..., np.newaxis], tf.int32))}
    return MatchingTerm(weights.matching, factors, targets, planes)


def blended(
    matches: Sequence[Correspondence], sizes: Sequence[int], shares: Sequence[float]
) -> NDArray[np.int64]:
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
    return np.choose(chosen, [match.index + offset for match, offset in zip(matches, first, strict=True)])


def unit_columns(columns: NDArray[np.float32]) -> tf.Tensor:
    """Divide hypercolumns `[N, D]` by their lengths, as bfloat16; one of length 0 stays."""
    lengths = np.maximum(np.linalg.norm(columns, axis=1, keepdims=True), 1e-6)
    return tf.cast(tf.constant(columns / lengths), tf.bfloat16)


def _factors(sources: Sources) -> Factors:
    """Return the factors of the layers, by their mean energies over the paintings."""
    def sums(view: View) -> Sums:
        whole = on_grid(view.features)
        return {**energies(whole), "places": tf.cast(tf.size(whole[GRID][..., 0]), tf.float32)}

    layers = tuple(LAYER_SHARES)
    means = sources.style_summaries(
        "hypercolumn energies", layers, sums, lambda s: {layer: float(s[layer] / s["places"]) for layer in layers}
    )
    shares = sources.shares
    return factors_of({n: sum(share * mean[n] for share, mean in zip(shares, means, strict=True)) for n in layers})


def _match(
    sources: Sources, style: FloatImage, factors: Factors
) -> tuple[Correspondence, NDArray[np.float32]]:
    """Find the matches in one painting; return them with the hypercolumns `[N, D]` that they are indices of."""
    def of(picture):
        return sources.map_cells(picture, tuple(LAYER_SHARES), lambda f: hypercolumns(f, factors), GRID)

    columns = [of(window.picture)[window.cells] for window in windows(style, MAX_CANDIDATES // len(sources.styles))]
    flat = np.concatenate([each.reshape(-1, each.shape[-1]) for each in columns])
    descriptors = Descriptors.of(flat)
    candidates = candidates_of(columns, descriptors)
    projected = sources.map_cells(
        sources.sought, tuple(LAYER_SHARES), lambda f: descriptors.projected(hypercolumns(f, factors)), GRID
    )
    queries = normalised(projected)
    match = nearest(queries, candidates)
    coherence = sources.settings.weights.coherence
    return (coherent(queries, candidates, match, coherence) if coherence > 0 else match), flat


MATCHING = TermFamily(matching_layers, matching_term)

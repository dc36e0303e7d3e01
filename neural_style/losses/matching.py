"""The matching loss: each place of the picture is to look like a place of a painting, chosen beforehand.

Kolkin et al. 2022, "Neural Neighbor Style Transfer", compare the hypercolumn of each place with that of its nearest
neighbour in the painting. Here the matches are found once for each size that is painted, and coherently
(`correspondence`): so the loss is one function of the picture, and L-BFGS can be used. Statistics of a whole painting,
such as Gram matrices, mix its forms; what is matched is in the painting as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from neural_style.images.arrays import FloatImage, digest, parts_of_pixels, rgb_of
from neural_style.losses.assignment import assign
from neural_style.losses.candidates import (
    MAX_CANDIDATES,
    descriptors,
    parts_of,
    principal_components,
    sample,
    windows,
)
from neural_style.losses.correspondence import Candidates, Correspondence, coherent, nearest
from neural_style.losses.hypercolumns import (
    GRID,
    LAYER_SHARES,
    balanced_factors,
    by_layer,
    of_channels,
    on_grid,
    on_grid_pull_back,
    raw_hypercolumns,
)
from neural_style.losses.regional import mean_in_cells
from neural_style.losses.term import BaseTerm, Gradients, Plane, PullBack, Sources, Sums, TermFamily, View, weights_of
from neural_style.regions import Region
from neural_style.settings import LossWeights
from neural_style.vgg.shapes import known_shape

SCALE = 1e5
"""The factor of the loss within its weight: it keeps weights in the size of those of the other terms."""

BLEND_CELLS = 3.0
"""The standard deviation, in cells, of the Gaussian that smooths how well paintings fit before places are assigned."""

_INDEX, _DISTANCE, _COUNT = "index", "distance", "count"


@dataclass(frozen=True, eq=False)
class MatchingTerm(BaseTerm):
    """1 - cosine of the hypercolumns with those of their matches, on average; a `Term`.

    Attributes:
        weight: factor of the term.
        factors: layer name -> factor of its channels in a hypercolumn.
        targets: layer name -> its part of the hypercolumns of the candidates, which are multiplied by the factors and
            divided by their lengths: `[N, C] bfloat16`.
        planes: the index of the match of each place, `[h, w, 1] int32`; and where a part of the photo is kept, how much
            each place counts.
    """

    NUMBERS: ClassVar[tuple[str, ...]] = ("weight", "factors", "targets")

    weight: Any
    factors: Mapping[str, Any]
    targets: Mapping[str, tf.Tensor]
    planes: Mapping[str, Plane]
    name: str = "matching"
    layers: tuple[str, ...] = tuple(LAYER_SHARES)
    least: float = 0.0
    is_additive: bool = True

    def with_pull_back(self, view: View) -> tuple[Sums, PullBack]:
        """Sum 1 - cosine over the places, and count them.

        With the parts v_l of a place and t_l of its match, of length 1, the cosine is c = sum f_l v_l.t_l / |f v|, and
        its gradient by v_l is f_l / |f v| (t_l - c f_l v_l / |f v|).
        """
        parts = on_grid(view.features)
        index = tf.squeeze(view.planes[_INDEX], -1)
        matched = {layer: tf.cast(tf.gather(self.targets[layer], index), tf.float32) for layer in self.layers}
        products = [self.factors[layer] * _dot(parts[layer], matched[layer]) for layer in self.layers]
        squares = [tf.square(self.factors[layer]) * _dot(parts[layer], parts[layer]) for layer in self.layers]
        inverse_length = tf.math.rsqrt(tf.add_n(squares) + 1e-12)
        cosine = tf.add_n(products) * inverse_length
        counted, weights = view.counted(1.0 - cosine, GRID), view.weights(GRID)
        weights = tf.ones_like(counted) if weights is None else weights

        def pull_back(derivatives: Sums) -> Gradients:
            by_cosine = view.uncounted(-derivatives[_DISTANCE] * weights, cosine, GRID)
            to_match = by_cosine * inverse_length
            to_itself = to_match * cosine * inverse_length
            by_parts = {
                layer: self.factors[layer] * to_match * matched[layer]
                - tf.square(self.factors[layer]) * to_itself * parts[layer]
                for layer in self.layers
            }
            return on_grid_pull_back(by_parts, view.features)

        return {_DISTANCE: tf.reduce_sum(weights * counted), _COUNT: tf.reduce_sum(weights)}, pull_back

    def value(self, sums: Sums) -> tf.Tensor:
        """See `Term.value`."""
        distance = sums[_DISTANCE] / sums[_COUNT]
        return tf.cast(self.weight, distance.dtype) * SCALE * distance

    def by_layer(self, sums: Sums) -> dict[str, tf.Tensor]:
        """See `Term.by_layer`: under the grid's layer all of it, since a hypercolumn has all layers."""
        return {GRID: self.value(sums)}


def _dot(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Return the products of the vectors of each place, `[h, w, C]` -> `[h, w, 1]`."""
    return tf.reduce_sum(a * b, -1, keepdims=True)


def matching_layers(weights: LossWeights) -> tuple[str, ...]:
    """Return the layers of the hypercolumns."""
    return tuple(LAYER_SHARES) if weights.matching > 0 else ()


def matching_term(sources: Sources) -> MatchingTerm | None:
    """Make the term from the match of each place."""
    if sources.settings.weights.matching <= 0:
        return None
    matches = find_matches(sources)
    used, index = np.unique(matches.index, return_inverse=True)
    planes = {_INDEX: Plane(GRID, tf.constant(index.reshape(*matches.index.shape, 1), tf.int32))}
    kept = sources.division.kept
    if kept is not None:
        planes[weights_of(GRID)] = Plane(GRID, mean_in_cells(1.0 - kept, GRID))
    channels = sources.channels(tuple(LAYER_SHARES))
    columns = unit_columns(tf.gather(matches.columns, used), of_channels(matches.factors, channels))
    return MatchingTerm(sources.settings.weights.matching, matches.factors, by_layer(columns, channels), planes)


@dataclass(frozen=True, eq=False)
class Matches:
    """The matches of a picture in its paintings.

    Attributes:
        index: of the candidate that each place is matched to, `[h, w] int64`.
        columns: the hypercolumns of all candidates as they are, `[N, D] bfloat16`.
        factors: layer name -> factor of its channels.
    """

    index: NDArray[np.int64]
    columns: tf.Tensor
    factors: Mapping[str, tf.Tensor]


def find_matches(sources: Sources) -> Matches:
    """Find the match of each place, in the painting that the place is given to."""
    paintings = [
        _Painting.of(sources, style, turns) for style, turns in zip(sources.styles, sources.turns, strict=True)
    ]
    columns = tf.concat([painting.columns for painting in paintings], 0)
    channels = sources.channels(tuple(LAYER_SHARES))
    factors = balanced_factors(sample(columns), channels)
    pictures = tuple(digest(picture) for picture in (sources.sought, *sources.styles))
    matches = sources.remembered(
        (pictures, sources.settings.weights.coherence),  # not their shares, which may be moved while it is painted
        lambda: [painting.matches(sources, of_channels(factors, channels)) for painting in paintings],
    )
    index = blended(matches, [len(painting.columns) for painting in paintings], sources.division.regions)
    return Matches(index, columns, factors)


def blended(matches: Sequence[Correspondence], sizes: Sequence[int], regions: Sequence[Region]) -> NDArray[np.int64]:
    """Give each place to a painting of its region, and return its match among the candidates of all: `[h, w]`.

    Within a region paintings get their shares of the places. How well a painting fits is smoothed first, so that whole
    parts are painted by one of them.

    Args:
        matches: of the picture, for each painting.
        sizes: number of candidates of each painting.
        regions: those of the picture; a place where several are belongs to that of the greatest weight.
    """
    fits = np.stack([gaussian_filter(match.cosine, BLEND_CELLS, mode="nearest").ravel() for match in matches])
    owners, chosen = _owners(regions, fits.shape[1]), np.zeros(fits.shape[1], np.int64)
    for number, region in enumerate(regions):
        places = owners == number
        if places.any():
            chosen[places] = np.asarray(region.styles)[assign(fits[list(region.styles)][:, places], region.shares)]
    chosen = chosen.reshape(matches[0].index.shape)
    first = np.cumsum([0, *sizes[:-1]])
    indices = np.stack([match.index + offset for match, offset in zip(matches, first, strict=True)])
    return np.take_along_axis(indices, chosen[np.newaxis], 0)[0]


def _owners(regions: Sequence[Region], places: int) -> NDArray[np.int64]:
    """Return the number of the region that each place belongs to, `[places]`."""
    weights = [mean_in_cells(region.weights, GRID) for region in regions if region.weights is not None]
    if not weights:
        return np.zeros(places, np.int64)
    return np.argmax([np.ravel(each) for each in weights], 0)


def unit_columns(columns: tf.Tensor, factors: tf.Tensor) -> tf.Tensor:
    """Return hypercolumns `[N, D] bfloat16` times factors and divided by their lengths."""
    return tf.concat([_unit(tf.cast(part, tf.float32) * factors) for part in parts_of(columns)], 0)


def _unit(columns: tf.Tensor) -> tf.Tensor:
    return tf.cast(tf.math.l2_normalize(columns, 1, 1e-12), tf.bfloat16)


@dataclass(frozen=True, eq=False)
class _Painting:
    """A painting to look for matches in.

    Attributes:
        columns: its hypercolumns as they are, `[N, D] bfloat16`.
        grids: the (height, width) of its windows in cells.
        counts: `[N] bool`, the places that count; None: all do.
    """

    columns: tf.Tensor
    grids: Sequence[tuple[int, int]]
    counts: NDArray[np.bool_] | None

    @classmethod
    def of(cls, sources: Sources, style: FloatImage, turns: Sequence[int]) -> "_Painting":
        columns, grids, parts = [], [], []
        for window in windows(style, MAX_CANDIDATES // len(sources.styles), turns):
            picture, counting = rgb_of(window.picture), parts_of_pixels(window.picture)
            found = sources.map_cells(picture, tuple(LAYER_SHARES), raw_hypercolumns, GRID)[window.cells]
            height, width, depth = known_shape(found)
            grids.append((height, width))
            columns.append(tf.cast(tf.reshape(found, [-1, depth]), tf.bfloat16))
            if counting is not None:
                parts.append(np.ravel(mean_in_cells(counting, GRID)[window.cells]))
        return cls(tf.concat(columns, 0), grids, _mostly(np.concatenate(parts)) if parts else None)

    def matches(self, sources: Sources, factors: tf.Tensor) -> Correspondence:
        """Find the match of each place of the picture that is sought."""
        projection = factors[:, tf.newaxis] * principal_components(sample(self.columns) * factors)
        product_type = sources.product_type
        basis = tf.cast(projection, product_type)
        projected = [tf.matmul(tf.cast(part, product_type), basis) for part in parts_of(self.columns)]
        found = Candidates(descriptors(tf.concat(projected, 0)), self.grids, self.counts)
        queries = descriptors(
            sources.map_cells(
                sources.sought,
                tuple(LAYER_SHARES),
                lambda features: tf.tensordot(raw_hypercolumns(features), projection, 1),
                GRID,
            )
        )
        match, coherence = nearest(queries, found, product_type), sources.settings.weights.coherence
        return coherent(queries, found, match, coherence) if coherence > 0 else match


def _mostly(parts: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which places count by half or more; where none does, those that count most."""
    return parts >= min(0.5, parts.max())


MATCHING = TermFamily(matching_layers, matching_term)

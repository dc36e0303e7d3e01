"""The style loss: squared differences of a statistic of the activations from that of the paintings.

With Gram matrices it is that of Gatys et al. 2016. A further statistic is a file beside `gram` and a row of
`STATISTICS`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike, NDArray

from neural_style.loss_weights import StyleStatistic
from neural_style.losses.balance import style_factors
from neural_style.losses.centred_gram import CENTRED_GRAM
from neural_style.losses.gram import GRAM
from neural_style.losses.histogram import HISTOGRAM
from neural_style.losses.layers import style_layer_weights
from neural_style.losses.mean_deviation import MEAN_DEVIATION
from neural_style.losses.regional import by_region, weight_planes
from neural_style.losses.statistic import Statistic
from neural_style.losses.term import (
    BaseTerm,
    Gradients,
    NumpySums,
    Plane,
    PullBack,
    Sources,
    Sums,
    Term,
    TermFamily,
    View,
    mean_square,
)
from neural_style.regions import Region
from neural_style.settings import LossWeights

STATISTICS: Mapping[StyleStatistic, Statistic] = {
    "gram": GRAM,
    "centred": CENTRED_GRAM,
    "moments": MEAN_DEVIATION,
    "histogram": HISTOGRAM,
}
"""The value of `LossWeights.style_statistic` -> what is compared."""

Values = Mapping[str, NDArray[np.float32]]
"""A statistic of a picture: layer name -> its values, `float32`."""


@dataclass(frozen=True, eq=False)
class Blended:
    """One target that stands for the statistics S_i of several paintings, of shares s_i summing to 1.

    For the statistic G of a picture, `sum_i s_i mean((G - S_i)^2) = mean((G - mean)^2) + spread`, so that many styles
    cost what one costs and the loss still equals the sum over the styles.

    Attributes:
        mean: sum_i s_i S_i, float32.
        spread: sum_i s_i mean((S_i - mean)^2), a constant that no picture can get below.
    """

    mean: NDArray[np.float32]
    spread: float

    @property
    def energy(self) -> float:
        """The mean square of `mean`."""
        return float(np.mean(np.square(self.mean, dtype=np.float64)))


def blend(statistics: Sequence[ArrayLike], shares: Sequence[float]) -> Blended:
    """Blend statistics of one shape by shares that sum to 1; worked out in float64."""
    stacked = np.stack(statistics).astype(np.float64)
    mean = np.tensordot(np.asarray(shares, np.float64), stacked, axes=1)
    spreads = ((stacked - mean) ** 2).mean(axis=tuple(range(1, stacked.ndim)))
    return Blended(mean.astype(np.float32), float(np.dot(shares, spreads)))


@dataclass(frozen=True, eq=False)
class StyleTerm(BaseTerm):
    """The share-weighted sum over the paintings of the mean squared differences of a statistic; a `Term`.

    Attributes:
        means: layer name -> the statistic to come close to, blended over the paintings, float32.
        factors: layer name -> factor of its mean squared difference; see `balance.style_factors`.
        least: the weighted difference of the paintings among themselves.
        layers: the style layers.
        planes: of a region, how much each position of each layer counts.
        statistic: what is compared.
        prepared: layer name -> what the statistic needs for it.
    """

    NUMBERS: ClassVar[tuple[str, ...]] = ("means", "factors", "least", "prepared")
    FACTORS: ClassVar[tuple[str, ...]] = ("factors", "least")

    means: Mapping[str, Any]
    factors: Mapping[str, Any]
    least: float
    layers: tuple[str, ...]
    planes: Mapping[str, Plane] = field(default_factory=dict)
    statistic: Statistic = GRAM
    prepared: Mapping[str, Any] = field(default_factory=dict)
    name: str = "style"
    is_additive: bool = True

    @classmethod
    def of_targets(cls, targets: Mapping[str, Blended], factors: Mapping[str, float], **fields: Any) -> "StyleTerm":
        """Make the term from the blended statistic and the factor of each layer, and perhaps further fields."""
        least = sum(factors[layer] * target.spread for layer, target in targets.items())
        means = {layer: target.mean for layer, target in targets.items()}
        return cls(means, factors, least, tuple(targets), **fields)

    def with_pull_back(self, view: View) -> tuple[Sums, PullBack]:
        """Sum what the statistic is made of for each layer."""

        def pull_back(derivatives: Sums) -> Gradients:
            return {
                layer: self.statistic.gradient(view, layer, _of_layer(derivatives, layer), self.prepared.get(layer))
                for layer in self.layers
            }

        return statistic_sums(self.statistic, view, self.layers, self.prepared), pull_back

    def value(self, sums: Sums) -> tf.Tensor:
        """See `Term.value`."""
        terms = list(self.by_layer(sums).values())
        return tf.add_n(terms) + tf.cast(self.least, terms[0].dtype) if terms else tf.constant(0.0)

    def by_layer(self, sums: Sums) -> dict[str, tf.Tensor]:
        """See `Term.by_layer`."""
        terms = {}
        for layer in self.layers:
            found = self.statistic.of(_of_layer(sums, layer), layer)
            difference = found - tf.cast(self.means[layer], found.dtype)
            terms[layer] = tf.cast(self.factors[layer], found.dtype) * mean_square(difference)
        return terms


def statistic_sums(statistic: Statistic, view: View, layers: Sequence[str], prepared: Mapping[str, Any]) -> Sums:
    """Return the sums of a statistic for each layer, under the layer's name and their own."""
    return {
        f"{layer} {name}": value
        for layer in layers
        for name, value in statistic.sums(view, layer, prepared.get(layer)).items()
    }


def statistics_of(statistic: Statistic, sums: NumpySums, layers: Sequence[str]) -> Values:
    """Return the statistic of a picture from its sums: float64 is used and rounded once."""
    exact = {name: np.asarray(value, np.float64) for name, value in sums.items()}
    return {layer: np.asarray(statistic.of(_of_layer(exact, layer), layer), np.float32) for layer in layers}


def _of_layer(sums: Mapping[str, Any], layer: str) -> dict[str, Any]:
    """Return the sums of a layer, by the statistic's own names."""
    return {name.removeprefix(f"{layer} "): value for name, value in sums.items() if name.startswith(f"{layer} ")}


def style_layers(weights: LossWeights) -> tuple[str, ...]:
    """Return the style layers that have a weight above 0."""
    return tuple(style_layer_weights(weights)) if weights.style > 0 else ()


def style_statistics(
    statistic: Statistic, sources: Sources, layers: Sequence[str], prepared: Mapping[str, Any] | None = None
) -> list[Values]:
    """Return a statistic of each painting; remembered by what it was prepared with."""
    given = prepared or {}
    key = type(statistic).__name__, tuple((layer, np.asarray(array).tobytes()) for layer, array in given.items())
    return sources.style_summaries(
        key,
        layers,
        lambda view: statistic_sums(statistic, view, layers, given),
        lambda sums: statistics_of(statistic, sums, layers),
    )


def style_term(sources: Sources) -> Term:
    """Make the term from the statistic of the paintings of each region."""
    weights = sources.settings.weights
    layers, statistic = style_layers(weights), STATISTICS[weights.style_statistic]
    if not layers:
        return StyleTerm.of_targets({}, {})
    prepared = statistic.prepared(sources, layers)
    found = style_statistics(statistic, sources, layers, prepared)

    def of_region(region: Region) -> StyleTerm:
        targets = {name: blend([found[index][name] for index in region.styles], region.shares) for name in layers}
        factors = style_factors({layer: target.energy for layer, target in targets.items()}, weights)
        by_area = {layer: region.area * factor for layer, factor in factors.items()}
        planes = weight_planes(region.weights, layers)
        return StyleTerm.of_targets(targets, by_area, planes=planes, statistic=statistic, prepared=prepared)

    return by_region(sources.division, of_region)


STYLE = TermFamily(style_layers, style_term)

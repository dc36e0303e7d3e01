"""The loss of a picture: all its terms, and their sum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import tensorflow as tf

from neural_style.losses.content import CONTENT
from neural_style.losses.gram import GRAM
from neural_style.losses.matching import MATCHING
from neural_style.losses.term import Plane, Sources, Sums, Term, TermFamily, View
from neural_style.losses.total_variation import TOTAL_VARIATION
from neural_style.losses.wasserstein import WASSERSTEIN
from neural_style.settings import LossWeights

FAMILIES: Sequence[TermFamily] = (CONTENT, GRAM, WASSERSTEIN, MATCHING, TOTAL_VARIATION)
"""Every kind of term, in the order in which they are added and reported: a further kind is one file and one entry."""

Planes = Mapping[str, Mapping[str, tf.Tensor]]
"""The name of a term -> the name of a plane -> its values, of the whole picture or cut to a window."""

TermSums = Mapping[str, Sums]
"""The name of a term -> its sums."""


@dataclass(frozen=True, eq=False)
class Objective:
    """The weighted terms of a loss; they are compared with targets that they hold."""

    terms: Sequence[Term]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the terms, in the order of their values."""
        return tuple(term.name for term in self.terms)

    @property
    def layers(self) -> tuple[str, ...]:
        """Every layer that a term looks at, once."""
        return tuple(dict.fromkeys(layer for term in self.terms for layer in term.layers))

    @property
    def least(self) -> float:
        """The part of the loss that no picture can get below."""
        return sum(term.least for term in self.terms)

    @property
    def planes(self) -> Mapping[str, Mapping[str, Plane]]:
        """The planes of each term, of the whole picture."""
        return {term.name: term.planes for term in self.terms}

    @property
    def inseparable(self) -> tuple[str, ...]:
        """The names of the terms that need the whole picture at once."""
        return tuple(term.name for term in self.terms if not term.is_additive)

    def sums(
        self, image: tf.Tensor, features: Mapping[str, tf.Tensor], planes: Planes, core: tf.Tensor | None = None
    ) -> TermSums:
        """Sum each term over a picture or over the core of a window; the arguments are those of `View`."""
        return {term.name: term.sums(View(image, features, planes[term.name], core)) for term in self.terms}

    def values(self, sums: TermSums) -> tf.Tensor:
        """Return the weighted terms from the sums over the whole picture, and their total last: `[terms + 1]`."""
        values = [term.value(sums[term.name]) for term in self.terms]
        dtype = next((value.dtype for value in values if value.dtype == tf.float64), tf.float32)
        values = [tf.cast(value, dtype) for value in values]
        total = values[0]
        for value in values[1:]:
            total += value
        return tf.stack([*values, total])

    def __call__(self, image: tf.Tensor, features: Mapping[str, tf.Tensor]) -> tf.Tensor:
        """Return the weighted terms of a whole picture and their total: `[terms + 1] float32`.

        Args:
            image: `[H, W, 3] float32, RGB, 0..255`.
            features: its activations at `layers`.
        """
        planes = {term: {name: plane.values for name, plane in own.items()} for term, own in self.planes.items()}
        return self.values(self.sums(image, features, planes))


def objective(sources: Sources) -> Objective:
    """Make every term that the settings of the sources ask for."""
    made = [family.make(sources) for family in FAMILIES]
    return Objective([term for term in made if term is not None])


def loss_layers(weights: LossWeights) -> tuple[str, ...]:
    """Return every layer that a term of a weight above 0 looks at: nothing else needs computing."""
    return tuple(dict.fromkeys(layer for family in FAMILIES for layer in family.layers(weights)))

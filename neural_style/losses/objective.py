"""The loss of a picture: all its terms, and their sum."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from neural_style.losses.content import CONTENT
from neural_style.losses.matching import MATCHING
from neural_style.losses.style import STYLE
from neural_style.losses.term import Gradients, Plane, Sources, Sums, Term, TermFamily, View
from neural_style.losses.total_variation import TOTAL_VARIATION
from neural_style.losses.wasserstein import WASSERSTEIN
from neural_style.settings import LossWeights

FAMILIES: Sequence[TermFamily] = (CONTENT, STYLE, WASSERSTEIN, MATCHING, TOTAL_VARIATION)
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

    @property
    def numbers(self) -> dict[str, dict[str, Any]]:
        """The numbers of each term: what a compiled function takes as arguments, beside planes."""
        return {term.name: term.numbers for term in self.terms}

    @property
    def structure(self) -> Hashable:
        """What a function is compiled for: it serves every objective of the same structure."""
        return tuple(term.structure for term in self.terms)

    def with_numbers(self, numbers: Mapping[str, Mapping[str, Any]]) -> "Objective":
        """Return an objective of the same structure with other numbers, and without the values of planes."""
        return Objective([term.with_numbers(numbers[term.name]) for term in self.terms])

    def sums(
        self, image: tf.Tensor, features: Mapping[str, tf.Tensor], planes: Planes, core: tf.Tensor | None = None
    ) -> TermSums:
        """Sum each term over a picture or over the core of a window; the arguments are those of `View`."""
        return self.with_pull_back(image, features, planes, core)[0]

    def with_pull_back(
        self, image: tf.Tensor, features: Mapping[str, tf.Tensor], planes: Planes, core: tf.Tensor | None = None
    ) -> tuple[TermSums, Callable[[TermSums], Gradients]]:
        """Return the sums, and a function from the derivatives of the loss by them to its gradient by what was seen."""
        found = {term.name: term.with_pull_back(View(image, features, planes[term.name], core)) for term in self.terms}

        def pull_back(derivatives: TermSums) -> Gradients:
            added: dict[str, tf.Tensor] = {}
            for name, (_, of_term) in found.items():
                for layer, gradient in of_term(derivatives[name]).items():
                    added[layer] = added[layer] + gradient if layer in added else gradient
            return added

        return {name: sums for name, (sums, _) in found.items()}, pull_back

    def values(self, sums: TermSums) -> tf.Tensor:
        """Return the weighted terms from the sums over the whole picture, and their total last: `[terms + 1]`."""
        values = [term.value(sums[term.name]) for term in self.terms]
        dtype = next((value.dtype for value in values if value.dtype == tf.float64), tf.float32)
        values = [tf.cast(value, dtype) for value in values]
        total = values[0]
        for value in values[1:]:
            total += value
        return tf.stack([*values, total])

    def values_and_derivatives(self, sums: TermSums) -> tuple[tf.Tensor, TermSums]:
        """Return the values, and the derivatives of their total by each sum: few numbers, for TensorFlow to find."""
        with tf.GradientTape() as tape:  # opened and closed within a step: a tape must not cross threads
            tape.watch(sums)
            values = self.values(sums)
            total = values[-1]
        zero = tf.UnconnectedGradients.ZERO
        derivatives: Any = tape.gradient(total, sums, unconnected_gradients=zero)
        return values, derivatives


def objective(sources: Sources) -> Objective:
    """Make every term that the settings of the sources ask for."""
    made = [family.make(sources) for family in FAMILIES]
    return Objective([term for term in made if term is not None])


def loss_layers(weights: LossWeights) -> tuple[str, ...]:
    """Return every layer that a term of a weight above 0 looks at: nothing else needs computing."""
    return tuple(dict.fromkeys(layer for family in FAMILIES for layer in family.layers(weights)))

"""Even pull: the terms of a loss are scaled so that their weights say how strongly each pulls at the picture.

Terms differ by many orders of magnitude, from picture to picture and from layer to layer. Normalised gradients are
known from jcjohnson's neural-style, which divides each by its length at every step; so the loss is another one at every
step, and a method of second order learns nothing. Here the lengths are measured once for each size that is painted.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from neural_style.images.arrays import FloatImage, rgb_of
from neural_style.images.resize import resize
from neural_style.losses.objective import Objective
from neural_style.settings import LossWeights

_LEAST_PULL = 1e-12
"""The least mean gradient that is scaled; a term with less, such as that of a flat picture, is left as it is."""


def probe(content: FloatImage, styles: Sequence[FloatImage]) -> FloatImage:
    """Return a picture at which every term has a gradient: the photo and the paintings, one over the other.

    Args:
        content: the photograph as it is painted, `[H, W, 3] float32`, RGB, 0..255.
        styles: the paintings, likewise, of any sizes.
    """
    stretched = [resize(rgb_of(style), *content.shape[:2]) for style in styles]
    return (0.5 * content + 0.5 * np.mean(stretched, axis=0)).astype(np.float32)


def even_pull(objective: Objective, weights: LossWeights, gradient_of: Callable[[Objective], Any]) -> Objective:
    """Return the objective with each term so scaled that its mean absolute gradient is its weight.

    Args:
        objective: its terms are called as their weights are.
        weights: of the terms.
        gradient_of: returns the gradient by one and the same picture of an objective of the same structure.
    """
    names = objective.names

    def pull(name: str) -> float:
        alone = [term.scaled(float(term.name == name)) for term in objective.terms]
        return float(np.mean(np.abs(np.asarray(gradient_of(Objective(alone))))))

    pulls = {name: pull(name) for name in names}
    factors = {name: getattr(weights, name) / pull if pull > _LEAST_PULL else 1.0 for name, pull in pulls.items()}
    return Objective([term.scaled(factors[term.name]) for term in objective.terms])

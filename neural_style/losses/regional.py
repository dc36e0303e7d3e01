"""Terms of regions: a statistic of a painting is taken over its region of the picture alone.

Gatys et al. 2017, "Controlling Perceptual Factors in Neural Style Transfer", call them guided statistics. Each position
counts by its weight on the layer's grid, and sums are divided by the sum of the weights: so a small region is held to
its painting as closely as a large one. In the loss it counts by its area: each pixel is pulled as without regions.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from neural_style.images.arrays import FloatPlane
from neural_style.layers import cell_px
from neural_style.losses.term import BaseTerm, Gradients, Plane, PullBack, Sums, Term, View, weights_of
from neural_style.regions import Division, Region
from neural_style.vgg.pooling import pool

COARSEST_PX = 16
"""The side in pixels of a cell of the fifth block, whose grid is the coarsest that a term looks at."""

_OF_PART = "{index} {name}"

_BOXES = "boxes"


@dataclass(frozen=True, eq=False)
class RegionalTerm(BaseTerm):
    """The sum of the terms of all regions, each of the same kind; a `Term`.

    Attributes:
        parts: the term of each region.
        boxes: where each region lies, `[4]`: top, bottom, left and right in pixels, the first cells of the coarsest
            grid. A whole picture is looked at there alone, so that regions cost what their areas do.
    """

    parts: tuple[Term, ...]
    boxes: Sequence[Any]

    @property
    def name(self) -> str:
        """See `Term.name`: that of its parts."""
        return self.parts[0].name

    @property
    def layers(self) -> tuple[str, ...]:
        """See `Term.layers`."""
        return tuple(dict.fromkeys(layer for part in self.parts for layer in part.layers))

    @property
    def planes(self) -> Mapping[str, Plane]:
        """See `Term.planes`."""
        return {
            _OF_PART.format(index=index, name=name): plane
            for index, part in enumerate(self.parts)
            for name, plane in part.planes.items()
        }

    @property
    def least(self) -> float:
        """See `Term.least`."""
        return sum(part.least for part in self.parts)

    @property
    def is_additive(self) -> bool:
        """See `Term.is_additive`."""
        return all(part.is_additive for part in self.parts)

    @property
    def numbers(self) -> dict[str, Any]:
        """See `Term.numbers`."""
        return {_BOXES: list(self.boxes), **{str(index): part.numbers for index, part in enumerate(self.parts)}}

    @property
    def structure(self) -> Hashable:
        """See `Term.structure`."""
        return type(self), tuple(part.structure for part in self.parts)

    def with_numbers(self, numbers: Mapping[str, Any]) -> Self:
        """See `Term.with_numbers`."""
        parts = tuple(part.with_numbers(numbers[str(index)]) for index, part in enumerate(self.parts))
        return type(self)(parts, numbers[_BOXES])

    def scaled(self, factor: float) -> Self:
        """See `Term.scaled`."""
        return type(self)(tuple(part.scaled(factor) for part in self.parts), self.boxes)

    def with_pull_back(self, view: View) -> tuple[Sums, PullBack]:
        """Sum each part over its region."""
        found = [part.with_pull_back(self._view_of(index, view)) for index, part in enumerate(self.parts)]
        sums = {
            _OF_PART.format(index=index, name=name): value
            for index, (of_part, _) in enumerate(found)
            for name, value in of_part.items()
        }

        def pull_back(derivatives: Sums) -> Gradients:
            added: dict[str, tf.Tensor] = {}
            for index, (of_part, through) in enumerate(found):
                for layer, gradient in through(_taken(derivatives, index, of_part)).items():
                    added[layer] = added[layer] + gradient if layer in added else gradient
            return added

        return sums, pull_back

    def value(self, sums: Sums) -> tf.Tensor:
        """See `Term.value`."""
        return tf.add_n([part.value(own) for part, own in self._parts_with(sums)])

    def by_layer(self, sums: Sums) -> dict[str, tf.Tensor]:
        """See `Term.by_layer`: the parts of all regions."""
        added: dict[str, tf.Tensor] = {}
        for part, own in self._parts_with(sums):
            for layer, value in part.by_layer(own).items():
                added[layer] = added[layer] + value if layer in added else value
        return added

    def _parts_with(self, sums: Sums) -> Iterator[tuple[Term, Sums]]:
        """Yield each part with its sums, by its own names."""
        names = [name.split(" ", 1) for name in sums]
        for index, part in enumerate(self.parts):
            yield part, {name: sums[f"{owner} {name}"] for owner, name in names if owner == str(index)}

    def _view_of(self, index: int, view: View) -> View:
        core = tf.cast(self.boxes[index], tf.int32) if view.core is None else view.core
        return View(view.image, view.features, _taken(view.planes, index, self.parts[index].planes), core)


def by_region(division: Division, make: Callable[[Region], Term]) -> Term:
    """Return the term of the only region, or that of all together."""
    parts = tuple(make(region) for region in division.regions)
    return parts[0] if len(parts) == 1 else RegionalTerm(parts, [box_of(region) for region in division.regions])


def box_of(region: Region) -> NDArray[np.int32]:
    """Return the smallest box, of whole cells of the coarsest grid, that has all of a region: see `RegionalTerm`."""
    if region.weights is None:
        raise ValueError("only a part of a picture has a box")
    sides = []
    for axis, length in enumerate(region.weights.shape):
        used = np.flatnonzero(region.weights.any(1 - axis))
        sides += [used[0] // COARSEST_PX * COARSEST_PX, min(length, -(-(used[-1] + 1) // COARSEST_PX) * COARSEST_PX)]
    return np.array(sides, np.int32)


def weight_planes(weights: FloatPlane | None, layers: Sequence[str]) -> dict[str, Plane]:
    """Return the weights of pixels, `[H, W]`, on the grid of each layer; none where all count alike."""
    if weights is None:
        return {}
    return {weights_of(layer): Plane(layer, mean_in_cells(weights, layer)) for layer in layers}


def mean_in_cells(plane: FloatPlane, layer: str) -> tf.Tensor:
    """Return the mean of `[H, W]` numbers in each cell of a layer, `[h, w, 1] float32`."""
    values, cell = tf.constant(plane[np.newaxis, ..., np.newaxis]), 1
    while cell < cell_px(layer):
        values, cell = pool(values, "avg"), 2 * cell
    return values[0]


def _taken(named: Mapping[str, Any], index: int, names: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a part has of what all have, by the part's own names."""
    return {name: named[_OF_PART.format(index=index, name=name)] for name in names}

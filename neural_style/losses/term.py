"""The protocol of a loss term: sums over the positions of a picture, and a value made of the sums.

A sum over positions can be added up from tiles, weighted by a mask, and worked out for a painting as for the picture
that is painted. So a term says how to sum over what it is shown of a picture, and how its value follows from the sums
of the whole picture; how a picture is divided is left to the engine. The split is that of torchmetrics' measures.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
import tensorflow as tf

from neural_style.images.arrays import FloatImage
from neural_style.settings import LossWeights, Settings
from neural_style.vgg.layers import cells_in

PIXELS = ""
"""The empty name of a layer, which stands for the grid of the picture itself."""

Sums = Mapping[str, tf.Tensor]
"""The sums of a term: name -> sum over positions; a number of positions is a sum, too."""

NumpySums = Mapping[str, np.ndarray]
"""The sums of a term outside TensorFlow, as NumPy arrays."""

Summary = TypeVar("Summary")


@dataclass(frozen=True, eq=False)
class Plane:
    """Numbers that a term has for each position, such as activations to come close to, weights, or a mask.

    Attributes:
        layer: name of the layer whose grid they lie on, or `PIXELS`.
        values: `[h, w, C] float32`, of the whole picture.
    """

    layer: str
    values: tf.Tensor


@dataclass(frozen=True, eq=False)
class View:
    """The whole of a picture, or a window of it, as a term sees it.

    Attributes:
        image: `[H, W, 3] float32, RGB, 0..255`.
        features: layer name -> activations, `[h, w, C] float32`.
        planes: name -> `[h, w, C] float32`: the term's own planes, cut to the window.
        core: `[4] int32`: top, bottom, left and right, in pixels of the window, of the part whose positions count; the
            rest is there for the network to see. None: all positions count.
    """

    image: tf.Tensor
    features: Mapping[str, tf.Tensor]
    planes: Mapping[str, tf.Tensor]
    core: tf.Tensor | None = None

    def counted(self, values: tf.Tensor, layer: str = PIXELS) -> tf.Tensor:
        """Return the part that counts of `[h, w, C]` values on the grid of that layer."""
        if self.core is None:
            return values
        top, bottom, left, right = tf.unstack(self.core)
        return values[cells_in(top, bottom, layer), cells_in(left, right, layer)]

    def sum_and_weight(self, values: tf.Tensor, layer: str = PIXELS) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the sum of the values that count and their weight, float32 scalars: their quotient is the mean.

        The values of a part of a picture weigh 1 each. Those of a whole picture have their mean for a sum and weigh 1
        in all: so a step is compiled to the same operations as a plain mean, and pictures stay those of version 0.1
        to the last bit.
        """
        counted = self.counted(values, layer)
        if self.core is None:
            return tf.reduce_mean(counted), tf.constant(1.0)
        return tf.reduce_sum(counted), count(counted)


class Term(Protocol):
    """A term of the loss, with its target and its weight.

    Attributes:
        name: what the losses that are reported call it.
        layers: the layers whose activations it looks at.
        planes: name -> numbers for each position; they are cut to the window of a view.
        least: the part of its value that no picture can get below.
        is_additive: whether the sums of tiles may be added up. Where not, the picture must be seen as a whole.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - the attributes are said above
    @property
    def layers(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def planes(self) -> Mapping[str, Plane]: ...  # noqa: D102
    @property
    def least(self) -> float: ...  # noqa: D102
    @property
    def is_additive(self) -> bool: ...  # noqa: D102

    def sums(self, view: View) -> Sums:
        """Sum over the positions of the view that count."""
        ...

    def value(self, sums: Sums) -> tf.Tensor:
        """Return the weighted term, a scalar, from the sums over the whole picture; float32 or float64 as they are."""
        ...


class Sources(Protocol):
    """The pictures that targets are made from: the photograph, and paintings with shares that sum to 1."""

    @property
    def settings(self) -> Settings: ...  # noqa: D102
    @property
    def shares(self) -> Sequence[float]: ...  # noqa: D102

    def content_features(self, layers: Sequence[str]) -> Mapping[str, tf.Tensor]:
        """Return the activations of the photograph: layer name -> `[h, w, C] float32`."""
        ...

    def style_summaries(
        self, name: Hashable, layers: Sequence[str], sums: Callable[[View], Sums], summarise: Callable[[NumpySums], Any]
    ) -> list[Any]:
        """Return `summarise(sums over the painting)` for each painting; remembered by painting, name and layers."""
        ...

    @property
    def styles(self) -> Sequence[FloatImage]:
        """The paintings as they are shown to the network, each `[H, W, 3] float32, RGB, 0..255`."""
        ...

    @property
    def sought(self) -> FloatImage:
        """The picture whose places are looked for in the paintings, of the size that is painted."""
        ...

    def channels(self, layers: Sequence[str]) -> Sequence[int]:
        """Return the number of channels of each layer."""
        ...

    def map_cells(
        self,
        picture: FloatImage,
        layers: Sequence[str],
        transform: Callable[[Mapping[str, tf.Tensor]], tf.Tensor],
        grid: str,
    ) -> tf.Tensor:
        """Return `transform(activations of the picture)`, `[h, w, C] float32` on the grid of that layer.

        A large picture is looked at in parts. The activations are worked out as in the steps.
        """
        ...

    def smoothness(self) -> tf.Tensor:
        """Return how smooth the picture should be at each pixel, `[H, W, 1] float32`, 1 on average."""
        ...


@dataclass(frozen=True)
class TermFamily:
    """A kind of term: the layers that its weights ask for, and how it is made.

    Attributes:
        layers: from the weights to the layers whose activations it needs; none where its weight is 0.
        make: from the pictures to the term; None where there is none with these settings.
    """

    layers: Callable[[LossWeights], tuple[str, ...]]
    make: Callable[[Sources], Term | None]


def mean_square(values: tf.Tensor) -> tf.Tensor:
    """Return the mean of the squares of all values, a scalar."""
    return tf.reduce_mean(tf.square(values))


def count(values: tf.Tensor) -> tf.Tensor:
    """Return the number of values, a float32 scalar."""
    return tf.cast(tf.size(values), tf.float32)

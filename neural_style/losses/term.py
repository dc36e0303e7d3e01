"""The protocol of a loss term: sums over the positions of a picture, a value made of the sums, and the gradient.

A sum over positions can be added up from tiles, weighted by a mask, and worked out for a painting as for the picture
that is painted. So a term says how to sum over what it is shown of a picture, and how its value follows from the sums
of the whole picture; how a picture is divided is left to the engine. The split is that of torchmetrics' measures.

The gradient is written out, since TensorFlow's takes several times as long: from the derivatives of the loss by the
sums, few numbers which the engine has TensorFlow find, a term makes the gradient by the activations it was shown.

What a term is made of is either its structure or its numbers. A function is compiled for a structure, and takes the
numbers as arguments: so one compiled function serves all pictures, paintings and weights.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Protocol, Self, TypeVar

import numpy as np
import tensorflow as tf

from neural_style.images.arrays import FloatImage
from neural_style.layers import cells_in
from neural_style.regions import Division
from neural_style.settings import LossWeights, Settings

PIXELS = ""
"""The empty name of a layer, which stands for the grid of the picture itself."""

Sums = Mapping[str, tf.Tensor]
"""The sums of a term: name -> sum over positions; a number of positions is a sum, too."""

Gradients = Mapping[str, tf.Tensor]
"""Gradients by activations, layer name -> `[h, w, C]` in the format of the activations, and under `PIXELS` that by the
picture, `[H, W, 3] float32`."""

PullBack = Callable[[Sums], Gradients]
"""A function from the derivatives of the loss by the sums of a view to the gradient by what was seen in it."""

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
        features: layer name -> activations, `[h, w, C]`, float32 or bfloat16.
        planes: name -> `[h, w, C] float32`: the term's own planes, cut to the window.
        core: `[4] int32`: top, bottom, left and right, in pixels of the window, of the part whose positions count; the
            rest is there for the network to see. None: all positions count.
    """

    image: tf.Tensor
    features: Mapping[str, tf.Tensor]
    planes: Mapping[str, tf.Tensor]
    core: tf.Tensor | None = None

    def weights(self, layer: str) -> tf.Tensor | None:
        """Return how much each position of a layer counts of those that count, `[h, w, 1]`; None: all alike."""
        plane = self.planes.get(weights_of(layer))
        return None if plane is None else self.counted(plane, layer)

    def counted(self, values: tf.Tensor, layer: str = PIXELS) -> tf.Tensor:
        """Return the part that counts of `[h, w, C]` values on the grid of that layer."""
        if self.core is None:
            return values
        top, bottom, left, right = tf.unstack(self.core)
        return values[cells_in(top, bottom, layer), cells_in(left, right, layer)]

    def uncounted(self, gradient: tf.Tensor, values: tf.Tensor, layer: str = PIXELS) -> tf.Tensor:
        """Return the gradient by `values`, `[h, w, C]`, from that by those of them that count: 0 for the others."""
        if self.core is None:
            return gradient
        top, bottom, left, right = tf.unstack(self.core)
        first = cells_in(top, bottom, layer).start, cells_in(left, right, layer).start
        whole, counted = tf.shape(values), tf.shape(gradient)
        frame = [[first[side], whole[side] - first[side] - counted[side]] for side in (0, 1)]
        return tf.pad(gradient, [*frame, [0, 0]])


def weights_of(layer: str) -> str:
    """Return the name of the plane that says how much each position of a layer counts."""
    return f"{layer} weights"


class BaseTerm:
    """What terms have in common: they divide their fields into numbers and structure."""

    NUMBERS: ClassVar[tuple[str, ...]] = ()
    """The names of the fields that a compiled function takes as arguments: numbers, arrays, or mappings of them."""

    FACTORS: ClassVar[tuple[str, ...]] = ("weight",)
    """Those of them that the value is proportional to, all together."""

    @property
    def numbers(self) -> dict[str, Any]:
        """The numbers: field -> value; a field that is None is none."""
        values = {name: getattr(self, name) for name in self.NUMBERS}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def structure(self) -> Hashable:
        """What a function is compiled for: the kind of term, its fields beside the numbers, and the names of planes."""
        term: Any = self
        names = [field.name for field in fields(term) if field.name not in (*self.NUMBERS, "planes")]
        return type(self), tuple(getattr(self, name) for name in names), tuple(self.numbers), tuple(term.planes)

    def with_numbers(self, numbers: Mapping[str, Any]) -> Self:
        """Return a term of the same structure with other numbers, and without the values of its planes."""
        term: Any = self
        planes = {name: replace(plane, values=None) for name, plane in term.planes.items()}
        return replace(term, **numbers, planes=planes)

    def scaled(self, factor: float) -> Self:
        """See `Term.scaled`."""
        term: Any = self
        values = {name: getattr(self, name) for name in self.FACTORS}
        return replace(term, **tf.nest.map_structure(lambda value: factor * value, values))

    def by_layer(self, sums: Sums) -> dict[str, tf.Tensor]:  # noqa: ARG002 - part of the protocol
        """See `Term.by_layer`: nothing."""
        return {}

    def sums(self, view: View) -> Sums:
        """See `Term.sums`."""
        return self.with_pull_back(view)[0]

    def with_pull_back(self, view: View) -> tuple[Sums, PullBack]:
        """See `Term.with_pull_back`."""
        raise NotImplementedError


class Term(Protocol):
    """A term of the loss, with its target and its weight.

    Attributes:
        name: what the losses that are reported call it.
        layers: the layers whose activations it looks at.
        planes: name -> numbers for each position; they are cut to the window of a view.
        least: the part of its value that no picture can get below.
        is_additive: whether the sums of tiles may be added up. Where not, the picture must be seen as a whole.
        numbers: what a compiled function takes as arguments.
        structure: what it is compiled for.
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

    @property
    def numbers(self) -> dict[str, Any]: ...  # noqa: D102
    @property
    def structure(self) -> Hashable: ...  # noqa: D102
    def with_numbers(self, numbers: Mapping[str, Any]) -> "Term": ...  # noqa: D102

    def scaled(self, factor: float) -> "Term":
        """Return the term with a value so many times as large; of the same structure."""
        ...

    def sums(self, view: View) -> Sums:
        """Sum over the positions of the view that count."""
        ...

    def with_pull_back(self, view: View) -> tuple[Sums, PullBack]:
        """Return these sums, and the function that makes the gradient from the derivatives by them."""
        ...

    def value(self, sums: Sums) -> tf.Tensor:
        """Return the weighted term, a scalar, from the sums over the whole picture; float32 or float64 as they are."""
        ...

    def by_layer(self, sums: Sums) -> dict[str, tf.Tensor]:
        """Return layer -> its part of the value, a scalar, without the `least`; nothing where it has no parts."""
        ...


class Sources(Protocol):
    """The pictures that targets are made from: the photograph, and the paintings of its regions."""

    @property
    def settings(self) -> Settings: ...  # noqa: D102
    @property
    def division(self) -> Division: ...  # noqa: D102

    def content_features(self, layers: Sequence[str]) -> Mapping[str, tf.Tensor]:
        """Return the activations of the photograph: layer name -> `[h, w, C] float32`."""
        ...

    def style_summaries(
        self, name: Hashable, layers: Sequence[str], sums: Callable[[View], Sums], summarise: Callable[[NumpySums], Any]
    ) -> list[Any]:
        """Return `summarise(sums over the painting)` for each painting; remembered by painting, name and layers."""
        ...

    def remembered(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return what `make` returns, or did the last time where that was for the same key."""
        ...

    @property
    def styles(self) -> Sequence[FloatImage]:
        """The paintings as they are shown to the network, each `[H, W, 3] float32, RGB, 0..255`.

        A fourth channel says how much each pixel counts, 0..255.
        """
        ...

    @property
    def turns(self) -> Sequence[Sequence[int]]:
        """The quarter turns in which places of each painting may be looked for, the first ones first."""
        ...

    @property
    def sought(self) -> FloatImage:
        """The picture whose places are looked for in the paintings, of the size that is painted."""
        ...

    def channels(self, layers: Sequence[str]) -> Sequence[int]:
        """Return the number of channels of each layer."""
        ...

    @property
    def product_type(self) -> tf.DType:
        """The format in which large matrix products are fastest: bfloat16 or float32."""
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


def flat(features: tf.Tensor) -> tf.Tensor:
    """Return the positions of `[h, w, C]` as rows: `[h w, C]`."""
    return tf.reshape(features, [-1, features.shape[-1]])


def sum_of_squares(values: tf.Tensor) -> tf.Tensor:
    """Return the sum of the squares of `float32` values, a scalar; in one pass over them."""
    return 2.0 * tf.nn.l2_loss(values)


def count(values: tf.Tensor) -> tf.Tensor:
    """Return the number of values, a float32 scalar."""
    return tf.cast(tf.size(values), tf.float32)

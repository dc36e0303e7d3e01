"""Loss and gradient of a picture, by functions that are compiled once for each network and structure of the loss.

To compile takes as long as many steps. So sizes, targets and weights are arguments: what was compiled for one run is
there for the next, whatever it paints.
"""

from functools import cached_property
from typing import Any

import numpy as np
import tensorflow as tf

from neural_style.engine.network_cache import NetworkCache
from neural_style.losses.objective import Objective, Planes
from neural_style.losses.term import PIXELS
from neural_style.settings import Arithmetic, Pooling
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.network import Network

REMEMBERED_STRUCTURES = 3
"""The number of structures that functions are kept for with each network; each has a copy of the network's kernels."""


class CompiledLoss:
    """The functions of one structure of the loss on one network, each compiled when it is first called.

    All take pictures of any size and objectives of that structure, as their numbers and the values of their planes.

    Args:
        extract: gives the layers of the objective.
        objective: one of that structure.
    """

    def __init__(self, extract: FeatureExtractor, objective: Objective) -> None:
        self._extract = extract
        self._specs = {"numbers": _specs(tensors(objective.numbers)), "planes": _specs(plane_values(objective))}
        self._structure = objective.with_numbers(self._specs["numbers"])

    @cached_property
    def whole(self) -> Any:
        """A function of (picture, planes, numbers) to the values of the terms, the total last, and the gradient."""

        def evaluate(image: Any, planes: Any, numbers: Any) -> Any:
            return losses_and_gradient(image, self._extract, self._structure.with_numbers(numbers), planes)

        return self._compiled(evaluate, _IMAGE)

    @cached_property
    def sums(self) -> Any:
        """A function of (window, its core, planes in the window, numbers) to the sums over the core."""

        def add_up(crop: Any, core: Any, planes: Any, numbers: Any) -> Any:
            return self._structure.with_numbers(numbers).sums(crop, self._extract(crop), planes, core)

        return self._compiled(add_up, _IMAGE, _CORE)

    @cached_property
    def gradient(self) -> Any:
        """A function of (window, its core, planes in the window, numbers, derivatives) to the gradient by the window.

        The derivatives are those of the loss by the sums over the whole picture; the gradient is `[h, w, 3] float32`.
        """

        def differentiate(crop: Any, core: Any, planes: Any, numbers: Any, derivatives: Any) -> Any:
            objective = self._structure.with_numbers(numbers)
            features, by_image = self._extract.with_pull_back(crop)
            _, by_features = objective.with_pull_back(crop, features, planes, core)
            return _through(by_image, by_features(derivatives))

        derivatives = tf.nest.map_structure(lambda sums: tf.TensorSpec(sums.shape), self.sums.structured_outputs)
        return self._compiled(differentiate, _IMAGE, _CORE, derivatives=derivatives)

    def _compiled(self, function: Any, *leading: tf.TensorSpec, **trailing: Any) -> Any:
        specs = *leading, self._specs["planes"], self._specs["numbers"], *trailing.values()
        # Its rewriting of the source costs time and leaves files; nothing here needs it.
        return tf.function(function, autograph=False).get_concrete_function(*specs)


def losses_and_gradient(
    image: tf.Tensor, extract: FeatureExtractor, objective: Objective, planes: Planes
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the weighted terms of a whole picture and their total, `[terms + 1] float32`, and the gradient of that.

    Args:
        image: `[H, W, 3] float32, RGB, 0..255`.
        extract: gives the layers of the objective.
        objective: the terms of the loss.
        planes: the values of its planes; see `plane_values`.
    """
    features, by_image = extract.with_pull_back(image)
    sums, by_features = objective.with_pull_back(image, features, planes)
    values, derivatives = objective.values_and_derivatives(sums)
    return values, _through(by_image, by_features(derivatives))


class WholeEvaluation:
    """An `Evaluate` of whole pictures.

    Args:
        loss: what was compiled for the structure of the objective.
        objective: the terms of the loss.
    """

    def __init__(self, loss: CompiledLoss, objective: Objective) -> None:
        self._loss = loss
        self._planes, self._numbers = plane_values(objective), tensors(objective.numbers)

    def __call__(self, image: Any) -> tuple[list[float], tf.Tensor]:
        """Evaluate `[H, W, 3] float32, RGB, 0..255`: the values of the terms, their total last, and the gradient."""
        terms, gradient = self._loss.whole(tf.convert_to_tensor(image, tf.float32), self._planes, self._numbers)
        return terms.numpy().tolist(), gradient


def compiled_loss(network: Network, objective: Objective, pooling: Pooling, arithmetic: Arithmetic) -> CompiledLoss:
    """Return the functions for the structure of an objective; those used last are kept as long as the network is."""
    key = objective.structure, pooling, arithmetic
    return _LOSSES.get(
        network,
        key,
        lambda: CompiledLoss(FeatureExtractor(network, objective.layers, pooling, arithmetic), objective),
    )


_LOSSES = NetworkCache(REMEMBERED_STRUCTURES)

_IMAGE, _CORE = tf.TensorSpec([None, None, 3]), tf.TensorSpec([4], tf.int32)


def tensors(numbers: Any) -> Any:
    """Return nested numbers and arrays as float32 tensors; tensors stay as they are."""
    return tf.nest.map_structure(
        lambda number: number if tf.is_tensor(number) else tf.constant(np.asarray(number, np.float32)), numbers
    )


def plane_values(objective: Objective) -> dict[str, dict[str, tf.Tensor]]:
    """Return the values of each term's planes."""
    return {
        term: {name: tf.convert_to_tensor(plane.values) for name, plane in planes.items()}
        for term, planes in objective.planes.items()
    }


def _specs(nested: Any) -> Any:
    """Return what a compiled function is to know of tensors: of their sizes only the number of channels, the last."""
    return tf.nest.map_structure(
        lambda tensor: tf.TensorSpec([*[None] * (tensor.shape.rank - 1), *tensor.shape[-1:]], tensor.dtype), nested
    )


def _through(by_image: Any, gradients: Any) -> tf.Tensor:
    """Return the gradient by the picture: what comes through the network, and what does not."""
    direct = gradients.pop(PIXELS, None)
    if not gradients:
        return direct
    through = by_image(gradients)
    return through if direct is None else through + direct

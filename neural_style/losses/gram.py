"""What is kept of a painting: the Gram matrices of its activations, and one blended target for any number of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray


def gram_matrix(features: tf.Tensor) -> tf.Tensor:
    """F^T F / size(F) of `[h, w, C]` activations, F being `[h w, C]`: `[C, C]` float32.

    Gatys et al. sum over positions; the original program divides by h w C, which makes pictures of different sizes
    comparable.
    """
    return gram_sum(features) / tf.cast(tf.size(features), tf.float32)


def gram_sum(features: tf.Tensor) -> tf.Tensor:
    """F^T F, the sum over positions alone: `[h, w, C] float32` -> `[C, C]`.

    Its gradient is F (D + D^T), and what is made of a Gram matrix here has a symmetric derivative D by it: so it is
    taken as 2 F D^T, one matrix product instead of two. (Twice a number less that number is exact.)
    """
    flat = tf.reshape(features, [-1, features.shape[-1]])
    products = tf.matmul(flat, tf.stop_gradient(flat), transpose_a=True)
    return 2.0 * products - tf.stop_gradient(products)


@dataclass(frozen=True, eq=False)
class BlendedGram:
    """One target that stands for several Gram matrices S_i of shares s_i summing to 1.

    For a Gram matrix G, `sum_i s_i mean((G - S_i)^2) = mean((G - mean)^2) + spread`, so that many styles cost what one
    costs and the loss still equals the sum over the styles.

    Attributes:
        mean: sum_i s_i S_i, `[C, C] float32`.
        spread: sum_i s_i mean((S_i - mean)^2), a constant that no picture can get below.
    """

    mean: NDArray[np.float32]
    spread: float


def blend_grams(grams: Sequence[NDArray[np.float32]], shares: Sequence[float]) -> BlendedGram:
    """Blend `[C, C]` Gram matrices by shares that sum to 1; worked out in float64."""
    stacked = np.stack(grams).astype(np.float64)
    mean = np.tensordot(np.asarray(shares, np.float64), stacked, axes=1)
    spreads = ((stacked - mean) ** 2).mean(axis=(1, 2))
    return BlendedGram(mean.astype(np.float32), float(np.dot(shares, spreads)))

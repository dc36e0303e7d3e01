"""Arithmetic of long vectors, where the picture is: in NumPy on the host, in TensorFlow on a GPU.

An optimiser is little arithmetic on long vectors. On a CPU the memory's speed decides, so that they are changed in
place by BLAS; to copy a picture to and from a GPU would take longer than all of it, so that there they stay.
"""

import contextlib
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import cache
from typing import Any, Protocol

import numpy as np
import tensorflow as tf
from scipy.linalg import get_blas_funcs
from threadpoolctl import ThreadpoolController

Array = Any
"""A picture or a gradient: a NumPy array, or a tensor on a device; float32."""


_axpy: Any = get_blas_funcs("axpy", dtype=np.float32)
"""BLAS's y += a x, which changes y in place."""


class Vectors(Protocol):
    """What an optimiser does with arrays of one shape."""

    def at_work(self) -> AbstractContextManager[None]:
        """Return a context to do it in; numbers that are not finite are for the caller to notice."""
        ...

    def of(self, array: Any) -> Array:
        """Return a NumPy array or tensor as one of these arrays, without a copy where that can be."""
        ...

    def copy(self, array: Array) -> Array:
        """Return an array that may be changed."""
        ...

    def dot(self, a: Array, b: Array) -> float:
        """Return the sum of the products."""
        ...

    def add(self, array: Array, factor: float, other: Array) -> Array:
        """Return `array + factor * other`; `array` itself may be changed to it."""
        ...

    def clip(self, array: Array, low: float, high: float) -> Array:
        """Return a new array within bounds."""
        ...

    def largest(self, array: Array) -> float:
        """Return the largest absolute value."""
        ...


class HostVectors:
    """NumPy arrays."""

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """See `Vectors.at_work`: on one thread of BLAS, since its threads and TensorFlow's would wait for each other.

        How many threads there are is the process's, so that runs must not change it at the same time.
        """
        with _BLAS_LOCK, _blas().limit(limits=1, user_api="blas"), np.errstate(over="ignore", invalid="ignore"):
            yield

    def of(self, array: Any) -> Array:
        """See `Vectors.of`: the memory of a tensor on the CPU is used as it is, to be read."""
        return np.ascontiguousarray(np.asarray(array), np.float32)

    def copy(self, array: Array) -> Array:
        """See `Vectors.copy`."""
        return array.copy()

    def dot(self, a: Array, b: Array) -> float:
        """See `Vectors.dot`."""
        return float(np.dot(a.reshape(-1), b.reshape(-1)))

    def add(self, array: Array, factor: float, other: Array) -> Array:
        """See `Vectors.add`: in place."""
        _axpy(other.reshape(-1), array.reshape(-1), a=factor)
        return array

    def clip(self, array: Array, low: float, high: float) -> Array:
        """See `Vectors.clip`."""
        return np.clip(array, low, high)

    def largest(self, array: Array) -> float:
        """See `Vectors.largest`; without an array of absolute values."""
        return max(float(array.max()), -float(array.min()))


class DeviceVectors:
    """Tensors, on the device that has them."""

    def at_work(self) -> AbstractContextManager[None]:
        """See `Vectors.at_work`."""
        return contextlib.nullcontext()

    def of(self, array: Any) -> Array:
        """See `Vectors.of`."""
        return tf.convert_to_tensor(array, tf.float32)

    def copy(self, array: Array) -> Array:
        """See `Vectors.copy`: tensors are never changed."""
        return array

    def dot(self, a: Array, b: Array) -> float:
        """See `Vectors.dot`."""
        return float(tf.reduce_sum(a * b))

    def add(self, array: Array, factor: float, other: Array) -> Array:
        """See `Vectors.add`."""
        return array + factor * other

    def clip(self, array: Array, low: float, high: float) -> Array:
        """See `Vectors.clip`."""
        return tf.clip_by_value(array, low, high)

    def largest(self, array: Array) -> float:
        """See `Vectors.largest`."""
        return float(tf.reduce_max(tf.abs(array)))


_BLAS_LOCK = threading.Lock()


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()

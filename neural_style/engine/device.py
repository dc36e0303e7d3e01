"""The GPU, where there is one. TensorFlow places the work on it by itself; what is left is to share its memory."""

import contextlib
from functools import cache

import tensorflow as tf


@cache
def grow_gpu_memory() -> None:
    """Have TensorFlow take a GPU's memory as it is needed instead of all at once, so that others may use it, too.

    That must be said before the GPU is first used; one in use already, or with a limit of its own, stays as it is.
    """
    for gpu in tf.config.list_physical_devices("GPU"):
        with contextlib.suppress(RuntimeError, ValueError):
            tf.config.experimental.set_memory_growth(gpu, enable=True)


def kind_of_device() -> str:
    """Return the kind of device that TensorFlow will work on: "GPU" or "CPU"."""
    return "GPU" if tf.config.get_visible_devices("GPU") else "CPU"

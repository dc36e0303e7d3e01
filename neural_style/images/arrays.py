"""Pictures as arrays: their types, and the one rounding to bytes.

A picture inside the program is `[H, W, 3] float32, RGB, 0..255` in sRGB, upright.
"""

import hashlib

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatImage = NDArray[np.float32]
FloatPlane = NDArray[np.float32]
ByteImage = NDArray[np.uint8]


def rgb_of(image: FloatImage) -> FloatImage:
    """Return a picture `[H, W, 3]` or `[H, W, 4]` without its fourth channel, which says how much each pixel counts."""
    return image if image.shape[2] == 3 else np.ascontiguousarray(image[..., :3])


def parts_of_pixels(image: FloatImage) -> FloatPlane | None:
    """Return how much each pixel of `[H, W, 4]` counts, `[H, W]`, 0..1; None for `[H, W, 3]`: all do alike."""
    return None if image.shape[2] == 3 else image[..., 3] / np.float32(255.0)


def digest(image: FloatImage) -> str:
    """Return a short text that is the same for the same numbers in the same shape."""
    numbers = hashlib.blake2b(np.ascontiguousarray(image).data).hexdigest()
    return f"{'x'.join(map(str, image.shape))} {numbers}"


def to_bytes(image: ArrayLike) -> ByteImage:
    """Clip to 0..255 and round to the nearest level: any shape and dtype -> uint8."""
    return np.rint(np.clip(np.asarray(image, np.float32), 0.0, 255.0)).astype(np.uint8)

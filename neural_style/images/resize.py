"""Work out the sizes of pictures, and resize pictures to them."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from neural_style.images.arrays import FloatImage


def resize(image: FloatImage, height: int, width: int) -> FloatImage:
    """Resize bicubically (antialiased when shrinking) and clip: `[H, W, C] float32, 0..255` -> `[height, width, C]`.

    Bicubic is the filter that the original program gets from Pillow; here it works on floats instead of bytes.
    """
    if image.shape[:2] == (height, width):
        return image
    planes = [resize_plane(image[..., channel], height, width) for channel in range(image.shape[2])]
    return np.clip(np.stack(planes, -1), 0.0, 255.0)


def resize_plane(plane: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    """Resize one channel of any range, which the result may leave by a little: `[H, W]` -> `[height, width]`."""
    shown = Image.fromarray(np.ascontiguousarray(plane))
    return np.asarray(shown.resize((width, height), Image.Resampling.BICUBIC))


def size_for_width(height: int, width: int, target_width_px: int) -> tuple[int, int]:
    """Return (height, width) at exactly the target width; the height is rounded down, as the original program does."""
    return height * target_width_px // width, target_width_px


def size_for_longest_side(height: int, width: int, longest_side_px: int) -> tuple[int, int]:
    """Return (height, width) shrunk so that the longest side is at most `longest_side_px`; never enlarged."""
    longest = max(height, width)
    if longest <= longest_side_px:
        return height, width
    return max(1, round(height * longest_side_px / longest)), max(1, round(width * longest_side_px / longest))

"""Masks: soft selections of a part of a picture, small enough to go into a recipe, and the same wherever they are read.

A mask says of each place how much it is selected. It is relative to its picture, so that it serves every size of it. By
the masks of its paintings a picture is divided among them: see `divide`.
"""

import base64
import binascii
import hashlib
import io
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter

from neural_style.color import LUMA
from neural_style.errors import ImageError
from neural_style.images.arrays import FloatImage, FloatPlane, to_bytes
from neural_style.images.load import load_picture
from neural_style.images.resize import resize_plane, size_for_longest_side
from neural_style.regions import Division, Region, normalised

MAX_SIDE_PX = 1024
"""The longest side of a mask in pixels: a finer one is shrunk, so that a recipe that holds it stays small."""

LEAST_PIXELS = 1.0
"""The least area of a region in pixels: at a size where it has less, the photo stays there, unless all have less."""

REMEMBERED = 4
"""The number of divisions that are remembered: every preview asks for that of the result."""

NO_MASK = "-"
"""What stands for no mask, where people name masks."""

_DATA_HEADER = "data:image/png;base64,"

_READY_SIDE_PX = 256
"""The side of the masks that are ready for use."""


@dataclass(frozen=True, eq=False)
class Mask:
    """A selection of a part of a picture; equal to another one of the same size and levels.

    Attributes:
        levels: `[h, w] uint8`, how much each place is selected: 0 not at all, 255 wholly. At most `MAX_SIDE_PX` long.
    """

    levels: NDArray[np.uint8]

    @classmethod
    def of(cls, selected: ArrayLike) -> "Mask":
        """Return the mask of numbers `[h, w]` from 0 to 1, of any size and type; larger ones than masks are shrunk.

        Raises:
            ImageError: they have another shape, are not finite or out of their range.
        """
        plane = np.asarray(selected)
        if plane.ndim != 2 or 0 in plane.shape or plane.dtype.kind not in "buif":
            raise ImageError(f"A mask must be numbers of shape (height, width); got {plane.shape}, {plane.dtype}.")
        plane = plane.astype(np.float32)
        if not (plane.min() >= 0.0 and plane.max() <= 1.0):  # also refuses NaN, which compares false
            raise ImageError(f"A mask must hold values from 0 to 1; got {plane.min():g} to {plane.max():g}.")
        height, width = plane.shape
        small = size_for_longest_side(height, width, MAX_SIDE_PX)
        return cls(to_bytes(255.0 * resize_plane(plane, *small)))

    @classmethod
    def of_picture(cls, image: FloatImage, alpha: FloatPlane | None = None) -> "Mask":
        """Return the mask that a picture shows: white selects, black does not, and neither does what is transparent.

        Args:
            image: `[H, W, 3] float32`, RGB, 0..255; what is transparent lies on white.
            alpha: `[H, W] float32`, 0..255; None: all is opaque.
        """
        lightness = image @ LUMA.astype(np.float32)
        if alpha is not None:
            lightness = lightness - (255.0 - alpha)
        return cls.of(np.clip(lightness / 255.0, 0.0, 1.0))

    @classmethod
    def of_file(cls, source: str | os.PathLike[str] | BinaryIO) -> "Mask":
        """Return the mask that a picture file shows; see `of_picture`.

        Raises:
            ImageError: it cannot be read.
        """
        loaded = load_picture(source)
        return cls.of_picture(loaded.image, loaded.alpha)

    @classmethod
    def of_text(cls, text: object) -> "Mask":
        """Read what `text` wrote.

        Raises:
            ImageError: it is something else.
        """
        try:
            if not isinstance(text, str) or not text.startswith(_DATA_HEADER):
                raise ValueError
            data = base64.b64decode(text.removeprefix(_DATA_HEADER), validate=True)
            with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
                if picture.mode not in ("L", "1") or max(picture.size) > MAX_SIDE_PX:
                    raise ValueError
                return cls(np.array(picture.convert("L")))
        except (ValueError, OSError, SyntaxError, binascii.Error, Image.DecompressionBombError):
            raise ImageError(
                f"A mask in a recipe must be a gray PNG of at most {MAX_SIDE_PX} px as a data URL; got {text!r:.60}."
            ) from None

    @cached_property
    def text(self) -> str:
        """The mask as text: a gray PNG in a data URL, as a recipe holds it."""
        file = io.BytesIO()
        Image.fromarray(self.levels).save(file, "PNG", optimize=True)
        return _DATA_HEADER + base64.b64encode(file.getvalue()).decode("ascii")

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of size and levels, 64 hexadecimal digits."""
        height, width = self.levels.shape
        return hashlib.sha256(f"{height}x{width}:".encode() + self.levels.tobytes()).hexdigest()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is selected."""
        return not self.levels.any()

    @property
    def share(self) -> float:
        """The part of the picture that is selected, 0..1."""
        return float(self.levels.mean(dtype=np.float64)) / 255.0

    def at(self, height: int, width: int) -> FloatPlane:
        """Return how much each pixel is selected of the picture at that size, `[height, width] float32`, 0..1."""
        return np.clip(resize_plane(self.levels.astype(np.float32) / 255.0, height, width), 0.0, 1.0)

    def inverted(self) -> "Mask":
        """Return the mask that selects what this one does not."""
        return Mask(255 - self.levels)

    def feathered(self, softness: float) -> "Mask":
        """Return the mask with soft edges.

        Args:
            softness: standard deviation of the Gaussian that softens them, relative to the longest side, 0 or more.
        """
        sigma = softness * max(self.levels.shape)
        return Mask(to_bytes(gaussian_filter(self.levels.astype(np.float32), sigma, mode="nearest")))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mask) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


@lru_cache(maxsize=REMEMBERED)
def divide(
    masks: tuple[Mask | None, ...], shares: tuple[float, ...], kept: Mask | None, size: tuple[int, int]
) -> Division:
    """Divide a picture of that (height, width) among paintings; the division may be shared, and is not to be changed.

    Args:
        masks: the region of each painting; None: the rest.
        shares: one for each painting, above 0.
        kept: what stays as it is in the photo; None: nothing but what is left over.
        size: of the picture.

    Raises:
        ValueError: nothing is left to paint.
    """
    rest = tuple(index for index, mask in enumerate(masks) if mask is None)
    if len(rest) == len(masks) and kept is None:
        return Division.of_shares(shares)
    weights = _weights(masks, shares, size)
    left_over = 1.0 - sum(weights.values(), np.zeros(size, np.float32))
    if rest:
        weights[rest] = left_over
    stays = np.zeros(size, np.float32) if rest else left_over
    if kept is not None:
        plane_kept = kept.at(*size)
        stays = stays + (1.0 - stays) * plane_kept
        weights = {styles: (1.0 - plane_kept) * plane for styles, plane in weights.items()}
    areas = {styles: float(plane.sum(dtype=np.float64)) for styles, plane in weights.items()}
    largest = max(areas.values())
    if largest <= 0.0:
        raise ValueError("nothing is left to paint")
    painted = {styles: area for styles, area in areas.items() if area >= min(LEAST_PIXELS, largest)}
    stays = sum((plane for styles, plane in weights.items() if styles not in painted), stays)
    regions = tuple(
        Region(styles, normalised([shares[index] for index in styles]), weights[styles], area / sum(painted.values()))
        for styles, area in painted.items()
    )
    return Division(regions, np.clip(stays, 0.0, 1.0) if stays.any() else None)


def _weights(
    masks: Sequence[Mask | None], shares: Sequence[float], size: tuple[int, int]
) -> dict[tuple[int, ...], FloatPlane]:
    """Return the weight of each painting with a region, by its index; where they are more than 1 they are shared."""
    planes = {index: mask.at(*size) for index, mask in enumerate(masks) if mask is not None}
    if not planes:
        return {}
    covered = np.minimum(1.0, sum(planes.values()))
    by_share = {index: np.float32(shares[index]) * plane for index, plane in planes.items()}
    total = np.maximum(sum(by_share.values()), np.float32(1e-12))
    return {(index,): np.asarray(covered * plane / total, np.float32) for index, plane in by_share.items()}


def _ready(is_selected: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.bool_]]) -> Mask:
    down, right = (np.mgrid[0:_READY_SIDE_PX, 0:_READY_SIDE_PX] + 0.5) / _READY_SIDE_PX
    return Mask.of(is_selected(down, right))


READY: Mapping[str, Mask] = {
    "left": _ready(lambda _down, right: right < 0.5),
    "right": _ready(lambda _down, right: right > 0.5),
    "top": _ready(lambda down, _right: down < 0.5),
    "bottom": _ready(lambda down, _right: down > 0.5),
    "sky": _ready(lambda down, _right: down < 1 / 3),
    "ground": _ready(lambda down, _right: down > 2 / 3),
    "middle": _ready(lambda down, right: np.hypot(down - 0.5, right - 0.5) < 0.35),
    "border": _ready(lambda down, right: np.hypot(down - 0.5, right - 0.5) > 0.35),
}
"""The name of a mask that needs no drawing -> the mask: halves, thirds, and an ellipse of a third of the picture."""

"""Regions: which painting paints which part of the picture, and what stays as it is in the photo.

A painting with a region paints there, one without paints the rest; where there is no such painting, the photo stays.
Where regions overlap, paintings blend by their shares.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from neural_style.color import match_colors
from neural_style.images.arrays import FloatImage, FloatPlane


@dataclass(frozen=True, eq=False)
class Region:
    """A part of the picture that is painted after one painting or a blend of several.

    Attributes:
        styles: indices of the paintings.
        shares: one for each of them, summing to 1.
        weights: `[H, W] float32`, 0..1, how much each pixel belongs to it; None: the whole picture.
        area: its part of all that is painted, 0..1.
    """

    styles: tuple[int, ...]
    shares: tuple[float, ...]
    weights: FloatPlane | None = None
    area: float = 1.0


@dataclass(frozen=True, eq=False)
class Division:
    """A division of a picture among its paintings; at each pixel the weights and what is kept add up to 1.

    Attributes:
        regions: the parts that are painted.
        kept: `[H, W] float32`, 0..1, how much of each pixel stays as it is in the photo; None: nothing does.
    """

    regions: tuple[Region, ...]
    kept: FloatPlane | None = None

    @classmethod
    def of_shares(cls, shares: Sequence[float]) -> "Division":
        """Return that of a picture which all paintings paint everywhere, by their shares."""
        return cls((Region(tuple(range(len(shares))), normalised(shares)),))

    def recolored(self, content: FloatImage, styles: Sequence[FloatImage]) -> FloatImage:
        """Return the photograph with each region in the colours of its paintings; what is kept stays.

        Args:
            content: the photograph at the size of the division, `[H, W, 3] float32`, RGB, 0..255.
            styles: all paintings, likewise, of any sizes.
        """
        recolored = [
            match_colors(content, [styles[index] for index in region.styles], region.shares, region.weights)
            for region in self.regions
        ]
        return self.composed(content, recolored)

    def composed(self, content: FloatImage, of_regions: Sequence[FloatImage]) -> FloatImage:
        """Put a picture together from one for each region and, where it is kept, the photograph."""
        if self.regions[0].weights is None:
            return of_regions[0]
        composed = np.zeros(content.shape, np.float32) if self.kept is None else self.kept[..., np.newaxis] * content
        for region, picture in zip(self.regions, of_regions, strict=True):
            if region.weights is not None:
                composed += region.weights[..., np.newaxis] * picture
        return composed

    def with_kept(self, picture: FloatImage, content: FloatImage) -> FloatImage:
        """Return the picture with what is kept of the photograph, both `[H, W, 3] float32`."""
        if self.kept is None:
            return picture
        kept = self.kept[..., np.newaxis]
        return np.asarray(kept * content + (1.0 - kept) * picture, np.float32)

    def padded(self, padding_px: int) -> "Division":
        """Return the division of the picture with so many pixels mirrored around it."""

        def padded(plane: FloatPlane | None) -> FloatPlane | None:
            return None if plane is None else np.pad(plane, padding_px, mode="reflect")

        regions = [replace(region, weights=padded(region.weights)) for region in self.regions]
        return Division(tuple(regions), padded(self.kept))


def normalised(shares: Sequence[float]) -> tuple[float, ...]:
    """Return the shares with a sum of 1; divided by the largest first, since their sum may be out of range."""
    relative = [share / max(shares) for share in shares]
    return tuple(share / sum(relative) for share in relative)

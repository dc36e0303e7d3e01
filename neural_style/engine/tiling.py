"""Divide a picture into tiles: cores that cover it once, each in a window with a halo around the core.

The halo is as wide as a cell of the deepest layer can see, so that the cells of a core are those of the whole picture.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

import tensorflow as tf

from neural_style.errors import OptionsError
from neural_style.layers import receptive_radius_px

CELL_PX = 16
"""The side in pixels of a cell of the fifth block. Windows and cores begin at multiples of it, so that the poolings of
a tile divide the picture as those of the whole picture do."""


@dataclass(frozen=True)
class Tile:
    """A rectangle of a picture: the window that the network sees and the core in it that counts, indices in pixels."""

    window: tuple[slice, slice]
    core: tuple[slice, slice]

    def core_in_window(self) -> tf.Tensor:
        """Return `[4] int32`: top, bottom, left and right of the core, in pixels from the window's top left corner."""
        sides = zip(self.window, self.core, strict=True)
        return tf.constant([edge - seen.start for seen, core in sides for edge in (core.start, core.stop)])


@dataclass(frozen=True)
class Tiling:
    """A division of pictures into tiles with a halo.

    Attributes:
        tile_side_px: the longest side of a core, a multiple of 16. At the edges of a picture, where there is nothing
            more to see, a core takes its halo in; so no window is longer than a tile and two halos.
        halo_px: what is seen around a core, a multiple of 16.
    """

    tile_side_px: int
    halo_px: int

    def __post_init__(self) -> None:
        for name, side in (("side of a tile", self.tile_side_px), ("halo of a tile", self.halo_px)):
            if side <= 0 or side % CELL_PX:
                raise OptionsError(f"The {name} must be a positive multiple of {CELL_PX} px; got {side}.")

    def tiles(self, height: int, width: int) -> Iterator[Tile]:
        """Yield tiles whose cores cover the picture once, by rows; their windows have at most four different shapes."""
        for (rows, core_rows), (columns, core_columns) in product(self._spans(height), self._spans(width)):
            yield Tile((rows, columns), (core_rows, core_columns))

    def largest_window(self, height: int, width: int) -> tuple[int, int]:
        """Return the (height, width) of the largest window of a picture."""
        rows, columns = ((side.stop - side.start for side, _ in self._spans(length)) for length in (height, width))
        return max(rows), max(columns)

    def _spans(self, length: int) -> list[tuple[slice, slice]]:
        """Return (window, core) along one dimension: as few as possible, of one length but for a shorter last one."""
        between_halos = length - 2 * self.halo_px
        count = max(1, -(-between_halos // self.tile_side_px))
        stride = _rounded_up(-(-between_halos // count)) if count > 1 else length
        starts = [stride * index for index in range(count)]
        windows = [slice(start, min(start + stride + 2 * self.halo_px, length)) for start in starts]
        edges = [0, *(start + self.halo_px for start in starts[1:]), length]
        return list(zip(windows, map(slice, edges[:-1], edges[1:]), strict=True))


def tiling_for(tile_side_px: int, topology: str, layers: Iterable[str]) -> Tiling:
    """Return a tiling with the halo that `layers` need: their receptive radius, rounded up to a multiple of 16."""
    return Tiling(tile_side_px, _rounded_up(receptive_radius_px(topology, layers)))


def _rounded_up(length: int) -> int:
    return -(-length // CELL_PX) * CELL_PX

"""The sizes that a page offers by name: from a quick look to prints on paper."""

from collections.abc import Mapping
from dataclasses import dataclass

from neural_style.images.resize import size_for_longest_side

_MM_PER_INCH = 25.4
_PAPERS_MM = {"A5": 210, "A4": 297, "A3": 420}
"""The longest side of each paper (ISO 216)."""

_DPI = (150, 300)


@dataclass(frozen=True)
class Size:
    """A size that a page offers.

    Attributes:
        side_px: the longest side in pixels.
        dpi: the dots per inch of a print, which is enlarged to its size where the photo is smaller; None: for screens.
    """

    side_px: int
    dpi: int | None = None


QUICK, SCREEN, LARGE, PRINT = "quick", "screen", "large", "print"

SCREENS: Mapping[str, Size] = {QUICK: Size(320), SCREEN: Size(640), LARGE: Size(1280)}
"""The sizes for screens by their names, smallest first."""

PRINTS: Mapping[str, Size] = {
    f"{paper}-{dpi}": Size(round(side_mm / _MM_PER_INCH * dpi), dpi)
    for paper, side_mm in _PAPERS_MM.items()
    for dpi in _DPI
}
"""The sizes for prints: `A4-300` -> its longest side, 3508 px."""


def screens_within(limit_px: int) -> dict[str, Size]:
    """Return the sizes for screens that a server with that limit paints; the smallest one always, no larger than it."""
    offered = {name: size for name, size in SCREENS.items() if size.side_px <= limit_px}
    return offered or {QUICK: Size(limit_px)}


def prints_within(limit_px: int) -> dict[str, Size]:
    """Return the prints that a server with that limit paints."""
    return {name: size for name, size in PRINTS.items() if size.side_px <= limit_px}


def usual_side_px(limit_px: int) -> int:
    """Return the longest side that a page begins with."""
    return min(SCREENS[SCREEN].side_px, limit_px)


def name_of(side_px: float | None) -> str | None:
    """Return the name of the size for screens with that longest side; None: it has none."""
    return next((name for name, size in SCREENS.items() if size.side_px == side_px), None)


def print_size(photo: tuple[int, int], size: Size) -> tuple[int, int]:
    """Return the (height, width) of a print of a photo of that (height, width), enlarged where it is smaller."""
    longest = max(photo)
    if longest >= size.side_px:
        return size_for_longest_side(*photo, size.side_px)
    height, width = (max(1, round(side * size.side_px / longest)) for side in photo)
    return height, width

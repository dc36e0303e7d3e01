"""A contact sheet shows several pictures at once, each with its label, as one picture."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from neural_style.images.arrays import ByteImage

SCREEN_ASPECT = 16 / 10
"""The width of a screen relative to its height, which a sheet comes near."""

MARGIN_PX = 12
_LEAST_LABEL_PX, _LABEL_SHARE = 12, 1 / 16
"""The least height of the letters, and their height relative to the longest side of a cell."""

_PAPER, _INK, _EMPTY = (255, 255, 255), (32, 32, 32), (228, 228, 228)


@dataclass(frozen=True, eq=False)
class Cell:
    """A picture of a sheet.

    Attributes:
        label: what stands below it.
        picture: `[H, W, 3] uint8, RGB`; None: it could not be painted, and its place stays empty.
    """

    label: str
    picture: ByteImage | None


def contact_sheet(cells: Sequence[Cell], side_px: int) -> ByteImage:
    """Lay cells out in rows, in their order, as `[H, W, 3] uint8, RGB`.

    Args:
        cells: at least one of them with a picture.
        side_px: longest side of the pictures, by which the letters are as large as they are.

    Raises:
        ValueError: no cell has a picture.
    """
    sizes = [cell.picture.shape[:2] for cell in cells if cell.picture is not None]
    height, width = max(height for height, _ in sizes), max(width for _, width in sizes)
    font = ImageFont.load_default(max(_LEAST_LABEL_PX, round(_LABEL_SHARE * side_px)))
    label_px = math.ceil(1.5 * sum(font.getmetrics())) if isinstance(font, ImageFont.FreeTypeFont) else 18
    step_x, step_y = width + MARGIN_PX, height + label_px + MARGIN_PX
    columns = column_count(len(cells), (step_y, step_x))
    rows = math.ceil(len(cells) / columns)
    sheet = Image.new("RGB", (columns * step_x + MARGIN_PX, rows * step_y + MARGIN_PX), _PAPER)
    draw = ImageDraw.Draw(sheet)
    for number, cell in enumerate(cells):
        row, column = divmod(number, columns)
        left, top = MARGIN_PX + column * step_x, MARGIN_PX + row * step_y
        if cell.picture is None:
            draw.rectangle((left, top, left + width - 1, top + height - 1), _EMPTY)
        else:
            found_height, found_width = cell.picture.shape[:2]
            place = left + (width - found_width) // 2, top + (height - found_height) // 2
            sheet.paste(Image.fromarray(cell.picture), place)
        label = shortened(cell.label, font, width)
        draw.text((left + width / 2, top + height + label_px / 2), label, _INK, font, anchor="mm")
    return np.asarray(sheet)


def column_count(cells: int, step: tuple[int, int]) -> int:
    """Return the number of columns with which a sheet comes nearest to the shape of a screen.

    Args:
        cells: number of cells.
        step: (height, width) of a cell with its label and margin.
    """

    def distance(columns: int) -> float:
        aspect = columns * step[1] / (math.ceil(cells / columns) * step[0])
        return abs(math.log(aspect / SCREEN_ASPECT))

    return min(range(1, cells + 1), key=distance)


def shortened(label: str, font: "ImageFont.FreeTypeFont | ImageFont.ImageFont", width_px: int) -> str:
    """Return a label in one line that is no wider than that; what does not fit is cut off behind three dots."""
    text = " ".join(label.split())
    if font.getlength(text) <= width_px:
        return text
    while text and font.getlength(f"{text}...") > width_px:
        text = text[:-1]
    return f"{text.rstrip()}..."

"""Lay two recipes out for the eye: a sheet of each, one of both, and a look from near at what goes wrong first."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

from benchmarks.common import Pair
from benchmarks.contact_sheet import sheet
from benchmarks.planes import gradient_energy
from neural_style.files import replacing
from neural_style.images.arrays import ByteImage, FloatImage, to_bytes

LABELS = ("A", "B")

CROP_PX = 160
"""The side of what is shown from near."""

MAGNIFICATION = 2

MOST_BYTES = 2_000_000
"""The most bytes of a sheet, which is shrunk until it has less; not of the crops, which must stay at 200 %."""

_GAP_PX = 4
_LARGEST_CELL_PX = 480
_QUALITY = 85

Picture = FloatImage | ByteImage


@dataclass(frozen=True, eq=False)
class Shown:
    """A photo and a painting, both as the engine resized them, and the result of each of the two recipes."""

    pair: Pair
    photo: FloatImage
    painting: FloatImage
    results: tuple[ByteImage, ByteImage]


def write_sheets(folder: Path, name: str, titles: Sequence[str], shown: Sequence[Shown]) -> None:
    """Write `NAME_a.jpg`, `NAME_b.jpg` and `NAME_side_by_side.jpg`: photos down, paintings across.

    Args:
        folder: where to write.
        name: of the comparison.
        titles: of the two recipes.
        shown: photo by photo, each with the same paintings.
    """
    names = [f"{label}: {title}" for label, title in zip(LABELS, titles, strict=True)]
    for index, label in enumerate(LABELS):
        _write_table(folder / f"{name}_{label.lower()}.jpg", names[index], shown, lambda cell, i=index: cell.results[i])
    both = "      ".join(names)
    _write_table(folder / f"{name}_side_by_side.jpg", both, shown, lambda cell: beside(cell.results))


def write_crops(folder: Path, name: str, titles: Sequence[str], shown: Sequence[Shown]) -> None:
    """Write `NAME_crops.jpg`: each cell's flattest square of the photo and top left corner, A above B, at 200 %."""
    rows: list[list[np.ndarray | None]] = []
    for of_photo in _by_photo(shown):
        for index, label in enumerate(LABELS):
            rows.append([labelled(crop, label) for cell in of_photo for crop in crops(cell.photo, cell.results[index])])
    caption = f"{MAGNIFICATION}00 %.  A: {titles[0]}      B: {titles[1]}"
    page = captioned(sheet(rows, CROP_PX * MAGNIFICATION), caption)
    write_jpeg(folder / f"{name}_crops.jpg", page)


def crops(photo: Picture, result: Picture) -> tuple[ByteImage, ByteImage]:
    """Crop the result where the photo is flattest, and at its top left, each `CROP_PX` square or less, at 200 %."""
    flat, corner = (
        _magnified(result[top : top + CROP_PX, left : left + CROP_PX])
        for top, left in (flattest_window(photo, CROP_PX), (0, 0))
    )
    return flat, corner


def flattest_window(photo: Picture, side_px: int) -> tuple[int, int]:
    """Return (top, left) of the square in which the photo's gradients have the least energy."""
    energy = gradient_energy(photo)
    height, width = energy.shape
    tall, wide = min(side_px, height), min(side_px, width)
    means = ndimage.uniform_filter1d(ndimage.uniform_filter1d(energy, tall, axis=0), wide, axis=1)
    whole = means[tall // 2 : height - tall + tall // 2 + 1, wide // 2 : width - wide + wide // 2 + 1]
    top, left = np.unravel_index(np.argmin(whole), whole.shape)
    return int(top), int(left)


def beside(pictures: Sequence[Picture]) -> ByteImage:
    """Lay pictures of one height out from left to right, each with its letter."""
    parts = [labelled(picture, label) for picture, label in zip(pictures, LABELS, strict=True)]
    gap = np.full((parts[0].shape[0], _GAP_PX, 3), 255, np.uint8)
    return np.concatenate([parts[0], gap, parts[1]], axis=1)


def labelled(picture: Picture, label: str) -> ByteImage:
    """Draw a letter on white in the top right corner, an eighth of the picture high, so that it survives shrinking."""
    image = Image.fromarray(to_bytes(picture))
    side = max(8, min(image.size) // 8)
    draw = ImageDraw.Draw(image)
    draw.rectangle((image.width - side, 0, image.width, side), fill="white")
    draw.text((image.width - side / 2, side / 2), label, fill="black", anchor="mm", font=ImageFont.load_default(side))
    return np.asarray(image)


def write_jpeg(path: Path, page: Image.Image) -> None:
    """Write a picture whole or not at all; makes the folder."""
    _write(path, _encoded(page))


def captioned(page: Image.Image, caption: str) -> Image.Image:
    """Add a line of text above; the letters shrink where it is long."""
    font = ImageFont.load_default(20)
    font = ImageFont.load_default(max(6, min(20, 20 * (page.width - 16) / font.getlength(caption))))
    whole = Image.new("RGB", (page.width, page.height + 28), "white")
    whole.paste(page, (0, 28))
    ImageDraw.Draw(whole).text((8, 16), caption, fill="black", anchor="lm", font=font)
    return whole


def _write_table(path: Path, caption: str, shown: Sequence[Shown], picture_of: Callable[[Shown], Picture]) -> None:
    """Write a sheet, photos down, paintings across, as large as fits into `MOST_BYTES`."""
    by_photo = _by_photo(shown)
    results = [[picture_of(cell) for cell in of_photo] for of_photo in by_photo]
    rows: list[list[np.ndarray | None]] = [[None, *(cell.painting for cell in by_photo[0])]]
    rows += [[of_photo[0].photo, *row] for of_photo, row in zip(by_photo, results, strict=True)]
    cell_px = min(_LARGEST_CELL_PX, max(result.shape[1] for row in results for result in row))
    encoded = _encoded(captioned(sheet(rows, cell_px), caption))
    while len(encoded) >= MOST_BYTES:
        cell_px = cell_px * 9 // 10
        encoded = _encoded(captioned(sheet(rows, cell_px), caption))
    _write(path, encoded)


def _by_photo(shown: Sequence[Shown]) -> list[list[Shown]]:
    return [list(cells) for _, cells in groupby(shown, key=lambda cell: cell.pair.photo)]


def _magnified(crop: Picture) -> ByteImage:
    image = Image.fromarray(to_bytes(crop))
    size = (image.width * MAGNIFICATION, image.height * MAGNIFICATION)
    return np.asarray(image.resize(size, Image.Resampling.LANCZOS))


def _encoded(page: Image.Image) -> bytes:
    encoded = io.BytesIO()
    page.save(encoded, "JPEG", quality=_QUALITY)
    return encoded.getvalue()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_bytes(content)

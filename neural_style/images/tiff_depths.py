"""TIFF with samples of any number of bits, such as 10, 12 or 14 of cameras and scanners, which libraries do not read.

The rows of such a page are packed bit by bit (TIFF Revision 6.0, section 7). The page is described anew as one of
bytes, so that a library decompresses them, and they are taken apart here.
"""

import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from neural_style.images.tiff_pages import Page, Tag

_LEAST_BITS, _MOST_BITS = 2, 16
_CLASSIC, _LONG = 42, 4
"""The number of a TIFF that is no BigTIFF, and that of the type of 32-bit numbers."""


def can_be_unpacked(page: Page) -> bool:
    """Whether all samples of a page have the same number of bits, and lie pixel after pixel as they are."""
    (bits, *others) = page.bits
    is_plain = page.tags.get(Tag.PREDICTOR, 1) == 1 and page.tags.get(Tag.PLANAR_CONFIGURATION, 1) == 1
    is_plain = (
        is_plain
        and Tag.TILE_WIDTH not in page.tags
        and page.tags.get(Tag.SAMPLE_FORMAT, 1) in (1, (1,) * page.channels)
    )
    return is_plain and _LEAST_BITS <= bits <= _MOST_BITS and all(other == bits for other in others)


def as_page_of_bytes(file: BinaryIO, page: Page) -> bytes:
    """Return the file with its first page described as gray of 8 bits, whose pixels are the bytes of that page."""
    file.seek(0)
    data = file.read()
    kept = (Tag.COMPRESSION, Tag.STRIP_OFFSETS, Tag.ROWS_PER_STRIP, Tag.STRIP_BYTE_COUNTS, Tag.FILL_ORDER)
    values: dict[int, tuple[int, ...]] = {tag: _as_tuple(page.tags[tag]) for tag in kept if tag in page.tags}
    values |= {Tag.HEIGHT: page.size[:1], Tag.WIDTH: (_row_bytes(page),)}
    values |= {Tag.BITS_PER_SAMPLE: (8,), Tag.SAMPLES_PER_PIXEL: (1,), Tag.PHOTOMETRIC: (1,)}
    order, place = "<" if data[:2] == b"II" else ">", len(data) + len(data) % 2
    header = data[:2] + struct.pack(f"{order}HI", _CLASSIC, place)
    return header + data[8:].ljust(place - 8, b"\0") + _directory(values, order, place)


def _directory(values: Mapping[int, tuple[int, ...]], order: str, place: int) -> bytes:
    """Return the directory of a page that is to stand at that place, with all its values as 32-bit numbers."""
    entries, behind = [], b""
    end = place + 2 + 12 * len(values) + 4
    for tag, numbers in sorted(values.items()):
        packed = struct.pack(f"{order}{len(numbers)}I", *numbers)
        if len(numbers) > 1:
            packed, behind = struct.pack(f"{order}I", end + len(behind)), behind + packed
        entries.append(struct.pack(f"{order}HHI", tag, _LONG, len(numbers)) + packed)
    return struct.pack(f"{order}H", len(entries)) + b"".join(entries) + bytes(4) + behind


def unpacked(rows: NDArray[np.uint8], page: Page) -> NDArray[np.uint16]:
    """Take the bytes of rows apart.

    Args:
        rows: `[H, B]`, the bytes of each row.
        page: which page they are of.

    Returns:
        `[H, W, C]`, of which 65535 is the highest level.
    """
    height, width = page.size
    bits, count = page.bits[0], width * page.channels
    found = np.empty((height, count), np.uint16)
    weights = (1 << np.arange(bits - 1, -1, -1)).astype(np.uint32)
    for row, packed in enumerate(rows):  # a row at a time, since bits as bytes take eight times the memory
        single = np.unpackbits(packed)[: count * bits].reshape(count, bits)
        found[row] = np.rint((single @ weights) * (65535.0 / (2**bits - 1)))
    return found.reshape(height, width, page.channels)


def _as_tuple(value: Any) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,)


def _row_bytes(page: Page) -> int:
    return -(-page.size[1] * page.channels * page.bits[0] // 8)

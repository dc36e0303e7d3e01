"""The pages of a TIFF, by their tags: which one is the picture, what its samples are, and whether it is a camera's raw.

After Adobe's TIFF Revision 6.0, TIFF/EP (ISO 12234-2) and the DNG specification. Pillow reads the tags; the
pixels are left to others.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, BinaryIO

from PIL import TiffImagePlugin

from neural_style.images.samples import DamagedError

SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

_LEAST_BYTES = 14
"""The bytes of a directory with one entry, less the place of the next one."""

MOST_PAGES = 1000
"""The most pages that are counted."""


class Tag(IntEnum):
    """The tags that are looked at."""

    NEW_SUBFILE_TYPE = 254
    WIDTH = 256
    HEIGHT = 257
    BITS_PER_SAMPLE = 258
    COMPRESSION = 259
    PHOTOMETRIC = 262
    FILL_ORDER = 266
    STRIP_OFFSETS = 273
    ORIENTATION = 274
    SAMPLES_PER_PIXEL = 277
    ROWS_PER_STRIP = 278
    STRIP_BYTE_COUNTS = 279
    PLANAR_CONFIGURATION = 284
    PREDICTOR = 317
    TILE_WIDTH = 322
    SUB_IFDS = 330
    EXTRA_SAMPLES = 338
    SAMPLE_FORMAT = 339
    ICC_PROFILE = 34675
    TIFF_EP_STANDARD = 37398
    DNG_VERSION = 50706


class Photometric(IntEnum):
    """What samples are, as far as it is asked for here."""

    WHITE_IS_ZERO = 0
    SEPARATED = 5
    CIELAB = 8
    COLOR_FILTER_ARRAY = 32803
    LINEAR_RAW = 34892


_OF_RAWS = frozenset({Photometric.COLOR_FILTER_ARRAY, Photometric.LINEAR_RAW})
_REDUCED, _MASK = 1, 4
_RAW_COMPRESSIONS = frozenset({32767, 34713, 65000, 65535})
"""The numbers of compressions that cameras of Sony, Nikon, Kodak and Pentax invented for raws."""

_ASSOCIATED_ALPHA, _UNASSOCIATED_ALPHA = 1, 2


@dataclass(frozen=True)
class Page:
    """A page of a TIFF.

    Attributes:
        number: counted from 0.
        tags: number of a tag -> value.
    """

    number: int
    tags: Mapping[int, Any]

    @property
    def size(self) -> tuple[int, int]:
        """The (height, width) in pixels; 0 where it does not say."""
        return self._number(Tag.HEIGHT), self._number(Tag.WIDTH)

    @property
    def bits(self) -> tuple[int, ...]:
        """The bits of each sample of a pixel."""
        value = self.tags.get(Tag.BITS_PER_SAMPLE, 1)
        return tuple(value) if isinstance(value, tuple) else (value,)

    @property
    def channels(self) -> int:
        """The number of samples of a pixel."""
        return self._number(Tag.SAMPLES_PER_PIXEL) or 1

    @property
    def photometric(self) -> int:
        """What its samples are."""
        return self._number(Tag.PHOTOMETRIC)

    @property
    def orientation(self) -> int:
        """How it is turned, as EXIF numbers it."""
        return self._number(Tag.ORIENTATION) or 1

    @property
    def has_alpha(self) -> bool:
        """Whether the first of its extra samples is opacity."""
        return self._extra in (_ASSOCIATED_ALPHA, _UNASSOCIATED_ALPHA)

    @property
    def is_premultiplied(self) -> bool:
        """Whether its colours are multiplied by their opacity."""
        return self._extra == _ASSOCIATED_ALPHA

    @property
    def profile(self) -> bytes | None:
        """Its ICC profile."""
        value = self.tags.get(Tag.ICC_PROFILE)
        return value if isinstance(value, bytes) else None

    @property
    def is_whole(self) -> bool:
        """Whether it is a picture of its own, and not a small copy or a mask of another page."""
        return not self._number(Tag.NEW_SUBFILE_TYPE) & (_REDUCED | _MASK)

    @property
    def is_raw(self) -> bool:
        """Whether it holds, or goes with, what a camera's sensor saw."""
        is_of_camera = Tag.DNG_VERSION in self.tags or Tag.TIFF_EP_STANDARD in self.tags
        return is_of_camera or self.photometric in _OF_RAWS or self._number(Tag.COMPRESSION) in _RAW_COMPRESSIONS

    @property
    def within(self) -> tuple[int, ...]:
        """The places of the pages within it."""
        value = self.tags.get(Tag.SUB_IFDS, ())
        return value if isinstance(value, tuple) else (value,)

    @property
    def _extra(self) -> int | None:
        value = self.tags.get(Tag.EXTRA_SAMPLES)
        return value[0] if isinstance(value, tuple) and value else None

    def _number(self, tag: int) -> int:
        value = self.tags.get(tag, 0)
        value = value[0] if isinstance(value, tuple) and value else value
        return value if isinstance(value, int) else 0


def pages_of(file: BinaryIO) -> list[Page]:
    """Return the pages of a TIFF, up to the first one that is damaged, or was there before.

    Raises:
        DamagedError: there is none.
    """
    try:
        pages = list(_pages(file, None))
    except Exception as error:  # of damaged tags Pillow raises whatever it stumbles over
        raise DamagedError("the header of the TIFF is damaged") from error
    if not pages:
        raise DamagedError("the TIFF has no whole page")
    return pages


def is_raw(file: BinaryIO, pages: list[Page]) -> bool:
    """Whether a TIFF is a camera's raw photo: by its pages, or by those within them."""
    if any(page.is_raw for page in pages):
        return True
    for place in [place for page in pages[:4] for place in page.within][:8]:
        try:
            if any(page.is_raw for page in _pages(file, place)):
                return True
        except Exception:  # as in pages_of
            continue
    return not any(page.is_whole for page in pages) and any(page.within for page in pages)


def picture_of(pages: list[Page]) -> Page:
    """Return the first page that is a picture of its own; the first one where none is."""
    return next((page for page in pages if page.is_whole), pages[0])


def _pages(file: BinaryIO, place: int | None) -> Iterator[Page]:
    """Yield the pages of a file from a place on; None: from the first one on."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(8)
    if head[2:3] == b"+" or head[3:4] == b"+":
        head += file.read(8)
    directory = TiffImagePlugin.ImageFileDirectory_v2(head)
    here, seen = (directory.next if place is None else place) or 0, set[int]()
    while 0 < here < size - _LEAST_BYTES and here not in seen and len(seen) < MOST_PAGES:
        seen.add(here)
        file.seek(here)
        try:
            directory.load(file)
            tags: dict[int, Any] = {tag: directory[tag] for tag in Tag if tag in directory}
        except Exception:
            if len(seen) == 1:
                raise
            return
        page = Page(len(seen) - 1, tags)
        if not all(page.size):
            return
        yield page
        here = directory.next or 0

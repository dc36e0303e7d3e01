"""A small writer of TIFFs of every kind, for those that Pillow does not write."""

import io
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

SHORT, LONG = 3, 4
_CODES = {1: "B", SHORT: "H", LONG: "I"}


def packed(levels: np.ndarray, bits: int, order: str = "<") -> bytes:
    """Return rows of samples `[H, N]` of that many bits, each row from a byte of its own on."""
    if bits in (8, 16, 32):
        return levels.astype(f"{order}{'f' if levels.dtype.kind == 'f' else 'u'}{bits // 8}").tobytes()
    digits = (levels[..., None].astype(np.int64) >> np.arange(bits - 1, -1, -1)) & 1
    return np.packbits(digits.reshape(len(levels), -1).astype(np.uint8), axis=1).tobytes()


@dataclass
class Tiff:
    """A TIFF of some pages, each in one strip, or in one for each plane."""

    order: str = "<"
    pages: list[tuple[Mapping[int, Sequence[int]], Sequence[bytes]]] = field(default_factory=list)

    def page(self, size: tuple[int, int], strips: Sequence[bytes], **tags: int | Sequence[int]) -> "Tiff":
        """Add a page of that (height, width); tags are named by `t` and their number."""
        values: dict[int, Sequence[int]] = {256: [size[1]], 257: [size[0]], 259: [1], 278: [size[0]], 277: [1]}
        for name, value in tags.items():
            values[int(name[1:])] = [value] if isinstance(value, int) else value
        self.pages.append((values, strips))
        return self

    def gray(self, levels: np.ndarray, bits: int, photometric: int = 1, **tags: int | Sequence[int]) -> "Tiff":
        """Add a page of gray samples `[H, W]`."""
        strips = [packed(levels, bits, self.order)]
        return self.page(levels.shape, strips, **{"t258": bits, "t262": photometric, **tags})

    def colors(
        self, levels: np.ndarray, bits: int, photometric: int = 2, *, planar: bool = False, **tags: int | Sequence[int]
    ) -> "Tiff":
        """Add a page of samples `[H, W, C]`."""
        height, width, channels = levels.shape
        if planar:
            strips = [packed(levels[..., channel], bits, self.order) for channel in range(channels)]
        else:
            strips = [packed(levels.reshape(height, -1), bits, self.order)]
        facts = {"t258": [bits] * channels, "t262": photometric, "t277": channels, "t284": 2 if planar else 1}
        return self.page((height, width), strips, **{**facts, **tags})

    def file(self, last: int = 0) -> io.BytesIO:
        """Return the file; `last` is where the page behind the last one is said to be."""
        order = {"<": b"II", ">": b"MM"}[self.order]
        content = bytearray(order + struct.pack(f"{self.order}HI", 42, 0))
        pointer = 4
        for values, strips in self.pages:
            places = []
            for strip in strips:
                places.append(len(content))
                content += strip + bytes(len(strip) % 2)
            entries = {**values, 273: places, 279: list(map(len, strips))}
            content[pointer : pointer + 4] = struct.pack(f"{self.order}I", len(content))
            pointer = self._add_directory(content, entries)
        content[pointer : pointer + 4] = struct.pack(f"{self.order}I", last)
        return io.BytesIO(bytes(content))

    def _add_directory(self, content: bytearray, entries: Mapping[int, Sequence[int]]) -> int:
        """Add a directory, and return the place where it says where the next one is."""
        end = len(content) + 2 + 12 * len(entries) + 4
        table, behind = b"", b""
        for tag, numbers in sorted(entries.items()):
            kind = 1 if tag == 50706 else SHORT if tag not in (273, 279, 330) else LONG
            value = struct.pack(f"{self.order}{len(numbers)}{_CODES[kind]}", *numbers)
            if len(value) > 4:
                place, behind = end + len(behind), behind + value + bytes(len(value) % 2)
                value = struct.pack(f"{self.order}I", place)
            table += struct.pack(f"{self.order}HHI", tag, kind, len(numbers)) + value.ljust(4, b"\0")
        content += struct.pack(f"{self.order}H", len(entries)) + table
        pointer = len(content)
        content += bytes(4) + behind
        return pointer

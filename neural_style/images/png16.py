"""An encoder of PNGs with 16 bits a sample, which Pillow cannot write.

After the W3C's Portable Network Graphics specification, https://www.w3.org/TR/png/, chapters 5 and 9.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from neural_style.images.arrays import FloatImage, FloatPlane

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOR_TYPES = {3: 2, 4: 6}
"""The number of channels -> the PNG's number for RGB, and for RGB with alpha."""

_PAETH = b"\x04"
"""The filter of every row. A choice for each row, as of 8-bit pictures, makes paintings no smaller."""


def encode_png16(
    image: FloatImage, alpha: FloatPlane | None = None, chunks: Iterable[tuple[bytes, bytes]] = ()
) -> bytes:
    """Return a PNG of 16 bits a sample, in which 255 becomes 65535.

    Args:
        image: `[H, W, 3] float32, RGB, 0..255`; clipped.
        alpha: `[H, W] float32, 0..255`, how opaque it is; None: the PNG has no transparency.
        chunks: what else the file is to hold, such as its profile: names and contents.
    """
    samples = image if alpha is None else np.dstack([image, alpha])
    height, width, channels = samples.shape
    header = struct.pack(">IIBBBBB", width, height, 16, _COLOR_TYPES[channels], 0, 0, 0)
    compressor = zlib.compressobj()
    pixels = b"".join([*map(compressor.compress, _filtered_rows(samples)), compressor.flush()])
    written = [(b"IHDR", header), *chunks, (b"IDAT", pixels), (b"IEND", b"")]
    return _SIGNATURE + b"".join(_chunk(name, content) for name, content in written)


def _filtered_rows(samples: NDArray[np.float32]) -> Iterator[bytes]:
    """Yield each row as its bytes less what Paeth's predictor makes of the pixels to the left and above."""
    width, channels = samples.shape[1:]
    pixel_bytes = 2 * channels
    above = np.zeros((width + 1) * pixel_bytes, np.int16)  # with a pixel of zeros before the first
    for sample_row in samples:
        row = np.zeros_like(above)
        levels = np.rint(np.clip(sample_row, 0.0, 255.0) * 257.0).astype(">u2")
        row[pixel_bytes:] = levels.reshape(-1).view(np.uint8)
        predicted = _paeth(row[:-pixel_bytes], above[pixel_bytes:], above[:-pixel_bytes])
        yield _PAETH + (row[pixel_bytes:] - predicted).astype(np.uint8).tobytes()
        above = row


def _paeth(left: NDArray[np.int16], above: NDArray[np.int16], corner: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return, byte by byte, the neighbour that is nearest to left + above - corner; at a tie, in that order."""
    to_left, to_above = np.abs(above - corner), np.abs(left - corner)
    to_corner = np.abs(left + above - 2 * corner)
    is_left = (to_left <= to_above) & (to_left <= to_corner)
    return np.where(is_left, left, np.where(to_above <= to_corner, above, corner))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

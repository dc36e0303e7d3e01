"""A small writer of PNGs of every kind, for those that Pillow does not write."""

import io
import struct
import zlib


def png_of(header: tuple[int, int, int, int], rows: bytes) -> io.BytesIO:
    """Return a PNG of (width, height, bits, colour type), for kinds that Pillow does not write."""
    return png_with(header, rows)


def png_with(
    header: tuple[int, int, int, int],
    rows: bytes,
    *chunks: tuple[bytes, bytes],
    behind: tuple[bytes, bytes] | None = None,
) -> io.BytesIO:
    """Return a PNG with further chunks before its pixels, and perhaps one behind them: names and contents."""
    start = (b"IHDR", struct.pack(">IIBBBBB", *header, 0, 0, 0))
    all_chunks = [start, *chunks, (b"IDAT", zlib.compress(rows)), *([behind] if behind else []), (b"IEND", b"")]
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(map(_png_chunk, all_chunks)))


def _png_chunk(named: tuple[bytes, bytes]) -> bytes:
    name, content = named
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

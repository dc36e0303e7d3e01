"""PNG with 16 bits a sample, which Pillow cannot write: by FFmpeg's encoder, with what a PNG says beside put in."""

import struct
import zlib
from collections.abc import Iterable

import av
import numpy as np
from numpy.typing import NDArray

_SIGNATURE_BYTES, _HEADER_BYTES = 8, 25
"""The header chunk comes first; others may follow it."""


def encode_png16(image: NDArray[np.float32], alpha: NDArray[np.float32] | None = None) -> bytes:
    """`[H, W, 3] float32, RGB, 0..255`, and `[H, W]` alike, as a PNG of 16 bits a sample: 255 becomes 65535."""
    samples = image if alpha is None else np.dstack([image, alpha])
    levels = np.rint(np.clip(samples, 0.0, 255.0) * 257.0).astype(np.uint16)
    pixels = "rgb48" if alpha is None else "rgba64"
    codec = av.CodecContext.create("png", "w")
    codec.height, codec.width, codec.pix_fmt = *levels.shape[:2], f"{pixels}be"  # pyright: ignore[reportAttributeAccessIssue]
    codec.time_base = 1  # pyright: ignore[reportAttributeAccessIssue]
    frame = av.VideoFrame.from_ndarray(levels, format=f"{pixels}le").reformat(format=f"{pixels}be")
    return b"".join(bytes(packet) for packet in [*codec.encode(frame), *codec.encode(None)])  # pyright: ignore[reportAttributeAccessIssue]


def with_chunks(png: bytes, chunks: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The PNG with these chunks, each (name, content), after its header."""
    place = _SIGNATURE_BYTES + _HEADER_BYTES
    inserted = b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )
    return png[:place] + inserted + png[place:]

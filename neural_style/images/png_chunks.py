"""The chunks of a PNG beside its pixels: what its colours mean, how it is turned, its texts; not the pixels themselves.

After the W3C's Portable Network Graphics specification, third edition, https://www.w3.org/TR/png-3/. A chunk that is
spoiled is passed over, as browsers do, unless it has to do with the pixels.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from PIL import ExifTags, Image

from neural_style.images.color_spaces import ColorSpace, of_code_points, of_gamma
from neural_style.images.samples import DamagedError, Header

SIGNATURE = b"\x89PNG\r\n\x1a\n"

MOST_BYTES = 32_000_000
"""The most bytes of a profile or a text when it is decompressed; a longer one is passed over."""

_BESIDE = (b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"eXIf", b"acTL")
"""The names of the chunks that are read, in the order of what decides the colours."""


def size_in(file: BinaryIO) -> tuple[int, int]:
    """Return (height, width) by the header.

    Raises:
        DamagedError: there is none.
    """
    for name, content in _chunks(file, (b"IHDR",)):
        if name == b"IHDR" and len(content) == 13:
            width, height = struct.unpack(">II", content[:8])
            return height, width
        break
    raise DamagedError("the header of the PNG is damaged")


def header_in(file: BinaryIO) -> Header:
    """Return the size and the orientation.

    Raises:
        DamagedError: there is no header.
    """
    return Header(size_in(file), orientation_of(chunks_beside(file)))


def chunks_beside(file: BinaryIO) -> dict[bytes, bytes]:
    """Return the first chunk of each name that says something about the whole picture."""
    found: dict[bytes, bytes] = {}
    for name, content in _chunks(file, _BESIDE):
        found.setdefault(name, content)
    return found


def text_in(file: BinaryIO, key: str, *, before_pixels: bool = False) -> str | None:
    """Return the text of that key; None where there is none.

    Args:
        file: the PNG.
        key: what the text is called.
        before_pixels: look no further than the pixels.
    """
    for name, content in _chunks(file, (b"iTXt", b"tEXt", b"zTXt", b"IDAT")):
        if name == b"IDAT":
            if before_pixels:
                return None
            continue
        found, _, rest = content.partition(b"\0")
        if found == key.encode("latin-1"):
            return _text(name, rest)
    return None


def profile_of(chunks: dict[bytes, bytes]) -> bytes | None:
    """Return the ICC profile of a picture's chunks, if it decides the colours."""
    if b"iCCP" not in chunks or len(chunks.get(b"cICP", b"")) == 4:
        return None
    _, _, packed = chunks[b"iCCP"].partition(b"\0")
    return _unpacked(packed[1:])


def space_of(chunks: dict[bytes, bytes]) -> ColorSpace | None:
    """Return the colour space that a picture's chunks name by numbers; None: sRGB, or that of its profile."""
    named = _space_of_code_points(chunks)
    if named is not None or chunks.keys() & {b"cICP", b"iCCP", b"sRGB"} or len(chunks.get(b"gAMA", b"")) != 4:
        return named
    (gamma,) = struct.unpack(">I", chunks[b"gAMA"])
    primaries = None
    if len(chunks.get(b"cHRM", b"")) == 32:
        white, *others = [(x / 100_000, y / 100_000) for x, y in struct.iter_unpack(">II", chunks[b"cHRM"])]
        primaries = (*others, white)
    return of_gamma(gamma / 100_000, primaries)


def orientation_of(chunks: dict[bytes, bytes]) -> int:
    """Return the orientation by EXIF; 1 where it says none."""
    exif = Image.Exif()
    try:
        exif.load(chunks.get(b"eXIf", b""))
        return int(exif.get(ExifTags.Base.Orientation, 1))
    except Exception:  # of damaged EXIF Pillow raises whatever it stumbles over
        return 1


def frames_of(chunks: dict[bytes, bytes]) -> int:
    """Return the number of frames."""
    content = chunks.get(b"acTL", b"")
    return max(1, struct.unpack(">I", content[:4])[0]) if len(content) == 8 else 1


def _space_of_code_points(chunks: dict[bytes, bytes]) -> ColorSpace | None:
    content = chunks.get(b"cICP", b"")
    return of_code_points(content[0], content[1]) if len(content) == 4 else None


def _chunks(file: BinaryIO, wanted: tuple[bytes, ...]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the chunks of some names, whose checksums are right; of IDAT only that it is there."""
    file.seek(len(SIGNATURE))
    while len(head := file.read(8)) == 8:
        length, name = struct.unpack(">I4s", head)
        if name == b"IDAT" or name not in wanted or length > MOST_BYTES:
            file.seek(length + 4, 1)
            if name == b"IDAT" and name in wanted:
                yield name, b""
        else:
            content, checksum = file.read(length), file.read(4)
            if checksum == struct.pack(">I", zlib.crc32(name + content)):
                yield name, content
        if name == b"IEND":
            return


def _text(name: bytes, rest: bytes) -> str | None:
    """Return the text of a chunk, behind its key."""
    if name == b"tEXt":
        return rest.decode("latin-1")
    if name == b"zTXt":
        unpacked = _unpacked(rest[1:])
        return None if unpacked is None else unpacked.decode("latin-1")
    is_packed, parts = rest[:1] == b"\1", rest[2:].split(b"\0", 2)  # behind them language and translated key
    if len(parts) != 3:
        return None
    unpacked = _unpacked(parts[2]) if is_packed else parts[2]
    return None if unpacked is None else unpacked.decode("utf-8", "replace")


def _unpacked(packed: bytes) -> bytes | None:
    """Return what was compressed; None where it is damaged or too long."""
    decompressor = zlib.decompressobj()
    try:
        found = decompressor.decompress(packed, MOST_BYTES)
    except zlib.error:
        return None
    return found if decompressor.eof else None

"""Pictures as files, of kinds that the loader has to recognise."""

import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms

from neural_style.images.load import load_image

ORIENTATION = 0x0112
"""The tag of EXIF that says how the camera was held."""


def encoded(picture: Image.Image, file_format: str = "PNG", **options: object) -> io.BytesIO:
    file = io.BytesIO()
    picture.save(file, file_format, **options)
    file.seek(0)
    return file


def loaded(picture: Image.Image, file_format: str = "PNG", **options: object) -> np.ndarray:
    return load_image(encoded(picture, file_format, **options))


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def profile_with_red_and_blue_swapped() -> bytes:
    """Return the sRGB profile with two primaries' names exchanged: a working profile that is plainly not sRGB."""
    return srgb_profile().replace(b"rXYZ", b"TEMP").replace(b"bXYZ", b"rXYZ").replace(b"TEMP", b"bXYZ")


def png_of(header: tuple[int, int, int, int], rows: bytes) -> io.BytesIO:
    """Return a PNG of (width, height, bits, colour type), for kinds that Pillow does not write."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    start = chunk(b"IHDR", struct.pack(">IIBBBBB", *header, 0, 0, 0))
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + start + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))

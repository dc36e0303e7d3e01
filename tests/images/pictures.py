"""Pictures as files, of kinds that the loader has to recognise."""

import io

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

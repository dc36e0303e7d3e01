"""The photos of a batch are found by files, folders and patterns."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from neural_style.errors import ImageError

PHOTO_ENDINGS = frozenset(
    {".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".avif", ".heic", ".heif", ".ppm"}
)
"""The endings, in lower case, of the files that are taken for photos in a folder."""


@dataclass(frozen=True)
class PhotoFile:
    """A photo that was found.

    Attributes:
        path: where it is.
        folder: its folder within the one that was named, which is kept in the output; empty: there is none.
    """

    path: Path
    folder: Path = Path()


def find_photos(words: Sequence[str], *, recursive: bool) -> list[PhotoFile]:
    """Return the photos that are named, each once, in the order of the words and within a word by name.

    Args:
        words: files, which are taken whatever their ending; folders; patterns, in which `*`, `?` and `[...]` stand for
            parts of a name, and `**` for any folders.
        recursive: whether folders are looked through with all that is in them; hidden ones are left out.

    Raises:
        ImageError: there is no such file, a folder or a pattern has no photo, or a folder cannot be read.
    """
    found: dict[str, PhotoFile] = {}
    for word in words:
        photos = list(_photos_of(word, recursive=recursive))
        if not photos:
            raise ImageError(_nothing_in(word, recursive=recursive))
        for photo in photos:
            found.setdefault(os.path.realpath(photo.path), photo)
    return list(found.values())


def _photos_of(word: str, *, recursive: bool) -> Iterator[PhotoFile]:
    path = Path(word).expanduser()
    try:
        if path.is_dir():
            yield from _photos_in(path, recursive=recursive)
        elif os.path.lexists(path):
            yield PhotoFile(path)
        elif glob.has_magic(word):
            matches = glob.glob(str(path), recursive=True)  # noqa: PTH207 - Path.glob takes no absolute patterns
            for match in sorted(matches):
                if Path(match).is_file():
                    yield PhotoFile(Path(match))
    except (OSError, ValueError) as error:
        raise ImageError(f"{word} cannot be read ({getattr(error, 'strerror', None) or error}).") from error


def _photos_in(folder: Path, *, recursive: bool) -> Iterator[PhotoFile]:
    def refuse(error: OSError) -> None:
        raise error

    for place, subfolders, names in os.walk(folder, onerror=refuse):
        subfolders[:] = sorted(name for name in subfolders if recursive and not name.startswith("."))
        for name in sorted(names):
            if Path(name).suffix.lower() in PHOTO_ENDINGS and not name.startswith("."):
                yield PhotoFile(Path(place, name), Path(place).relative_to(folder))


def _nothing_in(word: str, *, recursive: bool) -> str:
    if Path(word).expanduser().is_dir():
        more = "" if recursive else " Give --recursive for the folders in it."
        return f"There are no photos in the folder {word}.{more}"
    if glob.has_magic(word):
        return f"No file matches {word}. Check the pattern."
    return f"There is no file {word}. Check the path."

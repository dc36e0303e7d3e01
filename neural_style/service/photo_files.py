"""The photos of a batch are found by files, folders and patterns."""

import glob
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from neural_style.errors import ImageError
from neural_style.files import path_named

PHOTO_ENDINGS = frozenset(
    {".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".avif", ".heic", ".heif", ".ppm"}
)
"""The endings, in lower case, of the files that are taken for photos in a folder."""


_SEPARATOR = re.escape(os.sep)
_ANY_FOLDERS = re.compile(rf"(^|{_SEPARATOR})\*\*(?:{_SEPARATOR}+|$)")
"""What stands in a pattern for any folders, with the separators around it."""


@dataclass(frozen=True)
class PhotoFile:
    """A photo that was found.

    Attributes:
        path: where it is.
        folder: its folder within the one that was named, which is kept in the output; None: it was named itself.
    """

    path: Path
    folder: Path | None = None


def find_photos(words: Sequence[str], *, recursive: bool) -> list[PhotoFile]:
    """Return the photos that are named, each once, in the order of the words and within a word by name.

    Args:
        words: files, which are taken whatever their ending; folders; patterns, in which `*`, `?` and `[...]` stand for
            parts of a name, and `**` for any folders.
        recursive: whether folders are looked through with all folders in them, as `**` does: hidden ones are left out,
            and one that is linked is looked through once.

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
    path = path_named(word)
    try:
        if path.is_dir():
            yield from _photos_in(path, recursive=recursive)
        elif os.path.lexists(path):
            yield PhotoFile(path)
        elif glob.has_magic(word):
            for match in sorted(set(_matches(str(path)))):
                if not Path(match).is_dir():
                    yield PhotoFile(Path(match))
    except (OSError, ValueError) as error:
        raise ImageError(f"{word} cannot be read ({getattr(error, 'strerror', None) or error}).") from error


def _photos_in(folder: Path, *, recursive: bool) -> Iterator[PhotoFile]:
    for place in _folders_in(folder) if recursive else [folder]:
        for path in sorted(place.iterdir()):
            if path.suffix.lower() in PHOTO_ENDINGS and not path.name.startswith(".") and not path.is_dir():
                yield PhotoFile(path, place.relative_to(folder))


def _matches(pattern: str) -> Iterator[str]:
    """Yield the paths that match a pattern, some perhaps twice; `**` stands for `_folders_in`."""
    found = _ANY_FOLDERS.search(pattern)
    if found is None:
        yield from glob.iglob(pattern)  # noqa: PTH207 - Path.glob takes no absolute patterns
        return
    before, behind = pattern[: found.start()] or found[1] or os.curdir, pattern[found.end() :] or "*"
    for top in glob.glob(before):  # noqa: PTH207
        for folder in _folders_in(Path(top)) if Path(top).is_dir() else ():
            yield from _matches(os.path.join(glob.escape(str(folder)), behind))  # noqa: PTH118


def _folders_in(top: Path) -> Iterator[Path]:
    """Yield a folder and all in it, but for hidden ones, each once: linked ones come last, and may lead back.

    Raises:
        OSError: one cannot be read.
    """

    def refuse(error: OSError) -> None:
        raise error

    seen, waiting = set[tuple[int, int]](), [top]
    for start in waiting:
        for place, subfolders, _names in os.walk(start, onerror=refuse):
            facts = os.stat(place)  # noqa: PTH116
            folders = sorted(name for name in subfolders if not name.startswith("."))
            subfolders.clear()
            if (facts.st_dev, facts.st_ino) in seen:
                continue
            seen.add((facts.st_dev, facts.st_ino))
            yield Path(place)
            linked = [name for name in folders if Path(place, name).is_symlink()]
            waiting.extend(Path(place, name) for name in linked)
            subfolders.extend(name for name in folders if name not in linked)


def _nothing_in(word: str, *, recursive: bool) -> str:
    if path_named(word).is_dir():
        more = "" if recursive else " Give --recursive for the folders in it."
        return f"There are no photos in the folder {word}.{more}"
    if glob.has_magic(word):
        return f"No file matches {word}. Check the pattern."
    return f"There is no file {word}. Check the path."

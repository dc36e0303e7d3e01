"""Each picture of a batch is given a name of its own, which it keeps from one run to the next by the manifest."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from neural_style.service.batch_plan import path_of_name, spelling
from neural_style.service.manifest import Read

_NUMBER = re.compile(r"-[0-9]+$")


@dataclass(frozen=True)
class Unnamed:
    """A picture that has no name yet.

    Attributes:
        folder: where it goes.
        stem: what it is to be called, without an ending and a number.
        photo: its photo, as the manifest calls it.
        id: its identity, as the manifest has it.
    """

    folder: Path
    stem: str
    photo: str
    id: str


def output_paths(
    pictures: Sequence[Unnamed], ending: str, kept: "KeptNames | None" = None, taken: Iterable[Path] = ()
) -> list[Path]:
    """Return a path for each picture: the one that it has had, else its folder and stem.

    Where two would have the same name, or one the name of a picture of another photo, the later one gets a number:
    `photo-painting-2.png`.

    Args:
        pictures: those that have no name yet.
        ending: of their names, with its dot.
        kept: the names that the manifest knows.
        taken: the paths of pictures that were given a name.
    """
    kept = kept or KeptNames(Read(), Path())
    used, paths = {spelling(path) for path in taken}, dict[int, Path]()

    def take(index: int, candidates: Iterable[Path]) -> None:
        path = next((candidate for candidate in candidates if spelling(candidate) not in used), None)
        if path is not None:
            used.add(spelling(path))
            paths[index] = path

    for is_own in _OWN:
        for index, picture in enumerate(pictures):
            if index not in paths:
                take(index, kept.of(picture, ending, is_own))
    used |= kept.spellings
    for index, picture in enumerate(pictures):
        if index not in paths:
            numbered = (picture.stem if number == 1 else f"{picture.stem}-{number}" for number in count(1))
            take(index, (picture.folder / f"{stem}{ending}" for stem in numbered))
    return [paths[index] for index in range(len(pictures))]


@dataclass(frozen=True)
class _Kept:
    """A name that the manifest knows, and whose it is."""

    path: Path
    photos: frozenset[str]
    ids: frozenset[str]


_OWN: Sequence[Callable[[Unnamed, _Kept], bool]] = (
    lambda picture, kept: picture.photo in kept.photos and picture.id in kept.ids,
    lambda picture, kept: picture.id in kept.ids,
    lambda picture, kept: picture.photo in kept.photos,
)
"""What makes a name a picture's own, from the surest to the weakest: a photo may have moved, or be another one now."""


class KeptNames:
    """The names that a manifest knows.

    Args:
        read: what it holds.
        manifest: its path.
    """

    def __init__(self, read: Read, manifest: Path) -> None:
        self.spellings: set[str] = set()
        self._found: dict[str, list[_Kept]] = {}
        for name, latest in read.latest.items():
            path, entries = path_of_name(name, manifest), (latest, read.painted.get(name, latest))
            kept = _Kept(path, frozenset(each.photo for each in entries), frozenset(each.id for each in entries))
            self.spellings.add(spelling(path))
            for stem in {path.stem, _NUMBER.sub("", path.stem)}:
                self._found.setdefault(spelling(path.with_name(f"{stem}{path.suffix}")), []).append(kept)

    def of(self, picture: Unnamed, ending: str, is_own: Callable[[Unnamed, _Kept], bool]) -> Iterable[Path]:
        """Return the paths that a picture may have had, with a number or without."""
        found = self._found.get(spelling(picture.folder / f"{picture.stem}{ending}"), ())
        return (picture.folder / kept.path.name for kept in found if is_own(picture, kept))

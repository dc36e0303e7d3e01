"""The identity of a picture: the same for the same files, settings and network, whatever the files are called."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neural_style.changes import Change
from neural_style.files import check_regular
from neural_style.masks import Mask
from neural_style.record.recipe import settings_beside_defaults
from neural_style.request import ChosenStyle
from neural_style.settings import Settings

PICTURES_VERSION = 1
"""The version of the pictures: raised whenever the same request would give another picture than it gave before."""

_State = tuple[int, int, int]
"""The inode, modification time in ns and size of a file: another value means another file."""


class FileDigests:
    """The SHA-256 of files, each read once while it stays the same."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[_State, str]] = {}

    def of(self, path: Path) -> str | None:
        """Return the SHA-256 of a file's bytes in hexadecimal digits; None where there is none that can be read."""
        try:
            facts = path.stat()
            state = facts.st_ino, facts.st_mtime_ns, facts.st_size
            check_regular(path)
            known = self._known.get(path)
            if known is None or known[0] != state:
                with path.open("rb") as file:
                    known = state, hashlib.file_digest(file, "sha256").hexdigest()
                self._known[path] = known
        except (OSError, ValueError):  # ValueError: a name that no file can have
            return None
        return known[1]


@dataclass(frozen=True)
class Identity:
    """Everything that decides what a picture looks like.

    Attributes:
        photo: SHA-256 of the photo's file; None where it cannot be read.
        styles: the SHA-256 of each painting's file, likewise, with its share, scale and region.
        settings: how it is painted.
        initial: SHA-256 of the file of the start picture; None: there is none.
        network: SHA-256 of the network's source file; None where it is not known.
        left_alone: the part of the photo that stays as it is, or None.
        changes: those that are made while it is painted.
    """

    photo: str | None
    styles: Sequence[ChosenStyle[str | None]]
    settings: Settings
    initial: str | None = None
    network: str | None = None
    left_alone: Mask | None = None
    changes: Sequence[Change] = ()

    @property
    def id(self) -> str:
        """The SHA-256 of all of it and of `PICTURES_VERSION`, 64 hexadecimal digits."""
        content = {
            "version": PICTURES_VERSION,
            "photo": self.photo,
            "styles": [{"painting": style.image, **_chosen(style)} for style in self.styles],
            "settings": settings_beside_defaults(self.settings),
            "initial": self.initial,
            "network": self.network,
        }
        if self.left_alone is not None:
            content["left_alone"] = self.left_alone.digest
        if self.changes:
            content["changes"] = [
                [change.step, change.shares, dict(change.settings), change.more] for change in self.changes
            ]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _chosen(style: ChosenStyle[str | None]) -> dict[str, Any]:
    """Return the numbers of a style and the digests of its masks; what came later only where it is not the default."""
    plain = ChosenStyle(None)
    numbers = {name: value for name, value in style.numbers.items() if name in _ALWAYS or value != getattr(plain, name)}
    return numbers | {name: mask.digest for name, mask in style.masks.items() if mask is not None}


_ALWAYS = ("share", "scale")
"""The numbers of a style that have always been part of the identity."""

"""The picture files of this server are decoded here, and those decoded lately are kept in bounded memory.

Between the moment when a picture is put in, the click, and the turn of its job, a file is wanted several times.
Decoding is the slow part, so decoded pixels are kept for a while, in a form that loses nothing.
"""

import io
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from neural_style.images.load import LoadedImage, load_picture

CACHE_BYTES = 256_000_000
"""The most bytes that decoded pictures may take: about seven photos of 12 million pixels. A larger one is not kept."""


@dataclass(frozen=True)
class Picture:
    """A picture file of this server: where it lies, and what its owner calls it."""

    path: Path
    name: str

    @classmethod
    def of(cls, path: Path) -> "Picture":
        """Return a picture that is called as its file."""
        return cls(path, path.name)

    @classmethod
    def from_upload(cls, file: Mapping[str, Any] | None) -> "Picture | None":
        """Return the picture of an upload's record, whose path the front end has checked to be an upload's."""
        path = (file or {}).get("path")
        return cls(Path(path), Path((file or {}).get("orig_name") or path).name) if path else None

    def open(self) -> BinaryIO:
        """Return the content of the file, under the owner's name for it and not the server's path."""
        try:
            file = io.BytesIO(self.path.read_bytes())
        except OSError:
            file = io.BytesIO()  # deleted meanwhile
        file.name = self.name
        return file


@dataclass(frozen=True, eq=False)
class PackedImage:
    """A decoded picture in as few bytes as can hold it: whole levels as uint8, others as they are.

    Attributes:
        image: `[H, W, 3] uint8 or float32, RGB, 0..255`.
        alpha: `[H, W]`, likewise; None: all is opaque.
        notice: see `LoadedImage`.
        format: likewise.
    """

    image: NDArray[Any]
    alpha: NDArray[Any] | None = None
    notice: str | None = None
    format: str = ""

    @classmethod
    def of(cls, loaded: LoadedImage) -> "PackedImage":
        """Pack a picture."""
        alpha = None if loaded.alpha is None else _packed(loaded.alpha)
        return cls(_packed(loaded.image), alpha, loaded.notice, loaded.format)

    @property
    def bytes(self) -> int:
        """The bytes of its pixels."""
        return self.image.nbytes + (0 if self.alpha is None else self.alpha.nbytes)

    @property
    def size(self) -> tuple[int, int]:
        """The (height, width) in pixels."""
        return self.image.shape[0], self.image.shape[1]

    def unpacked(self) -> LoadedImage:
        """Return the picture as it was; its arrays may be shared, and read-only."""
        alpha = None if self.alpha is None else self.alpha.astype(np.float32, copy=False)
        return LoadedImage(self.image.astype(np.float32, copy=False), alpha, self.notice, self.format)


def decoded(file: BinaryIO) -> PackedImage:
    """Decode a picture file in this process; a server does so in another one (`service.sandbox`).

    Raises:
        ImageError: it cannot be read.
    """
    return PackedImage.of(load_picture(file))


class PictureCache:
    """A cache that decodes a file once while it stays the same and memory allows; safe to use from many threads.

    A file that has changed is another one: it is known by path, name, inode, time of change and size. What is kept of
    a deleted file goes at the next `load` or `forget_deleted`, whichever comes first.

    Args:
        most_bytes: the bound of what is kept; the files that were not wanted for longest go first.
        decode: decodes a file.
    """

    def __init__(self, most_bytes: int = CACHE_BYTES, decode: Callable[[BinaryIO], PackedImage] = decoded) -> None:
        self._most_bytes = most_bytes
        self.decode = decode
        self._lock = threading.Lock()
        self._entries: OrderedDict[_Identity, Future[PackedImage]] = OrderedDict()

    @property
    def kept_bytes(self) -> int:
        """The bytes of the pixels that are kept."""
        with self._lock:
            return self._sum()

    def load(self, picture: Picture) -> LoadedImage:
        """Return the decoded picture, bit for bit as `load_picture` does; its arrays may be shared, and read-only.

        Raises:
            ImageError: it cannot be read. That is not kept: the next call tries again.
        """
        return self._packed(picture).unpacked()

    def size(self, picture: Picture) -> tuple[int, int]:
        """Return the (height, width) of a picture as it is seen.

        Raises:
            ImageError: as `load`.
        """
        return self._packed(picture).size

    def _packed(self, picture: Picture) -> PackedImage:
        self.forget_deleted()
        identity = _identity_of(picture)
        if identity is None:
            return self.decode(picture.open())  # which says what is wrong
        with self._lock:
            known = self._entries.get(identity)
            entry = known or self._entries.setdefault(identity, Future())
            self._entries.move_to_end(identity)
        return entry.result() if known else self._decode(picture, identity, entry)

    def forget_deleted(self) -> None:
        """Drop the pictures of files that are no longer there, or are others by now."""
        with self._lock:
            kept = [identity for identity, entry in self._entries.items() if entry.done()]
        gone = [identity for identity in kept if _identity_of(identity.picture) != identity]
        with self._lock:
            for identity in gone:
                self._entries.pop(identity, None)

    def _decode(self, picture: Picture, identity: "_Identity", entry: "Future[PackedImage]") -> "PackedImage":
        """Fill the entry, for which others may be waiting."""
        try:
            packed = self.decode(picture.open())
        except BaseException as error:
            with self._lock:
                self._entries.pop(identity, None)
            entry.set_exception(error)
            raise
        entry.set_result(packed)
        with self._lock:
            if packed.bytes > self._most_bytes:
                del self._entries[identity]
            self._make_room()
        return packed

    def _make_room(self) -> None:
        """Drop the pictures not wanted for longest; those still being decoded are waited for, and stay."""
        for identity, entry in list(self._entries.items()):
            if self._sum() <= self._most_bytes:
                return
            if entry.done():
                del self._entries[identity]

    def _sum(self) -> int:
        return sum(entry.result().bytes for entry in self._entries.values() if entry.done())


@dataclass(frozen=True)
class _Identity:
    """The facts that tell a file from others, and from what it was before."""

    picture: Picture
    inode: int
    changed_ns: int
    size: int


def _identity_of(picture: Picture) -> _Identity | None:
    """Return the facts that tell the file from others; None where there is no such file."""
    try:
        status = picture.path.stat()
    except (OSError, ValueError):
        return None
    return _Identity(picture, status.st_ino, status.st_mtime_ns, status.st_size)


def _packed(pixels: NDArray[np.float32]) -> NDArray[Any]:
    whole = pixels.astype(np.uint8)
    packed = whole if np.array_equal(whole, pixels) else np.ascontiguousarray(pixels)
    packed.flags.writeable = False
    return packed

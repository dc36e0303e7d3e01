"""A file that two processes have open, through which arrays of bytes go from one to the other."""

import os
import tempfile
from typing import Any

from numpy.typing import NDArray

_SHORTER = "the file is shorter than what is to be read of it"


def shared_file() -> int:
    """Return the number of an open file without a name, in memory where the system has such."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("picture")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def write_at(file: int, array: NDArray[Any] | bytes, place: int = 0) -> int:
    """Write an array to a place of the file, and return the place behind it."""
    left = memoryview(array if isinstance(array, bytes) else array.data).cast("B")
    while left:
        written = os.pwrite(file, left, place)
        left, place = left[written:], place + written
    return place


def read_at(file: int, array: NDArray[Any], place: int = 0) -> int:
    """Fill an array from a place of the file, and return the place behind it.

    Raises:
        ValueError: the file is shorter.
    """
    left = memoryview(array.data).cast("B")
    while left:
        read = os.preadv(file, [left], place)
        if not read:
            raise ValueError(_SHORTER)
        left, place = left[read:], place + read
    return place


def bytes_of(file: int, size: int) -> bytes:
    """Return the first bytes of the file, so many of them; a worker is permitted pread(2), but not preadv2(2).

    Raises:
        ValueError: the file is shorter.
    """
    found = bytearray()
    while len(found) < size:
        part = os.pread(file, size - len(found), len(found))
        if not part:
            raise ValueError(_SHORTER)
        found += part
    return bytes(found)

"""A reader for `.mat` files of MATLAB's level 5 (versions 5 to 7), as far as networks need it.

SciPy's reader takes the types and lengths in a file at their word: a single flipped byte made it read outside its
tables, and a segmentation fault ended the whole process (SciPy 1.17). A file that people bring along must not do that.
This reader checks each type, length and shape, skips the variables that nobody asked for, and maps the numbers of an
uncompressed file instead of copying them. Compressed variables are verified by zlib's own checksum.

The format is that of "MAT-File Format" (MathWorks), chapter "MAT-File Level 5 File Format".
"""

import math
import mmap
import struct
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Value = Any
"""A cell array is a list of values, a structure array a list of dicts, a text a str, all else an array of numbers.

Lists have lost their shape; they are in MATLAB's order, the first index running fastest.
"""

_HEADER_BYTES = 128
_COMPRESSED, _MATRIX = 15, 14
_NUMBERS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
"""Type of a data element -> type of its numbers."""

_TEXTS = {1: "latin-1", 2: "latin-1", 4: "utf-16", 16: "utf-8", 17: "utf-16", 18: "utf-32"}
_NAME = (1, 2, 16)
_INDEX = (5,)
_FLAGS = (6,)
_CELLS, _STRUCTURES, _CHARACTERS = 1, 2, 4
_NUMERIC = range(6, 16)
_COMPLEX = 0x800

_DEEPEST_NESTING = 16
_MOST_DIMENSIONS = 32
_LARGEST_UNPACKED_BYTES = 1 << 32


def read(path: Path, names: Collection[str]) -> dict[str, Value]:
    """The variables of those names that the file has.

    Raises:
        ValueError: the file is not as the format says; the message says where.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)  # lives as long as an array that looks into it
    whole = memoryview(content)
    mark = bytes(whole[_HEADER_BYTES - 2 : _HEADER_BYTES])
    _require(mark in (b"IM", b"MI"), "its header is not that of a .mat file of level 5")
    order = "<" if mark == b"IM" else ">"
    variables = {}
    for element in _elements(whole[_HEADER_BYTES:], order):
        matrix = _unpacked(element)
        name = _header(matrix).name
        if name in names:
            variables[name] = _value(matrix, depth=0)
    return variables


@dataclass(frozen=True)
class _Element:
    """One tagged part of the file: its type, its data, and the byte order of the numbers in it."""

    kind: int
    data: memoryview
    order: str

    def numbers(self) -> NDArray[Any]:
        return np.frombuffer(self.data, np.dtype(self.order + _NUMBERS[self.kind]))

    def text(self) -> str:
        codec = _TEXTS[self.kind]
        if codec in ("utf-16", "utf-32"):
            codec += "-le" if self.order == "<" else "-be"
        return str(self.data, codec)


@dataclass(frozen=True)
class _Header:
    """What a matrix says about itself before its content, and the parts that follow."""

    kind: int
    is_complex: bool
    shape: tuple[int, ...]
    name: str
    parts: Iterator[_Element]


def _elements(buffer: memoryview, order: str) -> Iterator[_Element]:
    """The parts that lie one behind the other in `buffer`, each padded to a multiple of 8 bytes."""
    position = 0
    while position < len(buffer):
        _require(position + 8 <= len(buffer), "it ends inside the tag of a part")
        kind, length = struct.unpack_from(f"{order}2I", buffer, position)
        if kind >> 16:  # up to four bytes of data lie inside the tag
            kind, length, begin = kind & 0xFFFF, kind >> 16, position + 4
            _require(length <= 4, f"a small part has {length} bytes")
            position += 8
        else:
            begin = position + 8
            position = begin + length + (0 if kind == _COMPRESSED else -length % 8)
        _require(begin + length <= len(buffer), f"a part of {length:,} bytes does not fit into what is there")
        yield _Element(kind, buffer[begin : begin + length], order)


def _unpacked(element: _Element) -> _Element:
    """The matrix itself, or the one inside a compressed part."""
    if element.kind != _COMPRESSED:
        return element
    unpacker = zlib.decompressobj()
    try:
        unpacked = unpacker.decompress(element.data, _LARGEST_UNPACKED_BYTES)
    except zlib.error as error:
        raise ValueError(f"a compressed part cannot be unpacked: {error}") from error
    _require(unpacker.eof, "a compressed part is incomplete or too large")
    return _next(_elements(memoryview(unpacked), element.order), (_MATRIX,), "a compressed variable")


def _header(matrix: _Element) -> _Header:
    _require(matrix.kind == _MATRIX, f"it holds a part of type {matrix.kind} where an array is expected")
    parts = _elements(matrix.data, matrix.order)
    flags = _next(parts, _FLAGS, "the flags of an array").numbers()
    shape = tuple(_next(parts, _INDEX, "the shape of an array").numbers().tolist())
    name = _next(parts, _NAME, "the name of an array").text()
    _require(len(flags) == 2, "the flags of an array have another length than 8 bytes")
    _require(2 <= len(shape) <= _MOST_DIMENSIONS and min(shape) >= 0, f"the shape of an array is {shape}")
    return _Header(int(flags[0]) & 0xFF, bool(flags[0] & _COMPLEX), shape, name, parts)


def _value(matrix: _Element, depth: int) -> Value:
    _require(depth <= _DEEPEST_NESTING, f"its arrays are nested more than {_DEEPEST_NESTING} deep")
    if matrix.kind == _MATRIX and not matrix.data:
        return []  # how MATLAB writes an empty cell
    header = _header(matrix)
    count = math.prod(header.shape)
    if header.kind == _CELLS:
        return _members(header.parts, count, depth)
    if header.kind == _STRUCTURES:
        return _structures(header.parts, count, depth)
    if header.kind == _CHARACTERS:
        return _next(header.parts, tuple(_TEXTS), "a text").text()
    _require(header.kind in _NUMERIC, f"it holds an array of class {header.kind}, which no network has")
    _require(not header.is_complex, "it holds complex numbers, which no network has")
    numbers = _next(header.parts, tuple(_NUMBERS), "the numbers of an array").numbers()
    _require(len(numbers) == count, f"an array of {count:,} numbers has {len(numbers):,}")
    return numbers.reshape(header.shape, order="F")


def _members(parts: Iterator[_Element], count: int, depth: int) -> list[Value]:
    return [_value(_next(parts, (_MATRIX,), "a member of an array"), depth + 1) for _ in range(count)]


def _structures(parts: Iterator[_Element], count: int, depth: int) -> list[Mapping[str, Value]]:
    length = _next(parts, _INDEX, "the length of field names").numbers().tolist()
    names = _next(parts, _NAME, "field names").text()
    _require(len(length) == 1 and length[0] > 0, f"the length of field names is {length}")
    fields = [names[k : k + length[0]].rstrip("\0") for k in range(0, len(names), length[0])]
    _require(bool(fields) or count <= 1, f"it holds {count:,} structures without fields")
    return [dict(zip(fields, _members(parts, len(fields), depth), strict=True)) for _ in range(count)]


def _next(parts: Iterator[_Element], kinds: Collection[int], what: str) -> _Element:
    part = next(parts, None)
    if part is None:
        raise ValueError(f"{what} is missing")
    _require(part.kind in kinds, f"{what} is of type {part.kind}")
    return part


def _require(condition: bool, sentence: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not condition:
        raise ValueError(sentence)

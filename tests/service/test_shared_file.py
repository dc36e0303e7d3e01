"""A file through which arrays go from one process to another."""

import os
from collections.abc import Iterator

import numpy as np
import pytest

from neural_style.service.shared_file import bytes_of, read_at, shared_file, write_at


@pytest.fixture
def shared() -> Iterator[int]:
    file = shared_file()
    yield file
    os.close(file)


def test_arrays_come_back_from_behind_one_another_as_they_went(shared: int) -> None:
    first = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    second = np.linspace(0, 1, 8, dtype=np.float32).reshape(2, 4)
    place = write_at(shared, first)
    assert place == 24
    assert write_at(shared, second, place) == 24 + 32
    found, other = np.empty_like(first), np.empty_like(second)
    assert read_at(shared, found) == 24
    assert read_at(shared, other, 24) == 56
    np.testing.assert_array_equal(found, first)
    np.testing.assert_array_equal(other, second)


def test_bytes_come_back_too_and_none_are_none(shared: int) -> None:
    write_at(shared, b"a picture")
    assert bytes_of(shared, 9) == b"a picture"
    assert bytes_of(shared, 0) == b""
    assert write_at(shared, b"") == 0


def test_a_file_that_is_shorter_than_what_is_read_is_said(shared: int) -> None:
    write_at(shared, b"short")
    with pytest.raises(ValueError, match="shorter"):
        bytes_of(shared, 6)

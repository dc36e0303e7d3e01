"""Samples of any number of bits, taken out of rows that are packed."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neural_style.images.tiff_depths import as_page_of_bytes, can_be_unpacked, unpacked
from neural_style.images.tiff_pages import pages_of
from tests.images.tiff import Tiff, packed


@given(
    bits=st.integers(2, 16),
    channels=st.sampled_from([1, 3]),
    height=st.integers(1, 9),
    width=st.integers(1, 9),
    seed=st.integers(0, 99),
)
@settings(max_examples=80, deadline=None)
def test_packed_rows_come_apart_as_they_were(bits: int, channels: int, height: int, width: int, seed: int) -> None:
    stored = np.random.default_rng(seed).integers(0, 2**bits, (height, width, channels), dtype=np.int64)
    (page,) = pages_of(Tiff().colors(stored, bits).file())
    rows = np.frombuffer(packed(stored.reshape(height, -1), bits, ">"), np.uint8).reshape(height, -1)
    found = unpacked(rows, page)
    assert found.dtype == np.uint16
    np.testing.assert_array_equal(found, np.rint(stored * (65535 / (2**bits - 1))))


def test_the_page_is_described_as_one_of_bytes_and_its_data_stay_where_they_are() -> None:
    file = Tiff(">").gray(np.arange(12).reshape(3, 4), 12).file()
    (page,) = pages_of(file)
    assert can_be_unpacked(page)
    described = as_page_of_bytes(file, page)
    (bytewise,) = pages_of(io.BytesIO(described))
    assert (bytewise.size, bytewise.bits, bytewise.channels) == ((3, 6), (8,), 1)
    assert described[8:26] == file.getvalue()[8:26]


def test_several_strips_are_described_too() -> None:
    strips = [packed(np.array([[row, 5, 6]]), 10) for row in range(3)]
    file = Tiff().page((3, 3), strips, t258=10, t262=1, t278=1).file()
    (page,) = pages_of(file)
    (bytewise,) = pages_of(io.BytesIO(as_page_of_bytes(file, page)))
    assert bytewise.tags[273] == page.tags[273]
    assert len(bytewise.tags[279]) == 3


@pytest.mark.parametrize("tags", [{"t317": 2}, {"t284": 2}, {"t322": 16}, {"t339": 3}, {"t258": 17}])
def test_what_lies_otherwise_is_not_taken_apart(tags: dict[str, int]) -> None:
    (page,) = pages_of(Tiff().gray(np.zeros((2, 2), np.int64), 12, **tags).file())
    assert not can_be_unpacked(page)

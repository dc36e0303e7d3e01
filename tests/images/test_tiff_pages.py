"""Which page of a TIFF is the picture, and whether it is a camera's raw."""

import io

import numpy as np
import pytest
from PIL import Image

from neural_style.images.samples import DamagedError
from neural_style.images.tiff_pages import MOST_PAGES, is_raw, pages_of, picture_of
from tests.hard_inputs import HEIGHT, WIDTH, ramp
from tests.images.pictures import encoded, srgb_profile
from tests.images.tiff import Tiff

SMALL = ramp()[::8, ::8]


def test_the_tags_of_a_page_say_what_it_is() -> None:
    (page,) = pages_of(Tiff(">").colors(np.dstack([ramp(), ramp()[..., :1]]), 8, t338=1, t274=6).file())
    assert (page.size, page.bits, page.channels, page.orientation) == ((HEIGHT, WIDTH), (8, 8, 8, 8), 4, 6)
    assert page.has_alpha
    assert page.is_premultiplied
    assert page.is_whole
    assert not page.is_raw
    assert page.profile is None
    (tagged,) = pages_of(encoded(Image.fromarray(ramp()), "TIFF", icc_profile=srgb_profile()))
    assert tagged.profile == srgb_profile()
    (plain,) = pages_of(Tiff().gray(np.zeros((2, 3), np.int64), 1).file())
    assert (plain.size, plain.bits, plain.orientation, plain.has_alpha) == ((2, 3), (1,), 1, False)


def test_pages_end_where_one_is_damaged_or_comes_again() -> None:
    two = Tiff().colors(ramp(), 8).colors(SMALL, 8)
    assert [page.size for page in pages_of(two.file())] == [(HEIGHT, WIDTH), SMALL.shape[:2]]
    assert len(pages_of(two.file(last=10**9))) == 2
    first = int.from_bytes(two.file().getvalue()[4:8], "little")
    assert len(pages_of(two.file(last=first))) == 2


def test_no_more_than_some_pages_are_counted() -> None:
    tiff = Tiff()
    for _ in range(MOST_PAGES + 5):
        tiff.gray(np.zeros((1, 1), np.int64), 8)
    assert len(pages_of(tiff.file())) == MOST_PAGES


def test_small_copies_and_masks_are_not_the_picture_unless_there_is_nothing_else() -> None:
    pages = pages_of(Tiff().colors(SMALL, 8, t254=1).colors(SMALL, 8, t254=4).colors(ramp(), 8).file())
    assert picture_of(pages).number == 2
    assert picture_of(pages[:2]).number == 0


def test_a_raw_is_known_by_its_pages_and_by_those_within_them() -> None:
    plain = Tiff().colors(ramp(), 8).file()
    assert not is_raw(plain, pages_of(plain))
    sensor = Tiff().colors(SMALL, 8, t254=1, t330=0).gray(ramp()[..., 0], 8, photometric=32803)
    content = bytearray(sensor.file().getvalue())
    first, second = (page.tags for page in pages_of(io.BytesIO(bytes(content))))
    assert first[330] == (0,)
    assert second[262] == 32803
    place = _place_of_second(bytes(content))
    within = Tiff().colors(SMALL, 8, t254=1, t330=place).gray(ramp()[..., 0], 8, photometric=32803).file().getvalue()
    cut = bytearray(within)
    at = _pointer_to_second(within)
    cut[at : at + 4] = bytes(4)  # the sensor's page is only within the small copy's now
    file = io.BytesIO(bytes(cut))
    pages = pages_of(file)
    assert len(pages) == 1
    assert is_raw(file, pages)


def _pointer_to_second(content: bytes) -> int:
    first = int.from_bytes(content[4:8], "little")
    return first + 2 + 12 * int.from_bytes(content[first : first + 2], "little")


def _place_of_second(content: bytes) -> int:
    at = _pointer_to_second(content)
    return int.from_bytes(content[at : at + 4], "little")


@pytest.mark.parametrize("content", [b"II*\0", b"II*\0\x08\0\0\0", b"MM\0*\0\0\xff\xff", b"II*\0\0\0\0\0"])
def test_a_file_without_a_whole_page_is_damaged(content: bytes) -> None:
    with pytest.raises(DamagedError):
        pages_of(io.BytesIO(content))

"""The sizes that a page offers by name."""

import pytest

from neural_style.service.sizes import (
    PRINTS,
    QUICK,
    SCREENS,
    Size,
    name_of,
    print_size,
    prints_within,
    screens_within,
    usual_side_px,
)


def test_prints_have_the_pixels_of_their_paper_and_dots() -> None:
    sides = {name: size.side_px for name, size in PRINTS.items()}
    assert sides == {
        "A5-150": 1240,
        "A5-300": 2480,
        "A4-150": 1754,
        "A4-300": 3508,
        "A3-150": 2480,
        "A3-300": 4961,
    }
    assert {size.dpi for size in PRINTS.values()} == {150, 300}


def test_only_what_a_server_paints_is_offered_and_always_something() -> None:
    assert list(screens_within(1000)) == ["quick", "screen"]
    assert screens_within(200) == {QUICK: Size(200)}
    assert list(prints_within(1800)) == ["A5-150", "A4-150"]
    assert prints_within(1000) == {}
    assert (usual_side_px(5000), usual_side_px(200)) == (640, 200)


def test_a_size_is_known_by_its_side() -> None:
    assert [name_of(size.side_px) for size in SCREENS.values()] == list(SCREENS)
    assert name_of(641) is name_of(None) is None


@pytest.mark.parametrize(
    ("photo", "size"), [((3000, 4000), (2631, 3508)), ((400, 300), (3508, 2631)), ((3508, 10), (3508, 10))]
)
def test_a_print_has_the_shape_of_the_photo_and_is_enlarged_where_that_is_smaller(
    photo: tuple[int, int], size: tuple[int, int]
) -> None:
    assert print_size(photo, PRINTS["A4-300"]) == size

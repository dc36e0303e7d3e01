"""A sheet shows every cell with its label, near the shape of a screen."""

import numpy as np
import pytest
from PIL import ImageFont

from neural_style.service.contact_sheet import MARGIN_PX, Cell, column_count, contact_sheet, shortened


def flat(level: int, height: int = 40, width: int = 60) -> np.ndarray:
    return np.full((height, width, 3), level, np.uint8)


def test_the_pictures_stand_in_their_order_with_labels_below():
    sheet = contact_sheet([Cell("first", flat(10)), Cell("second", flat(20))], side_px=60)
    left, top = MARGIN_PX, MARGIN_PX
    np.testing.assert_array_equal(sheet[top : top + 40, left : left + 60], 10)
    left += 60 + MARGIN_PX
    np.testing.assert_array_equal(sheet[top : top + 40, left : left + 60], 20)
    below = sheet[top + 40 : -MARGIN_PX]
    assert below.min() < 100, "there is writing"
    assert (below[:, :MARGIN_PX] == 255).all()


def test_a_cell_without_a_picture_is_empty_and_labelled():
    sheet = contact_sheet([Cell("a", flat(10)), Cell("b", None)], side_px=60)
    empty = sheet[MARGIN_PX : MARGIN_PX + 40, 2 * MARGIN_PX + 60 : 2 * MARGIN_PX + 120]
    assert len(np.unique(empty)) == 1
    assert 128 < empty[0, 0, 0] < 255


def test_pictures_of_other_sizes_are_centred():
    sheet = contact_sheet([Cell("a", flat(10)), Cell("b", flat(20, 20, 60))], side_px=60)
    column = sheet[MARGIN_PX : MARGIN_PX + 40, 2 * MARGIN_PX + 60 + 30, 0]
    np.testing.assert_array_equal(np.flatnonzero(column == 20), range(10, 30))


def test_a_sheet_without_a_picture_is_none():
    with pytest.raises(ValueError, match="max"):
        contact_sheet([Cell("a", None)], side_px=60)


@pytest.mark.parametrize(("cells", "step", "columns"), [(1, (50, 50), 1), (6, (50, 50), 3), (12, (100, 40), 8)])
def test_the_columns_come_near_a_screen(cells: int, step: tuple[int, int], columns: int):
    assert column_count(cells, step) == columns


def test_a_long_label_is_cut_to_its_cell():
    font = ImageFont.load_default(12)
    label = shortened("Portrait of Adele Bloch-Bauer I\nand more", font, 90)
    assert label.startswith("Port")
    assert label.endswith("...")
    assert font.getlength(label) <= 90
    assert shortened("a\nb", font, 90) == "a b"

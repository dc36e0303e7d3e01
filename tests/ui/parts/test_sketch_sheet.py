"""The sheet of sketches shows what is painted so far."""

from neural_style.ui.parts.sketch_sheet import on_sheet
from neural_style.ui.texts import texts

LABELS = {"bold": "Bold", "print": "Print"}


def test_the_sheet_is_empty_at_first_and_then_has_a_place_for_every_sketch() -> None:
    assert on_sheet("", {}, {}) == {"kind": "", "label": "", "places": []}
    sheet = on_sheet("looks", LABELS, {"print": "data:a"})
    assert sheet == {
        "kind": "looks",
        "label": texts().sheet_labels["looks"],
        "places": [
            {"name": "bold", "label": "Bold", "url": None},
            {"name": "print", "label": "Print", "url": "data:a"},
        ],
    }

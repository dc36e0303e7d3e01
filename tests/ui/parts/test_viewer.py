"""The viewer and the strip of results show what they are given."""

from pathlib import Path

from neural_style.ui.files import file_record
from neural_style.ui.parts.viewer import in_viewer, on_strip
from neural_style.ui.result_labels import ResultLabel
from tests.service.helpers import result_in


def test_the_strip_has_the_latest_first_with_its_names_and_its_file(tmp_path: Path) -> None:
    small, large = result_in(tmp_path), result_in(tmp_path, size=(300, 400))
    strip = on_strip(small.key, [small, large])
    assert strip["shown"] == small.key
    assert [card["key"] for card in strip["results"]] == [large.key, small.key]
    card = strip["results"][1]
    assert card["label"] == str(ResultLabel.of(small))
    assert (card["look"], card["facts"]) == ("Painted", ["a", "160 × 90 px"])
    assert card["thumbnail"] == small.thumbnail
    assert card["picture"] == file_record(small.files.picture)
    assert on_strip("", ()) == {"shown": "", "results": []}
    assert [card["is_starred"] for card in on_strip("", [small, large], {small.key})["results"]] == [False, True]


def test_the_viewer_compares_two_files_or_shows_one(tmp_path: Path) -> None:
    picture, photo = file_record(tmp_path / "a.png"), file_record(tmp_path / "photo.png")
    assert in_viewer(picture, photo) == {"before": photo, "after": picture}
    assert in_viewer(None) == {"before": None, "after": None}

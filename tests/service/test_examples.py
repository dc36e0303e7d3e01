"""The example pictures."""

import os
import shutil
from pathlib import Path

import pytest

from neural_style.images.save import save_image
from neural_style.resources import resource
from neural_style.service.examples import Examples
from tests.fakes import small_picture


def test_the_labels_are_those_of_the_sources_and_every_example_has_one() -> None:
    sources = resource("examples", "SOURCES.md").read_text(encoding="utf-8")
    rows = {row.split(" | ")[0][2:]: row for row in sources.splitlines() if row.startswith("| ")}
    own = Examples()
    for folder, examples in (("style", own.paintings), ("content", own.photos)):
        assert {path.name for path in resource("examples", folder).glob("*.jpg")} == {f"{key}.jpg" for key in examples}
        for example in examples.values():
            row = rows[example.path.name]
            assert all(part in row for part in (example.title, example.maker, example.year)), row
    shown = {row.split(" | ")[0][2:] for row in own.sources().splitlines()[2:]}
    assert shown == {example.path.name for example in (*own.paintings.values(), *own.photos.values())}


def test_an_operators_folder_takes_the_place_of_the_examples(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("content/my_cat.png", "style/b.png", "style/a.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        save_image(tmp_path / name, small_picture())
    (tmp_path / "style" / "notes.txt").write_text("no picture")
    examples = Examples(tmp_path)
    assert [(key, photo.title) for key, photo in examples.photos.items()] == [("my_cat", "my cat")]
    assert list(examples.paintings) == ["a", "b"]
    assert "notes.txt" in caplog.text
    assert examples.sources() == ""
    (tmp_path / "SOURCES.md").write_text("All mine.")
    assert examples.sources() == "All mine."


def test_pictures_of_one_name_but_for_the_extension_are_both_there(tmp_path: Path) -> None:
    (tmp_path / "style").mkdir()
    for seed, name in enumerate(("a.png", "a.jpg", "b.png")):
        save_image(tmp_path / "style" / name, small_picture(seed=seed))
    paintings = Examples(tmp_path).paintings
    assert {key: painting.path.name for key, painting in paintings.items()} == {
        "a.jpg": "a.jpg",
        "a.png": "a.png",
        "b": "b.png",
    }
    assert all(painting.key == key for key, painting in paintings.items())


def test_a_name_that_is_no_text_is_left_out_with_a_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "content").mkdir()
    save_image(tmp_path / "content" / "a.png", small_picture())
    shutil.copy(tmp_path / "content" / "a.png", tmp_path / "content" / os.fsdecode(b"b\xff.png"))
    assert list(Examples(tmp_path).photos) == ["a"]
    assert "is not in UTF-8" in caplog.text

"""The example pictures."""

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

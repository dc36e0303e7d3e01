"""`neural-style photo painting` paints beside the photo, and never over anything."""

import json
import re
import signal
from pathlib import Path

import pytest

from neural_style.cli.defaults import SHORT
from neural_style.cli.main import with_command
from neural_style.engine import Stylizer
from neural_style.images.load import load_image, read_recipe
from neural_style.images.save import save_image
from neural_style.iterate import Iterates, RunState
from neural_style.request import StylizeRequest
from tests.cli.command import MAIN, fake_painter, paint, start
from tests.fakes import FakeStylizer, small_picture


@pytest.fixture(autouse=True)
def _in_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


def paint_short(*words: str, stylizer: Stylizer | None = None) -> int:
    return paint(with_command(words), stylizer or FakeStylizer(steps=2))


def new_in(folder: Path, before: set[Path]) -> set[str]:
    return {path.name for path in set(folder.iterdir()) - before}


@pytest.fixture
def before(folder: Path) -> set[Path]:
    return set(folder.iterdir())


def test_a_photo_and_a_painting_are_enough(folder: Path, before: set[Path], capsys: pytest.CaptureFixture[str]):
    stylizer = FakeStylizer(steps=2)
    assert paint_short("content.png", "style.png", stylizer=stylizer) == 0
    assert new_in(folder, before) == {"content-style.png"}
    (request,) = stylizer.requests
    assert request.settings == SHORT.settings()
    assert request.canvas_size == (40, 56), "a photo is not enlarged"
    assert capsys.readouterr().out.startswith("content-style.png was painted by ")


def test_a_large_photo_is_painted_smaller(folder: Path):
    save_image(folder / "large.png", small_picture(500, 800))
    stylizer = FakeStylizer(steps=2)
    assert paint_short("large.png", "style.png", stylizer=stylizer) == 0
    assert stylizer.requests[0].canvas_size == (400, 640)


def test_the_picture_is_beside_the_photo_wherever_the_painting_and_the_person_are(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    (folder / "photos").mkdir()
    (folder / "content.png").rename(folder / "photos" / "my holiday, été 画.png")
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")
    assert paint_short("../photos/my holiday, été 画.png", str(folder / "style.png")) == 0
    assert (folder / "photos" / "my_holiday_été_画-style.png").exists()
    assert list((folder / "elsewhere").iterdir()) == []


def test_several_paintings_and_flags_behind_them(folder: Path, before: set[Path]):
    stylizer = FakeStylizer(steps=2)
    words = ["--preset", "bold", "--width", "28", "--seed", "7", "--style-blend-weights", "3", "1"]
    assert paint_short("content.png", "style.png", "style2.png", *words, stylizer=stylizer) == 0
    assert new_in(folder, before) == {"content-style-style2.png"}
    (request,) = stylizer.requests
    assert request.shares == pytest.approx((0.75, 0.25))
    assert request.canvas_size == (20, 28)
    assert request.settings.seed == 7


@pytest.mark.parametrize(
    "words",
    [
        ["--strength", "0.9", "content.png", "style.png"],
        ["content.png", "--strength", "0.9", "style.png"],
        ["content.png", "style.png", "--strength", "0.9"],
    ],
)
def test_flags_may_stand_anywhere(folder: Path, words: list[str]):
    stylizer = FakeStylizer(steps=2)
    assert paint_short(*words, stylizer=stylizer) == 0
    assert stylizer.requests[0].settings != SHORT.settings()
    assert (folder / "content-style.png").exists()


def test_a_film_and_an_output_go_where_they_are_wanted(folder: Path, before: set[Path]):
    assert paint_short("content.png", "style.png", "--output", "x.jpg", "--timelapse", "x.webp") == 0
    assert new_in(folder, before) == {"x.jpg", "x.webp"}


def test_an_output_that_was_named_is_not_named_otherwise(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "x.png").write_bytes(b"mine")
    assert paint_short("content.png", "style.png", "--output", "x.png") == 2
    assert "x.png exists already" in capsys.readouterr().err
    assert (folder / "x.png").read_bytes() == b"mine"


def test_every_picture_gets_a_name_of_its_own(folder: Path, before: set[Path], capsys: pytest.CaptureFixture[str]):
    (folder / "content-style.png").write_bytes(b"mine")
    (folder / "content-style-3.png").symlink_to("nowhere")
    for _ in range(2):
        assert paint_short("content.png", "style.png") == 0
    said = [line.partition(" was ")[0] for line in capsys.readouterr().out.splitlines()]
    assert said == ["content-style-2.png", "content-style-4.png"]
    assert {*said, "content-style.png", "content-style-3.png"} == new_in(folder, before)
    assert (folder / "content-style.png").read_bytes() == b"mine"
    assert not (folder / "nowhere").exists()


def test_a_name_that_is_taken_while_it_paints_is_left_alone(folder: Path):
    def taking(request: StylizeRequest, _begin: RunState | None = None, /) -> Iterates:
        for iterate in FakeStylizer(steps=2)(request):
            (folder / "content-style.png").write_bytes(b"somebody's")
            yield iterate

    assert paint_short("content.png", "style.png", stylizer=taking) == 0
    assert (folder / "content-style.png").read_bytes() == b"somebody's"
    assert load_image(folder / "content-style-2.png").shape == (40, 56, 3)


def test_a_name_that_is_taken_in_the_very_moment_of_writing_is_left_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    (folder / "content-style.png").write_bytes(b"somebody's")
    words = with_command(["content.png", "style.png"])
    monkeypatch.setattr("os.path.lexists", lambda _path: False)
    assert paint(words, FakeStylizer(steps=2)) == 0
    assert (folder / "content-style.png").read_bytes() == b"somebody's"
    assert load_image(folder / "content-style-2.png").shape == (40, 56, 3)


def test_two_at_once_write_two_pictures(folder: Path, before: set[Path]):
    words = ["paint", str(folder / "content.png"), str(folder / "style.png"), "--iterations", "20"]
    both = [start(fake_painter(), words) for _ in range(2)]
    said = [process.communicate(timeout=60)[0].partition(" was ")[0] for process in both]
    assert sorted(said) == sorted(str(folder / name) for name in ("content-style.png", "content-style-2.png"))
    assert new_in(folder, before) == {"content-style.png", "content-style-2.png"}


def test_overwriting_is_a_persons_wish(folder: Path, before: set[Path]):
    (folder / "content-style.png").write_bytes(b"mine")
    assert paint_short("content.png", "style.png", "--overwrite") == 0
    assert new_in(folder, before) == {"content-style.png"}
    assert load_image(folder / "content-style.png").shape == (40, 56, 3)


def test_a_folder_that_is_not_writable_is_said_before_any_picture_is_read(
    folder: Path, before: set[Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("os.access", lambda path, _mode: Path(path) != Path())
    monkeypatch.setattr("neural_style.cli.reading.load_picture", lambda path: pytest.fail(f"{path} was read"))
    assert paint_short("content.png", "style.png") == 2
    assert capsys.readouterr().err == (
        "neural-style: error: The folder . is not writable. Say with --output where to put the picture.\n"
    )
    assert new_in(folder, before) == set()
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    assert paint_short("content.png", "style.png", "--output", "x.png") == 0


def test_a_run_that_is_stopped_keeps_its_picture_beside_the_photo(folder: Path, before: set[Path]):
    def stopping(request: StylizeRequest, _begin: RunState | None = None, /) -> Iterates:
        for iterate in FakeStylizer()(request):
            if iterate.step == 3:
                signal.raise_signal(signal.SIGINT)
            yield iterate

    assert paint_short("content.png", "style.png", stylizer=stopping) == 130
    assert new_in(folder, before) == {"content-style.png"}


@pytest.mark.slow
def test_the_program_paints_from_two_words(folder: Path, before: set[Path]):
    words = ["content.png", "style.png", "--iterations", "2", "--size", "32"]
    process = start(MAIN, words, NEURAL_STYLE_WEIGHTS=str(folder / "weights"))
    stdout, stderr = process.communicate(timeout=150)
    assert process.returncode == 0, stderr
    assert re.match(r"content-style\.png was painted by .+ in \d+ steps", stdout)
    assert stderr.splitlines()[0].startswith("Painting 32 x 23 px. Network: ")
    assert new_in(folder, before) - {"weights"} == {"content-style.png"}
    text = read_recipe(folder / "content-style.png")
    assert text is not None
    assert json.loads(text)["size_px"] == {"width": 32, "height": 23}

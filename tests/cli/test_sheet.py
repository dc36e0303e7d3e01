"""`neural-style sheet` shows a photo in several ways as one labelled picture."""

import re
import signal
from pathlib import Path

import pytest

from neural_style.cli.defaults import SHEET
from neural_style.cli.flags import FAILED
from neural_style.cli.main import build_parser
from neural_style.cli.sheet_flags import wanted_cells
from neural_style.errors import OptionsError
from neural_style.images.load import load_image
from neural_style.images.save import save_image
from neural_style.iterate import Iterates, RunState
from neural_style.presets import PRESETS
from neural_style.request import StylizeRequest
from neural_style.service.sketches import SKETCHED_LOOKS, SKETCHED_STRENGTHS
from neural_style.strength import at_strength
from tests.cli.command import MAIN, paint, start
from tests.fakes import FakeStylizer, small_picture


@pytest.fixture(autouse=True)
def _in_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    save_image(folder / "starry_night_van_gogh.png", small_picture(48, 48, seed=4))


def sheet(*words: str, stylizer=None) -> int:
    return paint(["sheet", *words], stylizer or FakeStylizer(steps=2))


def labels(*words: str) -> list[str]:
    return [each.label for each in wanted_cells(build_parser().parse_args(["sheet", *words]))]


def test_a_photo_is_painted_after_each_painting_beside_itself(folder: Path, capsys: pytest.CaptureFixture[str]):
    stylizer = FakeStylizer(steps=2)
    assert sheet("content.png", "style.png", "starry_night_van_gogh.png", "style2.png", stylizer=stylizer) == 0
    assert [len(request.styles) for request in stylizer.requests] == [1, 1, 1]
    assert [request.settings for request in stylizer.requests] == [SHEET.settings()] * 3
    assert capsys.readouterr().out == "content-sheet.png shows 3 of 3 pictures.\n"
    height, width = load_image(folder / "content-sheet.png").shape[:2]
    assert height > 2 * 40
    assert width > 2 * 56


def test_the_labels_are_titles_where_there_are_some():
    assert labels("a.png", "x/starry_night_van_gogh.png", "my_own.jpg") == ["The Starry Night", "my own"]


def test_strengths_and_looks_are_those_of_the_page_unless_named():
    assert labels("a.png", "b.png", "--strengths", "0", "0.35") == ["Strength 0", "Strength 0.35"]
    assert labels("a.png", "b.png", "--looks", "bold", "flat") == ["Bold", "Print"]
    assert len(labels("a.png", "b.png", "--strengths")) == len(SKETCHED_STRENGTHS)
    assert labels("a.png", "b.png", "--looks") == [PRESETS[look].label for look in SKETCHED_LOOKS]


def test_strengths_and_looks_take_all_paintings_together():
    stylizer = FakeStylizer(steps=2)
    words = ["content.png", "style.png", "style2.png", "--style-blend-weights", "3", "1", "--seed", "4"]
    assert sheet(*words, "--strengths", "0", "1", "--output", "s.jpg", stylizer=stylizer) == 0
    assert [request.shares for request in stylizer.requests] == [pytest.approx((0.75, 0.25))] * 2
    assert [request.settings.seed for request in stylizer.requests] == [4, 4]
    weak, strong = (request.settings for request in stylizer.requests)
    assert weak == at_strength(strong, 0.0)


def test_a_bad_painting_costs_an_empty_cell_and_a_line(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert sheet("content.png", "style.png", "text.jpg", "missing.jpg") == FAILED
    captured = capsys.readouterr()
    assert "text.jpg is a file of an unknown kind" in captured.err
    assert "There is no file missing.jpg" in captured.err
    assert captured.out == "content-sheet.png shows 1 of 3 pictures.\n"


def test_a_sheet_gets_a_free_name_and_replaces_nothing_unasked(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "content-sheet.png").write_bytes(b"mine")
    assert sheet("content.png", "style.png") == 0
    assert load_image(folder / "content-sheet-2.png").shape[2] == 3
    assert sheet("content.png", "style.png", "--output", "content-sheet.png") == 2
    assert "exists already" in capsys.readouterr().err
    assert (folder / "content-sheet.png").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["missing.png", "style.png"], "no file missing.png"),
        (["content.png", "text.jpg"], "None of the pictures could be painted"),
        (["content.png", "style.png", "--strengths", "2"], "The strength must be"),
        (["content.png", "style.png", "--strengths", "0", "--strength", "1"], "Both --strength and --strengths"),
        (["content.png", "style.png", "--looks", "--preset", "bold"], "take the place of --preset"),
        (["content.png", "style.png", "--size", "2"], "longest side"),
        (["content.png", "style.png", "--output", "s.jgp"], "no extension"),
        (["content.png", "style.png", "--memory-gb", "0"], "memory in GB"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
):
    before = sorted(folder.iterdir())
    assert sheet(*words) == 2
    assert re.search(sentence, capsys.readouterr().err)
    assert sorted(folder.iterdir()) == before


def test_shares_for_other_paintings_are_refused():
    with pytest.raises(OptionsError, match="Both"):
        wanted_cells(build_parser().parse_args(["sheet", "a.png", "b.png", "--iterations", "3", "--effort", "good"]))


def test_a_signal_keeps_a_sheet_of_what_is_painted(folder: Path, capsys: pytest.CaptureFixture[str]):
    runs = []

    def stopping(request: StylizeRequest, _begin: RunState | None = None, /) -> Iterates:
        runs.append(request)
        for iterate in FakeStylizer(steps=3)(request):
            if len(runs) == 2 and iterate.step == 1:
                signal.raise_signal(signal.SIGTERM)
            yield iterate

    assert sheet("content.png", "style.png", "style2.png", "starry_night_van_gogh.png", stylizer=stopping) == 143
    assert len(runs) == 2
    assert capsys.readouterr().out == "content-sheet.png shows 1 of 3 pictures.\n"


@pytest.mark.slow
def test_the_program_paints_a_sheet(folder: Path):
    words = ["sheet", "content.png", "style.png", "style2.png", "--iterations", "2", "--size", "48"]
    process = start(MAIN, words, NEURAL_STYLE_WEIGHTS=str(folder / "weights"))
    stdout, stderr = process.communicate(timeout=170)
    assert process.returncode == 0, stderr
    assert stdout == "content-sheet.png shows 2 of 2 pictures.\n"
    assert stderr.splitlines()[0].startswith("Painting 2 pictures for one sheet. Network: ")

"""`neural-style inspect`: what a picture tells of itself, and what is measured of any picture."""

import json
from pathlib import Path

import numpy as np
import pytest

from neural_style.changes import Change
from neural_style.cli.main import main
from neural_style.images.save import save_image
from neural_style.masks import READY
from neural_style.record.recipe import recipe
from neural_style.request import Style, StylizeRequest
from neural_style.settings import Settings
from tests.fakes import FakeStylizer, small_picture


@pytest.fixture
def painted(tmp_path: Path) -> Path:
    """A picture with its recipe: two paintings, one of them turned and in a region, and a change on the way."""
    styles = [
        Style(small_picture(seed=2), share=2.0, title="night", region=READY["left"], turn=30.0),
        Style(small_picture(seed=3)),
    ]
    request = StylizeRequest(small_picture(), styles, Settings(iterations=3), left_alone=READY["ground"])
    run = FakeStylizer()(request)
    next(run)
    *_, last = [run.send(Change(settings={"weights.content": 9.0})), *run]
    save_image(tmp_path / "out.png", last.result(), recipe=recipe(request, last))
    return tmp_path / "out.png"


def test_it_says_how_the_picture_was_painted(painted: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["inspect", str(painted)]) == 0
    said = capsys.readouterr().out
    for part in (
        *("56x40 px", "fake network", "3 of 3", "preset classic, iterations 3", "painting 1 night share 2, turn 30"),
        *("region 50%", "painting 2 as it is", "left alone 33% of the photo", "after step 0: weights.content 9"),
        "was not measured. Give --photo and --styles",
    ):
        assert part in said


def test_as_json_it_is_the_recipe_itself(painted: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["inspect", str(painted), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["changes"] == [{"step": 0, "settings": {"weights.content": 9.0}}]
    assert told["size_px"] == {"width": 56, "height": 40}


def test_any_picture_is_measured_with_its_photo_and_paintings(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for name, picture in (("photo", small_picture(seed=1)), ("painting", 0.4 * small_picture(seed=2))):
        save_image(tmp_path / f"{name}.png", np.rint(picture).astype(np.uint8))
    files = ["--photo", str(tmp_path / "photo.png"), "--styles", str(tmp_path / "painting.png"), "--json"]
    measured = {}
    for name in ("photo", "painting"):
        assert main(["inspect", str(tmp_path / f"{name}.png"), *files]) == 0
        measured[name] = json.loads(capsys.readouterr().out)["nearness"]
    assert measured["photo"]["colors"]["pixels"] == pytest.approx(0.0, abs=0.01)
    assert measured["painting"]["colors"]["pixels"] == pytest.approx(1.0, abs=0.01)
    assert set(measured["painting"]["wasserstein"]) == {"relu1_1", "relu2_1", "relu3_1", "relu4_1"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["missing.png"], "There is no file"),
        (["plain.png"], "has no recipe in it"),
        (["plain.png", "--photo", "plain.png"], "--photo and --styles go together"),
    ],
)
def test_what_cannot_be_said_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str], sentence: str
):
    monkeypatch.chdir(tmp_path)
    save_image(tmp_path / "plain.png", np.zeros((20, 20, 3), np.uint8))
    assert main(["inspect", *words]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    "recipe_text",
    [
        '{"settings":{},"nearness":{"style":[1]}}',
        '{"settings":{},"nearness":{"style":{"relu1_1":"x"}}}',
        '{"settings":{},"nearness":[1]}',
        '{"settings":{},"size_px":[1,2],"network":"x","steps":5,"losses":[1]}',
    ],
)
def test_what_others_have_written_into_a_recipe_does_not_trouble_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], recipe_text: str
):
    save_image(tmp_path / "odd.png", np.zeros((20, 20, 3), np.uint8), recipe=recipe_text)
    assert main(["inspect", str(tmp_path / "odd.png")]) == 0
    assert "Painted by" in capsys.readouterr().out

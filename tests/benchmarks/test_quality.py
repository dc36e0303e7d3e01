"""The comparison of two recipes: what may be asked for, what is kept, and what is written."""

import contextlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from benchmarks import painted, quality, side_by_side
from benchmarks.common import Pair
from benchmarks.measures import HEADLINES
from benchmarks.painted import ServiceContext
from benchmarks.recipes import parse_recipe
from neural_style.errors import OptionsError
from neural_style.images.load import load_image
from neural_style.presets import PRESETS
from tests.benchmarks.judging import random_judges
from tests.fakes import small_picture

PAIR = Pair("red_panda", "great_wave_hokusai")


def settings_of(text):
    return parse_recipe(text, 64, 30).settings


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_alone_has_the_size_and_the_work_of_the_comparison(name):
    expected = replace(PRESETS[name].settings, longest_side_px=64, iterations=30, effort=None)
    assert settings_of(name) == expected


def test_for_no_given_work_a_preset_keeps_its_own():
    assert parse_recipe("sketch", 64, None).settings == replace(PRESETS["sketch"].settings, longest_side_px=64)


def test_changes_go_to_where_they_belong():
    changed = settings_of("painted:total_variation=100,iterations=60,scales=4,effort=none,learning_rate=2.5")
    assert (changed.weights.total_variation, changed.iterations, changed.scales, changed.effort) == (100, 60, 4, None)
    assert changed.adam.learning_rate == 2.5
    assert changed.weights.style == PRESETS["painted"].settings.weights.style
    assert settings_of("seed:preserve_colors=yes,start=content").preserve_colors is True
    assert settings_of("painted: effort=quick , scales=auto").effort == "quick"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("oil", "no preset 'oil'. Known are classic, painted"),
        ("", "no preset"),
        ("seed:scales", "'scales' in a recipe must be KEY=VALUE"),
        ("seed:=3", "must be KEY=VALUE"),
        ("seed:scales=", "must be KEY=VALUE"),
        ("seed:scales=2,,style=3", "must be KEY=VALUE"),
        ("seed:scales=2,scales=3", "scales stands twice"),
        ("seed:width=100", "same --size"),
        ("seed:longest_side_px=100", "same --size"),
        ("seed:brush=3", "no brush. Known are content, content_blend"),
        ("seed:weights=3", "no weights"),
        ("seed:scales=none", "number of scales"),
        ("seed:scales=99", "number of scales"),
        ("seed:total_variation=much", "total variation weight must be a number"),
        ("seed:style=nan", "style weight must be a number"),
        ("seed:pooling=sum", "pooling must be one of"),
    ],
)
def test_what_is_wrong_with_a_recipe_is_said_in_a_sentence(text, sentence):
    with pytest.raises(OptionsError, match=sentence):
        settings_of(text)


@given(st.floats(0, 1e6), st.integers(1, 8))
def test_numbers_come_through_as_they_are(weight, scales):
    changed = settings_of(f"seed:style={weight!r},scales={scales}")
    assert (changed.weights.style, changed.scales) == (weight, scales)


@pytest.mark.slow
@given(st.text())
def test_any_words_are_a_recipe_or_an_error_for_people(text):
    with contextlib.suppress(OptionsError):
        settings_of(f"seed:{text}")


def test_a_slug_can_be_the_name_of_a_folder():
    assert parse_recipe("painted:total_variation=1.5, scales=4", 64, 1).slug == "painted-total_variation-1.5-scales-4"


def test_unknown_examples_are_named_with_those_that_there_are(capsys):
    assert quality.main(["--photos", "red_pandas"]) == 2
    assert "no photo 'red_pandas' among the examples. Known are astronaut_portrait" in capsys.readouterr().err
    assert quality.main(["--recipes", "classic", "oil"]) == 2


def test_pairs_go_photo_by_photo_each_once():
    pairs = quality.read_pairs(["coffee_cup", "red_panda", "coffee_cup"], ["the_sun_munch", "great_wave_hokusai"])
    assert [str(pair).split("_")[0] for pair in pairs] == ["coffee", "coffee", "red", "red"]
    assert len(set(pairs)) == 4
    assert len(quality.read_pairs(quality.PHOTOS, quality.PAINTINGS)) == 36


def test_a_summary_has_medians_their_ratio_and_the_cells_in_which_the_second_is_better():
    measured = [({"a": 1.0, "z": 0.0}, {"a": 3.0, "z": 0.0}), ({"a": 4.0, "z": 0.0}, {"a": 2.0, "z": 1.0})]
    measured.append(({"a": 5.0, "z": 0.0}, {"a": 5.0, "z": 2.0}))
    assert quality.summary(measured) == {
        "a": {"first": 4, "second": 3, "ratio": 0.75, "second_better": 1, "equal": 1},
        "z": {"first": 0, "second": 1, "ratio": None, "second_better": 0, "equal": 1},
    }


@pytest.fixture(autouse=True)
def no_judges(monkeypatch):
    """Whether the networks of LPIPS are on this machine does not decide what is tested."""
    monkeypatch.setattr(quality, "judges_here", lambda _file: None)


def ran(folder: Path, *words: str) -> dict:
    arguments = ["--photos", PAIR.photo, "--paintings", PAIR.painting, "--size", "64", "--iterations", "2"]
    status = quality.main(
        [*arguments, "--folder", str(folder / "out"), "--cache", str(folder / "kept"), "--name", "x", *words]
    )
    assert status == 0
    return json.loads((folder / "out" / "x.json").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_two_recipes_are_painted_measured_and_laid_out(tiny, tmp_path, capsys):
    written = ran(tmp_path, "--crops")
    assert written["network"] == tiny.title
    assert written["equal_work"] is True
    assert written["recipes"]["second"]["text"] == "painted"
    (cell,) = written["cells"]
    assert (cell["photo"], cell["painting"]) == (PAIR.photo, PAIR.painting)
    assert cell["first"]["seconds"] > 0
    assert cell["first"]["loss"] > 0
    for name in HEADLINES:
        assert written["measures"][name]["first"] == cell["first"]["measures"][name]
    assert written["seconds_ratio"] == pytest.approx(cell["second"]["seconds"] / cell["first"]["seconds"], rel=1e-3)
    files = ["x.json", "x_a.jpg", "x_b.jpg", "x_crops.jpg", "x_side_by_side.jpg"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == files
    said = capsys.readouterr().out
    assert "structure" in said
    assert "LPIPS and the style by AlexNet are left out" in said
    assert "lpips_alex" not in written["measures"]


@pytest.mark.slow
def test_where_the_networks_of_lpips_are_their_measures_stand_with_the_others(tiny, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(quality, "judges_here", lambda _file: random_judges())
    written = ran(tmp_path)
    (cell,) = written["cells"]
    for name in ("lpips_alex", "lpips_vgg", "style_alex"):
        assert cell["second"]["measures"][name] > 0
        assert written["measures"][name]["second"] == cell["second"]["measures"][name]
    said = capsys.readouterr().out
    assert "style_alex" in said
    assert "left out" not in said


@pytest.mark.slow
def test_a_second_call_paints_only_what_is_missing(tiny, tmp_path, monkeypatch):
    first = ran(tmp_path)
    painted_by_classic = next((tmp_path / "kept").glob("classic-*"))
    assert sorted(path.name for path in painted_by_classic.iterdir()) == [
        "red_panda__great_wave_hokusai.json",
        "red_panda__great_wave_hokusai.png",
    ]
    runs = []
    real = painted.stylize
    monkeypatch.setattr(painted, "stylize", lambda request, *_: runs.append(request.settings) or real(request, *_))
    assert ran(tmp_path)["cells"] == first["cells"]
    assert runs == []
    ran(tmp_path, "--recipes", "classic", "painted:scales=1")
    assert [settings.scales for settings in runs] == [1]
    ran(tmp_path, "--again")
    assert len(runs) == 3


def test_work_and_code_that_differ_are_told(tiny, tmp_path, monkeypatch, capsys):
    assert ran(tmp_path, "--recipes", "classic", "seed:iterations=3")["equal_work"] is False
    monkeypatch.setattr(quality, "code_fingerprint", lambda: "of later")
    assert ran(tmp_path, "--recipes", "classic", "seed:iterations=3")["pictures_by_other_code"] == 2
    assert "--again" in capsys.readouterr().out


@pytest.mark.slow
def test_what_is_kept_is_not_mistaken_for_that_of_another_network_or_for_a_damaged_one(tiny, tmp_path):
    recipe = parse_recipe("painted:scales=1", 48, 1)
    context = ServiceContext(tiny, tmp_path)
    first = context.painted(recipe, PAIR)
    path = context.path(recipe, PAIR)
    np.testing.assert_array_equal(load_image(path), first.picture)
    assert ServiceContext(replace(tiny, sha256="1" * 64), tmp_path).path(recipe, PAIR) != path
    assert context.painted(recipe, PAIR).facts == first.facts
    path.with_suffix(".json").write_text("{", encoding="utf-8")
    assert context.painted(recipe, PAIR).facts.loss == pytest.approx(first.facts.loss)


def test_the_rooms_that_decide_what_is_painted_are_rooms_with_sources():
    package = Path(painted.neural_style.__file__).parent
    assert {"losses", "vgg"} < set(painted.ROOMS)
    assert all(list((package / room).glob("*.py")) for room in painted.ROOMS)


def test_the_flattest_place_is_where_the_photo_has_least_in_it():
    y, x = np.mgrid[0:96, 0:128]
    checks = np.where((y // 8 + x // 8) % 2, 255.0, 0.0)
    checks[32:72, 64:104] = 128
    photo = np.repeat(checks[..., np.newaxis], 3, axis=-1).astype(np.float32)
    assert side_by_side.flattest_window(photo, 40) == (pytest.approx(32, abs=2), pytest.approx(64, abs=2))
    assert side_by_side.flattest_window(photo, 500) == (0, 0)


def test_crops_are_twice_as_large_and_no_larger_than_the_picture():
    photo, result = small_picture(200, 100), small_picture(200, 100, seed=1)
    assert [crop.shape for crop in side_by_side.crops(photo, result)] == [(320, 200, 3)] * 2


def test_both_results_stand_beside_each_other_with_their_letters():
    black = np.zeros((64, 80, 3), np.uint8)
    both = side_by_side.beside((black, black))
    assert both.shape == (64, 164, 3)
    assert both[:, :60].max() == 0
    assert both[1, 79].min() == 255
    assert both[1, 163].min() == 255


def test_a_sheet_is_shrunk_until_it_is_small_enough(tmp_path, monkeypatch):
    noise = np.random.default_rng(0).integers(0, 256, (80, 120, 3)).astype(np.uint8)
    cells = [side_by_side.Shown(PAIR, noise.astype(np.float32), noise.astype(np.float32), (noise, noise))]
    side_by_side.write_sheets(tmp_path / "whole", "x", ("one", "two"), cells)
    monkeypatch.setattr(side_by_side, "MOST_BYTES", 12_000)
    side_by_side.write_sheets(tmp_path / "small", "x", ("one", "two"), cells)
    assert all(path.stat().st_size < 12_000 for path in (tmp_path / "small").iterdir())
    widths = [Image.open(tmp_path / name / "x_side_by_side.jpg").width for name in ("whole", "small")]
    assert widths[1] < widths[0]

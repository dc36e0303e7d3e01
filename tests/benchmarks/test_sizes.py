"""The comparison of sizes: what it reports, and what it refuses."""

import json

import pytest
from PIL import Image

from benchmarks import sizes


def row(pair, palette, style, structure):
    return {"pair": pair, "measures": {"palette": palette, "style": style, "structure": structure, "border": 1.0}}


def test_movement_is_the_largest_over_the_least_of_a_pair_and_not_between_pairs():
    rows = [row("a", 2.0, 0.5, 0.1), row("a", 3.0, 0.4, 0.1), row("b", 40.0, 0.9, 0.2), row("b", 40.0, 0.9, 0.5)]
    assert sizes.movement(rows) == {
        "palette": {"median": 1.25, "worst": 1.5},
        "style": {"median": pytest.approx(1.12), "worst": 1.25},
    }


@pytest.mark.slow
def test_every_size_of_a_pair_is_painted_measured_and_shown_equally_large(tiny, tmp_path):
    words = ["--recipe", "painted:scales=1", "--pairs", "red_panda:great_wave_hokusai", "--sizes", "48", "64"]
    status = sizes.main([*words, "--iterations", "1", "--folder", str(tmp_path), "--cache", str(tmp_path / "kept")])
    assert status == 0
    report = json.loads((tmp_path / "sizes.json").read_text(encoding="utf-8"))
    assert [each["longest_side_px"] for each in report["rows"]] == [48, 64]
    assert set(report["movement"]) == set(sizes.COMPARED)
    with Image.open(tmp_path / "sizes.jpg") as sheet:
        assert sheet.width > 2 * sizes.CELL_PX


def test_an_unknown_recipe_is_refused_in_words(capsys):
    assert sizes.main(["--recipe", "oil"]) == 2
    assert "no preset 'oil'" in capsys.readouterr().err

"""Two networks on the same pairs."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks import networks
from benchmarks.looks import CELL_PX, PAIRS
from neural_style.networks import embedded, store
from neural_style.presets import APP_PRESET, PRESETS
from tests.fakes import as_vgg19, small_picture, tiny_network


@pytest.mark.slow
def test_both_networks_paint_every_pair_and_stand_beside_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for name, network in (("a", tiny_network()), ("b", as_vgg19(tiny_network(seed=1)))):
        store.save(network, tmp_path / f"{name}.safetensors")
    files = [str(tmp_path / f"{name}.safetensors") for name in "ab"]
    pair = ["--pairs", "red_panda:great_wave_hokusai", "--size", "48", "--iterations", "2"]
    assert networks.main([*files, *pair, "--output", str(tmp_path / "out" / "sheet.jpg")]) == 0
    header, first, second, _ = capsys.readouterr().out.splitlines()
    assert header.split()[-len(networks.MEASURES) :] == list(networks.MEASURES)
    assert [line.split(",")[1].split()[0] for line in (first, second)] == ["A", "B"]
    assert first.split()[-2:] != second.split()[-2:]
    with Image.open(tmp_path / "out" / "sheet.jpg") as sheet:
        assert (sheet.format, sheet.width > 4 * CELL_PX) == ("JPEG", True)


def test_the_embedded_network_has_a_word_and_three_pairs_are_painted_if_none_are_named() -> None:
    assert networks.network_named("embedded").title == embedded.TITLE
    arguments = networks.build_parser().parse_args(["embedded", "x.mat"])
    assert (len(arguments.pairs), arguments.pairs) == (3, PAIRS)
    assert networks.settings_for(arguments).effort == PRESETS[APP_PRESET].settings.effort
    fixed = networks.settings_for(networks.build_parser().parse_args(["a", "b", "--iterations", "7", "--size", "99"]))
    assert (fixed.iterations, fixed.effort, fixed.longest_side_px) == (7, None, 99)


def test_a_file_that_cannot_be_used_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert networks.main(["embedded", str(tmp_path / "no.safetensors")]) == 2
    assert "There is no network file" in capsys.readouterr().err


def test_a_result_that_is_the_photo_has_lost_none_of_its_structure_and_one_that_is_the_painting_no_colour() -> None:
    photo, painting = small_picture(64, 80), small_picture(64, 80, seed=1)
    result = np.rint(photo).astype(np.uint8)
    found = {name: measure(result, photo, painting) for name, measure in networks.MEASURES.items()}
    assert found["structure"] == pytest.approx(0, abs=1e-3)
    assert found["palette"] > 1
    painted = np.rint(painting).astype(np.uint8)
    assert networks.MEASURES["palette"](painted, photo, painting) == pytest.approx(0, abs=0.1)
    assert networks.MEASURES["structure"](painted, photo, painting) > 0.1

"""The sheet of all presets."""

import numpy as np
import pytest
from PIL import Image

from benchmarks import looks
from neural_style.presets import PRESETS


def test_all_have_the_presets_settings_but_for_the_steps_of_the_classic_one_which_the_sheet_says():
    for name, preset in PRESETS.items():
        settings = looks.settings_of(name, 300)
        assert settings.longest_side_px == 300
        assert (settings.weights, settings.effort) == (preset.settings.weights, preset.settings.effort)
    assert str(looks.settings_of("classic", 300).iterations) in looks.title("classic")
    assert looks.title("bold") == "bold"


def test_a_label_is_black_on_white():
    drawn = looks.label("bold", 200)
    assert drawn.shape == (looks.LABEL_PX, 200, 3)
    assert np.percentile(drawn, 50) == 255
    assert drawn.min() < 60


@pytest.mark.slow
def test_the_sheet_has_a_column_for_each_preset(tiny, tmp_path):
    output = tmp_path / "looks.jpg"
    pair = ["--pairs", "red_panda:great_wave_hokusai", "--size", "48"]
    looks.main([*pair, "--presets", "sketch", "print", "--output", str(output)])
    with Image.open(output) as sheet:
        assert sheet.width > 3 * looks.CELL_PX

"""Named looks."""

from neural_style.presets import APP_PRESET, CLI_PRESET, PRESETS
from neural_style.request import Settings


def test_the_command_line_starts_from_the_seeds_settings():
    assert PRESETS[CLI_PRESET].settings == Settings()


def test_the_page_paints_small_first_and_until_the_loss_no_longer_falls_usefully():
    settings = PRESETS[APP_PRESET].settings
    assert (settings.length, settings.scales) == ("good", "auto")


def test_the_page_starts_from_l_bfgs_on_a_colour_matched_photo():
    settings = PRESETS[APP_PRESET].settings
    assert (settings.optimizer, settings.start) == ("lbfgs", "colors")


def test_the_page_leaves_plain_places_plain_and_the_seeds_settings_smooth_evenly():
    assert PRESETS[APP_PRESET].settings.smoothing == "adaptive"
    assert PRESETS["seed"].settings.smoothing == "even"


def test_every_preset_can_be_used_without_a_file_and_says_what_it_is_for():
    for preset in PRESETS.values():
        assert preset.settings.start != "image"
        assert preset.purpose.endswith(".")

"""Named looks."""

from neural_style.presets import APP_PRESET, CLI_PRESET, PRESETS
from neural_style.settings import Settings


def test_the_command_line_starts_from_the_seeds_settings():
    assert PRESETS[CLI_PRESET].settings == Settings()


def test_the_page_paints_small_first_and_until_the_loss_no_longer_falls_usefully():
    settings = PRESETS[APP_PRESET].settings
    assert (settings.effort, settings.scales) == ("good", "auto")


def test_the_page_starts_from_l_bfgs_on_a_colour_matched_photo():
    settings = PRESETS[APP_PRESET].settings
    assert (settings.optimizer, settings.start) == ("lbfgs", "colors")


def test_the_page_leaves_plain_places_plain_and_the_seeds_settings_smooth_evenly():
    assert PRESETS[APP_PRESET].settings.smoothing == "adaptive"
    assert PRESETS["classic"].settings.smoothing == "even"


def test_the_page_paints_as_strongly_by_a_pale_painting_as_by_a_garish_one():
    assert PRESETS[APP_PRESET].settings.weights.style_balance == "relative"
    assert PRESETS["classic"].settings.weights.style_balance == "absolute"


def test_there_are_at_least_six_looks_and_no_two_are_the_same():
    chosen = [preset.settings for preset in PRESETS.values()]
    assert len(chosen) >= 6
    assert all(one != other for index, one in enumerate(chosen) for other in chosen[:index])


def test_each_look_differs_from_the_pages_in_what_it_is_named_for():
    page = PRESETS[APP_PRESET].settings
    weights = {name: preset.settings.weights for name, preset in PRESETS.items()}
    noise = {name: preset.settings.noise_share for name, preset in PRESETS.items()}
    assert weights["faithful"].content > page.weights.content > weights["abstract"].content
    assert weights["abstract"].content_blend < page.weights.content_blend  # the deeper layer sees larger forms
    assert weights["bold"].style > page.weights.style
    assert noise["abstract"] > noise["bold"] > noise[APP_PRESET] == noise["faithful"] == 0
    assert weights["flat"].total_variation > page.weights.total_variation
    assert PRESETS["photo-colors"].settings.preserve_colors
    assert (PRESETS["sketch"].settings.effort, PRESETS["fine"].settings.effort) == ("quick", "best")


def test_every_preset_can_be_used_without_a_file_and_says_what_it_is_for():
    for preset in PRESETS.values():
        assert preset.settings.start != "image"
        assert preset.purpose.endswith(".")

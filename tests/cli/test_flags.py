"""The flags mean what they mean in the original program; presets fill what is not given."""

import argparse
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neural_style.cli.defaults import SHORT_LONGEST_SIDE_PX
from neural_style.cli.main import build_parser
from neural_style.cli.reading import read_request, read_settings
from neural_style.errors import NeuralStyleError, OptionsError
from neural_style.presets import APP_PRESET, CLI_PRESET, PRESETS, RENAMED
from neural_style.request import STYLE_MASKS, STYLE_NUMBERS
from neural_style.rows import lowered
from neural_style.settings import ROWS, AdamSettings, LossWeights, Settings
from neural_style.strength import STRENGTH, at_strength
from tests.cli.command import flags

ORIGINAL_FLAGS = {
    "--content",
    "--styles",
    "--output",
    "--iterations",
    "--print-iterations",
    "--checkpoint-output",
    "--checkpoint-iterations",
    "--progress-write",
    "--progress-plot",
    "--width",
    "--style-scales",
    "--network",
    "--content-weight-blend",
    "--content-weight",
    "--style-weight",
    "--style-layer-weight-exp",
    "--style-blend-weights",
    "--tv-weight",
    "--learning-rate",
    "--beta1",
    "--beta2",
    "--eps",
    "--initial",
    "--initial-noiseblend",
    "--preserve-colors",
    "--pooling",
    "--overwrite",
}

OUR_FLAGS = {"-h", "--help", "--preset", "--recipe", "--strength", "--memory-gb", "--timelapse", "--resume"} | {
    *("--no-preserve-colors", "--no-normalize-gradients", "--leave-alone", "--feather", "--save-run"),
    *(row.flag for row in (*STYLE_NUMBERS.values(), *STYLE_MASKS.values())),
    *(row.flag for row in ROWS.values()),
}

FORMER_FLAGS = {row.former_flag for row in ROWS.values() if row.former}
"""Still taken, and not shown."""


def parsed_settings(*words: str, base: Settings | None = None) -> Settings:
    needed = ["stylize", "--content", "a.png", "--styles", "b.png", "--output", "c.png"]
    return read_settings(build_parser().parse_args([*needed, *words]), base)


def help_text(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit):
        build_parser().parse_args(["stylize", "--help"])
    return " ".join(capsys.readouterr().out.split())


def parser_of(command: str) -> argparse.ArgumentParser:
    (commands,) = (action.choices for action in build_parser()._actions if isinstance(action.choices, dict))
    return commands[command]


def test_every_flag_of_the_original_program_is_there_and_ours_are_these(capsys: pytest.CaptureFixture[str]):
    declared = {flag for action in parser_of("stylize")._actions for flag in action.option_strings}
    assert declared == ORIGINAL_FLAGS | OUR_FLAGS | FORMER_FLAGS
    usage, text = help_text(capsys).split(" pictures: ", 1)
    for flag in ORIGINAL_FLAGS | OUR_FLAGS:
        assert re.search(rf"{flag}[ ,\]]", usage), flag
        assert re.search(rf" {flag}[ ,]", text) or flag in ("-h", "--help"), flag
    assert [flag for flag in FORMER_FLAGS if flag in usage + text] == []


def test_the_help_shows_the_ranges_the_defaults_and_the_presets(capsys: pytest.CaptureFixture[str]):
    text = help_text(capsys)
    assert "--style-weight X weight of likeness to the paintings" in text
    assert "more of their strokes and colours (at least 0; default: 500)" in text
    assert "how rough the way was (at least 0 and below 1; default: 0.999)" in text
    assert "at full size (instead of --effort; from 1 to 100000; default: 1000)" in text
    assert "--scales N|auto" in text
    assert f"--strength X {lowered(STRENGTH.help).removesuffix('.')} (from 0 to 1; 0 faithful, " in text
    assert "--effort {quick,good,best}" in text
    assert "default: 1 with the start noise, else 0" in text
    assert all(preset.purpose in text for preset in PRESETS.values())
    assert [name for name in RENAMED if re.search(rf"[,{{]{name}[,}}]", text)] == []


@pytest.mark.parametrize("path", ROWS)
def test_every_setting_has_a_flag_that_the_help_explains_under_its_heading(
    path: str, capsys: pytest.CaptureFixture[str]
):
    row = ROWS[path]
    _, _, group = help_text(capsys).partition(f" {lowered(row.group)}: --")
    assert f"{row.flag.removeprefix('--')} " in f"{group} "
    assert f"{lowered(row.help).removesuffix('.')} (" in group


@pytest.mark.parametrize(
    ("former", "today"),
    [
        ("--length sketch", "--effort quick"),
        ("--length fine", "--effort best"),
        ("--length good", "--effort good"),
        ("--margin 12", "--padding 12"),
        ("--preset seed", "--preset classic"),
        ("--preset flat", "--preset print"),
        ("--preset fine", "--preset painted"),
    ],
)
def test_what_older_versions_took_still_means_the_same(former: str, today: str):
    assert parsed_settings(*former.split()) == parsed_settings(*today.split())


def test_a_former_word_is_no_word_of_todays_flag(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        parsed_settings("--effort", "long")
    assert "argument --effort: invalid choice: 'long'" in capsys.readouterr().err


def test_without_flags_the_settings_are_the_presets():
    assert parsed_settings() == PRESETS[CLI_PRESET].settings == Settings()
    for name, preset in PRESETS.items():
        assert parsed_settings("--preset", name) == preset.settings


def test_the_short_way_takes_every_flag_of_the_long_one_but_the_names_of_photo_and_paintings():
    flags_of = {
        name: {flag for action in parser_of(name)._actions for flag in action.option_strings}
        for name in ("stylize", "paint")
    }
    assert flags_of["stylize"] - flags_of["paint"] == {"--content", "--styles"}
    assert flags_of["paint"] - flags_of["stylize"] == set()


def short_settings(*words: str) -> Settings:
    return read_settings(build_parser().parse_args(["paint", "a.png", "b.png", *words]))


def test_the_short_way_has_the_pages_look_at_a_size_worth_keeping():
    assert short_settings() == replace(PRESETS[APP_PRESET].settings, longest_side_px=SHORT_LONGEST_SIDE_PX)
    assert short_settings().effort == "good"
    for name, preset in PRESETS.items():
        assert short_settings("--preset", name) == replace(preset.settings, longest_side_px=SHORT_LONGEST_SIDE_PX)
    strong = short_settings("--strength", "0.9")
    assert strong == replace(at_strength(PRESETS[APP_PRESET].settings, 0.9), longest_side_px=SHORT_LONGEST_SIDE_PX)


def test_a_size_given_to_the_short_way_replaces_its_own():
    assert (short_settings("--size", "900").longest_side_px, short_settings("--size", "900").width) == (900, None)
    assert (short_settings("--width", "900").longest_side_px, short_settings("--width", "900").width) == (None, 900)


def test_the_help_of_the_short_way_shows_its_own_defaults(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        build_parser().parse_args(["paint", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert text.startswith("usage: neural-style PHOTO PAINTING [PAINTING ...] [FLAGS]")
    assert f"(default: {APP_PRESET})" in text
    assert f"default: {SHORT_LONGEST_SIDE_PX})" in text
    assert "a PNG beside the photo, named after photo and painting" in text
    assert all(preset.purpose in text for preset in PRESETS.values())


EVERY_SETTING = (
    "--content-weight 6 --content-weight-blend 0.5 --style-weight 7 --style-layer-weight-exp 1.5 --tv-weight 8 "
    "--learning-rate 9 --beta1 0.8 --beta2 0.95 --eps 1e-4 --iterations 77 --optimizer lbfgs --pooling avg "
    "--seed 3 --start colors --initial-noiseblend 0.25 --preserve-colors --width 320 --scales 3 "
    "--precision float32 --style-balance relative --smoothing adaptive --chroma-smoothing 12 --padding 8 "
    "--alpha keep --bits 16 --dpi 300 --wasserstein-weight 2 --matching-weight 3 --coherence 0.75 --first 128 "
    "--forms colors --style-fit longest --tv-exponent 1.5 --color-way lab --color-strength 0.7 "
    "--style-statistic moments --content-layers relu3_1:2,relu4_1 --style-layers relu1_2 --normalize-gradients"
)


def test_every_flag_reaches_its_setting():
    assert parsed_settings(*EVERY_SETTING.split()) == Settings(
        weights=LossWeights(
            content=6,
            content_blend=0.5,
            content_layers="relu3_1:2,relu4_1",
            style_layers="relu1_2",
            style_statistic="moments",
            normalize_gradients=True,
            style=7,
            style_layer_exponent=1.5,
            style_balance="relative",
            wasserstein=2,
            matching=3,
            coherence=0.75,
            total_variation=8,
            smoothing_exponent=1.5,
            chroma_smoothing=12,
        ),
        smoothing="adaptive",
        adam=AdamSettings(learning_rate=9, beta1=0.8, beta2=0.95, epsilon=1e-4),
        iterations=77,
        optimizer="lbfgs",
        pooling="avg",
        seed=3,
        start="colors",
        initial_noiseblend=0.25,
        preserve_colors=True,
        color_way="lab",
        color_strength=0.7,
        width=320,
        scales=3,
        first_px=128,
        forms="colors",
        style_fit="longest",
        precision="float32",
        padding_px=8,
        alpha="keep",
        bits=16,
        dpi=300,
    )
    assert parsed_settings("--size", "200").longest_side_px == 200
    assert parsed_settings("--scales", "auto").scales == "auto"
    assert parsed_settings("--effort", "quick").effort == "quick"


def test_every_setting_but_those_with_another_in_their_place_is_in_the_test_above():
    flags = set(re.findall(r"--[a-z0-9-]+", EVERY_SETTING))
    assert {row.flag for row in ROWS.values()} - flags == {"--size", "--effort"}


def test_a_strength_changes_a_preset_and_flags_change_what_the_strength_says():
    printed = parsed_settings("--preset", "print", "--strength", "0.55")
    assert printed == at_strength(PRESETS["print"].settings, 0.55)
    changed = parsed_settings("--content-weight", "9", "--preset", "print", "--strength", "0.55")
    assert changed == replace(printed, weights=replace(printed.weights, content=9.0))


def test_a_strength_alone_is_one_of_the_pages_look_since_that_of_the_command_line_has_no_such_losses():
    assert parsed_settings("--strength", "0.7") == PRESETS["bold"].settings
    assert parsed_settings("--strength", "0.1") == at_strength(PRESETS[APP_PRESET].settings, 0.1)
    assert parsed_settings("--preset", "classic", "--strength", "0.1") == at_strength(Settings(), 0.1)


def test_a_strength_changes_a_recipe():
    kept = Settings(width=300, seed=3)
    assert parsed_settings("--strength", "1", base=kept) == at_strength(kept, 1.0)


@pytest.mark.parametrize("wrong", ["-0.1", "1.1", "nan"])
def test_a_strength_out_of_range_is_refused_in_words(wrong: str):
    with pytest.raises(OptionsError, match="The strength must be a number from 0 to 1; got"):
        parsed_settings(f"--strength={wrong}")


def test_a_strength_that_is_no_number_is_refused_in_words(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        parsed_settings("--strength", "bold")
    assert "--strength: a number is needed; got 'bold'" in capsys.readouterr().err


def test_a_size_takes_the_place_of_that_of_a_recipe():
    kept = Settings(width=300)
    changed = parsed_settings("--size", "200", base=kept)
    assert (changed.width, changed.longest_side_px) == (None, 200)
    assert parsed_settings(base=kept) == kept


def test_iterations_take_the_place_of_a_presets_effort():
    assert parsed_settings("--preset", "painted").effort == "good"
    changed = parsed_settings("--preset", "painted", "--iterations", "30")
    assert (changed.effort, changed.iterations) == (None, 30)


def test_iterations_and_an_effort_together_are_refused():
    for preset in PRESETS:
        with pytest.raises(OptionsError, match="Both --iterations and --effort were given"):
            parsed_settings("--iterations", "30", "--effort", "good", "--preset", preset)


def test_a_bound_and_a_width_together_are_refused():
    with pytest.raises(OptionsError, match="Both --width and --size were given"):
        parsed_settings("--width", "300", "--size", "200")


def test_scales_that_are_neither_a_number_nor_auto_are_refused_in_words(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        parsed_settings("--scales", "nine")
    assert "--scales: auto or a whole number is needed; got 'nine'" in capsys.readouterr().err


def test_a_flag_changes_one_value_of_a_preset_and_leaves_the_others():
    painted = PRESETS["painted"].settings
    changed = parsed_settings("--preset", "painted", "--tv-weight", "1", "--iterations", "5")
    assert (changed.weights.total_variation, changed.iterations) == (1, 5)
    assert (changed.optimizer, changed.start, changed.scales) == (painted.optimizer, painted.start, painted.scales)
    assert changed.weights.style == painted.weights.style


@pytest.mark.parametrize(
    ("words", "start", "noise_share"),
    [
        ("", "noise", 1.0),
        ("--initial-noiseblend 0.2", "noise", 0.2),  # the rest of it is the content
        ("--initial i.png", "image", 0.0),
        ("--initial i.png --initial-noiseblend 0.2", "image", 0.2),
        ("--initial i.png --preset painted", "image", 0.0),
        ("--start content", "content", 0.0),
    ],
)
def test_the_start_picture_follows_the_original_programs_rules(words: str, start: str, noise_share: float):
    chosen = parsed_settings(*words.split())
    assert (chosen.start, chosen.noise_share) == (start, noise_share)


def test_one_share_or_scale_holds_for_all_styles_and_several_are_taken_in_order(folder: Path):
    two_styles = ["--styles", "style.png", "style2.png"]
    request = read_request(build_parser().parse_args(flags(folder, *two_styles, "--style-scales", "0.5")))
    assert [(style.share, style.scale) for style in request.styles] == [(1.0, 0.5), (1.0, 0.5)]
    request = read_request(build_parser().parse_args(flags(folder, *two_styles, "--style-blend-weights", "3", "1")))
    assert request.shares == pytest.approx((0.75, 0.25))
    assert [style.image.shape[1] for style in request.styles] == [48, 64]


def test_a_home_folder_is_found_where_the_shell_left_the_tilde(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", "/home/painter")
    parsed = build_parser().parse_args(["stylize", "--content=~/a.png", "--styles", "b.png", "--output", "c.png"])
    assert parsed.content == Path("/home/painter/a.png")


NUMBER = st.one_of(
    st.floats().map(repr),
    st.integers().map(str),
    st.sampled_from(["", "x", "1e400", "-0", "0x10", "1_000", "nan", "9" * 5000, "٣"]),
)
WORD = st.sampled_from(["max", "avg", "lbfgs", "adam", "noise", "content", "colors", "image", "", "--"])
ARGUMENT = st.sampled_from(list(ROWS.values())).flatmap(
    lambda row: (
        st.just([row.flag])
        if row.kind.type is bool
        else st.tuples(st.just(row.flag), WORD if row.kind.type is None else NUMBER).map(list)
    )
)
LISTS = st.tuples(
    st.sampled_from(["--style-blend-weights", "--style-scales"]), st.lists(NUMBER, min_size=1, max_size=3)
).map(lambda pair: [pair[0], *pair[1]])


@given(st.lists(st.one_of(ARGUMENT, LISTS), max_size=5))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_any_values_give_a_request_or_a_refusal(folder: Path, arguments: list[list[str]]):
    words = flags(folder, "--styles", "style.png", "style2.png")
    try:
        parsed = build_parser().parse_args([*words, *(word for argument in arguments for word in argument)])
        request = read_request(parsed)
    except (SystemExit, NeuralStyleError):
        return
    assert sum(request.shares) == pytest.approx(1.0)
    assert min(request.canvas_size) >= 16


@given(name=st.sampled_from(["--iterations", "--width", "--seed"]), value=st.integers())
@settings(max_examples=60, deadline=None)
def test_any_whole_number_is_taken_as_it_is_or_refused(name: str, value: int):
    field: dict[str, Any] = {"--iterations": "iterations", "--width": "width", "--seed": "seed"}
    try:
        chosen = parsed_settings(f"{name}={value}")
    except OptionsError:
        return
    assert getattr(chosen, field[name]) == value

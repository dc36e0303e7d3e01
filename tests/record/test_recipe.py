"""The recipe: all that it takes to paint a picture again, in JSON."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neural_style import __version__
from neural_style.errors import ImageError, OptionsError
from neural_style.images.save import save_image
from neural_style.iterate import LossValues
from neural_style.masks import READY, Mask
from neural_style.presets import PRESETS
from neural_style.record.recipe import (
    MOST_BYTES,
    Recipe,
    load_recipe,
    parse_recipe,
    recipe,
    settings_from_dict,
    settings_to_changes,
    settings_to_dict,
)
from neural_style.request import ChosenStyle, Style, StylizeRequest
from neural_style.settings import AdamSettings, LossWeights, Settings, with_changes
from neural_style.strength import at_strength
from tests.fakes import FakeStylizer, small_picture

WEIGHT = st.floats(0, 1e9)
PART = st.floats(0, 1)
SETTINGS = st.builds(
    Settings,
    weights=st.builds(
        LossWeights,
        content=st.floats(1, 1e9),
        content_blend=PART,
        style=WEIGHT,
        style_layer_exponent=st.floats(0.1, 10),
        smoothing_exponent=st.floats(0.5, 2),
        wasserstein=WEIGHT,
        matching=WEIGHT,
        coherence=st.floats(0, 10),
        style_balance=st.sampled_from(["absolute", "relative"]),
        total_variation=WEIGHT,
        chroma_smoothing=st.floats(0, 1e6),
    ),
    pooling=st.sampled_from(["max", "avg"]),
    optimizer=st.sampled_from(["lbfgs", "adam"]),
    adam=st.builds(
        AdamSettings, learning_rate=st.floats(1e-6, 1e6), beta1=st.floats(0, 0.999), beta2=st.floats(0, 0.999)
    ),
    iterations=st.integers(1, 100_000),
    effort=st.sampled_from([None, "quick", "good", "best"]),
    scales=st.just("auto") | st.integers(1, 8),
    first_px=st.none() | st.integers(64, 1024),
    forms=st.sampled_from(["photo", "colors"]),
    style_fit=st.sampled_from(["width", "longest"]),
    precision=st.sampled_from(["auto", "float32", "winograd", "bfloat16", "float16"]),
    start=st.sampled_from(["noise", "content", "colors", "image"]),
    initial_noiseblend=st.none() | PART,
    preserve_colors=st.booleans(),
    width=st.none() | st.integers(16, 9000),
    seed=st.integers(0, 2**32 - 1),
)


@given(SETTINGS)
@settings(max_examples=60, deadline=None)
def test_settings_come_back_from_json_as_they_went_in(chosen: Settings):
    assert settings_from_dict(json.loads(json.dumps(settings_to_dict(chosen)))) == chosen


@given(SETTINGS)
@settings(max_examples=60, deadline=None)
def test_settings_come_back_from_their_short_form(chosen: Settings):
    assert settings_from_dict(json.loads(json.dumps(settings_to_changes(chosen)))) == chosen


def test_the_short_form_names_the_nearest_preset_and_what_differs():
    bold = PRESETS["bold"].settings
    weights = replace(bold.weights, content=7.0)
    assert settings_to_changes(bold) == {"preset": "bold"}
    assert settings_to_changes(replace(bold, weights=weights, iterations=9, effort=None, longest_side_px=320)) == {
        "preset": "bold",
        "weights": {"content": 7.0},
        "iterations": 9,
        "effort": None,
        "longest_side_px": 320,
    }


def test_the_short_form_says_the_strength_where_that_is_shorter():
    strong_print = at_strength(PRESETS["print"].settings, 0.85)
    assert settings_to_changes(strong_print) == {"preset": "print", "strength": 0.85}
    assert settings_to_changes(with_changes(strong_print, {"seed": 7})) == {
        "preset": "print",
        "strength": 0.85,
        "seed": 7,
    }


@given(st.sampled_from(sorted(PRESETS)), st.integers(0, 100), SETTINGS)
@settings(max_examples=60, deadline=None)
def test_settings_at_a_strength_come_back_from_their_short_form(name: str, hundredth: int, other: Settings):
    chosen = at_strength(replace(PRESETS[name].settings, seed=other.seed, adam=other.adam), hundredth / 100)
    assert settings_from_dict(json.loads(json.dumps(settings_to_changes(chosen)))) == chosen


def test_what_an_older_recipe_leaves_out_has_its_default():
    assert settings_from_dict({}) == Settings()
    chosen = settings_from_dict({"iterations": 7, "weights": {"style": 3}})
    assert chosen == Settings(iterations=7, weights=LossWeights(style=3))


@pytest.mark.parametrize(
    ("former", "today"),
    [
        ({"length": "sketch"}, Settings(effort="quick")),
        ({"length": "good"}, Settings(effort="good")),
        ({"length": "fine"}, Settings(effort="best")),
        ({"length": None}, Settings()),
        ({"margin_px": 24}, Settings(padding_px=24)),
        ({"preset": "seed", "seed": 5}, Settings(seed=5)),
        ({"preset": "flat"}, PRESETS["print"].settings),
        ({"preset": "fine"}, PRESETS["painted"].settings),
    ],
)
def test_what_older_versions_wrote_is_read_by_the_names_of_today(former: dict[str, Any], today: Settings):
    assert settings_from_dict(former) == today


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"length": "long"}, "effort must be one of quick, good, best"),
        ({"length": ["good"]}, "effort must be one of quick, good, best"),
        ({"length": "good", "effort": "good"}, "no 'length'"),
        ({"margin_px": -1}, "padding"),
        ({"effort": "sketch"}, "quick, good, best"),
        ({"iteration": 5}, "'iteration'"),
        ({"weights": {"tv": 5}}, "weights of a recipe have no 'tv'"),
        ({5: 5}, "'5'"),
        ({"iterations": "5"}, "whole number"),
        ({"iterations": 5.5}, "whole number"),
        ({"iterations": None}, "whole number"),
        ({"scales": "all"}, "number of scales"),
        ({"scales": None}, "number of scales"),
        ({"effort": "long"}, "quick, good, best"),
        ({"strength": 1.5}, r"^The strength must be a number from 0 to 1; got 1\.5\.$"),
        ({"strength": "bold"}, "strength must be a number"),
        ({"strength": None}, "strength must be a number"),
        ({"strength": [0.5], "preset": "print"}, "strength must be a number"),
        ({"weights": {"strength": 0.5}}, "weights of a recipe have no 'strength'"),
        ({"precision": "half"}, "precision"),
        ({"weights": 5}, "must be names with values"),
        ({"adam": [1, 2]}, "must be names with values"),
        ({"weights": {"style": "much"}}, "style weight"),
        ({"weights": {"style": 10**400}}, "style weight"),
        ({"preserve_colors": "false"}, "yes or no"),
        ({"pooling": ["max"]}, "pooling"),
        ([], "must be names with values"),
        (None, "must be names with values"),
        ("x" * 1000, "must be names with values"),
    ],
)
def test_what_somebody_else_wrote_is_refused_in_words(values: Any, words: str):
    with pytest.raises(OptionsError, match=words) as refusal:
        settings_from_dict(values)
    assert len(str(refusal.value)) < 300


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.sampled_from(["max", "image", ""]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["weights", "seed", "style"]), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*Settings.__dataclass_fields__, "preset", "strength", "x"]), JSON, max_size=4))
@settings(max_examples=100, deadline=None)
def test_any_json_gives_settings_or_is_refused(values: dict[str, Any]):
    try:
        assert isinstance(settings_from_dict(values), Settings)
    except OptionsError:
        return


def painted(*, share: float = 2.0, title: str = "", how: Settings | None = None, **changes: Any) -> dict[str, Any]:
    styles = [Style(small_picture(48, 48), share, 0.5, title), Style(small_picture(seed=3))]
    request = StylizeRequest(content=small_picture(), styles=styles, settings=how or Settings(iterations=3))
    *_, last = FakeStylizer()(request)
    return json.loads(recipe(request, replace(last, **changes), network_sha256="ab" * 32))


def test_a_recipe_says_everything_about_the_run():
    assert painted() == {
        "program": "neural-style",
        "version": __version__,
        "settings": settings_to_dict(Settings(iterations=3)),
        "strength": None,
        "styles": [{"share": 2.0, "scale": 0.5, "turn": 0.0}, {"share": 1.0, "scale": 1.0, "turn": 0.0}],
        "size_px": {"width": 56, "height": 40},
        "network": {"title": "fake network", "sha256": "ab" * 32},
        "steps": {"done": 3, "asked": 3},
        "painted_size_px": {"width": 56, "height": 40},
        "arithmetic": "float32",
        "tile_px": None,
        "losses": {"content": 50.0, "style": 175.0, "total_variation": 25.0, "total": 250.0},
    }


def test_a_recipe_says_the_strength_to_people_and_is_read_by_its_settings():
    how = at_strength(PRESETS["print"].settings, 0.55)
    kept = painted(how=how)
    assert kept["strength"] == 0.55
    assert kept["settings"] == settings_to_dict(how)
    assert parse_recipe({**kept, "strength": 1.0, "arithmetic": None}).settings == how


def test_a_recipe_says_what_the_run_really_did():
    kept = painted(painted_size=(28, 40), arithmetic="winograd", tile_px=512)
    assert kept["painted_size_px"] == {"width": 40, "height": 28}
    assert (kept["arithmetic"], kept["tile_px"]) == ("winograd", 512)


def test_losses_that_are_not_finite_are_null_because_json_has_no_word_for_them():
    losses = LossValues({"content": 1.0, "style": math.nan, "total_variation": math.inf}, math.nan)
    kept = painted(best_losses=losses)["losses"]
    assert kept == {"content": 1.0, "style": None, "total_variation": None, "total": None}


def test_numbers_from_numpy_are_kept_as_numbers():
    chosen = Settings(iterations=np.int64(3), weights=LossWeights(style=np.float32(0.5)))  # pyright: ignore[reportArgumentType]
    assert json.loads(json.dumps(settings_to_dict(chosen)))["weights"]["style"] == 0.5
    assert painted(share=np.float64(2.0))["styles"][0]["share"] == 2.0


def test_what_was_kept_comes_back_with_the_arithmetic_that_was_used(tmp_path: Path):
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps(painted(arithmetic="winograd")), encoding="utf-8")
    assert load_recipe(path) == Recipe(
        Settings(iterations=3, precision="winograd"), (ChosenStyle(None, 2.0, 0.5), ChosenStyle(None))
    )


def test_a_recipe_by_a_network_that_is_no_more_says_so_and_is_read_all_the_same():
    former = {**painted(), "network": {"title": "embedded VGG-16 (HED)", "sha256": None}}
    read = parse_recipe(former)
    assert (read.settings, read.styles) == (parse_recipe(painted()).settings, parse_recipe(painted()).styles)
    (notice,) = read.notices
    assert "painted with embedded VGG-16 (HED), a network that this version no longer has" in notice


@pytest.mark.parametrize("network", [{"title": "VGG-19 (ImageNet)"}, {"title": ["x"]}, {"title": {}}, {}, "x", None, 3])
def test_of_any_other_network_of_a_recipe_nothing_is_said(network: Any):
    assert parse_recipe({"settings": {}, "network": network}).notices == ()
    assert parse_recipe({"settings": {}}).notices == ()


def test_a_style_is_called_what_the_program_called_it_and_else_nothing():
    named, nameless = painted(title="great_wave_hokusai")["styles"]
    assert named == {"title": "great_wave_hokusai", "share": 2.0, "scale": 0.5, "turn": 0.0}
    assert "title" not in nameless
    kept = parse_recipe(json.dumps({"settings": {}, "styles": [named]}))
    assert kept.styles == (ChosenStyle(None, 2.0, 0.5, "great_wave_hokusai"),)


def test_settings_may_name_a_preset_and_change_it():
    bold = PRESETS["bold"].settings
    assert settings_from_dict({"preset": "bold"}) == bold
    changed = settings_from_dict({"preset": "bold", "weights": {"content": 1.0}, "iterations": 7, "width": 90})
    weights = replace(bold.weights, content=1.0)
    assert changed == replace(bold, weights=weights, iterations=7, effort=None, width=90, longest_side_px=None)
    assert settings_from_dict({"preset": "bold", "iterations": 7, "effort": "best"}).effort == "best"
    for unknown in ("oil", 3, ["bold"], None):
        with pytest.raises(OptionsError, match=r"There is no look .* Known are classic, painted"):
            settings_from_dict({"preset": unknown})


def test_settings_may_name_a_strength_that_changes_the_preset_and_is_changed_by_the_other_settings():
    assert settings_from_dict({"strength": 0.7}) == PRESETS["bold"].settings
    strong_print = at_strength(PRESETS["print"].settings, 0.85)
    assert settings_from_dict({"preset": "print", "strength": 0.85}) == strong_print
    changed = settings_from_dict({"first_px": 300, "weights": {"content": 9}, "strength": 0.85, "preset": "print"})
    assert changed == with_changes(strong_print, {"first_px": 300, "weights.content": 9})


def test_a_png_painted_here_is_as_good_as_its_recipe(tmp_path: Path):
    path = tmp_path / "out.png"
    save_image(path, small_picture(), recipe=json.dumps({"settings": {"seed": 7}}))
    assert load_recipe(path) == Recipe(Settings(seed=7), ())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "A recipe is JSON"),
        (b"{", "A recipe is JSON"),
        (b"[" * 100_000, "A recipe is JSON"),
        (b'{"setting": {}}', "A recipe is JSON"),
        (b'{"settings": 3}', "must be names with values"),
        (b'{"settings": {"brush": 3}}', "have no 'brush'"),
        (b'{"settings": {}, "styles": 3}', "must be a list"),
        (b'{"settings": {}, "styles": [3]}', "must be names with values"),
        (b'{"settings": {}, "styles": [{"share": -1}]}', "share of a style"),
        (b'{"settings": {}, "styles": [{"scale": 0}]}', "scale of a style"),
        (b"\xff\xfe{", "neither a PNG painted here nor text"),
        (b" " * (MOST_BYTES + 1), "too long"),
    ],
)
def test_a_file_that_is_no_recipe_is_refused_in_words(tmp_path: Path, content: bytes, words: str):
    path = tmp_path / "recipe.json"
    path.write_bytes(content)
    with pytest.raises(OptionsError, match=words):
        load_recipe(path)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(OptionsError, match=r"missing\.json \(No such file"):
        load_recipe(tmp_path / "missing.json")


@given(st.dictionaries(st.sampled_from(["settings", "styles", "arithmetic", "x"]), JSON, max_size=4))
@settings(max_examples=100, deadline=None)
def test_any_recipe_can_be_used_or_is_refused(content: dict[str, Any]):
    try:
        assert isinstance(parse_recipe(json.dumps(content)), Recipe)
    except OptionsError:
        return


def masked_request() -> StylizeRequest:
    styles = [Style(small_picture(48, 48, seed=2), region=READY["left"].feathered(0.03)), Style(small_picture(seed=3))]
    return StylizeRequest(small_picture(), styles, Settings(iterations=2), left_alone=READY["border"])


def test_masks_are_in_the_recipe_and_come_back_bit_by_bit():
    request = masked_request()
    *_, last = FakeStylizer()(request)
    found = parse_recipe(recipe(request, last))
    assert [style.region for style in found.styles] == [style.region for style in request.styles]
    assert found.left_alone == request.left_alone
    assert json.loads(recipe(request, last))["styles"][1] == {"share": 1.0, "scale": 1.0, "turn": 0.0}


def test_the_recipe_of_the_finest_masks_goes_into_a_png_and_comes_back(tmp_path: Path):
    noise = Mask(np.random.default_rng(0).integers(0, 256, (1024, 1024), dtype=np.uint8))
    styles = [Style(small_picture(48, 48, seed=seed), region=noise) for seed in range(4)]
    request = StylizeRequest(small_picture(), styles, Settings(iterations=2))
    *_, last = FakeStylizer()(request)
    save_image(tmp_path / "out.png", last.result(), recipe=recipe(request, last))
    assert [style.region for style in load_recipe(tmp_path / "out.png").styles] == [noise] * 4


def test_a_recipe_without_masks_says_nothing_of_them():
    *_, last = FakeStylizer()(request := StylizeRequest(small_picture(), [Style(small_picture())], Settings()))
    assert "left_alone" not in json.loads(recipe(request, last))


@pytest.mark.parametrize(
    "values", [{"left_alone": 3}, {"styles": [{"region": "left"}]}, {"left_alone": "data:image/png"}]
)
def test_a_mask_that_is_none_is_refused_in_words(values: dict[str, Any]):
    with pytest.raises(ImageError, match="A mask in a recipe must be a gray PNG"):
        parse_recipe({"settings": {}, **values})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_recipe_is_read_as_windows_programs_save_it(tmp_path: Path, encoding: str):
    mark = {"utf-16-le": "\ufeff", "utf-16-be": "\ufeff"}.get(encoding, "")
    path = tmp_path / "recipe.json"
    path.write_bytes(f'{mark}{{"settings": {{"seed": 7}}, "styles": [{{"title": "Grün"}}]}}'.encode(encoding))
    found = load_recipe(path)
    assert (found.settings.seed, found.styles[0].title) == (7, "Grün")

"""Named looks, by what the engine makes of them with a small network."""

from itertools import islice
from typing import Any

import numpy as np
import pytest

from neural_style import stylize
from neural_style.color import LUMA
from neural_style.engine.canvas import prepare_canvas
from neural_style.engine.effort import WINDOWS, iterations_of, scales_of, stopping_rule
from neural_style.errors import OptionsError
from neural_style.images.arrays import FloatImage
from neural_style.iterate import Iterate
from neural_style.optimizers.plateau import Plateau
from neural_style.presets import APP_PRESET, CLI_PRESET, PRESETS, RENAMED, preset
from neural_style.request import Style, StylizeRequest
from neural_style.settings import with_changes
from neural_style.strength import strength_of
from tests.fakes import as_vgg19, small_picture, tiny_network
from tests.optimizers.scripted import Counting, states_of

PHOTO, PAINTING = small_picture(40, 56, seed=1), small_picture(48, 48, seed=2)
NETWORK = tiny_network()


def request_of(
    name: str,
    photo: FloatImage = PHOTO,
    painting: FloatImage = PAINTING,
    initial: FloatImage | None = None,
    **changes: Any,
) -> StylizeRequest:
    """With that look, but for the changes."""
    settings = with_changes(PRESETS[name].settings, {"precision": "float32", **changes})
    return StylizeRequest(photo, [Style(painting)], settings, initial=initial)


def start_picture(request: StylizeRequest) -> FloatImage:
    return prepare_canvas(request, NETWORK.mean_rgb).start


def iterates(request: StylizeRequest, count: int) -> list[Iterate]:
    """The first so many."""
    run = stylize(request, lambda: NETWORK)
    try:
        return list(islice(run, count))
    finally:
        run.close()


def test_the_command_line_begins_with_noise_and_makes_the_original_programs_thousand_steps() -> None:
    request = request_of(CLI_PRESET)
    start = start_picture(request)
    np.testing.assert_array_equal(start, start_picture(request_of(CLI_PRESET, photo=small_picture(40, 56, seed=5))))
    assert 0.0 < np.std(start, axis=(0, 1)).max() < 1.0
    assert [scale.updates for scale in scales_of(request)] == [1000]
    assert stopping_rule(request.settings) is None


def test_the_page_begins_with_the_photo_in_the_paintings_colours() -> None:
    start = start_picture(request_of(APP_PRESET, padding_px=0))
    np.testing.assert_allclose(start.mean((0, 1)), PAINTING.mean((0, 1)), atol=3.0)
    luma, of_photo = (np.ravel(image @ LUMA) for image in (start, PHOTO))
    assert np.corrcoef(luma, of_photo)[0, 1] > 0.5


def test_the_page_paints_a_small_picture_first_and_an_abstract_one_a_smaller_one() -> None:
    photo = small_picture(64, 256)
    sizes = {name: [(at.height, at.width) for at in scales_of(request_of(name, photo))] for name in PRESETS}
    assert sizes[APP_PRESET] == [(34, 136), (64, 256)]
    assert sizes["abstract"][0] == (24, 96)
    assert sizes[CLI_PRESET] == [(64, 256)]


@pytest.mark.parametrize(
    ("gain_a_step", "ending"), [(0.02, set()), (0.007, {"sketch"}), (0.003, {"sketch", APP_PRESET})]
)
def test_the_page_ends_when_the_loss_hardly_falls_and_a_sketch_before_it(gain_a_step: float, ending: set[str]) -> None:
    def ends(name: str) -> bool:
        settings = PRESETS[name].settings
        rule = stopping_rule(settings)
        assert rule is not None
        plateau = Plateau(Counting(), WINDOWS[settings.optimizer], rule.min_gain)
        losses = [(1.0 - gain_a_step) ** step for step in range(iterations_of(settings))]
        return any(map(plateau.is_done, states_of(plateau, losses)))

    assert {name for name in ("sketch", APP_PRESET) if ends(name)} == ending


@pytest.mark.slow
def test_the_page_gets_further_in_ten_steps_than_adam_would() -> None:
    ours, with_adam = (
        iterates(request_of(APP_PRESET, optimizer=optimizer), 11)[-1].best_losses.total
        for optimizer in (PRESETS[APP_PRESET].settings.optimizer, "adam")
    )
    assert ours < 0.9 * with_adam


def half_plain(seed: int) -> FloatImage:
    """Flat on the left, busy on the right."""
    picture = small_picture(48, 64, seed)
    picture[:, :32] = picture.mean((0, 1))
    return picture


@pytest.mark.usefixtures("eagerly")
@pytest.mark.parametrize(("name", "dearer_by"), [(APP_PRESET, 3.0), ("classic", 1.0)])
def test_for_the_page_a_ripple_costs_more_where_the_photo_is_plain(name: str, dearer_by: float) -> None:
    only_smoothness = {f"weights.{name}": 0.0 for name in ("style", "wasserstein", "matching")}
    only_smoothness |= {"weights.content": 1e-9, "start": "image", "padding_px": 0, "scales": 1}
    losses = []
    for begin in (8, 40):
        rippled = np.full((48, 64, 3), 128.0, np.float32)
        rippled[8:40, begin : begin + 16 : 2] += 20.0
        request = request_of(name, half_plain(1), half_plain(2), rippled, **only_smoothness)
        losses.append(iterates(request, 1)[0].losses.total)
    if dearer_by == 1.0:
        assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    else:
        assert losses[0] > dearer_by * losses[1]


@pytest.mark.usefixtures("eagerly")
@pytest.mark.parametrize(("balance", "counts_alike"), [("relative", True), ("absolute", False)])
def test_by_a_relative_balance_a_pale_painting_counts_as_much_as_a_garish_one(balance: str, counts_alike: bool) -> None:
    mean = PAINTING.mean((0, 1))
    pale = mean + 0.3 * (PAINTING - mean)
    only_style = {"weights.content": 0.0, "weights.total_variation": 0.0, "weights.style_balance": balance}
    requests = [request_of("classic", painting=painting, **only_style) for painting in (pale, PAINTING)]
    of_pale, of_garish = (iterates(request, 1)[0].losses.total for request in requests)
    assert (of_pale / of_garish > 0.8) == counts_alike
    assert of_pale < 1.25 * of_garish


def test_there_are_at_least_six_looks_and_no_two_are_the_same() -> None:
    chosen = [preset.settings for preset in PRESETS.values()]
    assert len(chosen) >= 6
    assert all(one != other for index, one in enumerate(chosen) for other in chosen[:index])


def test_each_look_differs_from_the_pages_in_what_it_is_named_for() -> None:
    page = PRESETS[APP_PRESET].settings
    weights = {name: preset.settings.weights for name, preset in PRESETS.items()}
    strengths = [strength_of(PRESETS[name].settings) for name in ("faithful", APP_PRESET, "bold", "abstract")]
    assert strengths == sorted({each for each in strengths if each is not None})
    assert weights["print"].smoothing_exponent < page.weights.smoothing_exponent
    assert PRESETS["photo-colors"].settings.preserve_colors
    assert PRESETS["sketch"].settings.effort == "quick"
    assert weights[CLI_PRESET].wasserstein == weights[CLI_PRESET].matching == 0.0


@pytest.mark.usefixtures("eagerly")
@pytest.mark.parametrize("name", [name for name in PRESETS if name != CLI_PRESET])
def test_a_network_of_vgg19s_topology_is_asked_by_the_same_losses(name: str) -> None:
    of_16, of_19 = (
        next(stylize(request_of(name, scales=1, padding_px=0), lambda network=network: network)).losses
        for network in (NETWORK, as_vgg19(NETWORK))
    )
    assert dict(of_19) == pytest.approx(dict(of_16), rel=0.02)


def test_every_preset_can_be_used_without_a_file_and_says_what_it_is_for() -> None:
    for each in PRESETS.values():
        assert each.settings.start != "image"
        assert each.purpose.endswith(".")


def test_a_former_name_still_means_its_look_and_an_unknown_one_is_refused() -> None:
    for former, current in RENAMED.items():
        assert preset(former) is PRESETS[current]
        assert former not in PRESETS
    assert preset("seed") is PRESETS["classic"]
    with pytest.raises(OptionsError, match="no look 'oil'\\. Known are classic, painted"):
        preset("oil")

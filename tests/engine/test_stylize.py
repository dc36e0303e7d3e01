import itertools
import weakref
from dataclasses import replace

import numpy as np
import pytest

from neural_style import stylize
from neural_style.color import LUMA
from neural_style.engine.evaluation import WholeEvaluation
from neural_style.engine.memory_plan import Plan
from neural_style.engine.tiles import TiledEvaluation
from neural_style.iterate import Iterates
from neural_style.optimizers.best_so_far import BestSoFar
from neural_style.request import Style, StylizeRequest
from neural_style.settings import AdamSettings, LossWeights, Settings
from neural_style.vgg.network import Network
from tests import oracle
from tests.fakes import small_picture, small_request, tiny_network

NETWORK = tiny_network("VGG-19")


def paint(request: StylizeRequest, network: Network = NETWORK) -> Iterates:
    return stylize(request, lambda: network)


def test_there_is_a_frame_for_the_start_and_one_for_every_update():
    iterates = list(paint(small_request(iterations=4)))
    assert [iterate.step for iterate in iterates] == [0, 1, 2, 3, 4]
    assert [iterate.is_last for iterate in iterates] == [False] * 4 + [True]
    assert all(iterate.network == "tiny random VGG-19" for iterate in iterates)
    assert all(earlier.elapsed_s <= later.elapsed_s for earlier, later in itertools.pairwise(iterates))


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
@pytest.mark.parametrize("start", ["noise", "content", "colors"])
def test_the_loss_falls(optimizer, start):
    iterates = list(paint(small_request(iterations=25, optimizer=optimizer, start=start)))
    assert iterates[-1].best_losses.total < 0.7 * iterates[0].losses.total


def test_the_losses_of_a_frame_are_those_of_its_picture():
    styles = [small_picture(48, 48, seed=2), small_picture(30, 70, seed=3)]
    weights = LossWeights(content_blend=0.6)
    request = StylizeRequest(
        content=small_picture(seed=1),
        styles=[Style(styles[0], share=3.0), Style(styles[1], share=1.0)],
        settings=Settings(
            iterations=3, optimizer="lbfgs", start="content", weights=weights, width=56, precision="float32"
        ),
    )
    first = next(paint(request))
    shown = [np.asarray(style) for style in _styles_at_scale(request)]
    expected = oracle.loss_terms(NETWORK, request.content, request.content, shown, [0.75, 0.25], weights, "max")
    assert expected[0] == 0.0
    assert first.losses["content"] < 1e-6 * expected[1]
    assert first.losses["style"] == pytest.approx(expected[1], rel=1e-4)
    assert first.losses["total_variation"] == pytest.approx(expected[2], rel=1e-4)
    assert first.losses.total == pytest.approx(sum(expected), rel=1e-4)


def _styles_at_scale(request: StylizeRequest) -> list[np.ndarray]:
    from neural_style.images.resize import resize

    return [resize(style.image, *style.size(request.canvas_size)) for style in request.active_styles]


def test_the_result_is_the_best_picture_so_far_and_not_the_latest():
    wild = small_request(iterations=12, start="content", adam=AdamSettings(learning_rate=90.0))
    iterates = list(paint(wild))
    totals = [iterate.losses.total for iterate in iterates]
    best = int(np.argmin(totals))
    assert best < len(iterates) - 1, "the run went down all the way, so this proves nothing"
    np.testing.assert_array_equal(iterates[-1].result(), iterates[best].picture())
    assert iterates[-1].best_losses.total == totals[best]


def test_a_picture_can_be_fetched_from_a_frame_long_after_it_was_passed():
    iterates = list(paint(small_request(iterations=6, optimizer="lbfgs", start="content")))
    np.testing.assert_array_equal(iterates[0].picture(), np.rint(small_picture(seed=1)).astype(np.uint8))
    assert not np.array_equal(iterates[1].picture(), iterates[6].picture())


@pytest.mark.usefixtures("eagerly")
@pytest.mark.parametrize("size", [(40, 56), (33, 47), (17, 60)])
@pytest.mark.parametrize("preserve_colors", [False, True])
@pytest.mark.parametrize("padding_px", [0, 9])
def test_pictures_have_exactly_the_size_of_the_content(size, preserve_colors, padding_px):
    settings = Settings(iterations=1, preserve_colors=preserve_colors, padding_px=padding_px)
    request = StylizeRequest(small_picture(*size), [Style(small_picture(seed=2))], settings)
    last = list(paint(request))[-1]
    assert last.result().shape == (*size, 3)
    assert last.result().dtype == np.uint8
    assert last.exact is not None
    assert last.exact().dtype == np.float32
    np.testing.assert_allclose(last.exact(), last.result(), atol=0.51 if not preserve_colors else 2.0)


@pytest.mark.usefixtures("eagerly")
def test_the_width_asked_for_is_the_width_of_the_result():
    assert next(paint(small_request(width=72))).picture().shape == (51, 72, 3)
    assert next(paint(small_request(longest_side_px=28))).picture().shape == (20, 28, 3)


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_the_same_request_and_seed_repeat_to_the_last_bit(optimizer):
    request = small_request(iterations=8, optimizer=optimizer, seed=3)
    first, second = list(paint(request))[-1], list(paint(request))[-1]
    np.testing.assert_array_equal(first.result(), second.result())
    assert first.losses == second.losses
    other = list(paint(small_request(iterations=8, optimizer=optimizer, seed=4)))[-1]
    assert not np.array_equal(first.result(), other.result())


def test_one_style_of_share_zero_changes_nothing():
    request = small_request(iterations=3)
    ignored = Style(small_picture(20, 90, seed=8), share=0.0)
    with_ignored = replace(request, styles=[ignored, *request.styles])
    assert list(paint(request))[-1].losses == list(paint(with_ignored))[-1].losses


def test_the_style_loss_of_two_styles_is_the_share_weighted_sum_of_their_own():
    def style_loss(*styles: Style) -> float:
        settings = Settings(iterations=1, start="content")
        return next(paint(StylizeRequest(small_picture(seed=1), styles, settings))).losses["style"]

    one, other = small_picture(48, 48, seed=2), small_picture(60, 40, seed=3)
    both = style_loss(Style(one, share=0.2), Style(other, share=0.6))
    assert both == pytest.approx(0.25 * style_loss(Style(one)) + 0.75 * style_loss(Style(other)), rel=1e-5)


def test_preserved_colours_differ_from_the_content_in_lightness_alone():
    request = small_request(iterations=10, optimizer="lbfgs", start="colors", preserve_colors=True)
    result = list(paint(request))[-1].result().astype(float)
    content = request.content
    difference = (result - content) @ LUMA
    inside = (result > 0).all(-1) & (result < 255).all(-1)
    np.testing.assert_allclose((result - content)[inside], np.repeat(difference[inside][:, None], 3, 1), atol=1.5)
    assert np.abs(difference).mean() > 2.0


@pytest.mark.parametrize(
    ("trouble", "term", "step"),
    [
        ({"weights": LossWeights(style=1e38)}, "style", 0),
        ({"adam": AdamSettings(learning_rate=1e25)}, "content", 1),
    ],
)
def test_a_loss_that_is_not_finite_ends_the_run_with_the_last_good_picture_and_names_the_term(trouble, term, step):
    request = small_request(iterations=50, start="content", **trouble)
    iterates = list(paint(request))
    last = iterates[-1]
    assert last.step == step
    assert last.is_last
    assert last.notice is not None
    assert last.notice.startswith(f"The {term} loss was no longer a finite number after step {step},")
    for picture in (last.picture(), last.result()):
        np.testing.assert_array_equal(picture, np.rint(request.content).astype(np.uint8))


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
@pytest.mark.parametrize("evaluation", [WholeEvaluation, TiledEvaluation])
def test_closing_the_generator_frees_everything_the_run_held(monkeypatch, optimizer, evaluation):
    import neural_style.engine.scale_run as module

    held = []

    def remembering(build):
        def building(*arguments, **named):
            made = build(*arguments, **named)
            held.append(weakref.ref(made))
            return made

        return building

    class Remembering(BestSoFar):
        def step(self, state, evaluate):
            state, terms = super().step(state, evaluate)
            held.extend(weakref.ref(array) for array in (state.trial, state.best))
            held.extend(weakref.ref(pair.step) for pair in getattr(self._inner, "_pairs", []))
            return state, terms

    for name in ("build_optimizer", "objective", "build_evaluation"):
        monkeypatch.setattr(module, name, remembering(getattr(module, name)))
    monkeypatch.setattr(module, "BestSoFar", Remembering)
    if evaluation is TiledEvaluation:
        monkeypatch.setattr(module, "choose_plan", lambda *_: Plan(256, 3))
    iterates = paint(small_request(iterations=50, optimizer=optimizer))
    next(iterates)
    next(iterates)
    assert len(held) >= 3 + 2 * 2
    assert any(isinstance(reference(), evaluation) for reference in held[:3])
    assert all(reference() is not None for reference in held[:3])
    iterates.close()
    assert all(reference() is None for reference in held)


def test_the_network_is_asked_for_once_and_only_when_the_first_frame_is():
    asked = []

    def provider() -> Network:
        asked.append(1)
        return NETWORK

    iterates = stylize(small_request(iterations=3), provider)
    assert asked == []
    assert len(list(iterates)) == 4
    assert asked == [1]


CLASSIC_CURVE = [38134100, 33144200, 23821600, 12171000, 3682480, 3076720, 8825010, 8631130, 4426850, 1705030, 1570380]
"""The losses of the first steps of the preset `classic`, as before there were regions and other statistics."""


def test_the_classic_run_has_the_loss_curve_that_it_always_had():
    styles = [Style(small_picture(48, 48, seed=2), share=3.0), Style(small_picture(30, 60, seed=3))]
    request = StylizeRequest(small_picture(40, 56, seed=1), styles, Settings(iterations=12, precision="float32"))
    totals = [iterate.losses.total for iterate in stylize(request, tiny_network)]
    assert totals[: len(CLASSIC_CURVE)] == pytest.approx(CLASSIC_CURVE, rel=1e-3)

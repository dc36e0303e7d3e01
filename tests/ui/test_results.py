"""What is kept for whom, what can be made of it, how long that takes, and the chart."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from neural_style.core.scales import plan_scales
from neural_style.engine.stopping import iterations_of
from neural_style.errors import OptionsError
from neural_style.frame import StepLosses
from neural_style.output import save_image
from neural_style.settings import Settings
from neural_style.ui import texts
from neural_style.ui.chart import HEIGHT, MOST_POINTS, WIDTH, LossPoint, loss_chart
from neural_style.ui.environment import ServerOptions
from neural_style.ui.orders import APP_SETTINGS, ChosenStyle, Order, Picture
from neural_style.ui.pace import NEWEST_WEIGHT, OVERHEAD_S, TYPICAL_SHARE, Pace, remaining_s
from neural_style.ui.painting import Kept
from neural_style.ui.results import RESULTS_PER_VISIT, Result, Visits
from neural_style.ui.variations import ANOTHER_NOISE, MORE_STEPS, VARIATIONS
from tests.fakes import FakeStylizer, small_picture, small_request

KEPT_S = 3600


def result_in(folder: Path, settings: Settings = APP_SETTINGS, size: tuple[int, int] = (90, 160)) -> Result:
    picture = folder / "a.png"
    save_image(picture, small_picture(*size))
    order = Order(Picture.of(picture), (ChosenStyle(Picture.of(picture), 0.5, 2.0),), settings)
    kept = Kept(picture=picture, before=folder / "before.jpg", film=None, recipe="{}")
    return Result(order=order, kept=kept, size=size, thumbnail="data:", status="")


def test_a_browser_finds_its_own_results_and_no_other_does(tmp_path: Path) -> None:
    visits, result = Visits(KEPT_S), result_in(tmp_path)
    mine, other = visits.arrive(""), visits.arrive(None)
    assert mine != other
    visits.add(mine, result)
    visits.add("unknown", result)
    assert visits.arrive(mine) == mine
    assert visits.results(mine) == [result]
    assert visits.result(mine, result.key) is result
    assert visits.results(other) == visits.results("unknown") == []
    for token in (other, "unknown", ""):
        with pytest.raises(OptionsError, match="no longer here"):
            visits.result(token, result.key)


def test_a_token_that_nobody_gave_out_is_replaced() -> None:
    visits = Visits(KEPT_S)
    for made_up in ("mine", 3, {"a": 1}, ["x"], None):
        assert visits.arrive(made_up) not in ("mine", 3)


def test_the_oldest_results_and_the_oldest_visits_go(tmp_path: Path) -> None:
    now = 0.0
    visits = Visits(KEPT_S, lambda: now)
    token = visits.arrive("")
    results = [result_in(tmp_path) for _ in range(RESULTS_PER_VISIT + 2)]
    for result in results:
        visits.add(token, result)
    assert visits.results(token) == results[2:]
    now += KEPT_S - 1
    assert visits.arrive(token) == token
    now += KEPT_S + 1
    assert visits.arrive(token) != token


def test_a_result_whose_file_has_been_cleared_is_gone(tmp_path: Path) -> None:
    visits, result = Visits(KEPT_S), result_in(tmp_path)
    token = visits.arrive("")
    visits.add(token, result)
    result.kept.picture.unlink()
    assert visits.results(token) == []


def test_keep_going_makes_more_steps_from_the_picture_at_its_size(tmp_path: Path) -> None:
    result = result_in(tmp_path)
    order = VARIATIONS["keep_going"](result, ServerOptions())
    assert order.initial == Picture(result.kept.picture, "a.png")
    changed = {"start": "image", "iterations": MORE_STEPS, "length": None, "scales": 1}
    assert order.settings == replace(APP_SETTINGS, **changed)
    assert (order.content, order.styles) == (result.order.content, result.order.styles)
    few = VARIATIONS["keep_going"](result_in(tmp_path), ServerOptions(steps_limit=60))
    assert few.settings.iterations == min(60, MORE_STEPS)


def test_bigger_doubles_the_sides_up_to_the_limit(tmp_path: Path) -> None:
    larger = VARIATIONS["bigger"](result_in(tmp_path), ServerOptions())
    assert (larger.settings.width, larger.settings.longest_side_px, larger.settings.start) == (320, None, "image")
    assert larger.settings.length == APP_SETTINGS.length
    upright = VARIATIONS["bigger"](result_in(tmp_path, size=(400, 300)), ServerOptions(side_limit_px=600))
    assert upright.settings.width == 450
    with pytest.raises(OptionsError, match="300x400 px; this server paints at most 410"):
        VARIATIONS["bigger"](result_in(tmp_path, size=(400, 300)), ServerOptions(side_limit_px=410))


def test_another_has_another_seed_and_some_noise_to_use_it(tmp_path: Path) -> None:
    result = result_in(tmp_path)
    seeds = {VARIATIONS["another"](result, ServerOptions()).settings.seed for _ in range(3)}
    assert len(seeds) == 3
    assert VARIATIONS["another"](result, ServerOptions()).settings.noise_share == ANOTHER_NOISE
    noisy = result_in(tmp_path, replace(APP_SETTINGS, start="noise"))
    assert VARIATIONS["another"](noisy, ServerOptions()).settings.noise_share == 1.0


def test_every_variation_has_a_button() -> None:
    assert texts.VARIATIONS.keys() == VARIATIONS.keys()


def work(size: tuple[int, int], settings: Settings) -> float:
    scales = plan_scales(*size, iterations_of(settings), settings.scales)
    margins = 2 * settings.margin_px
    return sum((scale.height + margins) * (scale.width + margins) * (scale.updates + 1) for scale in scales)


def test_the_wait_is_proportional_to_the_work_and_learnt_from_runs() -> None:
    pace, settings = Pace(), Settings(iterations=10)
    assert pace.estimate_s((40, 56), settings) is None
    pace.begin_with(1e-5)
    pace.begin_with(5.0)  # a second trial changes nothing
    assert pace.estimate_s((40, 56), settings) == pytest.approx(OVERHEAD_S + 40 * 56 * 11 * 1e-5)
    request = small_request(iterations=10)
    *_, last = FakeStylizer()(request)
    pace.learn(request, replace(last, elapsed_s=OVERHEAD_S + 40 * 56 * 11 * 3e-5))
    learnt = 1e-5 + NEWEST_WEIGHT * 2e-5
    assert pace.estimate_s((40, 56), settings) == pytest.approx(OVERHEAD_S + 40 * 56 * 11 * learnt)


def test_lengths_are_expected_to_end_before_their_bound() -> None:
    pace = Pace()
    pace.begin_with(1e-6)
    for length, share in TYPICAL_SHARE.items():
        settings = replace(APP_SETTINGS, length=length)
        expected = OVERHEAD_S + 1e-6 * share * work((200, 300), settings)
        assert pace.estimate_s((200, 300), settings) == pytest.approx(expected)
    noisy = replace(APP_SETTINGS, initial_noiseblend=0.3)  # there is much to do, and it ends at its bound
    assert pace.estimate_s((200, 300), noisy) == pytest.approx(OVERHEAD_S + 1e-6 * work((200, 300), noisy))


def test_the_time_left_counts_to_where_such_a_run_ends_as_a_rule() -> None:
    first, second, *_ = FakeStylizer()(small_request(iterations=10))
    to_the_end, good = replace(APP_SETTINGS, length=None), replace(APP_SETTINGS, length="good")
    assert remaining_s(first, to_the_end) is None
    half = replace(second, work_done=0.4, elapsed_s=8.0)
    assert remaining_s(half, to_the_end) == pytest.approx(12.0)
    assert remaining_s(half, good) == pytest.approx(8.0 / 0.4 * (TYPICAL_SHARE["good"] - 0.4))
    late = replace(second, work_done=0.9, elapsed_s=9.0)
    assert remaining_s(late, good) == pytest.approx(1.0)


def points(*totals: float, side: int = 100) -> list[LossPoint]:
    return [
        LossPoint(step, side, StepLosses(content=total / 10, style=total, total_variation=0.0, total=total))
        for step, total in enumerate(totals)
    ]


def line_of(chart: str, name: str) -> list[list[float]]:
    text = chart.split(f'class="{name}" points="')[1].split('"')[0]
    return [[float(number) for number in pair.split(",")] for pair in text.split()]


def test_the_chart_is_logarithmic_and_fills_its_width() -> None:
    chart = loss_chart(points(1000.0, 100.0, 10.0))
    (x0, y0), (x1, y1), (x2, y2) = line_of(chart, "total")
    assert (x1 - x0, y1 - y0) == (pytest.approx(x2 - x1), pytest.approx(y2 - y1, abs=0.11))
    assert y2 > y1 > y0
    assert (x0, x2) == (4, WIDTH - 4)
    assert all(0 <= y <= HEIGHT for _, y in line_of(chart, "content"))
    assert 'class="total_variation"' not in chart  # nothing of it to show on such a scale
    assert f'aria-label="{texts.CHART_LABEL}"' in chart


def test_losses_of_two_sizes_are_two_lines() -> None:
    grown = [replace(point, step=point.step + 3, side=200) for point in points(500.0, 50.0)]
    chart = loss_chart(points(1000.0, 100.0, 10.0) + grown)
    assert chart.count('class="total"') == 2


@pytest.mark.parametrize("totals", [(), (1.0,), (0.0, 0.0), (float("nan"), float("inf"))])
def test_without_anything_to_draw_there_is_no_chart(totals: Any) -> None:
    assert loss_chart(points(*totals)) == ""


def test_a_loss_that_is_not_finite_or_hardly_falls_does_not_spoil_the_chart() -> None:
    chart = loss_chart(points(1000.0, float("inf"), 999.0))
    assert len(line_of(chart, "total")) == 2
    assert abs(line_of(chart, "style")[0][1] - line_of(chart, "style")[1][1]) < 1
    assert "nan" not in chart + loss_chart(points(5.0, 5.0))


def test_a_long_run_has_no_longer_a_chart() -> None:
    chart = loss_chart(points(*[1000.0 / (step + 1) for step in range(5000)]))
    assert len(line_of(chart, "total")) <= MOST_POINTS

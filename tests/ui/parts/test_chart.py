"""The chart of the losses."""

from dataclasses import replace
from typing import Any

import pytest

from neural_style.iterate import LossValues
from neural_style.service.loss_curve import MOST_POINTS, LossPoint
from neural_style.ui.parts.chart import HEIGHT, WIDTH, loss_chart, total_first
from neural_style.ui.texts import texts


def points(*totals: float, side: int = 100) -> list[LossPoint]:
    return [
        LossPoint(step, side, LossValues({"content": total / 10, "style": total, "total_variation": 0.0}, total))
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
    assert f'aria-label="{texts().chart_label}"' in chart


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


def test_the_total_comes_first_and_a_term_that_is_0_is_not_named() -> None:
    losses = LossValues({"style": 0.0, "content": 2.0, "matching": float("nan")}, 5.0)
    assert list(total_first(losses)) == ["total", "content", "matching"]
    assert list(total_first(LossValues({"style": 0.0}, 0.0))) == ["total"]


def test_a_term_that_begins_at_0_has_a_line_from_where_it_rises() -> None:
    first, *others = points(1000.0, 100.0, 10.0)
    chart = loss_chart([replace(first, losses=LossValues({"content": 0.0, "style": 1000.0}, 1000.0)), *others])
    assert len(line_of(chart, "content")) == 2

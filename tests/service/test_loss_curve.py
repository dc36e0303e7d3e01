"""The losses of a run, thinned to what a chart needs."""

from itertools import pairwise

import pytest

from neural_style.iterate import LossValues
from neural_style.service.loss_curve import MOST_POINTS, LossPoint, thinned


@pytest.mark.parametrize("count", [0, 1, 2, MOST_POINTS, MOST_POINTS + 1, 2 * MOST_POINTS - 1, 5000])
def test_at_most_so_many_points_are_left_evenly_and_thinning_them_again_changes_nothing(count: int) -> None:
    losses = LossValues({"content": 1.0, "style": 2.0}, 3.0)
    points = [LossPoint(step, 100, losses) for step in range(count)]
    left = thinned(points)
    assert min(count, MOST_POINTS // 2) <= len(left) <= MOST_POINTS
    assert left[:1] == tuple(points[:1])
    assert len({later.step - earlier.step for earlier, later in pairwise(left)}) <= 1
    assert thinned(left) == left


def test_of_steps_that_were_made_twice_the_latest_are_left() -> None:
    """A run whose worker dies goes back to its last state that is known, or to its beginning."""
    points = [LossPoint(step, 100, LossValues({}, total)) for total, step in enumerate([0, 1, 2, 3, 2, 3, 4])]
    assert [(point.step, point.losses.total) for point in thinned(points)] == [(0, 0), (1, 1), (2, 4), (3, 5), (4, 6)]
    assert [point.losses.total for point in thinned(points[:5])] == [0, 1, 4]
    begun_anew = [LossPoint(step, 100, LossValues({}, 1.0)) for step in (0, 1, 2, 0)]
    assert [point.step for point in thinned(begun_anew)] == [0]

import pytest

from benchmarks.common import PAIRS
from benchmarks.time_to_loss import Curve, compare, medians, race


def curve(*losses, step_s=1.0):
    made = Curve()
    for loss in losses:
        made.add(loss, step_s)
    return made


def test_a_curve_keeps_the_lowest_loss_and_adds_the_seconds_up():
    made = curve(9, 7, 8, 3, step_s=0.5)
    assert made.losses == [9, 7, 7, 3]
    assert made.seconds == [0.5, 1.0, 1.5, 2.0]
    assert made.reaches(7) == 1
    assert made.reaches(2) is None
    assert made.seconds_of_steps(3) == 1.5


def test_a_thinned_curve_has_the_first_and_the_last_point_and_no_more_than_asked():
    points = curve(*range(1000, 0, -1)).thinned(20)
    assert len(points) <= 20
    assert points[0] == (1, 1000)
    assert points[-1] == (1000, 1)


def test_runs_take_turns_by_the_part_of_their_steps_that_is_done():
    order = []

    def losses(name, count):
        for step in range(count):
            order.append(name)
            yield float(count - step)

    original, ours = race((losses("s", 9), losses("o", 9)), (4, 2))
    assert "".join(order) == "ossossos"
    assert (original.updates, ours.updates) == (4, 2)


def test_a_run_that_ends_early_does_not_end_the_other():
    original, ours = race(((float(n) for n in range(9)), (float(n) for n in range(2))), (8, 8))
    assert (original.updates, ours.updates) == (8, 1)


def test_ratios_are_the_originals_over_ours_and_0_where_ours_did_not_get_there():
    original = curve(*range(1000, 699, -1), step_s=2.0)  # 900 after 100 updates, 700 after 300
    ours = curve(1000, 950, 900, 850, step_s=1.0)
    first, second = compare(PAIRS[0], 64, original, ours)
    assert first["ratios"]["evaluations"] == 50
    assert first["ratios"]["seconds"] == 100
    assert first["ratios"]["seconds_with_start"] == pytest.approx(202 / 3, rel=0.01)
    assert second["ratios"]["seconds"] == 0
    assert second["our_lowest_loss"] == 850
    assert [row["original_evaluations"] for row in medians([first, second])] == [100, 300]

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neural_style.engine.coarse_to_fine import STEP, automatic_count, plan_scales
from neural_style.settings import MAX_ASPECT, MAX_SCALES, MIN_SIDE_PX


def test_the_sizes_grow_by_the_square_root_of_two_up_to_the_picture():
    scales = plan_scales(341, 512, 80, "auto")
    assert [(scale.height, scale.width) for scale in scales] == [(121, 181), (170, 256), (241, 362), (341, 512)]


@pytest.mark.parametrize(
    ("longest", "count"), [(100, 1), (255, 1), (256, 2), (320, 2), (384, 3), (512, 4), (1024, 6), (6000, 11)]
)
def test_automatically_there_are_as_many_as_there_are_steps_down_to_181_px(longest, count):
    assert automatic_count(longest) == count


def test_half_of_the_work_is_done_at_the_size_of_the_result():
    *before, last = plan_scales(400, 600, 100, 8)
    assert last.work == pytest.approx(sum(scale.work for scale in before) + before[0].work, rel=0.02)


@given(
    height=st.integers(MIN_SIDE_PX, 3000),
    width=st.integers(MIN_SIDE_PX, 3000),
    iterations=st.integers(1, 2000),
    count=st.one_of(st.just("auto"), st.integers(1, MAX_SCALES)),
)
def test_every_plan_ends_at_the_picture_and_costs_what_was_asked_for(height, width, iterations, count):
    scales = plan_scales(height, width, iterations, count)
    assert (scales[-1].height, scales[-1].width) == (height, width)
    assert all(min(scale.height, scale.width) >= MIN_SIDE_PX for scale in scales)
    assert all(scale.updates >= 1 for scale in scales)
    for smaller, larger in itertools.pairwise(scales):
        assert larger.width / smaller.width == pytest.approx(STEP, abs=0.1 * MAX_ASPECT)
    if iterations >= 20:
        work = sum(scale.height * scale.width * scale.updates for scale in scales)
        assert work == pytest.approx(height * width * iterations, rel=0.1)


def test_a_picture_too_small_for_another_scale_has_no_other():
    assert len(plan_scales(20, 60, 10, 4)) == 1
    assert len(plan_scales(33, 60, 10, 4)) == 3


@pytest.mark.parametrize(
    ("longest", "first_px", "sides"),
    [
        (320, 136, [136, 320]),
        (384, 136, [136, 228, 384]),
        (512, 136, [136, 264, 512]),
        (1024, 96, [96, 173, 313, 566, 1024]),
        (136, 136, [136]),
        (100, 136, [100]),
    ],
)
def test_from_a_given_first_size_the_sizes_grow_evenly_by_longer_steps(longest, first_px, sides):
    scales = plan_scales(longest // 2, longest, 40, "auto", first_px)
    assert [scale.width for scale in scales] == pytest.approx(sides, abs=1)
    assert len({scale.updates for scale in scales}) == 1


def test_from_a_given_first_size_there_may_be_a_given_number_of_sizes():
    assert [scale.width for scale in plan_scales(200, 400, 40, 3, 100)] == [100, 200, 400]
    assert [scale.width for scale in plan_scales(200, 400, 40, 1, 100)] == [400]


def test_a_picture_no_larger_than_the_first_size_is_painted_at_its_own_size_only():
    (scale,) = plan_scales(48, 64, 40, 8, 64)
    assert (scale.height, scale.width, scale.updates) == (48, 64, 40)
    assert plan_scales(48, 64, 40, 8, 1024) == (scale,)


def test_no_size_is_painted_twice():
    sizes = [(scale.height, scale.width) for scale in plan_scales(80, 66, 40, 8, 79)]
    assert len(sizes) == len(set(sizes)) < 8


@given(
    longest=st.integers(64, 4000),
    aspect=st.floats(1, MAX_ASPECT),
    first_px=st.integers(64, 1024),
    iterations=st.integers(20, 500),
)
def test_every_plan_from_a_first_size_ends_at_the_picture_and_costs_what_was_asked_for(
    longest, aspect, first_px, iterations
):
    size = max(MIN_SIDE_PX, round(longest / aspect)), longest
    scales = plan_scales(*size, iterations, "auto", first_px)
    assert (scales[-1].height, scales[-1].width) == size
    assert all(min(scale.height, scale.width) >= MIN_SIDE_PX for scale in scales)
    work = sum(scale.height * scale.width * scale.updates for scale in scales)
    assert work == pytest.approx(size[0] * size[1] * iterations, rel=0.1)

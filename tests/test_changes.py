import pytest

from neural_style.changes import MOST_CHANGES, MOVABLE, Change, checked_changes, movable
from neural_style.errors import OptionsError
from neural_style.settings import Settings


def test_of_two_changes_the_later_one_holds_where_both_say_something():
    first = Change(shares=(1, 2), settings={"weights.content": 1.0, "color_strength": 0.5})
    both = first.then(Change(settings={"weights.content": 3.0}))
    assert both == Change(shares=(1.0, 2.0), settings={"weights.content": 3.0, "color_strength": 0.5})
    assert both.then(Change(shares=(0.0, 1.0))).shares == (0.0, 1.0)


def test_a_change_is_applied_to_settings():
    changed = Change(settings={"weights.content": 3.0, "color_strength": 0.5}).applied_to(Settings())
    assert (changed.weights.content, changed.color_strength) == (3.0, 0.5)
    assert Change().applied_to(Settings()) == Settings()


def test_values_that_do_not_go_together_are_refused():
    nothing = {"weights.content": 0.0, "weights.style": 0.0}
    with pytest.raises(OptionsError, match="nothing to paint"):
        Change(settings=nothing).applied_to(Settings())


def test_what_decides_sizes_steps_and_structure_cannot_be_moved():
    assert {"weights.content", "weights.total_variation", "color_strength"} <= set(MOVABLE)
    assert not {"scales", "iterations", "width", "pooling", "seed", "first_px"} & set(MOVABLE)
    assert movable({"weights.content": 1.0, "first_px": 96}) == {"weights.content": 1.0}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ([Change(shares=(1.0,), step=2)], "a share for each of the 2 styles; got 1"),
        ([Change()], "after which step it is made"),
        ([Change(step=1)] * (MOST_CHANGES + 1), "at most 200 times; got 201"),
    ],
)
def test_planned_changes_that_cannot_be_made_are_refused(changes, sentence):
    with pytest.raises(OptionsError, match=sentence):
        checked_changes(changes, styles=2)


def test_planned_changes_are_put_in_the_order_of_their_steps():
    late, early = Change(step=5), Change(step=2)
    assert checked_changes([late, early], 1) == (early, late)


@pytest.mark.parametrize("step", [-1, 1.5, "3"])
def test_a_step_is_a_whole_number(step):
    with pytest.raises(OptionsError, match="step of a change must be a whole number"):
        Change(step=step)

from dataclasses import replace

from neural_style.changes import MOST_CHANGES, Change
from neural_style.engine.timeline import Timeline
from tests.fakes import small_request

PLANNED = [Change(settings={"weights.content": 2.0}, step=3), Change(settings={"weights.content": 1.0}, step=1)]


def timeline() -> Timeline:
    return Timeline(replace(small_request(), changes=PLANNED))


def test_planned_changes_are_made_after_their_step_in_the_order_of_the_steps():
    run = timeline()
    assert not run.advance(0)
    assert run.request.settings.weights.content == 5.0
    assert run.advance(1)
    assert run.request.settings.weights.content == 1.0
    assert not run.advance(2)
    assert run.advance(3)
    assert run.request.settings.weights.content == 2.0
    assert [change.step for change in run.made] == [1, 3]


def test_what_is_sent_comes_after_what_is_planned_and_is_kept_with_its_step():
    run = timeline()
    assert run.advance(3, Change(settings={"weights.content": 7.0}))
    assert run.request.settings.weights.content == 7.0
    assert [change.step for change in run.made] == [1, 3, 3]


def test_a_run_that_goes_on_has_made_the_changes_before_the_iterate_that_it_goes_on_from():
    run = timeline()
    run.go_on_after(3)
    assert run.request.settings.weights.content == 1.0
    assert [change.step for change in run.made] == [1]
    assert run.advance(3)


def test_a_change_to_what_is_there_already_and_one_of_the_result_alone_ask_for_nothing_else_to_be_painted():
    run = Timeline(small_request(preserve_colors=True))
    assert not run.advance(0, Change(settings={"weights.content": 5.0}))
    assert not run.advance(1, Change(settings={"color_strength": 0.25}))
    assert run.request.settings.color_strength == 0.25
    assert len(run.made) == 1
    recoloured = Timeline(small_request(preserve_colors=True, color_way="matched"))
    assert recoloured.advance(1, Change(settings={"color_strength": 0.25}))


def test_a_change_that_is_sent_and_does_not_fit_is_passed_over_and_so_is_one_too_many():
    run = Timeline(small_request())
    assert not run.advance(0, Change(shares=(1.0, 2.0)))
    for step in range(MOST_CHANGES + 5):
        run.advance(step, Change(settings={"weights.content": 1.0 + step}))
    assert len(run.made) == MOST_CHANGES


def test_the_latest_changes_can_be_taken_back():
    run = timeline()
    run.advance(1)
    before = run.request
    run.advance(2, Change(settings={"weights.style": 9.0}))
    run.take_back()
    assert run.request is before
    assert [change.step for change in run.made] == [1]

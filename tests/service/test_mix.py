from dataclasses import replace
from pathlib import Path

from neural_style.request import ChosenStyle
from neural_style.service.mix import Mix
from neural_style.service.orders import APP_SETTINGS, Order
from neural_style.service.pictures import Picture
from neural_style.settings import with_changes

STYLES = tuple(ChosenStyle(Picture(Path(name), name), share) for name, share in (("a.jpg", 1.0), ("b.jpg", 3.0)))
ORDER = Order(None, STYLES, APP_SETTINGS)
BEFORE = Mix.of(ORDER)


def test_nothing_moved_is_no_change():
    assert Mix.of(ORDER).since(BEFORE) is None


def test_shares_and_settings_that_were_moved_are_a_change():
    moved = replace(
        ORDER,
        styles=(replace(STYLES[0], share=2.0), STYLES[1]),
        settings=with_changes(APP_SETTINGS, {"weights.content": 3.0, "scales": 2}),
    )
    change = Mix.of(moved).since(BEFORE)
    assert change is not None
    assert change.shares == (2.0, 3.0)
    assert change.settings == {"weights.content": 3.0}


def test_other_paintings_and_their_shares_are_for_the_next_picture():
    for styles in (STYLES[:1], STYLES[::-1], (*STYLES, STYLES[0])):
        assert Mix.of(replace(ORDER, styles=styles)).since(BEFORE) is None


def test_shares_that_are_all_none_are_passed_over():
    nothing = tuple(replace(style, share=0.0) for style in STYLES)
    assert Mix.of(replace(ORDER, styles=nothing)).since(BEFORE) is None

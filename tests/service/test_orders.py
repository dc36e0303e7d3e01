"""Orders become requests that can be painted."""

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from neural_style.changes import Change
from neural_style.engine.effort import EFFORTS, iterations_of
from neural_style.errors import OptionsError
from neural_style.presets import PRESETS
from neural_style.service.options import MIN_STEPS_LIMIT, ServerOptions
from neural_style.service.orders import (
    APP_SETTINGS,
    change_from_json,
    efforts_within,
    settings_from_json,
)
from neural_style.service.pictures import PictureCache
from neural_style.settings import Effort
from neural_style.strength import at_strength
from tests.service.helpers import order_for, request_for


def test_settings_of_a_program_are_laid_over_those_of_the_page() -> None:
    assert settings_from_json(None) == APP_SETTINGS
    wide = settings_from_json({"width": 300, "adam": {"learning_rate": 2.0}})
    assert (wide.width, wide.longest_side_px) == (300, None)
    assert (wide.adam.learning_rate, wide.adam.beta1) == (2.0, APP_SETTINGS.adam.beta1)


def test_a_program_may_name_a_preset_and_change_it() -> None:
    bold = settings_from_json({"preset": "bold", "weights": {"content": 1.0}})
    assert bold == replace(
        PRESETS["bold"].settings,
        longest_side_px=APP_SETTINGS.longest_side_px,
        weights=replace(PRESETS["bold"].settings.weights, content=1.0),
    )


def test_a_program_may_name_a_strength_and_change_it() -> None:
    assert settings_from_json({"strength": 0.2}) == at_strength(APP_SETTINGS, 0.2)
    print_at = at_strength(PRESETS["print"].settings, 0.9)
    chosen = settings_from_json({"preset": "print", "strength": 0.9, "weights": {"content": 1.0}, "width": 300})
    assert chosen == replace(print_at, weights=replace(print_at.weights, content=1.0), width=300)
    with pytest.raises(OptionsError, match="The strength must be a number from 0 to 1; got 7"):
        settings_from_json({"strength": 7})


def test_iterations_of_a_program_take_the_place_of_the_pages_effort() -> None:
    assert APP_SETTINGS.effort is not None
    assert settings_from_json({"seed": 3}).effort == APP_SETTINGS.effort
    assert settings_from_json({"iterations": 7}).effort is None
    assert settings_from_json({"iterations": 7, "effort": "best"}).effort == "best"


@pytest.mark.parametrize(
    ("limit", "offered"),
    [
        (MIN_STEPS_LIMIT, ("quick",)),
        (EFFORTS["good"].bound - 1, ("quick",)),
        (EFFORTS["good"].bound, ("quick", "good")),
        (EFFORTS["best"].bound - 1, ("quick", "good")),
        (EFFORTS["best"].bound, ("quick", "good", "best")),
    ],
)
def test_the_page_offers_the_efforts_that_a_server_allows_and_takes_no_other(
    tmp_path: Path, limit: int, offered: tuple[Effort, ...]
) -> None:
    assert efforts_within(ServerOptions(steps_limit=limit)) == offered
    for effort in get_args(Effort):
        settings = settings_from_json({"effort": effort})
        if effort in offered:
            assert request_for(order_for(tmp_path, settings), steps_limit=limit).settings == settings
        else:
            sentence = f"effort {effort} may take {iterations_of(settings)} steps; this server makes at most {limit}"
            with pytest.raises(OptionsError, match=sentence):
                request_for(order_for(tmp_path, settings), steps_limit=limit)


def test_a_number_of_steps_is_held_to_the_limit_of_the_server(tmp_path: Path) -> None:
    assert request_for(order_for(tmp_path, settings_from_json({"iterations": 60})), steps_limit=60)
    with pytest.raises(OptionsError, match="61 steps were asked for; this server makes at most 60"):
        request_for(order_for(tmp_path, settings_from_json({"iterations": 61})), steps_limit=60)


def test_the_steps_that_changes_add_count_for_the_limit(tmp_path: Path) -> None:
    order = order_for(tmp_path, replace(APP_SETTINGS, iterations=20, effort=None))
    options = ServerOptions(steps_limit=60)
    request = replace(order, changes=(Change(step=3, settings={"weights.content": 2.0}),)).request(
        options, PictureCache()
    )
    assert len(request.changes) == 1
    with pytest.raises(OptionsError, match="320 steps were asked for; this server makes at most 60"):
        replace(order, changes=(Change(step=3, more=300),)).request(options, PictureCache())


@pytest.mark.parametrize("value", [{"shares": 0}, {"shares": False}, {"settings": 0}, {"settings": []}, [], 3])
def test_what_is_no_change_is_refused_in_words(value: object) -> None:
    with pytest.raises(OptionsError, match="A change must be an object"):
        change_from_json(value)

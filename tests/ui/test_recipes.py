"""Recipes as the page links to them and speaks of them."""

from dataclasses import replace

import pytest

from neural_style.presets import PAGE_PRESETS, PRESETS, SCALE
from neural_style.record.recipe import Recipe, parse_recipe, recipe
from neural_style.request import ChosenStyle
from neural_style.settings import ROWS, Settings, with_changes
from neural_style.strength import PATHS, at_strength, strength_of
from neural_style.ui.recipes import link_query, look_near, look_of, sentences_on, shown_strength
from neural_style.ui.texts import texts
from tests.fakes import FakeStylizer, small_request

BOLD = PRESETS["bold"].settings


def test_a_link_has_the_settings_and_styles_of_the_recipe_in_fewer_characters() -> None:
    request = replace(small_request(), settings=with_changes(BOLD, {"weights.style": 9.0}))
    whole = recipe(request, list(FakeStylizer(steps=1)(request))[-1])
    query = link_query(whole)
    assert len(query) < len(whole) / 3
    assert parse_recipe(query) == parse_recipe(whole)


@pytest.mark.parametrize("look", PAGE_PRESETS)
def test_a_look_is_known_whatever_the_size_the_effort_and_the_seed(look: str) -> None:
    changes = {"effort": None, "iterations": 7, "longest_side_px": 200, "seed": 5, "precision": "float32", "bits": 16}
    assert look_of(with_changes(PRESETS[look].settings, changes)) == look


@pytest.mark.parametrize(
    ("look", "strength", "shown"),
    [
        ("print", 0.95, "print"),
        ("photo-colors", 0.0, "photo-colors"),
        ("bold", 0.95, "abstract"),
        ("bold", 0.65, "bold"),
        ("abstract", 0.1, "faithful"),
        (None, 0.7, None),
        ("oil", 0.7, "oil"),
    ],
)
def test_a_look_is_kept_at_any_strength_and_of_those_that_differ_in_nothing_else_the_nearest_is_shown(
    look: str | None, strength: float, shown: str | None
) -> None:
    assert look_near(look, strength) == shown
    if look in PAGE_PRESETS:
        assert look_of(at_strength(PRESETS[look].settings, strength)) == shown


@pytest.mark.parametrize("path", ["weights.style", *PATHS])
def test_settings_of_ones_own_are_no_look(path: str) -> None:
    assert look_of(with_changes(BOLD, {path: ROWS[path].value_in(BOLD) + 1})) is None


def test_settings_without_a_strength_are_shown_beside_that_of_the_pages_look() -> None:
    for strength in (0.0, 0.33, 1.0):
        assert shown_strength(at_strength(Settings(), strength)) == strength
    assert strength_of(Settings()) is None
    assert shown_strength(Settings()) == SCALE["painted"]


def test_the_paintings_that_are_still_to_be_added_are_told_by_their_numbers() -> None:
    styles = (ChosenStyle(None, title="night"), ChosenStyle(None), ChosenStyle(None))
    told = sentences_on(Recipe(BOLD, styles), [2, 3])
    assert told.startswith(texts().recipe_restored)
    assert "its 3 paintings" in told
    assert "number 2, 3" in told
    assert sentences_on(Recipe(BOLD, styles), []) == texts().recipe_restored


def test_a_picture_that_went_on_from_another_one_asks_for_it() -> None:
    assert texts().recipe_start in sentences_on(Recipe(replace(BOLD, start="image"), ()), [])
    assert texts().recipe_start not in sentences_on(Recipe(BOLD, ()), [])


def test_what_there_is_to_be_told_of_a_recipe_is_said() -> None:
    assert sentences_on(Recipe(BOLD, (), ("It has another network.",)), []).endswith(" It has another network.")

"""Recipes on the page have a short form for links, a look that they belong to, and sentences that describe them."""

import json
from collections.abc import Sequence
from dataclasses import replace

from neural_style.presets import APP_PRESET, PAGE_PRESETS, PRESETS, SCALE
from neural_style.record.recipe import Recipe, parse_recipe, settings_to_changes
from neural_style.settings import Settings
from neural_style.strength import at_strength, strength_of
from neural_style.ui.texts import texts


def link_query(recipe: str) -> str:
    """Return the recipe as short JSON, without the facts that a link does not need."""
    kept, content = parse_recipe(recipe), json.loads(recipe)
    short = {"settings": settings_to_changes(kept.settings), "styles": content["styles"]}
    return json.dumps(short, separators=(",", ":"))


def look_of(settings: Settings) -> str | None:
    """Return the look with these settings, whatever strength, size, effort, seed, arithmetic, and file; None: none."""
    strength = strength_of(settings)

    def alike(settings: Settings) -> Settings:
        others = {"longest_side_px": None, "width": None, "alpha": "white", "bits": 8}
        return replace(settings, effort=None, iterations=1, seed=0, precision="auto", **others)

    if strength is None:
        return None
    looks = {look: at_strength(PRESETS[look].settings, strength) for look in PAGE_PRESETS}
    return look_near(next((look for look in looks if alike(looks[look]) == alike(settings)), None), strength)


def look_near(look: str | None, strength: float) -> str | None:
    """Return the look to show at a strength: of those that differ in nothing else the nearest, else the one given."""
    return min(SCALE, key=lambda name: abs(SCALE[name] - strength)) if look in SCALE else look


def shown_strength(settings: Settings) -> float:
    """Return the strength that the page shows beside these settings; that of its first look where they have none."""
    strength = strength_of(settings)
    return SCALE[APP_PRESET] if strength is None else strength


def sentences_on(recipe: Recipe, to_add: Sequence[int]) -> str:
    """Say what became of a recipe, and which of its paintings, by their numbers, are still to be added."""
    sentences = [texts().recipe_restored]
    if to_add:
        numbers = ", ".join(map(str, to_add))
        sentences.append(texts().recipe_missing.format(all=len(recipe.styles), numbers=numbers))
    if recipe.settings.start == "image":
        sentences.append(texts().recipe_start)
    if recipe.changes:
        sentences.append(texts().recipe_changes)
    return " ".join([*sentences, *recipe.notices])

"""Recipes on the page have a short form for links, a look that they belong to, and sentences that describe them."""

import json
from dataclasses import replace

from neural_style.presets import PAGE_PRESETS, PRESETS
from neural_style.record.recipe import Recipe, parse_recipe, settings_to_changes
from neural_style.settings import Settings
from neural_style.ui import texts


def link_query(recipe: str) -> str:
    """Return the recipe as short JSON, without the facts that a link does not need."""
    kept, content = parse_recipe(recipe), json.loads(recipe)
    short = {"settings": settings_to_changes(kept.settings), "styles": content["styles"]}
    return json.dumps(short, separators=(",", ":"))


def look_of(settings: Settings) -> str | None:
    """Return the look with these settings, whatever their size, effort, seed, arithmetic, and file; None: none has."""

    def alike(settings: Settings) -> Settings:
        others = {"longest_side_px": None, "width": None, "alpha": "white", "bits": 8}
        return replace(settings, effort=None, iterations=1, seed=0, precision="auto", **others)

    return next((look for look in PAGE_PRESETS if alike(PRESETS[look].settings) == alike(settings)), None)


def sentences_on(recipe: Recipe, to_add: int) -> str:
    """Say what became of a recipe, and how many of its paintings are still to be added."""
    sentences = [texts.RECIPE_RESTORED]
    if to_add:
        paintings = texts.RECIPE_ONE if to_add == 1 else texts.RECIPE_SEVERAL.format(count=to_add)
        sentences.append(texts.RECIPE_MISSING.format(paintings=paintings))
    if recipe.settings.start == "image":
        sentences.append(texts.RECIPE_START)
    return " ".join([*sentences, *recipe.notices])

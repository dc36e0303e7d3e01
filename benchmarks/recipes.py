"""Read recipes in words: `painted:total_variation=100,scales=4` is a preset with some of its settings changed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from neural_style.presets import PRESETS, current_name
from neural_style.settings import ROWS, Settings, with_changes
from neural_style.validation import require

GIVEN = ("longest_side_px", "width")
"""The settings that are the same for all recipes of a comparison."""

_PATHS = {row.name: path for path, row in ROWS.items() if path not in GIVEN}
"""The path of the setting that each key in a recipe stands for."""

_CONSTANTS: Mapping[str, Any] = {"none": None, "true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True)
class Recipe:
    """A recipe to paint with: `text` as it was given, and the settings it stands for."""

    text: str
    settings: Settings

    @property
    def slug(self) -> str:
        """The text of the recipe as part of a file name."""
        return re.sub(r"[^a-z0-9._]+", "-", self.text.lower()).strip("-")[:80]


def parse_recipe(text: str, longest_side_px: int, iterations: int | None) -> Recipe:
    """Read a recipe from `PRESET` or `PRESET:KEY=VALUE,KEY=VALUE`.

    Keys are the fields of `Settings`, `LossWeights` and `AdamSettings`; values are numbers, words, yes, no and none.
    The recipe has `iterations` and no effort, unless it says otherwise itself; for None it has the preset's own.

    Raises:
        OptionsError: a preset or a key is unknown, a part is not KEY=VALUE, or a value cannot be used.
    """
    preset, _, changes = text.partition(":")
    preset = current_name(preset)
    require(preset in PRESETS, f"There is no preset {preset!r}. Known are {', '.join(PRESETS)}.")
    settings = replace(PRESETS[preset].settings, longest_side_px=longest_side_px, width=None)
    if iterations is not None:
        settings = replace(settings, iterations=iterations, effort=None)
    return Recipe(text, with_changes(settings, _parse_changes(changes)))


def _parse_changes(text: str) -> dict[str, Any]:
    """Return the settings of a recipe as path -> value."""
    changes: dict[str, Any] = {}
    for part in text.split(",") if text else []:
        key, _, word = (piece.strip() for piece in part.partition("="))
        require(bool(key and word), f"{part!r} in a recipe must be KEY=VALUE, as in scales=4.")
        require(key not in GIVEN, f"{key} cannot stand in a recipe, since all are painted at the same --size.")
        require(key in _PATHS, f"A recipe has no {key}. Known are {', '.join(_PATHS)}.")
        require(_PATHS[key] not in changes, f"{key} stands twice in a recipe. Give it once.")
        changes[_PATHS[key]] = _value(word)
    return changes


def _value(word: str) -> Any:
    if word.lower() in _CONSTANTS:
        return _CONSTANTS[word.lower()]
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return word

"""Recipes in words: `painted:total_variation=100,scales=4` is a preset with some of its settings changed."""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from neural_style.presets import PRESETS
from neural_style.settings import Settings
from neural_style.validation import require

GIVEN = ("longest_side_px", "width")
"""Settings that are the same for all recipes of a comparison."""

_CONSTANTS: Mapping[str, Any] = {"none": None, "true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True)
class Recipe:
    """What to paint with: `text` as it was given, and the settings it stands for."""

    text: str
    settings: Settings

    @property
    def slug(self) -> str:
        """The text as part of a file name."""
        return re.sub(r"[^a-z0-9._]+", "-", self.text.lower()).strip("-")[:80]


def parse_recipe(text: str, longest_side_px: int, iterations: int) -> Recipe:
    """From `PRESET` or `PRESET:KEY=VALUE,KEY=VALUE`.

    Keys are the fields of `Settings`, `LossWeights` and `AdamSettings`; values are numbers, words, yes, no and none.
    The recipe has `iterations` and no effort, unless it says otherwise itself.

    Raises:
        OptionsError: a preset or a key is unknown, a part is not KEY=VALUE, or a value cannot be used.
    """
    preset, _, changes = text.partition(":")
    require(preset in PRESETS, f"There is no preset {preset!r}. Known are {', '.join(PRESETS)}.")
    base = replace(PRESETS[preset].settings, iterations=iterations, effort=None)
    settings = replace(base, longest_side_px=longest_side_px, width=None)
    return Recipe(text, _changed(settings, _parse_changes(changes)))


def _parse_changes(text: str) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for part in text.split(",") if text else []:
        key, _, word = (piece.strip() for piece in part.partition("="))
        require(bool(key and word), f"{part!r} in a recipe must be KEY=VALUE, as in scales=4.")
        require(key not in changes, f"{key} stands twice in a recipe. Give it once.")
        require(key not in GIVEN, f"{key} cannot stand in a recipe, since all are painted at the same --size.")
        changes[key] = _value(word)
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


def _changed(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """`settings` with each key changed where it is: in the settings themselves, or in a record within them."""
    own = _fields(settings)
    records: dict[str, Any] = {name: record for name, record in own.items() if dataclasses.is_dataclass(record)}
    known = [name for name in own if name not in records and name not in GIVEN]
    known += [name for record in records.values() for name in _fields(record)]
    unknown = [key for key in changes if key not in known]
    require(not unknown, f"A recipe has no {', '.join(unknown)}. Known are {', '.join(known)}.")
    own_changes = {key: value for key, value in changes.items() if key in own}
    for name, record in records.items():
        inner = {key: value for key, value in changes.items() if key in _fields(record)}
        own_changes[name] = replace(record, **inner)
    return replace(settings, **own_changes)


def _fields(record: Any) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}

"""The recipe of a picture: all that it takes to paint it again, as JSON.

It names no file and no person: a style has a title only where the program that asked for the picture gave it one.
"""

import codecs
import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np

from neural_style import __version__
from neural_style.changes import Change, checked_changes
from neural_style.errors import OptionsError
from neural_style.files import check_regular
from neural_style.images.load import read_recipe
from neural_style.iterate import Iterate, LossValues
from neural_style.masks import Mask
from neural_style.presets import APP_PRESET, PRESETS, preset
from neural_style.request import STYLE_MASKS, STYLE_NUMBERS, ChosenStyle, StylizeRequest
from neural_style.rows import own_rows, records_of
from neural_style.settings import ROWS, Arithmetic, Settings
from neural_style.strength import at_strength, strength_of
from neural_style.validation import require

MOST_BYTES = 20_000_000
"""The most bytes of a file with a recipe; one has about a thousand, and with soft masks up to a million for each."""

FORMER_NETWORKS = ("embedded VGG-16 (HED)",)
"""The titles of networks that came along with older versions, and with this one no more."""

_NESTED = records_of(Settings)
"""The fields of `Settings` that are records themselves."""

_TAKES_THE_PLACE_OF = {row.path: row.instead_of for row in ROWS.values() if row.instead_of}
"""The setting of a preset that each of these settings replaces."""


def recipe(
    request: StylizeRequest, iterate: Iterate, network_sha256: str | None = None, *, is_measured: bool = True
) -> str:
    """Return the recipe of a picture as JSON, which `images.save.save_image` keeps in a PNG.

    Args:
        request: what was asked for.
        iterate: the last one of the run; the picture that the recipe goes with is its `result()`.
        network_sha256: hash of the network's source file, where it is known.
        is_measured: whether it says how near the picture is to painting and photo, which takes a second.

    Returns:
        JSON with `program`, `version`, `settings`, their `strength` (for people; null where they have none), `styles`
        (the `STYLE_NUMBERS` of each, and its title and masks if it has them), `left_alone` where a part of the photo
        is, `changes` where there were any while it was painted, `size_px`, `network`, what was really done (`steps`,
        `painted_size_px`, `arithmetic`, `tile_px`), the `losses` of the result, where one that is not finite is null,
        and its `nearness` (see `Iterate`).
        `painted_size_px` is below `size_px` where the run was ended at a smaller size.
    """
    height, width = request.canvas_size
    content = {
        "program": "neural-style",
        "version": __version__,
        "settings": settings_to_dict(request.settings),
        "strength": strength_of(request.settings),
        "styles": [_style_to_dict(style) for style in request.styles],
        "size_px": {"width": width, "height": height},
        "network": {"title": iterate.network, "sha256": network_sha256},
        "steps": {"done": iterate.step, "asked": iterate.steps},
        "painted_size_px": {"width": iterate.painted_size[1], "height": iterate.painted_size[0]},
        "arithmetic": iterate.arithmetic,
        "tile_px": iterate.tile_px,
        "losses": _losses(iterate.best_losses),
    }
    if request.left_alone is not None:
        content["left_alone"] = request.left_alone.text
    if is_measured and iterate.nearness is not None:
        content["nearness"] = iterate.nearness()
    if iterate.changes:
        content["changes"] = [_change_to_dict(change) for change in iterate.changes]
    return json.dumps(content, indent=1, allow_nan=False)


@dataclass(frozen=True)
class Recipe:
    """A recipe that was read: the settings and styles to paint with.

    Attributes:
        settings: how; where the precision was left to a trial, it is the one that was used.
        styles: in their order, without their pictures.
        notices: what the person shall be told of the recipe.
        left_alone: the part of the photo that stays as it is, or None.
        changes: those that are made while it is painted.
    """

    settings: Settings
    styles: tuple[ChosenStyle[None], ...]
    notices: tuple[str, ...] = ()
    left_alone: Mask | None = None
    changes: tuple[Change, ...] = ()


def load_recipe(path: Path, name: str | None = None) -> Recipe:
    """Read a PNG painted here, or a file with its recipe as JSON; errors call it by that name, or by its path.

    Raises:
        OptionsError: there is no such file, it holds no recipe, or the recipe holds what cannot be used.
    """
    name, text = name or str(path), read_recipe(path)
    if text is None:
        try:
            check_regular(path)
            with path.open("rb") as file:
                text = _decoded(file.read(MOST_BYTES + 1))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "neither a PNG painted here nor text"
            raise OptionsError(f"No recipe can be read from {name} ({reason}).") from None
        require(len(text) <= MOST_BYTES, f"{name} is too long for a recipe; one has about a kilobyte.")
    return parse_recipe(text)


def _decoded(data: bytes) -> str:
    """Return a text in UTF-8 or, by its byte order mark, in UTF-16, as Windows' Notepad and PowerShell write it."""
    marks = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    return data.decode(next((encoding for mark, encoding in marks.items() if data.startswith(mark)), "utf-8-sig"))


def parse_recipe(recipe: str | Mapping[str, Any]) -> Recipe:
    """Read what `recipe` wrote, as text or as read from JSON, perhaps changed: all but `settings` may be missing.

    Raises:
        OptionsError: it is no recipe, or holds what cannot be used.
    """
    content: Any = recipe
    if isinstance(recipe, str):
        try:
            content = json.loads(recipe)
        except (ValueError, RecursionError):
            content = None
    if not isinstance(content, Mapping) or "settings" not in content:
        raise OptionsError(f'A recipe is JSON with "settings", as in the PNGs painted here; got {recipe!r:.60}.')
    settings = settings_from_dict(content["settings"])
    if settings.precision == "auto" and content.get("arithmetic") in get_args(Arithmetic):
        settings = replace(settings, precision=content["arithmetic"])
    styles = content.get("styles", [])
    require(isinstance(styles, list), f"The styles of a recipe must be a list; got {styles!r:.60}.")
    read = tuple(_style_from_dict(_mapping("styles", style)) for style in styles)
    changes = content.get("changes", [])
    require(isinstance(changes, list), f"The changes of a recipe must be a list; got {changes!r:.60}.")
    return Recipe(
        settings,
        read,
        _notices(content.get("network")),
        _mask(content.get("left_alone")),
        checked_changes([_change_from_dict(_mapping("changes", change)) for change in changes], len(read) or None),
    )


def _notices(network: object) -> tuple[str, ...]:
    """Return what the recipe's network, which may be missing or anything at all, calls for."""
    title = network.get("title") if isinstance(network, Mapping) else None
    if title not in FORMER_NETWORKS:
        return ()
    return (
        f"The recipe's picture was painted with {title}, a network that this version no longer has. The present one "
        "paints it anew, and it will look different.",
    )


def _style_to_dict(style: ChosenStyle[Any]) -> dict[str, Any]:
    title = {"title": style.title} if style.title else {}
    masks = {name: mask.text for name, mask in style.masks.items() if mask is not None}
    return {**title, **style.numbers, **masks}


def _style_from_dict(values: Mapping[str, Any]) -> ChosenStyle[None]:
    numbers = {name: values[name] for name in STYLE_NUMBERS if name in values}
    masks: dict[str, Any] = {name: _mask(values.get(name)) for name in STYLE_MASKS}
    return ChosenStyle(None, title=str(values.get("title", "")), **numbers, **masks)


def _change_to_dict(change: Change) -> dict[str, Any]:
    shares = {} if change.shares is None else {"shares": list(change.shares)}
    settings = {"settings": dict(change.settings)} if change.settings else {}
    more = {} if change.more is None else {"more": change.more}
    return {"step": change.step, **shares, **settings, **more}


def _change_from_dict(values: Mapping[str, Any]) -> Change:
    unknown = sorted(str(key) for key in values.keys() - {"step", "shares", "settings", "more"})
    require(
        not unknown, f"The changes of a recipe have no {unknown[:1]!r:.60}. Known are step, shares, settings, more."
    )
    shares = values.get("shares")
    require(shares is None or isinstance(shares, list), f"The shares of a change must be a list; got {shares!r:.60}.")
    settings = _mapping("settings of changes", values.get("settings", {}))
    return Change(shares, settings, values.get("step"), values.get("more"))


def _mask(text: object) -> Mask | None:
    return None if text is None else Mask.of_text(text)


def settings_to_dict(settings: Settings) -> dict[str, Any]:
    """Return settings as numbers, words and dictionaries only, as JSON can hold; `settings_from_dict` reads it back."""
    return {key: _plain(value) for key, value in dataclasses.asdict(settings).items()}


def settings_beside_defaults(settings: Settings) -> dict[str, Any]:
    """Return the settings that differ from the defaults: what it says stays the same when further settings come."""
    return _differences(settings_to_dict(Settings()), settings_to_dict(settings))


def settings_to_changes(settings: Settings) -> dict[str, Any]:
    """Return in short the nearest preset, perhaps at a strength, and what differs; `settings_from_dict` reads it."""
    values, strength = settings_to_dict(settings), strength_of(settings)
    bases: list[dict[str, Any]] = [{"preset": name} for name in PRESETS]
    if strength is not None:
        bases += [{**base, "strength": strength} for base in bases]
    shorts = [base | _differences(settings_to_dict(settings_from_dict(base)), values) for base in bases]
    short = min(shorts, key=lambda short: len(json.dumps(short)))
    return short if settings_from_dict(short) == settings else values


def _differences(base: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            value = _differences(base[name], value)
            if value:
                found[name] = value
        elif value != base[name]:
            found[name] = value
    return found


def settings_from_dict(values: object) -> Settings:
    """Read what `settings_to_dict` wrote; a setting left out has its default, or that of a `preset` named there.

    A `strength` changes that preset, or the page's where none is named; the settings beside it come after it. Where
    iterations are given without an effort, they take the place of the preset's; and so does a width that of its longest
    side.

    Args:
        values: what came out of a JSON file or of the metadata of a picture that somebody else may have made.

    Raises:
        OptionsError: a name is unknown, or a value has the wrong type or is out of its range.
    """
    given = _renamed(Settings, _mapping("settings", values))
    values = _taken_base(given)
    for name, kind in _NESTED.items():
        if name in given:
            given[name] = values.get(name, {}) | _renamed(kind, _mapping(name, given[name]))
    for name, replaced in _TAKES_THE_PLACE_OF.items():
        if name in given and replaced not in given:
            values.pop(replaced, None)
    values |= given
    nested = {name: _build(name, kind, values[name]) for name, kind in _NESTED.items() if name in values}
    return _build("settings", Settings, {**values, **nested})


def _taken_base(given: dict[str, Any]) -> dict[str, Any]:
    """Take preset and strength out of what is given; return the settings that they stand for, if any."""
    if not given.keys() & {"preset", "strength"}:
        return {}
    base = _preset(given.pop("preset", APP_PRESET))
    if "strength" in given:
        base = at_strength(base, given.pop("strength"))
    return settings_to_dict(base)


def _preset(name: object) -> Settings:
    if not isinstance(name, str):
        raise OptionsError(f"There is no look {name!r:.60}. Known are {', '.join(PRESETS)}.")
    return preset(name).settings


def _renamed(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """Rename what older versions wrote to the names of today."""
    given = dict(values)
    for row in own_rows(kind):
        if row.former in given and row.path not in given:
            value = given.pop(row.former)
            given[row.path] = row.former_words.get(value, value) if isinstance(value, str) else value
    return given


def _build(name: str, kind: type, values: Mapping[str, Any]) -> Any:
    known = [field.name for field in dataclasses.fields(kind)]
    unknown = sorted(str(key) for key in values if key not in known)
    if unknown:
        raise OptionsError(f"The {name} of a recipe have no {unknown[0]!r:.60}. Known are {', '.join(known)}.")
    return kind(**values)


def _mapping(name: str, values: object) -> Mapping[str, Any]:
    if not isinstance(values, Mapping):
        raise OptionsError(f"The {name} of a recipe must be names with values; got {values!r:.60}.")
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return value.item() if isinstance(value, np.generic) else value


def _losses(losses: LossValues) -> dict[str, float | None]:
    return {name: value if math.isfinite(value) else None for name, value in losses.with_total().items()}

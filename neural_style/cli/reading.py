"""Read the flags of a command that paints: a preset or a recipe, changed by a strength and flags, becomes a request."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from neural_style.changes import Change
from neural_style.cli.defaults import Defaults
from neural_style.cli.progress import say
from neural_style.cli.setting_flags import given_settings
from neural_style.errors import OptionsError
from neural_style.images.load import LoadedImage, load_picture, notices_of, pixel_count
from neural_style.masks import NO_MASK, READY, Mask
from neural_style.record.recipe import Recipe, load_recipe
from neural_style.request import STYLE_MASKS, STYLE_NUMBERS, ChosenStyle, Style, StylizeRequest
from neural_style.settings import ROWS, Settings, with_changes
from neural_style.strength import at_strength
from neural_style.validation import require, require_number

MANY_PIXELS = 30_000_000
"""The pixels from which on a file takes a second or more to read."""


def read_request(arguments: argparse.Namespace) -> StylizeRequest:
    """Return what the flags ask for, its pictures read.

    Raises:
        OptionsError: a value cannot be used, or a flag of the styles has neither one value nor one for each.
        ImageError: a picture cannot be read, or has a size that cannot be painted.
    """
    kept = None if arguments.recipe is None else load_recipe(arguments.recipe)
    settings = read_settings(arguments, kept and kept.settings)
    choices = read_choices(arguments, () if kept is None else kept.styles)
    content = _load(arguments.content)
    paintings = [_load(path) for path in arguments.styles]
    initial = None if arguments.initial is None else _load(arguments.initial)
    return StylizeRequest(
        content=content.image,
        styles=[Style(painting.image, **choice.facts) for painting, choice in zip(paintings, choices, strict=True)],
        settings=settings,
        initial=initial and initial.image,
        content_alpha=content.alpha,
        left_alone=read_left_alone(arguments, kept),
        changes=kept_changes(kept, len(arguments.styles)),
        notices=(
            *(kept.notices if kept else ()),
            *without_effect(arguments, settings),
            *notices_of([content, *paintings, initial]),
        ),
    )


def read_settings(arguments: argparse.Namespace, base: Settings | None = None) -> Settings:
    """Return the base (the preset, where there is no base) changed by the strength, and then by the other flags.

    Raises:
        OptionsError: a value, or a combination of values, cannot be used.
    """
    strength = arguments.strength
    defaults: Defaults = arguments.defaults
    base = base or defaults.settings(arguments.preset or defaults.preset_with(strength))
    if strength is not None:
        base = at_strength(base, strength)
    given = given_settings(arguments)
    if arguments.initial is not None:
        given.setdefault("start", "image")
    return with_changes(_make_room(base, given), given)


def read_choices(arguments: argparse.Namespace, kept: Sequence[ChosenStyle[None]]) -> list[ChosenStyle[None]]:
    """Return a choice for each style picture: its numbers from the flags, else from the recipe, else the defaults.

    Raises:
        OptionsError: a flag has neither one value nor one for each, or the recipe is for another number of styles.
    """
    given = {name: getattr(arguments, name) for name in STYLE_NUMBERS}
    count = len(arguments.styles)
    if kept and len(kept) != count:
        _check_not_guessed(arguments, kept, count)
    kept = kept if len(kept) == count else [ChosenStyle(None)] * count
    for name, values in given.items():
        if values:
            each = _one_each(STYLE_NUMBERS[name].flag, values, count)
            kept = [replace(style, **{name: value}) for style, value in zip(kept, each, strict=True)]
    for name, row in STYLE_MASKS.items():
        sources = getattr(arguments, name)
        if sources is not None:
            said = f"{row.flag} has {len(sources)} masks for {count} style pictures"
            require(len(sources) == count, f"{said}. Give one for each, {NO_MASK} for none.")
            masks = [read_mask(source, arguments.feather) for source in sources]
            kept = [replace(style, **{name: mask}) for style, mask in zip(kept, masks, strict=True)]
    return list(kept)


def _check_not_guessed(arguments: argparse.Namespace, kept: Sequence[ChosenStyle[None]], count: int) -> None:
    """Refuse a recipe for another number of styles, unless flags say all that it says of them."""
    plain, rows = ChosenStyle(None), {**STYLE_NUMBERS, **STYLE_MASKS}
    said = [name for name in rows if any(getattr(style, name) != getattr(plain, name) for style in kept)]
    missing = [rows[name].flag for name in said if getattr(arguments, name) is None]
    require(
        not missing,
        f"The recipe is for {len(kept)} styles and {count} were given. Give as many, or their {' and '.join(missing)}.",
    )


def kept_changes(kept: Recipe | None, styles: int) -> tuple[Change, ...]:
    """Return the changes that a recipe asks for while it is painted, for that many styles."""
    return () if kept is None or len(kept.styles) not in (0, styles) else kept.changes


def without_effect(arguments: argparse.Namespace, settings: Settings) -> list[str]:
    """Return a sentence for each given flag that changes nothing, because the weight it belongs to is 0."""
    weights, given = settings.weights, given_settings(arguments)
    flags = [ROWS[path].flag for path in _OF_THE_STYLE_WEIGHT if path in given]
    if weights.style > 0 or not flags or (flags == [_LAYERS_FLAG] and weights.wasserstein > 0):
        return []
    return [f"{' and '.join(flags)} changes nothing without a weight of the style, which is 0. Give --style-weight."]


_OF_THE_STYLE_WEIGHT = ("weights.style_statistic", "weights.style_balance", "weights.style_layers")

_LAYERS_FLAG = ROWS["weights.style_layers"].flag


def read_left_alone(arguments: argparse.Namespace, kept: Recipe | None) -> Mask | None:
    """Return what is left alone of the photo: by the flag, else by the recipe.

    Raises:
        ImageError: the mask cannot be read.
    """
    if arguments.leave_alone is None:
        return kept and kept.left_alone
    return read_mask(arguments.leave_alone, arguments.feather)


def read_mask(source: str | Path, feather: float | None = None) -> Mask | None:
    """Return the mask of that name or in that file, with soft edges where it is asked for; None for `NO_MASK`.

    Args:
        source: a name of `masks.READY`, a file, or `NO_MASK`.
        feather: how soft, in percent of the longest side.

    Raises:
        ImageError: there is no such mask.
        OptionsError: the softness is no number from 0 to 50.
    """
    if feather is not None:
        require_number("softness of --feather", feather, low=0, high=50)
    if source == NO_MASK:
        return None
    mask = Mask.of_file(source) if isinstance(source, Path) else READY[source]
    if feather is None:
        return mask
    return mask.feathered(feather / 100.0)


def _load(path: Path) -> LoadedImage:
    """Read a picture; say so before, where that takes seconds."""
    if pixel_count(path) >= MANY_PIXELS:
        say(f"Reading {path} ...", sys.stderr)
    return load_picture(path)


def _make_room(base: Settings, given: Mapping[str, Any]) -> Settings:
    """Return the base without those of its values that one of the given settings replaces."""
    for row in ROWS.values():
        pair = [row, ROWS[row.instead_of]] if row.instead_of else []
        count = sum(each.path in given for each in pair)
        flags = " and ".join(each.flag for each in pair)
        require(count < 2, f"Both {flags} were given. Give only one of them.")
        if count:
            base = with_changes(base, {each.path: None for each in pair if each.kind.optional})
    return base


def _one_each(flag: str, values: Sequence[float], count: int) -> Sequence[float]:
    """Return a value for each style: those given, or the only one given for all."""
    if len(values) == 1:
        return list(values) * count
    if len(values) != count:
        raise OptionsError(
            f"{flag} has {len(values)} values for {count} style pictures. Give one for each, or one for all."
        )
    return values

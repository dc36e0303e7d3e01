"""What the flags of `neural-style stylize` ask for: a preset or a recipe, changed by flags, becomes a request."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from neural_style.cli.setting_flags import given_settings
from neural_style.errors import OptionsError
from neural_style.images.load import load_picture, notices_of
from neural_style.presets import PRESETS
from neural_style.record.recipe import Recipe, load_recipe
from neural_style.request import Style, StylizeRequest
from neural_style.settings import ROWS, Settings, with_changes
from neural_style.validation import require


def read_request(arguments: argparse.Namespace) -> StylizeRequest:
    """Settings, pictures, shares and scales.

    Raises:
        OptionsError: a value cannot be used, or there are not as many shares or scales as styles.
        ImageError: a picture cannot be read, or has a size that cannot be painted.
    """
    kept = None if arguments.recipe is None else load_recipe(arguments.recipe)
    settings, count = read_settings(arguments, kept and kept.settings), len(arguments.styles)
    shares, scales = _shares_and_scales(arguments, kept, count)
    content = load_picture(arguments.content)
    paintings = [load_picture(path) for path in arguments.styles]
    initial = None if arguments.initial is None else load_picture(arguments.initial)
    return StylizeRequest(
        content=content.image,
        styles=[
            Style(painting.image, share, scale)
            for painting, share, scale in zip(paintings, shares, scales, strict=True)
        ],
        settings=settings,
        initial=initial and initial.image,
        content_alpha=content.alpha,
        notices=notices_of([content, *paintings, initial]),
    )


def read_settings(arguments: argparse.Namespace, base: Settings | None = None) -> Settings:
    """The base, without one the preset, changed by the flags that were given.

    Raises:
        OptionsError: a value, or a combination of values, cannot be used.
    """
    base = base or PRESETS[arguments.preset].settings
    given = given_settings(arguments)
    if arguments.initial is not None:
        given.setdefault("start", "image")
    return with_changes(_make_room(base, given), given)


def _make_room(base: Settings, given: Mapping[str, Any]) -> Settings:
    """The base without those of its values that one of the given settings takes the place of."""
    for row in ROWS.values():
        pair = [row, ROWS[row.instead_of]] if row.instead_of else []
        count = sum(each.path in given for each in pair)
        flags = " and ".join(each.flag for each in pair)
        require(count < 2, f"Both {flags} were given. Give only one of them.")
        if count:
            base = with_changes(base, {each.path: None for each in pair if each.kind.optional})
    return base


def _shares_and_scales(
    arguments: argparse.Namespace, kept: Recipe | None, count: int
) -> tuple[Sequence[float], Sequence[float]]:
    """One of each for every style: from the flags, else from the recipe, else the defaults."""
    given = arguments.style_blend_weights, arguments.style_scales
    if kept is None or not kept.styles:
        shares, scales = [Style.share], [Style.scale]
    elif len(kept.styles) == count or all(given):
        shares, scales = [style.share for style in kept.styles], [style.scale for style in kept.styles]
    else:
        raise OptionsError(
            f"The recipe is for {len(kept.styles)} styles and {count} were given. Give as many, or their "
            "--style-blend-weights and --style-scales."
        )
    return (
        _one_each("--style-blend-weights", given[0] or shares, count),
        _one_each("--style-scales", given[1] or scales, count),
    )


def _one_each(flag: str, values: Sequence[float], count: int) -> Sequence[float]:
    """A value for each style: those given, or the only one given for all."""
    if len(values) == 1:
        return list(values) * count
    if len(values) != count:
        raise OptionsError(
            f"{flag} has {len(values)} values for {count} style pictures. Give one for each, or one for all."
        )
    return values

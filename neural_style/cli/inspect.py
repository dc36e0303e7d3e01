"""Run `neural-style inspect`: say how a picture was painted, and how near it is to its painting and to its photo."""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from neural_style.backends.local import measured
from neural_style.cli.flags import add_file, file_path
from neural_style.cli.quiet import quiet_loading
from neural_style.errors import ImageError, OptionsError
from neural_style.images.load import load_picture, read_recipe
from neural_style.iterate import Nearness
from neural_style.networks.provider import NetworkProvider
from neural_style.record.recipe import Recipe, load_recipe, parse_recipe, settings_to_changes
from neural_style.request import ChosenStyle, Style, StylizeRequest
from neural_style.settings import Settings
from neural_style.validation import require

_DESCRIPTION = """\
Says how a picture was painted that has its recipe in it, as every PNG painted here has, and how near it is, statistic
by statistic and layer by layer, to its painting (1) and to its photo (0). With --photo and --styles that is measured of
any picture, whoever painted it."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Give the parser of `inspect` its flags and `run`, a function from the arguments to the exit status."""
    parser.description = _DESCRIPTION
    parser.add_argument("picture", type=file_path, metavar="PICTURE", help="PNG painted here, or any picture")
    pictures = parser.add_argument_group("to measure anew")
    add_file(pictures, "--photo", help="photograph that it was painted from")
    pictures.add_argument("--styles", type=file_path, nargs="+", metavar="PAINTING", help="paintings that it is after")
    add_file(pictures, "--network", help="another VGG, as a .mat or .safetensors file")
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print what is known of the picture, or measured.

    Raises:
        NeuralStyleError: a file cannot be read, or there is nothing to be said.
    """
    is_measured = arguments.photo is not None or arguments.styles is not None
    if is_measured and None in (arguments.photo, arguments.styles):
        raise OptionsError("--photo and --styles go together; only one of the two was given.")
    facts = _facts_of(arguments.picture)
    if is_measured:
        facts["nearness"] = _measured(arguments, facts)
    require(
        bool(facts),
        f"{arguments.picture} has no recipe in it: it was not painted here, or saved anew by another program. Give "
        "--photo and --styles to have it measured.",
    )
    if arguments.json:
        print(json.dumps(facts, indent=1, ensure_ascii=False))
    else:
        print("\n".join(_lines(facts)))
    return 0


def _facts_of(path: Path) -> dict[str, Any]:
    """Return the recipe in a picture, as it is; nothing where there is none.

    Raises:
        ImageError: there is no such file.
        OptionsError: the recipe cannot be read.
    """
    if not path.is_file():
        raise ImageError(f"There is no file {path}. Check the path.")
    text = read_recipe(path)
    if text is None:
        return {}
    load_recipe(path)  # which refuses what is none
    return json.loads(text)


def _measured(arguments: argparse.Namespace, facts: Mapping[str, Any]) -> Nearness:
    """Return how near the picture is; its recipe, if it has one, says by which statistics and from which parts."""
    paintings = [load_picture(path).image for path in arguments.styles]
    recipe = parse_recipe(facts) if facts else Recipe(Settings(style_fit="longest"), ())
    choices = recipe.styles if len(recipe.styles) == len(paintings) else [ChosenStyle(None)] * len(paintings)
    picture = load_picture(arguments.picture).image
    settings = replace(recipe.settings, start="content", longest_side_px=None, width=picture.shape[1])
    request = StylizeRequest(
        load_picture(arguments.photo).image,
        [Style(painting, **choice.facts) for painting, choice in zip(paintings, choices, strict=True)],
        settings,
        left_alone=recipe.left_alone,
    )
    for change in recipe.changes:
        request = request.changed(change)
    with quiet_loading():
        return measured(request, picture, NetworkProvider(arguments.network))


def _lines(facts: Mapping[str, Any]) -> Iterator[str]:
    if "settings" in facts:
        recipe = parse_recipe(facts)
        size, network, steps, losses = (_names(facts.get(name)) for name in ("size_px", "network", "steps", "losses"))
        yield f"Painted by {facts.get('program', 'neural-style')} {facts.get('version', '')}".strip()
        yield f"  size       {size.get('width', '?')}x{size.get('height', '?')} px"
        yield f"  network    {network.get('title', 'not known')}"
        yield f"  steps      {steps.get('done', '?')} of {steps.get('asked', '?')}"
        yield f"  settings   {_short(settings_to_changes(recipe.settings))}"
        for number, style in enumerate(recipe.styles, start=1):
            yield f"  painting {number} {_style(style)}"
        if recipe.left_alone is not None:
            yield f"  left alone {recipe.left_alone.share:.0%} of the photo"
        for change in recipe.changes:
            shares = {} if change.shares is None else {"shares": list(change.shares)}
            more = {} if change.more is None else {"more steps": change.more}
            yield f"  after step {change.step}: {_short({**shares, **change.settings, **more})}"
        yield f"  losses     {_short(losses)}"
    nearness = {term: _names(layers) for term, layers in _names(facts.get("nearness")).items()}
    if any(nearness.values()):
        yield "How near it is: 0 as the photo, 1 as the painting"
        for term, layers in nearness.items():
            yield f"  {term:12}{'  '.join(f'{layer} {_value(value)}' for layer, value in layers.items())}"
    else:
        yield "How near it is was not measured. Give --photo and --styles to have it measured."


def _names(value: object) -> Mapping[str, Any]:
    """Return names with values; none where somebody else wrote another thing."""
    return value if isinstance(value, Mapping) else {}


def _style(style: ChosenStyle[None]) -> str:
    masks = {name: f"{mask.share:.0%}" for name, mask in style.masks.items() if mask is not None}
    plain = ChosenStyle(None)
    numbers = {name: value for name, value in style.numbers.items() if value != getattr(plain, name)}
    return " ".join(filter(None, [style.title, _short({**numbers, **masks})])) or "as it is"


def _short(values: Mapping[str, Any]) -> str:
    """Return names and values on one line."""
    return ", ".join(f"{name} {_value(value)}" for name, value in values.items())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"({_short(value)})"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ":".join(map(_value, value))
    return f"{value:g}" if isinstance(value, float) else str(value)

"""The flags of `sheet`, and the cells that they ask for: paintings, strengths or looks."""

import argparse
from dataclasses import dataclass

from neural_style.cli.defaults import SHEET
from neural_style.cli.flags import STOPPING, add_file, add_painting_flags, describe
from neural_style.cli.reading import read_settings
from neural_style.cli.setting_flags import number_reader
from neural_style.images.save import OUTPUT_OPTIONS
from neural_style.presets import PRESETS, current_name
from neural_style.service.examples import title_of
from neural_style.service.sketches import SKETCHED_LOOKS, SKETCHED_STRENGTHS
from neural_style.settings import Settings
from neural_style.strength import STRENGTH
from neural_style.validation import require

_MORE_HELP = """\
presets:
{presets}

examples:
  neural-style sheet photo.jpg paintings/*.jpg --size 192
  neural-style sheet photo.jpg painting.jpg --strengths 0 0.25 0.5 0.75 1
  neural-style sheet photo.jpg painting.jpg --looks --output looks.jpg

{stopping}"""


def add_sheet_flags(parser: argparse.ArgumentParser) -> None:
    """Declare every flag of `sheet`, and its help."""
    parser.usage = "neural-style sheet PHOTO PAINTING [PAINTING ...] [--strengths X ... | --looks LOOK ...] [FLAGS]"
    description = (
        "Repaint a photograph after each of several paintings, and lay the pictures out with their titles as one; or "
        "after one painting, or all of them together, at several strengths or in several looks."
    )
    stopping = STOPPING.replace("the best picture so far", "a sheet of what is painted")
    describe(parser, description, _MORE_HELP, stopping=stopping)
    add_painting_flags(parser, SHEET, _add_pictures)
    _add_own_flags(parser.add_argument_group("sheet").add_mutually_exclusive_group())


@dataclass(frozen=True)
class Wanted:
    """A cell that is to be painted.

    Attributes:
        label: what is to stand below it.
        arguments: those of a command that paints one picture.
        settings: how it is painted.
    """

    label: str
    arguments: argparse.Namespace
    settings: Settings


def wanted_cells(arguments: argparse.Namespace) -> list[Wanted]:
    """Return the cells that the arguments ask for, in their order.

    Raises:
        OptionsError: a value, or a combination of values, cannot be used.
    """
    if arguments.strengths is not None:
        require(arguments.strength is None, "Both --strength and --strengths were given. Give only one of them.")
        found = arguments.strengths or SKETCHED_STRENGTHS
        return [_wanted(f"{STRENGTH.label} {each:g}", arguments, strength=each) for each in found]
    if arguments.looks is not None:
        given = arguments.preset is not None or arguments.recipe is not None
        require(not given, "The looks of --looks take the place of --preset and --recipe. Give only one of them.")
        found = arguments.looks or SKETCHED_LOOKS
        return [_wanted(PRESETS[each].label, arguments, preset=each) for each in found]
    return [_wanted(title_of(each.stem), arguments, styles=[each]) for each in arguments.styles]


def _wanted(label: str, arguments: argparse.Namespace, **changes: object) -> Wanted:
    changed = argparse.Namespace(**{**vars(arguments), **changes})
    return Wanted(label, changed, read_settings(changed))


def _add_pictures(group: "argparse._ArgumentGroup") -> None:
    add_file(group, "content", metavar="PHOTO", help="photograph to repaint")
    add_file(group, "styles", metavar="PAINTING", nargs="+", help="paintings, each of which gets a picture")
    endings = ", ".join(OUTPUT_OPTIONS)
    add_file(
        group,
        "--output",
        help=f"sheet to write; the ending says how: {endings} (default: a PNG beside the photo, named after it, with a "
        "number where that name is taken)",
    )


def _add_own_flags(group: "argparse._MutuallyExclusiveGroup") -> None:
    strengths = ", ".join(f"{each:g}" for each in SKETCHED_STRENGTHS)
    group.add_argument(
        "--strengths",
        type=number_reader(STRENGTH),
        nargs="*",
        metavar="X",
        help=f"a picture at each of these strengths, after all paintings together (without a number: {strengths})",
    )
    group.add_argument(
        "--looks",
        type=current_name,
        choices=tuple(PRESETS),
        nargs="*",
        metavar="LOOK",
        help="a picture in each of these looks, likewise (without a word: those of the page)",
    )

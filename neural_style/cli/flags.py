"""The flags of the commands that paint, in the groups of their help text; `reading` reads their values."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from neural_style.cli.defaults import Defaults
from neural_style.cli.setting_flags import add_setting_flags, number_reader
from neural_style.files import path_named
from neural_style.images.save import OUTPUT_OPTIONS
from neural_style.masks import NO_MASK, READY
from neural_style.presets import APP_PRESET, PRESETS, current_name, scale_in_words
from neural_style.record.timelapse import FILM_ENDINGS
from neural_style.request import STYLE_MASKS, STYLE_NUMBERS, Style
from neural_style.rows import lowered
from neural_style.strength import STRENGTH

FAILED = 1
"""The exit status where some of several pictures could not be painted, and the others were."""

STOPPING = "The first Ctrl-C ends the run and keeps the best picture so far, the second one ends the program at once."
"""The last sentence of the help."""


def add_flags(
    parser: argparse.ArgumentParser, defaults: Defaults, add_pictures: "Callable[[argparse._ArgumentGroup], None]"
) -> None:
    """Declare every flag of a command that paints, in the groups of its help text.

    Args:
        parser: of the command; what it parses holds `defaults`, too.
        defaults: what holds where a flag is not given.
        add_pictures: declares how the pictures are named: `add_pictures_by_flags` or `add_pictures_by_place`.
    """
    add_painting_flags(parser, defaults, add_pictures)
    _add_record_flags(parser.add_argument_group("progress and records"))


def add_painting_flags(
    parser: argparse.ArgumentParser, defaults: Defaults, add_pictures: "Callable[[argparse._ArgumentGroup], None]"
) -> None:
    """Declare the flags of `add_flags` but those of the records of a run: what a command has for several pictures."""
    pictures = parser.add_argument_group("pictures")
    add_pictures(pictures)
    _add_picture_flags(pictures)
    _add_look_flags(parser.add_argument_group("look"), defaults)
    add_setting_flags(parser, defaults.settings())
    parser.set_defaults(defaults=defaults)


def add_pictures_by_flags(group: "argparse._ArgumentGroup") -> None:
    """Declare photo, paintings and picture as the original program does."""
    add_file(group, "--content", required=True, help="photograph to repaint")
    add_file(group, "--styles", nargs="+", required=True, help="one or more paintings")
    add_file(group, "--output", required=True, help=f"picture to write; the ending says how: {_ENDINGS}")


def add_pictures_by_place(group: "argparse._ArgumentGroup") -> None:
    """Declare photo and paintings as the first words, and a picture that need not be named."""
    add_file(group, "content", metavar="PHOTO", help="photograph to repaint")
    add_file(group, "styles", metavar="PAINTING", nargs="+", help="one or more paintings")
    add_file(
        group,
        "--output",
        help=f"picture to write; the ending says how: {_ENDINGS} (default: a PNG beside the photo, named after photo "
        "and painting, with a number where that name is taken)",
    )


def describe(parser: argparse.ArgumentParser, description: str, more_help: str, **words: object) -> None:
    """Give the parser of a command that paints its description, and the help that comes after the flags.

    Args:
        parser: of the command.
        description: one sentence.
        more_help: its lines are kept as they are; `{presets}` becomes the list of presets.
        words: the other words in braces, and what they become.
    """
    parser.description, parser.epilog = description, more_help.format(presets=preset_list(), **words)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter


def preset_list() -> str:
    """Return the presets with their purposes, a line each."""
    width = max(map(len, PRESETS)) + 2
    return "\n".join(f"  {name:{width}}{preset.purpose}" for name, preset in PRESETS.items())


def file_path(text: str) -> Path:
    """Convert the text of a flag that names a file; see `files.path_named`."""
    if not text or "\0" in text:
        raise argparse.ArgumentTypeError("a file name is needed")
    return path_named(text)


def mask_source(text: str) -> str | Path:
    """Convert the text of a flag that says where a mask is: the name of a ready one, `NO_MASK`, or else a file."""
    return text if text == NO_MASK or text in READY else file_path(text)


def add_file(group: "argparse._ArgumentGroup", name: str, **options: Any) -> None:
    """Declare a flag or a word that names a file."""
    group.add_argument(name, **{"type": file_path, "metavar": "FILE", **options})


_ENDINGS = ", ".join(OUTPUT_OPTIONS)


def _add_picture_flags(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--overwrite", action="store_true", help="replace files that exist (default: refuse)")
    add_file(group, "--initial", help="picture to begin with, of any size")
    group.add_argument(
        "--memory-gb",
        type=float,
        metavar="X",
        help="most memory to take, in GB; a picture that needs more is painted piece by piece, to the same result "
        "(default: three quarters of what is free)",
    )
    add_file(group, "--network", help="VGG to paint with, .mat or .safetensors (default: the best that is here)")


def _add_look_flags(group: "argparse._ArgumentGroup", defaults: Defaults) -> None:
    beside_strength = "" if defaults.preset == APP_PRESET else f"; with a strength {APP_PRESET}"
    base = group.add_mutually_exclusive_group()
    base.add_argument(
        "--preset",
        type=current_name,
        choices=tuple(PRESETS),
        help=f"what decides where a flag is not given; see below (default: {defaults.preset}{beside_strength})",
    )
    base.add_argument(
        "--recipe",
        type=file_path,
        metavar="FILE",
        help="instead of a preset: a PNG painted here, or its recipe as JSON; the numbers of its styles, too",
    )
    meaning = f"{lowered(STRENGTH.help).removesuffix('.')} ({STRENGTH.bounds.words}; {scale_in_words()})"
    group.add_argument(STRENGTH.flag, type=number_reader(STRENGTH), metavar="X", help=meaning)
    for name, row in STYLE_NUMBERS.items():
        meaning = f"{row.meaning}; one value for each style or one for all (default: {getattr(Style, name):g})"
        group.add_argument(row.flag, dest=name, type=float, metavar="X", nargs="+", help=meaning)
    _add_mask_flags(group)


def _add_mask_flags(group: "argparse._ArgumentGroup") -> None:
    ready = ", ".join(READY)
    for name, row in STYLE_MASKS.items():
        group.add_argument(
            row.flag,
            dest=name,
            type=mask_source,
            metavar="MASK",
            nargs="+",
            help=f"{row.meaning}: a picture that is white there, of any size, or one of {ready}; {NO_MASK} for no mask",
        )
    group.add_argument(
        "--leave-alone",
        type=mask_source,
        metavar="MASK",
        help="part of the photo that stays as it is, likewise (default: none)",
    )
    group.add_argument(
        "--feather",
        type=float,
        metavar="X",
        help="softness of the edges of these masks, in percent of the longest side (default: as they are)",
    )


def _add_record_flags(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--print-iterations", type=int, metavar="N", help="print the losses every N steps")
    group.add_argument(
        "--checkpoint-output",
        type=file_path,
        metavar="FORMAT",
        help="name of intermediate pictures with a place for the step, such as out_{:05}.jpg or out_%%05d.jpg",
    )
    group.add_argument(
        "--checkpoint-iterations", type=int, metavar="N", help="write the best picture so far there every N steps"
    )
    group.add_argument(
        "--timelapse",
        type=file_path,
        metavar="FILE",
        help=f"film of the painting to write; the ending says how: {', '.join(FILM_ENDINGS)}",
    )
    group.add_argument(
        "--resume",
        type=file_path,
        metavar="FILE",
        help="file to keep the state of a long run in, every minute or so and when it is stopped; the same command "
        "goes on from it, and deletes it when the picture is finished",
    )
    group.add_argument(
        "--save-run",
        type=file_path,
        metavar="FILE",
        help="file to keep the finished run in, to go on from it by --resume and more --iterations",
    )
    group.add_argument("--progress-write", action="store_true", help="write the losses to progress.txt by the output")
    group.add_argument("--progress-plot", action="store_true", help="draw the losses in progress.png by the output")

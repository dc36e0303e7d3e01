"""`neural-style photo painting`, the short way: the page's look, at a size worth keeping, beside the photo.

It differs from `stylize` in its defaults and in how the pictures are named; the run is the same.
"""

import argparse

from neural_style.cli.defaults import SHORT
from neural_style.cli.flags import STOPPING, add_flags, add_pictures_by_place, describe
from neural_style.cli.stylize import run

_MORE_HELP = """\
presets:
{presets}

example:
  neural-style photo.jpg painting.jpg --preset bold --size 1024

{stopping}"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Give the parser of `paint` its flags and `run`, a function from the arguments to the exit status."""
    parser.usage = "neural-style PHOTO PAINTING [PAINTING ...] [FLAGS]"
    description = "Repaint a photograph in the style of one or more paintings, with the look of the page."
    describe(parser, description, _MORE_HELP, stopping=STOPPING)
    add_flags(parser, SHORT, add_pictures_by_place)
    parser.set_defaults(run=run)

"""Parse the commands of `neural-style`, and turn an error into one sentence and an exit status."""

import argparse
import importlib
import io
import sys
import warnings
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any, NoReturn

from neural_style import __version__
from neural_style.errors import NeuralStyleError

PROGRAM = "neural-style"

REFUSED = 2
"""The exit status where something cannot be used, the same as `argparse` has."""

COMMANDS = {
    "stylize": "repaint a photograph in the style of one or more paintings",
    "app": "start the page",
    "weights": "fetch, show or verify the network's numbers",
}
"""Command -> what it is for; each is a module of this package, with a function `configure`."""


class Parser(argparse.ArgumentParser):
    """A parser that refuses in one sentence, and takes no shortened flags: new flags would change their meaning."""

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, allow_abbrev=False, **named)

    def error(self, message: str) -> NoReturn:
        """Exit with a message in the words of every other refusal."""
        self.exit(REFUSED, f"{PROGRAM}: error: {message}\n")


def build_parser(words: Collection[str] | None = None) -> argparse.ArgumentParser:
    """Build the parser; what it parses holds `run`, a function from it to the exit status.

    Args:
        words: the command line. Only a command that is among them has its flags, since its module is loaded for them;
            None: all commands have theirs.
    """
    parser = Parser(prog=PROGRAM, description="Repaint photographs in the style of paintings.")
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", title="commands")
    for name, purpose in COMMANDS.items():
        command = commands.add_parser(name, help=purpose)
        if words is None or name in words:
            importlib.import_module(f"neural_style.cli.{name}").configure(command)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        argv: without the program's name; None: the command line.

    Returns:
        The exit status: 0, 2 for a refusal, or 128 and the number of the signal that ended the program.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # file names may hold what the terminal cannot show
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # meant for programmers: Pillow's on odd metadata, for example
    words = sys.argv[1:] if argv is None else argv
    arguments = build_parser(words).parse_args(words)
    return answer(partial(arguments.run, arguments))


def answer(command: Callable[[], int]) -> int:
    """Run `command` and return its exit status; a refusal becomes one sentence on standard error."""
    try:
        return command()
    except NeuralStyleError as error:
        print(f"{PROGRAM}: error: {error}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt as stop:
        print(f"{PROGRAM}: stopped", file=sys.stderr)
        return getattr(stop, "status", 130)  # 130: as after Ctrl-C in a shell

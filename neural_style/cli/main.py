"""Parse the commands of `neural-style`, and turn an error into one sentence and an exit status."""

import argparse
import difflib
import importlib
import io
import os
import sys
import warnings
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from neural_style import __version__
from neural_style.errors import NeuralStyleError, OptionsError

PROGRAM = "neural-style"

REFUSED = 2
"""The exit status where something cannot be used, the same as `argparse` has."""

COMMANDS = {
    "paint": "repaint a photograph with the look of the page; this word may be left out",
    "stylize": "the same with the flags and defaults of the original program",
    "batch": "repaint many photographs, and go on where it was stopped",
    "sheet": "one photograph in several ways, as one labelled picture",
    "inspect": "say how a picture was painted, and how near it is to painting and photo",
    "app": "start the page",
    "weights": "fetch, show or verify the network's numbers",
}
"""Command -> what it is for; each is a module of this package, with a function `configure`."""

_UNSAID = "paint"
"""The command where none is said: `neural-style photo.jpg painting.jpg`."""

_USAGE = f"""\
{PROGRAM} PHOTO PAINTING [PAINTING ...] [FLAGS]
       {PROGRAM} COMMAND ..."""

_EXAMPLE = f"""\
  {PROGRAM} photo.jpg painting.jpg

repaints photo.jpg in the style of painting.jpg, and writes photo-painting.png beside it."""

_MORE_HELP = f"{PROGRAM} COMMAND --help says what flags a command has."


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
    layout = argparse.RawDescriptionHelpFormatter
    parser = Parser(prog=PROGRAM, usage=_USAGE, description=_EXAMPLE, epilog=_MORE_HELP, formatter_class=layout)
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", title="commands", prog=PROGRAM)
    for name, purpose in COMMANDS.items():
        command = commands.add_parser(name, help=purpose)
        if words is None or name in words:
            importlib.import_module(f"neural_style.cli.{name}").configure(command)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; without any, show the help and refuse, since nothing was painted.

    Args:
        argv: without the program's name; None: the command line.

    Returns:
        The exit status: 0, 2 for a refusal, or 128 and the number of the signal that ended the program.
    """
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # file names may hold what the terminal cannot show
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # meant for programmers: Pillow's on odd metadata, for example
    words = sys.argv[1:] if argv is None else argv
    if not words:
        build_parser(words).print_help(sys.stderr)
        return REFUSED
    return answer(partial(_run, words))


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


def with_command(words: Sequence[str]) -> list[str]:
    """Return the command line with its command, which need not be said before the photo or before a flag.

    A photo that is named like a command can be given as `./app`.

    Raises:
        OptionsError: the first word is neither a command nor a flag nor a file.
    """
    first = words[0]
    if first in COMMANDS or first in ("-h", "--help", "--version"):
        return list(words)
    if not first.startswith("-"):
        _check_is_there(first)
    return [_UNSAID, *words]


def _open_closed_streams() -> None:
    """Open the standard streams that were closed for this program (`2>&-`) as such to nowhere.

    Otherwise the next file that is opened, such as a picture, would take the place of one, and get its messages.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115


def _run(words: Sequence[str]) -> int:
    said = with_command(words)
    arguments = build_parser(said).parse_args(said)
    return arguments.run(arguments)


def _check_is_there(photo: str) -> None:
    """Refuse a word that is no file; one that is not spelt like a file's name may be meant as a command."""
    if os.path.lexists(photo) or photo.startswith("~"):  # the home folder, where the shell left it to us
        return
    if Path(photo).name != photo or "." in photo:
        raise OptionsError(f"There is no file {photo}. Check the path.")
    alike = difflib.get_close_matches(photo, COMMANDS, n=1)
    meant = f" Did you mean {alike[0]}?" if alike else ""
    known = ", ".join(COMMANDS)
    raise OptionsError(f"There is neither a command nor a file {photo!r}.{meant} The commands are {known}.")

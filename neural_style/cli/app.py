"""Run `neural-style app`, which serves the page; its flags are the rows of `service.options`."""

import argparse

from neural_style.networks.variables import NETWORK
from neural_style.service.options import SERVER_OPTIONS, Option, ServerOptions
from neural_style.ui.serve import serve

_DESCRIPTION = "Start the page. A flag comes before the variable of the environment that is named beside it."


def configure(parser: argparse.ArgumentParser) -> None:
    """Give the parser of `app` its flags and `run`, a function from the arguments to the exit status."""
    parser.description = _DESCRIPTION
    for name, option in SERVER_OPTIONS.items():
        if option.variable.flag:
            _add_flag(parser, name, option)
    parser.add_argument(NETWORK.flag, metavar="FILE", help=NETWORK.help)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve the page until it is ended; a flag comes before the environment."""
    return serve(ServerOptions.from_environment(flags=vars(arguments)), arguments.network)


def _add_flag(parser: argparse.ArgumentParser, name: str, option: Option) -> None:
    """Declare a flag; its text is read and refused as a variable's is, and None stands for a flag that is not given."""
    flag, text = option.variable.flag, option.variable.help.replace("%", "%%")
    if option.kind.metavar:
        parser.add_argument(flag, dest=name, metavar=option.kind.metavar, help=text)
    else:
        parser.add_argument(flag, dest=name, action=argparse.BooleanOptionalAction, help=text)

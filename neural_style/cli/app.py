"""`neural-style app`: the page."""

import argparse
from dataclasses import replace

from neural_style.networks.provider import NETWORK_VARIABLE
from neural_style.service.options import ServerOptions
from neural_style.ui.serve import serve


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `app`; it sets `run`, a function from the arguments to the exit status."""
    parser = subparsers.add_parser("app", help="start the page", description=__doc__)
    parser.add_argument("--host", metavar="ADDRESS", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, metavar="PORT", help="port (default: the first free one from 7860)")
    parser.add_argument("--network", metavar="FILE", help=f"paint with this network file (also {NETWORK_VARIABLE})")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve the page until it is ended; a flag comes before the environment."""
    given = {name: getattr(arguments, name) for name in ("host", "port") if getattr(arguments, name) is not None}
    return serve(replace(ServerOptions.from_environment(), **given), arguments.network)

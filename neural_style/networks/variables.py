"""The variables of the environment that say which network paints and where its numbers are kept and come from.

Those of the Hub's own client (`HF_ENDPOINT`, `HF_HUB_OFFLINE` and others) are its own.
"""

import os
from collections.abc import Mapping

from neural_style.environment import Variable
from neural_style.validation import require

NETWORK = Variable(
    "NEURAL_STYLE_NETWORK",
    "network file to paint with instead of all others, `.mat` or `.safetensors`",
    flag="--network",
    default="the best that is here",
)
FETCH = Variable("NEURAL_STYLE_FETCH", "`0`: fetch no network in the background", values="`1` or `0`", default="`1`")
WEIGHTS = Variable(
    "NEURAL_STYLE_WEIGHTS",
    "folder of the verified network and of unfinished downloads",
    default="`weights/` of the clone, if it is writable, else `~/.cache/neural-style`",
)
SOURCES = Variable(
    "NEURAL_STYLE_SOURCES",
    "table of network files and their sources, for a mirror or another file",
    default="the one that comes along, `weights/sources.toml`",
)

_HUB_NUMBERS = ("HF_HUB_ETAG_TIMEOUT", "HF_HUB_DOWNLOAD_TIMEOUT")
"""The variables of the Hub's client that it reads as whole numbers when it is imported."""


def check_hub_variables(environ: Mapping[str, str] = os.environ) -> None:
    """Refuse, before the Hub's client is imported, what it would end with a traceback of.

    Raises:
        OptionsError: a variable of it is no whole number.
    """
    for name in _HUB_NUMBERS:
        text = environ.get(name, "")
        require(
            not text or text.strip().removeprefix("-").isdecimal(),
            f"The variable {name} must be a whole number of seconds, such as 10; got {text!r:.60}.",
        )


NETWORK_VARIABLES = (NETWORK, FETCH, WEIGHTS, SOURCES)

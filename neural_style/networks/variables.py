"""The variables of the environment that say which network paints and where its numbers are kept and come from.

Those of the Hub's own client (`HF_ENDPOINT`, `HF_HUB_OFFLINE` and others) are its own.
"""

from neural_style.environment import Variable

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

NETWORK_VARIABLES = (NETWORK, FETCH, WEIGHTS, SOURCES)

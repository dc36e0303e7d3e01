"""How this server runs: read from the environment, here and nowhere else.

| variable | what it sets | default |
|---|---|---|
| `GRADIO_SERVER_NAME` | address to listen on; `0.0.0.0` for all | `127.0.0.1` |
| `GRADIO_SERVER_PORT` | port | the first free one from 7860 |
| `NEURAL_STYLE_QUEUE_SIZE` | jobs that may wait; more are refused in words | 20 |
| `NEURAL_STYLE_JOBS_AT_ONCE` | jobs painted at the same time | 1 |
| `NEURAL_STYLE_MAX_SIDE` | largest longest side of a result, in pixels | 1024 |
| `NEURAL_STYLE_MAX_STEPS` | largest number of steps at full size, at least 60 | 500 |
| `NEURAL_STYLE_MEMORY_GB` | most memory that a job may take, in GB | three quarters of what is free |

`NEURAL_STYLE_NETWORK` and `NEURAL_STYLE_FETCH` are read by `networks.provider`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from neural_style.checks import require_number, require_whole
from neural_style.engine.stopping import LENGTHS
from neural_style.errors import OptionsError
from neural_style.request import MAX_ITERATIONS

MIN_SIDE_LIMIT_PX = 128
MAX_SIDE_LIMIT_PX = 4096
MIN_STEPS_LIMIT = min(patience.bound for patience in LENGTHS.values())
"""The page offers the lengths that may not take more steps than the limit, so there must be one."""

_VARIABLES = {
    "host": "GRADIO_SERVER_NAME",
    "port": "GRADIO_SERVER_PORT",
    "queue_size": "NEURAL_STYLE_QUEUE_SIZE",
    "jobs_at_once": "NEURAL_STYLE_JOBS_AT_ONCE",
    "side_limit_px": "NEURAL_STYLE_MAX_SIDE",
    "steps_limit": "NEURAL_STYLE_MAX_STEPS",
    "memory_gb": "NEURAL_STYLE_MEMORY_GB",
}


@dataclass(frozen=True, kw_only=True)
class ServerOptions:
    """What the table of this module says.

    Attributes:
        host: address to listen on.
        port: port to listen on; None: the first free one from 7860.
        queue_size: jobs that may wait.
        jobs_at_once: jobs painted at the same time.
        side_limit_px: largest longest side of a result.
        steps_limit: largest number of steps, in steps at the size of the result.
        memory_gb: most memory that a job may take, in units of 10^9 bytes; None: three quarters of what is free.

    Raises:
        OptionsError: when built, for a value that cannot be used.
    """

    host: str = "127.0.0.1"
    port: int | None = None
    queue_size: int = 20
    jobs_at_once: int = 1
    side_limit_px: int = 1024
    steps_limit: int = 500
    memory_gb: float | None = None

    def __post_init__(self) -> None:
        if self.port is not None:
            require_whole("port", self.port, low=1, high=65_535)
        require_whole(_VARIABLES["queue_size"], self.queue_size, low=1, high=10_000)
        require_whole(_VARIABLES["jobs_at_once"], self.jobs_at_once, low=1, high=64)
        require_whole(_VARIABLES["side_limit_px"], self.side_limit_px, low=MIN_SIDE_LIMIT_PX, high=MAX_SIDE_LIMIT_PX)
        require_whole(_VARIABLES["steps_limit"], self.steps_limit, low=MIN_STEPS_LIMIT, high=MAX_ITERATIONS)
        if self.memory_gb is not None:
            require_number(_VARIABLES["memory_gb"], self.memory_gb, low=0, open_ends=True)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "ServerOptions":
        """Read the variables that are set.

        Raises:
            OptionsError: a value is not a number, or is out of its range.
        """
        options = cls()
        for name, variable in _VARIABLES.items():
            text = environ.get(variable, "").strip()
            if text:
                options = replace(options, **{name: _read(name, text)})
        return options


def _read(name: str, text: str) -> str | int | float:
    if name == "host":
        return text
    kind, wanted = (float, "a number") if name == "memory_gb" else (int, "a whole number")
    try:
        return kind(text)
    except ValueError:
        raise OptionsError(f"{_VARIABLES[name]} must be {wanted}; got {text!r}.") from None

"""How this server runs: read from the environment, here and nowhere else.

| variable | what it sets | default |
|---|---|---|
| `GRADIO_SERVER_NAME` | address to listen on; `0.0.0.0` for all | `127.0.0.1` |
| `GRADIO_SERVER_PORT` | port | the first free one from 7860 |
| `NEURAL_STYLE_TITLE` | title of the page | Neural Style |
| `NEURAL_STYLE_AUTH` | `name:password`, several with commas: who may see the page and use the API | everybody |
| `NEURAL_STYLE_EXAMPLES` | folder with photos (`content/`) and paintings (`style/`) to click | those that come along |
| `NEURAL_STYLE_QUEUE_SIZE` | jobs that may wait, a quarter of them of one visitor; more are refused in words | 20 |
| `NEURAL_STYLE_JOBS_AT_ONCE` | jobs painted at the same time | 1 |
| `NEURAL_STYLE_MAX_SIDE` | largest longest side of a result, in pixels | 1024 |
| `NEURAL_STYLE_MAX_STEPS` | largest number of steps at full size, at least 60 | 500 |
| `NEURAL_STYLE_MAX_STYLES` | most paintings for one picture | 12 |
| `NEURAL_STYLE_MAX_UPLOAD_MB` | largest file that may be uploaded, in MB | 100 |
| `NEURAL_STYLE_KEEP_MINUTES` | how long visitors' pictures are kept | 360 |
| `NEURAL_STYLE_MEMORY_GB` | most memory that a job may take, in GB | three quarters of what is free |
| `NEURAL_STYLE_MCP` | `1`: also be a tool server for language models (MCP) | `0` |

`NEURAL_STYLE_NETWORK` and `NEURAL_STYLE_FETCH` are read by `networks.provider`.
"""

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from neural_style.engine.effort import EFFORTS
from neural_style.errors import OptionsError
from neural_style.settings import MAX_ITERATIONS
from neural_style.validation import OFF_WORDS, ON_WORDS, require, require_number, require_whole

MIN_SIDE_LIMIT_PX = 128
MAX_SIDE_LIMIT_PX = 4096
MIN_STEPS_LIMIT = min(rule.bound for rule in EFFORTS.values())
"""The page offers the efforts that may not take more steps than the limit, so there must be one."""

_VARIABLES = {
    "host": "GRADIO_SERVER_NAME",
    "port": "GRADIO_SERVER_PORT",
    "title": "NEURAL_STYLE_TITLE",
    "auth": "NEURAL_STYLE_AUTH",
    "examples": "NEURAL_STYLE_EXAMPLES",
    "queue_size": "NEURAL_STYLE_QUEUE_SIZE",
    "jobs_at_once": "NEURAL_STYLE_JOBS_AT_ONCE",
    "side_limit_px": "NEURAL_STYLE_MAX_SIDE",
    "steps_limit": "NEURAL_STYLE_MAX_STEPS",
    "styles_limit": "NEURAL_STYLE_MAX_STYLES",
    "keep_minutes": "NEURAL_STYLE_KEEP_MINUTES",
    "upload_mb": "NEURAL_STYLE_MAX_UPLOAD_MB",
    "memory_gb": "NEURAL_STYLE_MEMORY_GB",
    "mcp": "NEURAL_STYLE_MCP",
}


@dataclass(frozen=True, kw_only=True)
class ServerOptions:
    """What the table of this module says.

    Attributes:
        host: address to listen on.
        port: port to listen on; None: the first free one from 7860.
        title: of the page.
        auth: (name, password) of those who may see the page; empty: everybody may.
        examples: folder with `content` and `style`; None: the examples that come along.
        queue_size: jobs that may wait.
        jobs_at_once: jobs painted at the same time.
        side_limit_px: largest longest side of a result.
        steps_limit: largest number of steps, in steps at the size of the result.
        styles_limit: most paintings for one picture.
        keep_minutes: how long uploads and results are kept.
        upload_mb: largest file that may be uploaded, in units of 10^6 bytes.
        memory_gb: most memory that a job may take, in units of 10^9 bytes; None: three quarters of what is free.
        mcp: also be a server of the Model Context Protocol.

    Raises:
        OptionsError: when built, for a value that cannot be used.
    """

    host: str = "127.0.0.1"
    port: int | None = None
    title: str = "Neural Style"
    auth: tuple[tuple[str, str], ...] = ()
    examples: Path | None = None
    queue_size: int = 20
    jobs_at_once: int = 1
    side_limit_px: int = 1024
    steps_limit: int = 500
    styles_limit: int = 12
    keep_minutes: int = 360
    upload_mb: int = 100
    memory_gb: float | None = None
    mcp: bool = False

    def __post_init__(self) -> None:
        if self.port is not None:
            require_whole("port", self.port, low=1, high=65_535)
        require_whole(_VARIABLES["queue_size"], self.queue_size, low=1, high=10_000)
        require_whole(_VARIABLES["jobs_at_once"], self.jobs_at_once, low=1, high=64)
        require_whole(_VARIABLES["side_limit_px"], self.side_limit_px, low=MIN_SIDE_LIMIT_PX, high=MAX_SIDE_LIMIT_PX)
        require_whole(_VARIABLES["steps_limit"], self.steps_limit, low=MIN_STEPS_LIMIT, high=MAX_ITERATIONS)
        require_whole(_VARIABLES["styles_limit"], self.styles_limit, low=1, high=100)
        require_whole(_VARIABLES["keep_minutes"], self.keep_minutes, low=1, high=1_000_000)
        require_whole(_VARIABLES["upload_mb"], self.upload_mb, low=1, high=10_000)
        require(
            not (self.mcp and self.auth),
            f"{_VARIABLES['mcp']} and {_VARIABLES['auth']} do not go together: the tools do not know the passwords.",
        )
        if self.examples is not None:
            require(
                any((self.examples / name).is_dir() for name in ("content", "style")),
                f"{_VARIABLES['examples']} must be a folder with content/ or style/ in it; got {self.examples}.",
            )
        if self.memory_gb is not None:
            require_number(_VARIABLES["memory_gb"], self.memory_gb, low=0, open_ends=True)

    @property
    def queue_share(self) -> int:
        """Jobs of one visitor that may wait: a quarter of all, rounded up."""
        return math.ceil(self.queue_size / 4)

    @property
    def keep_s(self) -> int:
        """`keep_minutes` in seconds."""
        return 60 * self.keep_minutes

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


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise OptionsError(f"a whole number; got {text!r}") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise OptionsError(f"a number; got {text!r}") from None


def _switch(text: str) -> bool:
    if text.lower() not in ON_WORDS | OFF_WORDS:
        raise OptionsError(f"1 or 0; got {text!r}")
    return text.lower() in ON_WORDS


def _accounts(text: str) -> tuple[tuple[str, str], ...]:
    """`name:password,name:password`; what came is not repeated in the error."""
    accounts = [account.strip().partition(":") for account in text.split(",")]
    if not all(name and password for name, _, password in accounts):
        raise OptionsError("name:password, several with commas")
    return tuple((name, password) for name, _, password in accounts)


_READERS: Mapping[str, Callable[[str], Any]] = {
    "host": str,
    "title": str,
    "examples": Path,
    "auth": _accounts,
    "memory_gb": _number,
    "mcp": _switch,
}
"""Field -> how it is read; the others are whole numbers."""


def _read(name: str, text: str) -> Any:
    try:
        return _READERS.get(name, _whole)(text)
    except OptionsError as error:
        raise OptionsError(f"{_VARIABLES[name]} must be {error}.") from None

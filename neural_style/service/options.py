"""Each server option is one row, from which its variable, flag, help, checks and documentation are made.

A new option is a new row of `ServerOptions` and nothing else; `make tables` then renews `docs/server_options.md`.
"""

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from inspect import cleandoc
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_type_hints

from neural_style.engine.effort import EFFORTS
from neural_style.environment import Variable, markdown_table
from neural_style.networks.variables import NETWORK_VARIABLES
from neural_style.service.logs import LogLevel
from neural_style.service.option_kinds import (
    ACCOUNTS,
    EXAMPLES,
    FOLDER,
    SWITCH,
    Kind,
    number_above,
    one_of,
    text,
    whole_number,
)
from neural_style.settings import MAX_ITERATIONS
from neural_style.validation import require

BackendName = Literal["local", "ray"]

MIN_SIDE_LIMIT_PX = 128
MAX_SIDE_LIMIT_PX = 10_000
MIN_STEPS_LIMIT = min(rule.bound for rule in EFFORTS.values())
"""The least limit of steps: the page offers the efforts that may not take more steps than the limit, and needs one."""

FIRST_PORT = 7860
"""The port at which the search for a free one begins; Gradio's own."""


@dataclass(frozen=True)
class Option:
    """The row of a server option.

    Attributes:
        variable: that it is read from, with its flag, its sentence and its default in words.
        kind: how its text is read, and which values there may be.
        may_be_none: None is a value too, and stands for the default.
    """

    variable: Variable
    kind: Kind
    may_be_none: bool

    def read(self, text: str, source: str) -> Any:
        """Return the value that `text` stands for.

        Args:
            text: of the variable or flag.
            source: what a refusal calls the option.

        Raises:
            OptionsError: the text is not of the kind, or the value is out of its range.
        """
        value = self.kind.read(text)
        self.kind.check(source, value)
        return value

    def check(self, name: str, value: Any) -> None:
        """Refuse a value that cannot be used.

        Raises:
            OptionsError: the value is of another kind, or out of its range.
        """
        if not (value is None and self.may_be_none):
            self.kind.check(name, value)


@dataclass(frozen=True, kw_only=True)
class ServerOptions:
    """The options of a server: each field has its kind and its variable beside its type.

    Raises:
        OptionsError: when built, for a value that cannot be used.
    """

    host: Annotated[
        str,
        text("ADDRESS"),
        Variable("GRADIO_SERVER_NAME", "address to listen on; `0.0.0.0` for all", "--host"),
    ] = "127.0.0.1"
    port: Annotated[
        int | None,
        whole_number(1, 65_535),
        Variable("GRADIO_SERVER_PORT", "port to listen on", "--port", default=f"the first free one from {FIRST_PORT}"),
    ] = None
    title: Annotated[
        str,
        text("TEXT"),
        Variable("NEURAL_STYLE_TITLE", "title of the page", "--title"),
    ] = "Neural Style"
    auth: Annotated[
        tuple[tuple[str, str], ...],
        ACCOUNTS,
        Variable(
            "NEURAL_STYLE_AUTH",
            "`name:password`, several with commas: who may see the page and use the API",
            default="everybody",
        ),
    ] = field(default=(), repr=False)
    """There is no flag: every user of a machine can read the arguments of its processes, and a shell keeps them."""
    examples: Annotated[
        Path | None,
        EXAMPLES,
        Variable(
            "NEURAL_STYLE_EXAMPLES",
            "folder with photos (`content/`) and paintings (`style/`) to click",
            "--examples",
            default="those that come along",
        ),
    ] = None
    queue_size: Annotated[
        int,
        whole_number(1, 10_000),
        Variable(
            "NEURAL_STYLE_QUEUE_SIZE",
            "jobs that may wait, a quarter of them of one visitor; more are refused in words",
            "--queue-size",
        ),
    ] = 20
    jobs_at_once: Annotated[
        int,
        whole_number(1, 64),
        Variable("NEURAL_STYLE_JOBS_AT_ONCE", "jobs painted at the same time", "--jobs-at-once"),
    ] = 1
    side_limit_px: Annotated[
        int,
        whole_number(MIN_SIDE_LIMIT_PX, MAX_SIDE_LIMIT_PX),
        Variable("NEURAL_STYLE_MAX_SIDE", "largest longest side of a result, in pixels", "--max-side"),
    ] = 5000
    steps_limit: Annotated[
        int,
        whole_number(MIN_STEPS_LIMIT, MAX_ITERATIONS),
        Variable("NEURAL_STYLE_MAX_STEPS", "largest number of steps at full size", "--max-steps"),
    ] = 500
    styles_limit: Annotated[
        int,
        whole_number(1, 100),
        Variable("NEURAL_STYLE_MAX_STYLES", "most paintings for one picture", "--max-styles"),
    ] = 12
    keep_minutes: Annotated[
        int,
        whole_number(1, 1_000_000),
        Variable("NEURAL_STYLE_KEEP_MINUTES", "how long visitors' pictures are kept, in minutes", "--keep-minutes"),
    ] = 360
    folder: Annotated[
        Path | None,
        FOLDER,
        Variable(
            "NEURAL_STYLE_FOLDER",
            "folder for visitors' files and unfinished pictures, of this server alone, which stays when it ends: one "
            "that is started again goes on with them",
            "--folder",
            default="one that an orderly end deletes, and that a server goes on in after one that was killed",
        ),
    ] = None
    away_minutes: Annotated[
        int,
        whole_number(1, 100_000),
        Variable(
            "NEURAL_STYLE_AWAY_MINUTES",
            "how long a picture goes on being painted when its page is gone or has no network, in minutes; then its "
            "best so far is kept",
            "--away-minutes",
        ),
    ] = 60
    upload_mb: Annotated[
        int,
        whole_number(1, 10_000),
        Variable(
            "NEURAL_STYLE_MAX_UPLOAD_MB", "largest file that may be uploaded, in MB of 2^20 bytes", "--max-upload-mb"
        ),
    ] = 100
    memory_gb: Annotated[
        float | None,
        number_above(0),
        Variable(
            "NEURAL_STYLE_MEMORY_GB",
            "most memory that a job may take, in GB of 10^9 bytes",
            "--memory-gb",
            default="three quarters of what is free",
        ),
    ] = None
    backend: Annotated[
        BackendName,
        one_of(BackendName),
        Variable(
            "NEURAL_STYLE_BACKEND",
            "where pictures are painted: on this machine, or by the workers of a Ray cluster, as many of them as "
            "there may be jobs at the same time",
            "--backend",
        ),
    ] = "local"
    ray_address: Annotated[
        str | None,
        text("ADDRESS"),
        Variable(
            "NEURAL_STYLE_RAY_ADDRESS",
            "address of the Ray cluster, such as `auto` on one of its machines",
            "--ray-address",
            default="a cluster of this machine alone",
        ),
    ] = None
    worker_threads: Annotated[
        int | None,
        whole_number(1, 1024),
        Variable(
            "NEURAL_STYLE_WORKER_THREADS",
            "cores that each worker of a cluster takes",
            "--worker-threads",
            default="the cores of this machine, shared among the workers",
        ),
    ] = None
    worker_gpus: Annotated[
        float | None,
        number_above(0),
        Variable(
            "NEURAL_STYLE_WORKER_GPUS",
            "GPUs that each worker of a cluster takes; 0.5 shares one between two",
            "--worker-gpus",
            default="none",
        ),
    ] = None
    mcp: Annotated[
        bool,
        SWITCH,
        Variable("NEURAL_STYLE_MCP", "be a tool server for language models as well (Model Context Protocol)", "--mcp"),
    ] = False
    log_level: Annotated[
        LogLevel,
        one_of(LogLevel),
        Variable("NEURAL_STYLE_LOG_LEVEL", "least level of the log lines on standard error", "--log-level"),
    ] = "INFO"

    def __post_init__(self) -> None:
        for name, row in SERVER_OPTIONS.items():
            row.check(f"server option {name}", getattr(self, name))
        mcp, auth = (SERVER_OPTIONS[name].variable.name for name in ("mcp", "auth"))
        require(
            not (self.mcp and self.auth),
            f"{mcp} and {auth} do not go together: the tools do not know the passwords.",
        )

    @property
    def queue_share(self) -> int:
        """The number of jobs of one visitor that may wait: a quarter of all, rounded up."""
        return math.ceil(self.queue_size / 4)

    @property
    def keep_s(self) -> int:
        """The time of `keep_minutes` in seconds."""
        return 60 * self.keep_minutes

    @property
    def away_s(self) -> int:
        """The time of `away_minutes` in seconds."""
        return 60 * self.away_minutes

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str] = os.environ, flags: Mapping[str, Any] = MappingProxyType({})
    ) -> "ServerOptions":
        """Read the variables that are set, and the flags that were given, which come before them.

        Args:
            environ: variable -> text.
            flags: field -> text of its flag, or the value itself where it is no text; None: it was not given.

        Raises:
            OptionsError: a text is not of the kind that is wanted, or a value is out of its range.
        """
        values: dict[str, Any] = {}
        for name, row in SERVER_OPTIONS.items():
            if found := row.variable.text(environ):  # refused beside a flag, too: Gradio reads its own again
                values[name] = row.read(found, f"variable {row.variable.name}")
            given = flags.get(name)
            if given is not None:
                values[name] = row.read(given, f"flag {row.variable.flag}") if isinstance(given, str) else given
        return cls(**values)


def _rows() -> Iterator[tuple[str, Option]]:
    """Yield each field with its row; a default that has no words of its own is written as the variable would be."""
    hints = get_type_hints(ServerOptions, include_extras=True)
    for entry in fields(ServerOptions):
        kind, variable = hints[entry.name].__metadata__
        default = variable.default or f"`{kind.write(entry.default)}`"
        yield entry.name, Option(replace(variable, values=kind.values, default=default), kind, entry.default is None)


SERVER_OPTIONS: Mapping[str, Option] = dict(_rows())
"""The row of each field of `ServerOptions`."""

ServerOptions.__doc__ = f"{cleandoc(ServerOptions.__doc__ or '')}\n\nAttributes:\n" + "".join(
    f"    {name}: {row.variable.sets}. Default: {row.variable.default}.\n" for name, row in SERVER_OPTIONS.items()
)


def server_options_table() -> str:
    """Return the Markdown table of every variable that a server reads, those of its network included."""
    return markdown_table([*(row.variable for row in SERVER_OPTIONS.values()), *NETWORK_VARIABLES])

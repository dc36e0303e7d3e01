"""Do what a Dockerfile says in a folder, without an engine: its files, its commands, its variables, its process.

What is replayed: which files COPY takes past .dockerignore, ENV, WORKDIR, the commands of RUN word for word, those of
HEALTHCHECK and CMD, and that they run as USER, who may read everything and write only what is theirs. What is not: the
base image, whose Python is the tests' own here; its accounts; and the fetching of packages. An environment that RUN
makes sees the packages that the tests run with, which `make` has installed from the same lock by the same hashes: pip
finds each of them in its locked version, or fails. Of the libraries for a GPU, some GB, uv looks up that there are such
files and that they go together.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from docker.utils.build import PatternMatcher
from dockerfile_parse import DockerfileParser

HOME = "/home/user"
"""The one absolute path of the image that steps name, besides what belongs to the base image."""

_ACCOUNT = re.compile(r"useradd --create-home --uid (\d+) user")
_MAY_READ_ALL = "-all,+dac_read_search"
"""The Python of the tests may lie where only root can read; nothing can be written by that."""


@dataclass(frozen=True)
class Step:
    """An instruction of a Dockerfile and what follows it, with its lines joined."""

    instruction: str
    value: str


def steps_of(dockerfile: Path, variant: str) -> list[Step]:
    """Return the steps from the base image to the last stage, those of the stages that it is built on included."""
    parser = DockerfileParser(path=str(dockerfile), cache_content=True)
    stages: dict[str, list[Step]] = {}
    current: list[Step] = []
    for entry in parser.structure:
        step = Step(entry["instruction"], entry["value"])
        if step.instruction == "FROM":
            base, _, name = Template(step.value).substitute(VARIANT=variant).partition(" AS ")
            current = stages[name] = list(stages.get(base, [Step("FROM", base)]))
        elif step.instruction not in ("COMMENT", "ARG"):
            current.append(step)
    return current


def context_of(root: Path) -> Iterator[str]:
    """Yield the files that COPY may take, as .dockerignore leaves them, by their paths in the clone."""
    lines = (root / ".dockerignore").read_text(encoding="utf-8").splitlines()
    names = PatternMatcher([line for line in lines if line and not line.startswith("#")]).walk(str(root))
    sent_anyway = ".dockerignore"  # to the engine, which leaves it out
    return (name for name in names if name != sent_anyway and (root / name).is_file())


@dataclass
class Replay:
    """An image in a folder, as far as its steps have been replayed.

    Attributes:
        context: the clone that the image is built from.
        root: the folder that stands for the image's file system.
        environment: the variables of its processes.
        folder: where its processes run.
        user: who they are run by; None: who runs the tests.
        command: of its process.
        health: the command that says whether it is well.
    """

    context: Path
    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path = Path("/")
    user: int | None = None
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        binaries = self.root / "usr" / "bin"
        binaries.mkdir(parents=True)
        (binaries / "python").symlink_to(Path(sys.base_prefix, "bin", f"python3.{sys.version_info[1]}"))
        self.environment = {"PATH": f"{binaries}:/usr/bin:/bin", "LANG": "C.UTF-8", "PIP_NO_INDEX": "1"}

    def build(self, steps: list[Step]) -> None:
        """Replay the steps, of which FROM and EXPOSE leave nothing to do."""
        for step in steps:
            getattr(self, f"_{step.instruction.lower()}")(step.value)

    def here(self, text: str) -> str:
        """Return a text of the image with its paths in this folder."""
        return text.replace(HOME, f"{self.root}{HOME}")

    def as_user(self, command: list[str]) -> list[str]:
        """Return the command that runs another as the image's user, where the tests may choose that."""
        if self.user is None:
            return command
        who = [f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups", "--no-new-privs"]
        rights = [f"--{kind}={_MAY_READ_ALL}" for kind in ("inh-caps", "ambient-caps", "bounding-set")]
        return ["setpriv", *who, *rights, *command]

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        """Run a command in the image and return how it ended."""
        return subprocess.run(
            self.as_user(command), cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )

    def start(self, log: Path, **environment: str) -> subprocess.Popen[bytes]:
        """Start the image's process, with further variables as `docker run --env` gives them."""
        self.environment |= environment
        with log.open("wb") as file:
            return subprocess.Popen(self.as_user(self.command), cwd=self.folder, env=self.environment, stderr=file)

    def _from(self, value: str) -> None:
        assert value.startswith("python:")

    def _expose(self, value: str) -> None:
        assert value == self.environment["GRADIO_SERVER_PORT"]

    def _env(self, value: str) -> None:
        for word in shlex.split(self.here(value)):
            name, _, text = word.partition("=")
            self.environment[name] = Template(text).substitute(self.environment)

    def _user(self, value: str) -> None:
        if os.getuid() == 0 and shutil.which("setpriv"):
            self.user = int(value)

    def _workdir(self, value: str) -> None:
        self.folder = Path(self.here(value))
        self.folder.mkdir(parents=True, exist_ok=True)

    def _copy(self, value: str) -> None:
        owner, *sources, target = shlex.split(self.here(value))
        assert owner == "--chown=1000:1000"
        assert target.endswith("/")
        for name in context_of(self.context):
            if "." in sources or name in sources:
                copy = self.folder / target / name
                for folder in reversed([each for each in copy.parents if not each.exists()]):
                    self._give(folder.mkdir() or folder)
                self._give(Path(shutil.copy(self.context / name, copy)))

    def _run(self, value: str) -> None:
        if account := _ACCOUNT.fullmatch(value):
            home = Path(self.here(HOME))
            home.mkdir(parents=True)
            if os.getuid() == 0:
                os.chown(home, int(account[1]), int(account[1]))
            return
        done = self._look_up(value) if "requirements-cuda.txt" in value else self.run(["sh", "-c", self.here(value)])
        assert done.returncode == 0, f"{value}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        if " -m venv " in value:
            self._lend_packages(Path(self.here(value.split()[-1])))

    def _look_up(self, value: str) -> subprocess.CompletedProcess[str]:
        program, *words = shlex.split(value)
        assert program == "pip"
        python = self.here(f"{HOME}/packages/bin/python")
        command = [sys.executable, "-m", "uv", "pip", *words, "--dry-run", "--python", python]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)

    def _lend_packages(self, environment: Path) -> None:
        (library,) = environment.glob("lib/python3.*/site-packages")
        lend_packages(library)

    def _healthcheck(self, value: str) -> None:
        self.health = json.loads(value[value.index("CMD") + len("CMD") :])

    def _cmd(self, value: str) -> None:
        self.command = json.loads(value)

    def _give(self, path: Path) -> None:
        if self.user is not None:
            os.chown(path, self.user, self.user)


def lend_packages(library: Path) -> None:
    """Let an environment see the packages that the tests run with, but for what is installed as a link to a clone.

    Args:
        library: the environment's `site-packages`.
    """
    lent = [path for path in sys.path if Path(path).name == library.name]
    (library / "lent.pth").write_text("".join(f"{path}\n" for path in lent), encoding="utf-8")

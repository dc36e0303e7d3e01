"""The table of known network files and of the places that may have the wanted one: `weights/sources.toml`."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from neural_style.errors import NetworkError
from neural_style.networks.fingerprint import Fingerprint
from neural_style.networks.variables import SOURCES
from neural_style.resources import resource

RepoType = Literal["model", "space"]
_DIGITS = {"sha256": 64, "md5": 32}
_Record = TypeVar("_Record")


@dataclass(frozen=True)
class KnownFile:
    """A file that has been published.

    Attributes:
        name: its file name.
        title: what people are told painted with it.
        layout: how its numbers are arranged, in words.
        size: bytes, where known.
        sha256: 64 lower-case hexadecimal digits, where known.
        md5: 32 lower-case hexadecimal digits, where known; recognises a file, never vouches for it.
    """

    name: str
    title: str
    layout: str
    size: int | None = None
    sha256: str | None = None
    md5: str | None = None

    def __post_init__(self) -> None:
        _require(bool(self.name) and Path(self.name).name == self.name, f"{self.name!r} is not a plain file name")
        _require(self.size is None or self.size > 0, f"the size of {self.name} must be above 0; it is {self.size}")
        for kind, digits in _DIGITS.items():
            value = getattr(self, kind)
            well_formed = value is None or re.fullmatch(f"[0-9a-f]{{{digits}}}", value) is not None
            _require(well_formed, f"the {kind} of {self.name} must be {digits} digits 0-9a-f; it is {value!r}")
        _require(bool(self.sha256 or self.md5), f"{self.name} has neither a sha256 nor an md5")

    def matches(self, fingerprint: Fingerprint) -> bool:
        """Return whether a file with that fingerprint is this one: by SHA-256, or by MD5 where no SHA-256 is known."""
        if self.sha256 is not None:
            return fingerprint.sha256 == self.sha256
        return fingerprint.md5 == self.md5


@dataclass(frozen=True)
class WantedFile:
    """The file that a source is asked for: what must be known before the first byte is fetched."""

    name: str
    title: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Source:
    """A file of a repository of the Hugging Face Hub, at one commit."""

    repo_id: str
    repo_type: RepoType
    filename: str
    revision: str

    def __post_init__(self) -> None:
        _require(self.repo_type in get_args(RepoType), f"repo_type must be model or space; it is {self.repo_type!r}")
        plain = re.fullmatch(r"[\w.-]+/[\w.-]+", self.repo_id) is not None
        _require(plain, f"repo_id must be owner/name; it is {self.repo_id!r}")
        _require(bool(self.filename and self.revision), f"{self.repo_id} needs a filename and a revision")

    def __str__(self) -> str:
        prefix = "spaces/" if self.repo_type == "space" else ""
        return f"{prefix}{self.repo_id}"


@dataclass(frozen=True)
class SourceTable:
    """The known files, and the sources in the order in which they are tried."""

    files: tuple[KnownFile, ...]
    sources: tuple[Source, ...]
    wanted: WantedFile

    def identify(self, fingerprint: Fingerprint) -> KnownFile | None:
        """Return the known file with that fingerprint, if any."""
        return next((file for file in self.files if file.matches(fingerprint)), None)


def load_table(path: Path | None = None) -> SourceTable:
    """Read the table at `path`, else at `NEURAL_STYLE_SOURCES`, else the shipped one.

    Raises:
        NetworkError: the table is missing or damaged; the message names the file and what is wrong in it.
    """
    path = path or _table_path()
    try:
        return _parse(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise NetworkError(f"The table of network sources {path} cannot be read ({error}).") from error
    except (tomllib.TOMLDecodeError, ValueError, TypeError) as error:
        raise NetworkError(f"The table of network sources {path} is damaged: {error}.") from error


def _table_path() -> Path:
    if chosen := SOURCES.text():
        return Path(chosen)
    try:
        return resource("weights", "sources.toml")
    except FileNotFoundError as error:
        raise NetworkError(f"{error}. Install it again.") from error


def _parse(document: Mapping[str, Any]) -> SourceTable:
    files = tuple(_record(KnownFile, entry) for entry in _entries(document, "files"))
    sources = tuple(_record(Source, entry) for entry in _entries(document, "sources"))
    for file in files:
        if file.sha256 is not None and file.size is not None:
            return SourceTable(files, sources, WantedFile(file.name, file.title, file.size, file.sha256))
    raise ValueError("no file in it has both a size and a sha256")


def _entries(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    entries = document.get(name)
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError(f"it needs one or more [[{name}]] entries")
    return entries


def _record(kind: type[_Record], entry: Mapping[str, Any]) -> _Record:
    """Build a `KnownFile` or `Source`, with every value of the declared type."""
    for key, value in entry.items():
        wanted = int if key == "size" else str
        _require(type(value) is wanted, f"{key} must be of type {wanted.__name__}; it is {value!r}")
    try:
        return kind(**entry)
    except TypeError as error:
        raise ValueError(str(error).replace(f"{kind.__name__}.__init__()", f"an entry for {kind.__name__}")) from error


def _require(condition: bool, sentence: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not condition:
        raise ValueError(sentence)

"""The manifest of a batch: a file with a line for each picture begun, painted or failed, which only ever grows.

A line is on the disk before the next picture is begun, so that a batch that was killed loses no picture but the one in
progress. One process writes at a time. Nothing is believed of a picture whose file is not there with its digest.
"""

import contextlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from filelock import FileLock, Timeout

from neural_style.errors import NeuralStyleError
from neural_style.files import check_regular

NAME = "manifest.jsonl"
"""The name of a manifest beside the pictures."""

State = Literal["begun", "painted", "failed"]

_DIGEST = re.compile(r"[0-9a-f]{64}")
_BEGINNING, _END_OF_ID = b'{"id": "', b'"'
_ID_BYTES = 64
"""Every line begins with these bytes and an identity between them."""


class ManifestError(NeuralStyleError):
    """The manifest cannot be read, cannot be written, or belongs to another process now."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the manifest; the last one of an output holds.

    Attributes:
        id: identity of the picture, 64 hexadecimal digits; see `service.job_identity`.
        state: begun: it is in progress, or was when the program was killed; painted; failed.
        output: the file of the picture, relative to the manifest's folder, with slashes.
        photo: the file of the photo, likewise.
        sha256: of the picture's file where it is painted, else None.
        bytes: size of the picture's file, likewise.
        seconds: how long it took, likewise.
        steps: number of steps made, likewise.
        losses: the terms of the result's loss, and their total, likewise; one that is not finite is None.
        notice: a sentence where the run ended early by itself, else None.
        error: why it failed, in a sentence, else None.
    """

    id: str
    state: State
    output: str
    photo: str = ""
    sha256: str | None = None
    bytes: int | None = None
    seconds: float | None = None
    steps: int | None = None
    losses: Mapping[str, float | None] | None = None
    notice: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class Read:
    """What a manifest holds.

    Attributes:
        latest: output -> its last entry.
        painted: output -> the last of its entries that says that it is painted; what failed later did not touch it.
        known: the outputs that a batch has written, or may have written when it was killed.
        whole_bytes: length of the file up to its last whole line; what follows was torn off by a crash.
    """

    latest: Mapping[str, Entry] = field(default_factory=dict)
    painted: Mapping[str, Entry] = field(default_factory=dict)
    known: Set[str] = frozenset()
    whole_bytes: int = 0

    @classmethod
    def of(cls, entries: Iterable[Entry], whole_bytes: int) -> "Read":
        """Return what the lines of a file say, in their order."""
        latest, painted, known = dict[str, Entry](), dict[str, Entry](), set[str]()
        for entry in entries:
            before = latest.get(entry.output)
            was_killed = before is not None and before.state == entry.state == "begun"
            if was_killed or entry.state == "painted":
                known.add(entry.output)
            if entry.state == "painted":
                painted[entry.output] = entry
            latest[entry.output] = entry
        known |= {name for name, entry in latest.items() if entry.state == "begun"}
        return cls(latest, painted, known, whole_bytes)

    def is_of(self, output: str, photo: str, id_: str) -> bool:
        """Whether the file under that name, if there is one, is of that photo, or the picture of that identity."""
        found = self.painted.get(output), self.latest.get(output)
        entries = [entry for entry in found if entry and (entry.state != "failed" or output not in self.painted)]
        return output in self.known and any(entry.photo == photo or entry.id == id_ for entry in entries)

    @property
    def unfinished(self) -> list[Entry]:
        """The entries of pictures that were in progress when a batch was killed or stopped."""
        return [entry for entry in self.latest.values() if entry.state == "begun"]


def read_manifest(path: Path) -> Read:
    """Read a manifest without changing it; where there is no file, it holds nothing.

    Raises:
        ManifestError: it cannot be read, or is no manifest.
    """
    try:
        check_regular(path)
        content = path.read_bytes()
    except FileNotFoundError:
        return Read()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ManifestError(f"The manifest {path} cannot be read ({reason}). Choose another with --manifest.") from None
    whole = content.rfind(b"\n") + 1
    lines = content[:whole].split(b"\n")[:-1]
    entries = [_entry(line, f"Line {number} of {path}") for number, line in enumerate(lines, start=1)]
    if not _is_torn_line(content[whole:]):
        raise ManifestError(_no_line(f"Line {len(lines) + 1} of {path}"))
    return Read.of(entries, whole)


class Manifest:
    """A manifest that is open for writing, by this process alone; see `open_manifest`.

    Attributes:
        read: what it held when it was opened.
    """

    def __init__(self, path: Path, read: Read) -> None:
        self._path, self.read = path, read
        self._whole_bytes = read.whole_bytes

    def append(self, entry: Entry) -> None:
        """Write an entry; when this returns, it is on the disk.

        Raises:
            ManifestError: it cannot be written; the file is as it was, as far as the disk lets it be.
        """
        line = _line(entry)
        try:
            with self._path.open("ab", buffering=0) as file:
                try:
                    _write_whole(file.fileno(), line)
                    os.fsync(file.fileno())
                except BaseException:
                    with contextlib.suppress(OSError):
                        file.truncate(self._whole_bytes)
                    raise
        except OSError as error:
            raise ManifestError(
                f"The manifest {self._path} cannot be written ({error.strerror}). Make room for it, and give the same "
                "command again to go on."
            ) from error
        self._whole_bytes += len(line)


def lock_of(path: Path) -> Path:
    """Return the file that is locked while a manifest is open for writing."""
    return path.with_name(f".{path.name}.lock")


@contextlib.contextmanager
def open_manifest(path: Path) -> Iterator[Manifest]:
    """Open a manifest for writing, alone; make its folder where there is none, and cut off what a crash left torn.

    Raises:
        ManifestError: another process has it open, it is no manifest, or nothing can be written there.
    """
    path = Path(os.path.realpath(path))  # by whatever link it is named, there is one lock
    lock = FileLock(lock_of(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise ManifestError(
            f"Another batch is writing {path}. Let it end, or give this one another --output or --manifest."
        ) from None
    except (OSError, NotImplementedError) as error:
        raise _unwritable(path, error) from error
    try:
        read = read_manifest(path)
        try:
            with path.open("ab") as file:
                file.truncate(read.whole_bytes)
        except OSError as error:
            raise _unwritable(path, error) from error
        yield Manifest(path, read)
    finally:
        lock.release()


def _line(entry: Entry) -> bytes:
    facts = {name: value for name, value in asdict(entry).items() if value is not None}
    return json.dumps(facts, allow_nan=False).encode("ascii") + b"\n"


def _unwritable(path: Path, error: Exception) -> ManifestError:
    reason = getattr(error, "strerror", None) or error
    return ManifestError(f"The manifest {path} cannot be written ({reason}). Choose another place with --manifest.")


def _write_whole(handle: int, line: bytes) -> None:
    while line:
        line = line[os.write(handle, line) :]


def _is_torn_line(tail: bytes) -> bool:
    """Whether bytes behind the last line break can be the beginning of a line, or zeros in place of one.

    Anything else is a file of somebody's, which must not be cut.
    """
    written = tail.rstrip(b"\0")
    beginning, rest = written[: len(_BEGINNING)], written[len(_BEGINNING) :]
    digits, behind = rest[:_ID_BYTES], rest[_ID_BYTES:]
    is_id = not digits.strip(b"0123456789abcdef") and _END_OF_ID.startswith(behind[:1])
    return is_id and (beginning == _BEGINNING if rest else _BEGINNING.startswith(beginning))


def _no_line(place: str) -> str:
    return f"{place} is not from a batch. Give another file with --manifest, or put that line right."


def _entry(line: bytes, place: str) -> Entry:
    try:
        values: Any = json.loads(line)
        entry = Entry(**values)
        os.fsencode(entry.output)
    except (ValueError, TypeError, RecursionError):
        raise ManifestError(_no_line(place)) from None
    sound = (
        _is_digest(entry.id)
        and entry.state in get_args(State)
        and isinstance(entry.photo, str)
        and entry.output != ""
        and "\0" not in entry.output
        and (entry.state != "painted" or _is_digest(entry.sha256))
    )
    if not sound:
        raise ManifestError(_no_line(place))
    return entry


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None

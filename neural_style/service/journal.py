"""The journal of a server has what it must know to go on after it was killed: visits, results, unfinished jobs.

It is a database of SQLite's in the folder of the server, written as things happen. What cannot be written costs the
going on and nothing else; what cannot be read, by another version or of a damaged file, is passed over.
"""

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from cattrs.preconf.json import make_converter

from neural_style.changes import Change
from neural_style.iterate import LossValues
from neural_style.languages import ENGLISH
from neural_style.masks import Mask
from neural_style.record.recipe import settings_from_dict, settings_to_dict
from neural_style.service.mix import Mix
from neural_style.service.orders import Order
from neural_style.service.results import Result
from neural_style.settings import Settings

VERSION = 1
"""The number of the tables; those of another number are set aside."""

_SCHEMA = f"""
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA user_version = {VERSION};
    CREATE TABLE IF NOT EXISTS sessions (token TEXT PRIMARY KEY, seen_at REAL NOT NULL, form TEXT);
    CREATE TABLE IF NOT EXISTS results
        (key TEXT PRIMARY KEY, session TEXT NOT NULL, is_starred INTEGER NOT NULL, result TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS results_of_session ON results (session);
    CREATE TABLE IF NOT EXISTS jobs (token TEXT PRIMARY KEY, job TEXT NOT NULL);
"""
"""With a log that is written ahead, all that was committed outlives the process, without waiting for the disk."""

_Record = TypeVar("_Record")
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class KeptSession:
    """A session as it was: see `sessions.Sessions`.

    Attributes:
        token: unguessable.
        seen_at: when it was there last, in seconds since 1970.
        form: what the page had in its fields; None: nothing is known.
        results: those of it, the oldest first.
        starred: the keys of those with a star.
    """

    token: str
    seen_at: float
    form: Mapping[str, Any] | None
    results: tuple[Result, ...]
    starred: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class KeptJob:
    """A job that waits or runs: see `jobs.Job`, whose attributes these are.

    Attributes:
        is_stopped: somebody asked for its end.
        made: the changes that its run has made so far, and those that it is still to make, each after its step.
        pending: the change that its run has not taken yet.
        language: that of sentences about it.
    """

    token: str
    session: str
    address: str
    patience_s: float
    order: Order
    album: tuple[Order, ...] = ()
    done: int = 0
    reached: int = 0
    failures: tuple[str, ...] = ()
    beginnings: int = 0
    has_begun: bool = False
    is_stopped: bool = False
    made: tuple[Change, ...] = ()
    pending: Change | None = None
    form: Mapping[str, Any] | None = None
    mix: Mix | None = None
    language: str = ENGLISH


class Journal:
    """A journal; safe to use from many threads.

    Args:
        path: the file; None: it is in memory, and forgotten with the process.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._database = _opened(path)

    def keep_session(self, token: str, seen_at: float, form: Mapping[str, Any] | None) -> None:
        """Note when a session was there last, in seconds since 1970, and its form."""
        self._write(
            "INSERT INTO sessions VALUES (?, ?, ?) "
            "ON CONFLICT (token) DO UPDATE SET seen_at = excluded.seen_at, form = excluded.form",
            (token, seen_at, None if form is None else _converter.dumps(form)),
        )

    def forget_session(self, token: str) -> None:
        """Forget a session with its results."""
        self._write("DELETE FROM sessions WHERE token = ?", (token,))
        self._write("DELETE FROM results WHERE session = ?", (token,))

    def keep_result(self, session: str, result: Result, *, is_starred: bool = False) -> None:
        """Note a result of a session, in the place of an earlier one of that key."""
        values = (result.key, session, is_starred, _converter.dumps(result))
        self._write("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)", values)

    def star_result(self, key: str, *, is_starred: bool) -> None:
        """Note whether a result has a star."""
        self._write("UPDATE results SET is_starred = ? WHERE key = ?", (is_starred, key))

    def forget_result(self, key: str) -> None:
        """Forget a result."""
        self._write("DELETE FROM results WHERE key = ?", (key,))

    def keep_job(self, job: KeptJob) -> None:
        """Note a job as it is now."""
        self._write(
            "INSERT INTO jobs VALUES (?, ?) ON CONFLICT (token) DO UPDATE SET job = excluded.job",
            (job.token, _converter.dumps(job)),
        )

    def forget_job(self, token: str) -> None:
        """Forget a job, which has ended."""
        self._write("DELETE FROM jobs WHERE token = ?", (token,))

    def sessions(self) -> list[KeptSession]:
        """Return the sessions, the one that was there longest ago first."""
        found = []
        for token, seen_at, form in self._read("SELECT token, seen_at, form FROM sessions ORDER BY seen_at"):
            if not isinstance(seen_at, float):
                continue
            rows = self._read("SELECT is_starred, result FROM results WHERE session = ? ORDER BY rowid", (token,))
            read = [(is_starred, _loaded(text, Result)) for is_starred, text in rows]
            results = [(is_starred, result) for is_starred, result in read if result is not None]
            found.append(
                KeptSession(
                    token=token,
                    seen_at=seen_at,
                    form=None if form is None else _loaded(form, dict[str, Any]),
                    results=tuple(result for _, result in results),
                    starred=frozenset(result.key for is_starred, result in results if is_starred),
                )
            )
        return found

    def jobs(self) -> list[KeptJob]:
        """Return the jobs in the order in which they came."""
        found = []
        for token, text in self._read("SELECT token, job FROM jobs ORDER BY rowid"):
            job = _loaded(text, KeptJob)
            if job is None:
                self.forget_job(token)
            else:
                found.append(job)
        return found

    def close(self) -> None:
        """Close the file; nothing is noted any more."""
        with self._lock, contextlib.suppress(sqlite3.Error):
            self._database.close()

    def _write(self, statement: str, values: tuple[Any, ...]) -> None:
        try:
            with self._lock:
                self._database.execute(statement, values)
        except sqlite3.Error:
            _logger.warning("The journal of the server could not be written.", exc_info=True)

    def _read(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._database.execute(statement, values).fetchall()
        except sqlite3.Error:
            _logger.warning("The journal of the server could not be read.", exc_info=True)
            return []


def _opened(path: Path | None) -> sqlite3.Connection:
    """Open or begin the database; one that is damaged is set aside, and where there can be none, it is in memory."""
    if path is None:
        return _connected(":memory:")
    for attempt in range(2):
        try:
            return _connected(str(path))
        except (sqlite3.Error, ValueError):
            _logger.warning("The journal %s cannot be used.", path, exc_info=True)
            if attempt == 0:
                _set_aside(path)
    return _connected(":memory:")


def _connected(name: str) -> sqlite3.Connection:
    """Open a database.

    Raises:
        sqlite3.Error, ValueError: it is damaged, or of another version.
    """
    database = sqlite3.connect(name, check_same_thread=False, isolation_level=None)
    database.text_factory = lambda text: text.decode("utf-8", "replace")
    try:
        ((version,),) = database.execute("PRAGMA user_version").fetchall()
        problems = [problem for (problem,) in database.execute("PRAGMA quick_check").fetchall()]
        if version not in (0, VERSION) or problems != ["ok"]:
            raise ValueError(f"version {version}, {problems[0]}")
        database.executescript(_SCHEMA)
    except BaseException:
        database.close()
        raise
    return database


def _set_aside(path: Path) -> None:
    """Rename a damaged database, and what belongs to it."""
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            path.with_name(path.name + suffix).replace(path.with_name(f"damaged-{path.name}{suffix}"))


def _loaded(text: str, kind: type[_Record]) -> _Record | None:
    """Return the record that a text stands for; None where this version cannot read it."""
    try:
        return _converter.loads(text, kind)
    except Exception:
        _logger.warning("An entry of the journal was passed over: it cannot be read.", exc_info=True)
        return None


def _losses(values: Mapping[str, float]) -> LossValues:
    return LossValues({name: value for name, value in values.items() if name != "total"}, values["total"])


_converter = make_converter()
_converter.register_unstructure_hook(Path, str)
_converter.register_structure_hook(Path, lambda text, _kind: Path(text))
_converter.register_unstructure_hook(Mask, lambda mask: mask.text)
_converter.register_structure_hook(Mask, lambda text, _kind: Mask.of_text(text))
_converter.register_unstructure_hook(Settings, settings_to_dict)
_converter.register_structure_hook(Settings, lambda values, _kind: settings_from_dict(values))
_converter.register_unstructure_hook(LossValues, LossValues.with_total)
_converter.register_structure_hook(LossValues, lambda values, _kind: _losses(values))

"""The sessions of a server: each browser sees only its own results, with what it had put in.

A session is a browser that was here within the last hours. It has an unguessable token that the page keeps in the
browser, so that a visitor who comes back finds the last pictures, and nobody else does. Only places of files and small
facts are held; the files lie under unguessable names, and `retention` deletes them when they are old.
"""

import secrets
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from neural_style.errors import OptionsError
from neural_style.service.journal import Journal
from neural_style.service.messages import messages
from neural_style.service.results import Result

RESULTS_PER_SESSION = 40
"""The results of a session that are kept beside those with a star; of those, as many again."""
MAX_SESSIONS = 10_000


@dataclass(eq=False)
class _Session:
    seen_at: float
    form: Mapping[str, Any] | None = None
    results: OrderedDict[str, Result] = field(default_factory=OrderedDict)
    starred: set[str] = field(default_factory=set)

    def drop_oldest(self) -> list[str]:
        """Drop the oldest result of too many, of those with a star and of the others, and return their keys."""
        dropped = []
        for is_starred in (True, False):
            keys = [key for key in self.results if (key in self.starred) is is_starred]
            dropped += keys[: max(0, len(keys) - RESULTS_PER_SESSION)]
        for key in dropped:
            del self.results[key]
        return dropped


class Sessions:
    """The results of all sessions; safe to use from many threads.

    Args:
        keep_s: seconds after which a session is forgotten.
        now: a clock.
        journal: has those of a server that was killed, and is told of all that happens; None: one in memory.

    Attributes:
        journal: that one.
    """

    def __init__(
        self, keep_s: float, now: Callable[[], float] = time.monotonic, journal: Journal | None = None
    ) -> None:
        self._keep_s, self._now = keep_s, now
        self.journal = journal or Journal()
        self._lock = threading.Lock()
        self._sessions: OrderedDict[str, _Session] = OrderedDict()
        waiting = {job.session for job in self.journal.jobs()}
        for kept in self.journal.sessions():
            age_s = max(0.0, time.time() - kept.seen_at)  # the clock may have been set meanwhile
            age_s = 0.0 if kept.token in waiting else age_s
            results = OrderedDict((result.key, result) for result in kept.results)
            self._sessions[kept.token] = _Session(self._now() - age_s, kept.form, results, set(kept.starred))

    def arrive(self, token: object) -> str:
        """Return the token of a browser that opens the page: its own if it is known, else a new one."""
        with self._lock:
            self._forget_old()
            session = self._sessions.pop(token, None) if isinstance(token, str) else None
            if session is None or not isinstance(token, str):
                token, session = secrets.token_urlsafe(24), _Session(self._now())
            self._sessions[token] = session
            self._note(token, session)
            return token

    def forget_old(self) -> None:
        """Forget the sessions that were not there for too long."""
        with self._lock:
            self._forget_old()

    def keep(self, token: str) -> None:
        """Count a browser as here, though it may not be: something is painted for it."""
        with self._lock:
            session = self._sessions.get(token)
            if session is not None:
                self._note(token, session)

    def find(self, token: str, key: str) -> Result | None:
        """Return the result of that browser with that key, if it has it."""
        return next((result for result in self.results(token) if result.key == key), None)

    def add(self, token: str, result: Result) -> None:
        """Keep a result for that browser; the oldest one of too many goes, and an unknown token keeps nothing."""
        with self._lock:
            session = self._sessions.get(token)
            if session is not None:
                self._note(token, session)
                session.results[result.key] = result
                self.journal.keep_result(token, result)
                self._drop_oldest(session)

    def star(self, token: str, key: str, *, is_starred: bool) -> None:
        """Give a result of that browser a star, which keeps it beside newer ones, or take it away."""
        with self._lock:
            session = self._sessions.get(token)
            if session is not None and key in session.results:
                (session.starred.add if is_starred else session.starred.discard)(key)
                self.journal.star_result(key, is_starred=is_starred)
                self._drop_oldest(session)

    def starred(self, token: str) -> frozenset[str]:
        """Return the keys of that browser's results with a star."""
        with self._lock:
            session = self._sessions.get(token)
            return frozenset() if session is None else frozenset(session.starred & session.results.keys())

    def delete(self, token: str, key: str) -> None:
        """Forget a result of that browser, and delete its files; an unknown one is fine."""
        with self._lock:
            session = self._sessions.get(token)
            result = None if session is None else session.results.pop(key, None)
        if result is not None:
            self.journal.forget_result(key)
            shutil.rmtree(result.files.picture.parent, ignore_errors=True)

    def keep_form(self, token: str, form: Mapping[str, Any]) -> None:
        """Keep what that browser's page has in its fields; an unknown token keeps nothing."""
        with self._lock:
            session = self._sessions.get(token)
            if session is not None:
                session.form = form
                self._note(token, session)

    def form(self, token: str) -> Mapping[str, Any] | None:
        """Return what that browser's page had in its fields last; None: nothing is known."""
        with self._lock:
            session = self._sessions.get(token)
            return None if session is None else session.form

    def results(self, token: str) -> list[Result]:
        """Return the results of that browser whose files are still there, the latest last."""
        with self._lock:
            session = self._sessions.get(token)
            results = list(session.results.values()) if session is not None else []
        return [result for result in results if result.files.picture.exists()]

    def result(self, token: str, key: str) -> Result:
        """Return the result of that browser with that key.

        Raises:
            OptionsError: it has none of that key, or no longer.
        """
        result = self.find(token, key)
        if result is None:
            raise OptionsError(messages().result_gone)
        return result

    def _forget_old(self) -> None:
        while self._sessions:
            oldest = next(iter(self._sessions.values()))
            if len(self._sessions) < MAX_SESSIONS and self._now() - oldest.seen_at < self._keep_s:
                return
            token, _ = self._sessions.popitem(last=False)
            self.journal.forget_session(token)

    def _note(self, token: str, session: _Session) -> None:
        """Note that a session is here now."""
        session.seen_at = self._now()
        self._sessions.move_to_end(token)
        self.journal.keep_session(token, time.time(), session.form)

    def _drop_oldest(self, session: _Session) -> None:
        for key in session.drop_oldest():
            self.journal.forget_result(key)

"""The results are finished pictures, and each browser sees only those of its own session, with what it had put in.

A session is a browser that was here within the last hours. It has an unguessable token that the page keeps in the
browser, so that a visitor who comes back finds the last pictures, and nobody else does. Only places of files and small
facts are held; the files lie under unguessable names, and `retention` deletes them when they are old.
"""

import secrets
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from neural_style.errors import OptionsError
from neural_style.iterate import LossValues, Nearness
from neural_style.service.loss_curve import LossPoint, thinned
from neural_style.service.messages import messages
from neural_style.service.orders import Order
from neural_style.service.runner import ResultFiles, Update

RESULTS_PER_SESSION = 40
"""The results of a session that are kept beside those with a star; of those, as many again."""
MAX_SESSIONS = 10_000


@dataclass(frozen=True, eq=False, kw_only=True)
class Outcome:
    """The facts of how a run ended, for a front end to say in its own words.

    Attributes:
        step: the last step.
        elapsed_s: seconds that the run took.
        network: title of what painted.
        stopped: somebody asked for the end.
        notice: why it ended by itself before its time; None: it did not.
        file_notices: what the person shall be told of the files that the pictures are from.
        losses: those of the result.
        curve: the losses on the way.
        nearness: how near the result is to painting and photo; see `Iterate`. None: it was not measured.
    """

    step: int
    elapsed_s: float
    network: str
    stopped: bool
    notice: str | None
    file_notices: tuple[str, ...]
    losses: LossValues
    curve: tuple[LossPoint, ...]
    nearness: Nearness | None = None

    @classmethod
    def of(cls, update: Update, points: Sequence[LossPoint]) -> "Outcome":
        """Return what the last update of a run says, with the losses of all its steps."""
        iterate = update.iterate
        return cls(
            step=iterate.step,
            elapsed_s=iterate.elapsed_s,
            network=iterate.network,
            stopped=update.stopped,
            notice=iterate.notice,
            file_notices=update.notices,
            losses=iterate.best_losses,
            curve=thinned(points),
            nearness=iterate.nearness and iterate.nearness(),
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class Result:
    """A finished picture.

    Attributes:
        order: what it came of.
        files: where it lies, and its recipe.
        size: (height, width) in pixels.
        thumbnail: as a data URL.
        outcome: how its run ended.
        form: what the page had in its fields when it was ordered; None: nothing is known.
        key: unguessable.
    """

    order: Order
    files: ResultFiles
    size: tuple[int, int]
    thumbnail: str
    outcome: Outcome
    form: Mapping[str, Any] | None = None
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))


@dataclass(eq=False)
class _Session:
    seen_at: float
    form: Mapping[str, Any] | None = None
    results: OrderedDict[str, Result] = field(default_factory=OrderedDict)
    starred: set[str] = field(default_factory=set)

    def drop_oldest(self) -> None:
        """Drop the oldest result of too many: of those with a star, and of the others."""
        for is_starred in (True, False):
            keys = [key for key in self.results if (key in self.starred) is is_starred]
            for key in keys[: max(0, len(keys) - RESULTS_PER_SESSION)]:
                del self.results[key]


class Sessions:
    """The results of all sessions; safe to use from many threads.

    Args:
        keep_s: seconds after which a session is forgotten.
        now: a clock.
    """

    def __init__(self, keep_s: float, now: Callable[[], float] = time.monotonic) -> None:
        self._keep_s, self._now = keep_s, now
        self._lock = threading.Lock()
        self._sessions: OrderedDict[str, _Session] = OrderedDict()

    def arrive(self, token: object) -> str:
        """Return the token of a browser that opens the page: its own if it is known, else a new one."""
        with self._lock:
            self._forget_old()
            session = self._sessions.pop(token, None) if isinstance(token, str) else None
            if session is None or not isinstance(token, str):
                token, session = secrets.token_urlsafe(24), _Session(self._now())
            session.seen_at = self._now()
            self._sessions[token] = session
            return token

    def add(self, token: str, result: Result) -> None:
        """Keep a result for that browser; the oldest one of too many goes, and an unknown token keeps nothing."""
        with self._lock:
            session = self._sessions.get(token)
            if session is not None:
                session.seen_at = self._now()
                self._sessions.move_to_end(token)
                session.results[result.key] = result
                session.drop_oldest()

    def star(self, token: str, key: str, *, is_starred: bool) -> None:
        """Give a result of that browser a star, which keeps it beside newer ones, or take it away."""
        with self._lock:
            session = self._sessions.get(token)
            if session is not None and key in session.results:
                (session.starred.add if is_starred else session.starred.discard)(key)
                session.drop_oldest()

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
            shutil.rmtree(result.files.picture.parent, ignore_errors=True)

    def keep_form(self, token: str, form: Mapping[str, Any]) -> None:
        """Keep what that browser's page has in its fields; an unknown token keeps nothing."""
        with self._lock:
            session = self._sessions.get(token)
            if session is not None:
                session.form = form

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
        for result in self.results(token):
            if result.key == key:
                return result
        raise OptionsError(messages().result_gone)

    def _forget_old(self) -> None:
        while self._sessions:
            oldest = next(iter(self._sessions.values()))
            if len(self._sessions) < MAX_SESSIONS and self._now() - oldest.seen_at < self._keep_s:
                return
            self._sessions.popitem(last=False)

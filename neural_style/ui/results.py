"""Finished pictures, and which browser may see which.

A visit is a browser that was here within the last hours. It has an unguessable token that the page keeps in the
browser, so that a visitor who comes back finds the last pictures, and nobody else does. Only places of files and small
facts are kept; the files lie under unguessable names, and `cleaning` deletes them when they are old.
"""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from neural_style.errors import OptionsError
from neural_style.ui import texts
from neural_style.ui.orders import Order
from neural_style.ui.painting import Kept

RESULTS_PER_VISIT = 12
MOST_VISITS = 10_000


@dataclass(frozen=True, eq=False, kw_only=True)
class Result:
    """A finished picture.

    Attributes:
        order: what it came of.
        kept: its files and its recipe.
        size: (height, width) in pixels.
        thumbnail: as a data URL.
        status: the lines below the picture, as HTML.
        key: unguessable.
    """

    order: Order
    kept: Kept
    size: tuple[int, int]
    thumbnail: str
    status: str
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))


@dataclass(eq=False)
class _Visit:
    seen_at: float
    results: OrderedDict[str, Result] = field(default_factory=OrderedDict)


class Visits:
    """The results of all visits; safe to use from many threads.

    Args:
        keep_s: seconds after which a visit is forgotten.
        now: a clock.
    """

    def __init__(self, keep_s: float, now: Callable[[], float] = time.monotonic) -> None:
        self._keep_s, self._now = keep_s, now
        self._lock = threading.Lock()
        self._visits: OrderedDict[str, _Visit] = OrderedDict()

    def arrive(self, token: object) -> str:
        """A browser opens the page: its token if it is known, else a new one."""
        with self._lock:
            self._forget_old()
            visit = self._visits.pop(token, None) if isinstance(token, str) else None
            if visit is None or not isinstance(token, str):
                token, visit = secrets.token_urlsafe(24), _Visit(self._now())
            visit.seen_at = self._now()
            self._visits[token] = visit
            return token

    def add(self, token: str, result: Result) -> None:
        """Keep a result for that browser; the oldest one of many goes, and an unknown token keeps nothing."""
        with self._lock:
            visit = self._visits.get(token)
            if visit is not None:
                visit.seen_at = self._now()
                self._visits.move_to_end(token)
                visit.results[result.key] = result
                if len(visit.results) > RESULTS_PER_VISIT:
                    visit.results.popitem(last=False)

    def results(self, token: str) -> list[Result]:
        """Of that browser whose files are still there, the latest last."""
        with self._lock:
            visit = self._visits.get(token)
            kept = list(visit.results.values()) if visit is not None else []
        return [result for result in kept if result.kept.picture.exists()]

    def result(self, token: str, key: str) -> Result:
        """One of that browser.

        Raises:
            OptionsError: it has none of that key, or no longer.
        """
        for result in self.results(token):
            if result.key == key:
                return result
        raise OptionsError(texts.RESULT_GONE)

    def _forget_old(self) -> None:
        while self._visits:
            oldest = next(iter(self._visits.values()))
            if len(self._visits) < MOST_VISITS and self._now() - oldest.seen_at < self._keep_s:
                return
            self._visits.popitem(last=False)

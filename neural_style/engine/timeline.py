"""The timeline of a run: which changes are made to its request after which step, those planned and those sent."""

import logging
from collections import deque
from collections.abc import Iterator

from neural_style.changes import MOST_CHANGES, Change
from neural_style.color_ways import before_finish
from neural_style.errors import OptionsError
from neural_style.request import StylizeRequest

_logger = logging.getLogger(__name__)


class Timeline:
    """The changes of a run; one that changes nothing is none.

    Args:
        request: what is painted, with the changes that are planned.

    Attributes:
        request: what is painted now, with all changes so far.
        made: the changes so far, each with its step.
        more: the number of updates that the latest changes ask for, or None.
    """

    def __init__(self, request: StylizeRequest) -> None:
        self.request = request
        self.made: tuple[Change, ...] = ()
        self.more: int | None = None
        self._planned = deque(request.changes)
        self._before = self.request, self.made

    def requests(self) -> Iterator[StylizeRequest]:
        """Yield what is painted after each of the planned changes."""
        request = self.request
        for change in self._planned:
            request = request.changed(change)
            yield request

    def go_on_after(self, step: int) -> None:
        """Make the planned changes that a run had made before the iterate of that step, from which it goes on."""
        self.advance(step - 1)

    def advance(self, step: int, sent: Change | None = None) -> bool:
        """Make the changes that are due after that step, and the one that was sent, unless it does not fit.

        Returns:
            Whether something else is to be painted from now on.
        """
        self._before, self.more = (self.request, self.made), None
        while self._planned and (self._planned[0].step or 0) <= step:
            self._make(self._planned.popleft())
        if sent is not None:
            self._make_sent(sent.at(step))
        return _painted(self._before[0]) != _painted(self.request)

    def take_back(self) -> None:
        """Take the latest changes back."""
        self.request, self.made = self._before

    def goes_on_after(self, step: int) -> bool:
        """Whether a planned change that is due after that step has the run go on."""
        request, due = self.request, [change for change in self._planned if (change.step or 0) <= step]
        for change in due:
            request = request.changed(change)
        return any(change.more for change in due) or _painted(request) != _painted(self.request)

    def _make_sent(self, change: Change) -> None:
        if len(self.made) >= MOST_CHANGES:
            _logger.warning("A run takes %d changes at most; a further one was passed over.", MOST_CHANGES)
            return
        try:
            self._make(change)
        except OptionsError:
            _logger.warning("A change that does not fit to what is painted was passed over.", exc_info=True)

    def _make(self, change: Change) -> None:
        changed = self.request.changed(change)
        if change.more is None and _moved(changed) == _moved(self.request):
            return
        self.request, self.made = changed, (*self.made, change)
        self.more = self.more if change.more is None else change.more


def _moved(request: StylizeRequest) -> tuple[object, ...]:
    """Return what can be changed of a request."""
    return tuple(style.share for style in request.styles), request.settings


def _painted(request: StylizeRequest) -> tuple[object, ...]:
    """Return what can be changed of a request, as far as it decides what is painted."""
    return request.shares, tuple(style.share > 0 for style in request.styles), before_finish(request.settings)

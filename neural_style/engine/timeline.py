"""The timeline of a run: which changes are made to its request after which step, those planned and those sent."""

from collections import deque

from neural_style.changes import Change
from neural_style.color_ways import before_finish
from neural_style.request import StylizeRequest


class Timeline:
    """The changes of a run.

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

    def go_on_after(self, step: int) -> None:
        """Make the planned changes that a run had made before the iterate of that step, from which it goes on."""
        self.advance(step - 1)

    def advance(self, step: int, sent: Change | None = None) -> bool:
        """Make the changes that are due after that step, and the one that was sent.

        Returns:
            Whether something else is to be painted from now on; a change may do less, or nothing.

        Raises:
            OptionsError: one does not fit to the request.
        """
        due = []
        while self._planned and (self._planned[0].step or 0) <= step:
            due.append(self._planned.popleft())
        if sent is not None:
            due.append(sent.at(step))
        before, self.more = self.request, None
        for change in due:
            self.request = self.request.changed(change)
            self.more = self.more if change.more is None else change.more
        self.made += tuple(due)
        return _painted(before) != _painted(self.request)

    def goes_on_after(self, step: int) -> bool:
        """Whether a change is planned that is due after that step."""
        return bool(self._planned) and (self._planned[0].step or 0) <= step


def _painted(request: StylizeRequest) -> tuple[object, ...]:
    """Return what can be changed of a request, as far as it decides what is painted."""
    return request.shares, tuple(style.share > 0 for style in request.styles), before_finish(request.settings)
